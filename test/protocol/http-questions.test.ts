import { expect, test, vi } from 'vitest';
import { freshArticle, rest } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { openSession, send } from './fixtures/rpc.ts';
import { type Served, serve } from './fixtures/served.ts';
import { stream } from './fixtures/stream.ts';

const admin = () => sharedDirectus().admin.token;
const exists = async (id: number) => (await rest(admin())('GET', `/items/articles/${id}`)).status === 200;
const DELETES = { flags: ['--allow-deletes'] };

const open = (url: string) => openSession(url, { capabilities: { elicitation: {} } });
const yes = (id: unknown) => ({
  jsonrpc: '2.0',
  id,
  result: { action: 'accept', content: { confirm: true } },
});

/** Calls for a row to be deleted, and waits until the person is asked. */
async function askedToDelete({ url }: Served, id: number, headers: Record<string, string>) {
  const params = { name: 'items', arguments: { action: 'delete', collection: 'articles', keys: [id] } };
  const call = await stream(url, { method: 'tools/call', params, headers, token: admin() });
  const question = await call.next();
  expect(question.method).toBe('elicitation/create');
  return { call, question };
}

test.each([
  ['reading only', { readOnly: true }, /[Rr]ead-only/],
  ['an excluded tool', { tools: { exclude: ['items'] } }, /tools\.exclude/],
  ['deletes blocked', { policy: { delete: 'block' } }, /policy\.delete/],
])('settings that change while a person is asked count for the answer: %s', async (_, settings, words) => {
  const served = await serve({ ...DELETES, settings: {} });
  const headers = await open(served.url);
  const { id } = await freshArticle();
  const { call, question } = await askedToDelete(served, id, headers);
  served.settings(settings);
  await vi.waitFor(() => expect(served.log()).toContainEqual(expect.objectContaining({ event: 'settings' })));
  await send(served.url, yes(question.id), { headers });
  expect(JSON.stringify((await call.next()).result)).toMatch(words);
  expect(await exists(id)).toBe(true);
});

test('a late yes to a question that nobody asks any more is no yes to another', async () => {
  const served = await serve({ ...DELETES, env: { HTTP_SESSIONS: '2' } });
  const [headers, other] = [await open(served.url), await open(served.url)];
  const [first, second] = [await freshArticle(), await freshArticle()];
  const old = await askedToDelete(served, first.id, headers);
  const now = await askedToDelete(served, second.id, other);
  // Neither through the session that asks now, nor as a bare number, nor after the question was answered.
  expect((await send(served.url, yes(old.question.id), { headers: other })).status).toBe(404);
  expect((await send(served.url, yes(0), { headers: other })).status).toBe(202);
  expect((await send(served.url, yes('0'), { headers: other })).status).toBe(202);
  await send(served.url, { ...yes(now.question.id), result: { action: 'decline' } }, { headers: other });
  expect(JSON.stringify((await now.call.next()).result)).toContain('DECLINED');
  expect((await send(served.url, yes(now.question.id), { headers: other })).status).toBe(404);
  expect([await exists(first.id), await exists(second.id)]).toEqual([true, true]);

  await send(served.url, yes(old.question.id), { headers });
  expect(JSON.stringify((await old.call.next()).result)).toContain('deleted');
  expect([await exists(first.id), await exists(second.id)]).toEqual([false, true]);
});

test('questions hold no place that their answers need', async () => {
  const served = await serve({ ...DELETES, env: { HTTP_CONCURRENCY: '2' } });
  const headers = await open(served.url);
  const articles = [await freshArticle(), await freshArticle()];
  const asked = [];
  for (const { id } of articles) asked.push(await askedToDelete(served, id, headers));
  expect((await send(served.url, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers })).status).toBe(429);
  for (const { question } of asked)
    expect((await send(served.url, yes(question.id), { headers })).status).toBe(202);
  for (const { call } of asked) expect(JSON.stringify((await call.next()).result)).toContain('deleted');
});

test('a client that leaves before it was let in leaves no place taken', async () => {
  const served = await serve({ env: { HTTP_CONCURRENCY: '2' } });
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
  for (let i = 0; i < 10; i++) {
    const stop = new AbortController();
    const left = send(served.url, ping, {
      signal: stop.signal,
      token: i % 2 ? admin() : sharedDirectus().editor.token,
    });
    // Not at the same moment of its way each time.
    setTimeout(() => stop.abort(), i % 5);
    await left.catch(() => {});
  }
  await vi.waitFor(async () => expect((await send(served.url, ping)).status).toBe(200));
  const both = await Promise.all([send(served.url, ping), send(served.url, ping)]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
});

test('when it is stopped, a call that waits for a person gets an error at once, and nothing is changed', async () => {
  const served = await serve(DELETES);
  const headers = await open(served.url);
  const { id } = await freshArticle();
  const { call } = await askedToDelete(served, id, headers);
  const left = served.stop();
  expect((await call.next()).error?.message).toMatch(/The server stopped before this was done/);
  expect(await left).toBe(0);
  expect(await exists(id)).toBe(true);
});
