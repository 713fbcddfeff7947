import { expect, onTestFinished, test, vi } from 'vitest';
import { startProxy } from '../../live/proxy.ts';
import { ask, call, openSession, send } from '../../protocol/fixtures/rpc.ts';
import { serve } from '../../protocol/fixtures/served.ts';

const READ = { action: 'read', collection: 'articles', query: { limit: 1, fields: ['title'] } };

const callFor = (id: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'items', arguments: READ },
});
const cancelFor = (requestId: string) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
});

/** Directus that does not answer what reads articles, until it is let go of. */
async function slowDirectus() {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  let asked = 0;
  proxy.interfere(({ path }) => {
    if (path !== '/items/articles') return false;
    asked += 1;
    return true;
  });
  return { proxy, asked: () => asked };
}

test('a client that takes a call back and does not hang up gets no answer, and holds no place', async () => {
  const { proxy, asked } = await slowDirectus();
  const { url, log } = await serve({ url: proxy.url, env: { HTTP_CONCURRENCY: '2' } });
  const headers = await openSession(url);
  for (let nth = 1; nth <= 5; nth++) {
    const called = send(url, callFor(`call ${nth}`), { headers });
    await vi.waitFor(() => expect(asked()).toBe(nth), { timeout: 5000 });
    expect((await send(url, cancelFor(`call ${nth}`), { headers })).status).toBe(202);
    const { status, text } = await called;
    expect(status).toBe(200);
    expect(text).not.toContain('"result"');
  }
  proxy.interfere();
  expect(await call(url, 'items', READ, { headers })).toContain('title');
  expect(log().filter(({ event }) => event === 'warning')).toEqual([]);
});

test('of calls that came in one request, those that are not taken back are answered', async () => {
  const { proxy, asked } = await slowDirectus();
  const { url } = await serve({ url: proxy.url });
  const headers = await openSession(url);
  const ping = { jsonrpc: '2.0', id: 'ping', method: 'ping' };
  const called = send(url, [callFor('first'), ping, callFor('second')], { headers });
  await vi.waitFor(() => expect(asked()).toBe(2), { timeout: 5000 });
  for (const id of ['first', 'second']) await send(url, cancelFor(id), { headers });
  const { text } = await called;
  expect(text).toContain('"ping"');
  expect(text).not.toMatch(/"first"|"second"/);
  expect((await ask(url, 'ping', {}, { headers })).status).toBe(200);
});
