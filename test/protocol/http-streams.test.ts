import { expect, onTestFinished, test, vi } from 'vitest';
import { sharedDirectus } from '../live/shared-directus.ts';
import { MODERN } from './fixtures/clients.ts';
import { bearer } from './fixtures/reach.ts';
import { ask } from './fixtures/rpc.ts';
import { serve } from './fixtures/served.ts';

/** As many as one caller may have: src/server/http/limits.ts. */
const MOST = 200;

test('one caller cannot take the streams of others, and calls go on beside any number of them', async () => {
  const { url } = await serve();
  const { admin, editor } = sharedDirectus();
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  let id = 0;
  async function listen(token: string, signal = gone.signal): Promise<number> {
    id += 1;
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientInfo': { name: 'streams', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const params = { notifications: { toolsListChanged: true }, _meta };
    const method = 'subscriptions/listen';
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...bearer(token),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': MODERN,
        'mcp-method': method,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      signal,
    });
    return response.status;
  }

  const first = new AbortController();
  expect(await listen(admin.token, first.signal)).toBe(200);
  const rest = await Promise.all(Array.from({ length: MOST - 1 }, () => listen(admin.token)));
  expect(new Set(rest)).toEqual(new Set([200]));
  expect(await listen(admin.token)).toBe(429);
  expect(await listen(editor.token)).toBe(200);
  expect((await ask(url, 'ping')).status).toBe(200);
  // One that ends makes room.
  first.abort();
  await vi.waitFor(async () => expect(await listen(admin.token)).toBe(200), { timeout: 10_000 });
});
