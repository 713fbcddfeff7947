import { describe, expect, test, vi } from 'vitest';
import { sharedDirectus } from '../live/shared-directus.ts';
import { clients } from './fixtures/clients.ts';
import { ofEachEra, startInstances, twoInstances } from './fixtures/instances.ts';
import { bearer } from './fixtures/reach.ts';
import { ask, call, openSession } from './fixtures/rpc.ts';
import { type Served, serve } from './fixtures/served.ts';
import { stream } from './fixtures/stream.ts';

const admin = () => sharedDirectus().admin.token;

describe('a session opened by one instance', () => {
  test('goes on through the other, also when the one that opened it is gone', async () => {
    const { a, b, kill, add } = await twoInstances();
    const headers = await openSession(a.url);
    const works = async ({ url }: Served) =>
      expect(await call(url, 'schema', {}, { headers })).toContain('articles');
    await works(a);
    await works(b);
    await kill(a);
    await works(b);
    await works(await add());
    await works(b);
  });

  test('is taken over once when many calls come at once', async () => {
    const { a, b, kill } = await twoInstances();
    const headers = await openSession(a.url);
    await kill(a);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => call(b.url, 'schema', {}, { headers })),
    );
    for (const text of answers) expect(text).toContain('articles');
  });

  test('is left by a client that hangs up at the other: its stream ends, and it may listen again', async () => {
    const { a, b } = await twoInstances();
    const headers = await openSession(a.url);
    const listen = () => stream(b.url, { headers, token: admin() });
    const first = await listen();
    expect(first.status).toBe(200);
    first.close();
    await vi.waitFor(() =>
      expect(a.log()).toContainEqual(expect.objectContaining({ method: 'POST', path: '/peer' })),
    );
    expect((await listen()).status).toBe(200);
  });

  test('tells of progress through the other', async () => {
    const { a, b } = await twoInstances();
    const headers = await openSession(a.url);
    const data = ['a', 'b'].map((name) => ({ text: `Text ${name}`, filename: `${name}.txt` }));
    const upload = { name: 'files', arguments: { action: 'upload', data }, _meta: { progressToken: 'mine' } };
    const open = await stream(b.url, { method: 'tools/call', params: upload, headers, token: admin() });
    const told = await open.next();
    expect(told).toMatchObject({ method: 'notifications/progress', params: { progressToken: 'mine' } });
  });

  test("is nobody else's: with another token it is 404 on both, and it goes on", async () => {
    const { a, b } = await twoInstances();
    const headers = await openSession(a.url);
    const { token } = sharedDirectus().readonly;
    for (const { url } of [a, b]) {
      expect((await ask(url, 'tools/list', {}, { headers, token })).status).toBe(404);
      expect((await ask(url, 'tools/list', {}, { headers })).status).toBe(200);
    }
  });

  test('ends on both when its client ends it at the other', async () => {
    const { a, b } = await twoInstances();
    const headers = await openSession(a.url);
    const authorization = `Bearer ${admin()}`;
    const ended = await fetch(b.url, { method: 'DELETE', headers: { ...headers, authorization } });
    expect(ended.status).toBe(200);
    for (const { url } of [a, b]) expect((await ask(url, 'ping', {}, { headers })).status).toBe(404);
  });

  test('without a shared key is 404 at the other, which is none the worse', async () => {
    const [a, b] = await Promise.all([serve(), serve()]);
    const headers = await openSession(a.url);
    const there = await ask(b.url, 'tools/list', {}, { headers });
    expect(there.status).toBe(404);
    expect(there.message.error?.message).toContain('Open a new one with initialize');
    expect(await call(a.url, 'schema', {}, { headers })).toContain('articles');
    expect(await call(b.url, 'schema', {}, { headers: await openSession(b.url) })).toContain('articles');
  });
});

describe.each(ofEachEra(clients))('%s', (_name, connect) => {
  test('hears that the list of tools changed, also when all who ran at the start are gone', async () => {
    const { url, running, kill, add, settings } = await startInstances(2, { settings: {} });
    const changed = vi.fn();
    const client = await connect({ url, settings, headers: bearer(admin()) }, changed);
    const hears = (content: object) => {
      changed.mockClear();
      const heard = () => vi.waitFor(() => expect(changed).toHaveBeenCalled(), { timeout: 1000 });
      return vi.waitFor(() => settings(content).then(heard), { timeout: 10_000 });
    };
    await hears({ tools: { exclude: ['folders'] } });
    for (const old of [...running]) {
      await add();
      await kill(old);
    }
    await hears({});
    expect((await client.tools()).map(({ name }) => name)).toContain('folders');
  });
});
