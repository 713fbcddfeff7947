import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startProxy, type TestProxy } from '../live/proxy.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { twoInstances } from './fixtures/instances.ts';
import { call, openSession, send } from './fixtures/rpc.ts';
import { stream } from './fixtures/stream.ts';

const admin = () => sharedDirectus().admin.token;

describe('a cancel', () => {
  /** Holds reads of articles at Directus, and tells when one has come and when it was given up. */
  function held(proxy: TestProxy) {
    const arrived = Promise.withResolvers<void>();
    const cut = vi.fn();
    proxy.interfere(({ path }, response) => {
      if (path !== '/items/articles') return false;
      response.on('close', cut);
      arrived.resolve();
      return true;
    });
    return { arrived: arrived.promise, isCut: () => vi.waitFor(() => expect(cut).toHaveBeenCalled()) };
  }
  const read = { name: 'items', arguments: { action: 'read', collection: 'articles' } };
  const prepared = async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    return { ...(await twoInstances({ url: proxy.url })), ...held(proxy) };
  };
  const cancel = (requestId: number) => ({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId },
  });

  test.each([
    ['a', 'b'],
    ['b', 'a'],
    ['b', 'b'],
  ] as const)('of a call to %s that comes to %s stops the request to Directus', async (to, at) => {
    const both = await prepared();
    const headers = await openSession(both.a.url);
    const { id } = await stream(both[to].url, {
      method: 'tools/call',
      params: read,
      headers,
      token: admin(),
    });
    await both.arrived;
    expect((await send(both[at].url, cancel(id), { headers })).status).toBe(202);
    await both.isCut();
  });

  // Then no instance knows where the calls of the session are. A 2026 client hangs up, which is heard everywhere.
  test('reaches only the calls of the instance it comes to, when the one that opened the session is gone', async () => {
    const { a, b, kill, add, arrived, isCut } = await prepared();
    const headers = await openSession(a.url);
    await kill(a);
    const c = await add();
    const { id } = await stream(b.url, { method: 'tools/call', params: read, headers, token: admin() });
    await arrived;
    for (const { url } of [c, b]) expect((await send(url, cancel(id), { headers })).status).toBe(202);
    await isCut();
    expect(await call(c.url, 'schema', {}, { headers })).toContain('articles');
  });
});

describe('a call that is under way at an instance that is killed', () => {
  test('is answered by the one that sent it on: with an error, not with silence', async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const { a, b, kill } = await twoInstances({ url: proxy.url });
    const arrived = Promise.withResolvers<void>();
    proxy.interfere(({ path }) => {
      if (path === '/items/articles') arrived.resolve();
      return path === '/items/articles';
    });
    const headers = await openSession(a.url);
    const params = { name: 'items', arguments: { action: 'read', collection: 'articles' } };
    const open = await stream(b.url, { method: 'tools/call', params, headers, token: admin() });
    await arrived.promise;
    await kill(a);
    const answer = await open.next();
    expect(answer).toMatchObject({ id: open.id, error: { message: expect.stringMatching(/was lost/) } });
  });
});
