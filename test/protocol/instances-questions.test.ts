import { describe, expect, test } from 'vitest';
import { freshArticle, rest } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { twoInstances } from './fixtures/instances.ts';
import { openSession, send } from './fixtures/rpc.ts';
import { type Stream, stream } from './fixtures/stream.ts';

const admin = () => sharedDirectus().admin.token;
const exists = async (id: number) => (await rest(admin())('GET', `/items/articles/${id}`)).status === 200;
const remove = (id: number) => ({ action: 'delete', collection: 'articles', keys: [id] });
const DELETES = { flags: ['--allow-deletes'] };

describe('a question to a person', () => {
  const answerTo = (id: unknown, confirm = true) => ({
    jsonrpc: '2.0',
    id,
    result: { action: 'accept', content: { confirm } },
  });
  const asked = async (url: string, id: number, headers: Record<string, string>) => {
    const params = { name: 'items', arguments: remove(id) };
    const open = await stream(url, { method: 'tools/call', params, headers, token: admin() });
    const question = await open.next();
    expect(question.method).toBe('elicitation/create');
    return { open, question };
  };
  const open = (url: string) => openSession(url, { capabilities: { elicitation: {} } });
  const isDone = async (open: Stream, id: number) => {
    expect(JSON.stringify((await open.next()).result)).toContain('deleted');
    expect(await exists(id)).toBe(false);
  };

  test.each(['a', 'b'] as const)('asked through %s is answered through either', async (where) => {
    const both = await twoInstances(DELETES);
    const headers = await open(both.a.url);
    for (const through of [both.a, both.b]) {
      const { id } = await freshArticle();
      const { open, question } = await asked(both[where].url, id, headers);
      const { status } = await send(through.url, answerTo(question.id), { headers });
      expect(status).toBe(202);
      await isDone(open, id);
    }
  });

  test('is answered through another one when the instance that opened the session is gone', async () => {
    const { a, b, kill, add } = await twoInstances(DELETES);
    const headers = await open(a.url);
    await kill(a);
    const c = await add();
    const { id } = await freshArticle();
    const { open: call, question } = await asked(b.url, id, headers);
    expect((await send(c.url, answerTo(question.id), { headers })).status).toBe(202);
    await isDone(call, id);
  });

  test('whose asker is gone comes to nothing, and is asked anew', async () => {
    const { a, b, kill } = await twoInstances(DELETES);
    const headers = await open(a.url);
    const { id } = await freshArticle();
    const { question } = await asked(a.url, id, headers);
    await kill(a);
    expect((await send(b.url, answerTo(question.id), { headers })).status).toBeLessThan(500);
    expect(await exists(id)).toBe(true);
    const again = await asked(b.url, id, headers);
    await send(b.url, answerTo(again.question.id), { headers });
    await isDone(again.open, id);
  });

  test('is answered by nobody but its own caller', async () => {
    const { a, b } = await twoInstances(DELETES);
    const headers = await open(a.url);
    const { id } = await freshArticle();
    const { open: call, question } = await asked(a.url, id, headers);
    const { token } = sharedDirectus().readonly;
    for (const { url } of [a, b])
      expect((await send(url, answerTo(question.id), { headers, token })).status).toBe(404);
    expect(await exists(id)).toBe(true);
    await send(b.url, answerTo(question.id, false), { headers });
    expect(JSON.stringify((await call.next()).result)).toMatch(/declined/);
  });
});
