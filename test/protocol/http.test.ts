import { describe, expect, test } from 'vitest';
import { tools } from '../../src/tools/list.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { MODERN } from './fixtures/clients.ts';
import { ask, openSession, send } from './fixtures/rpc.ts';
import { serve } from './fixtures/served.ts';
import { stream } from './fixtures/stream.ts';

const ACCEPTS = ['*/*', 'application/json', 'application/json, text/event-stream', 'text/event-stream', ''];

/** No answer of these tests takes longer; one that does, hangs. */
const soon = () => AbortSignal.timeout(5000);

const request = (url: string, method: string, headers: Record<string, string>) =>
  fetch(url, {
    method,
    headers: { authorization: `Bearer ${sharedDirectus().admin.token}`, ...headers },
    signal: soon(),
  });

const pings = async (url: string, headers: Record<string, string> = {}) =>
  expect((await ask(url, 'ping', {}, { headers, signal: soon() })).message.result).toEqual({});

describe('A1 other methods than POST', () => {
  test.each(['GET', 'DELETE', 'PUT', 'PATCH'])(
    'A1 %s without a session is 405 with Allow, whatever it accepts, and POST keeps working',
    async (method) => {
      const { url } = await serve();
      for (const accept of ACCEPTS) {
        const response = await request(url, method, { accept });
        expect(response.status).toBe(405);
        expect(response.headers.get('allow')).toContain('POST');
        expect(await response.text()).not.toMatch(/<html|\n\s+at /i);
        await pings(url);
      }
    },
  );

  test('A1 in a session GET is a stream where one is accepted and 405 elsewhere, and calls go on beside it', async () => {
    const { url } = await serve();
    const session = await openSession(url);
    for (const accept of ACCEPTS) {
      const response = await request(url, 'GET', { ...session, accept });
      const streams = accept.includes('text/event-stream');
      expect(response.status).toBe(streams ? 200 : 405);
      if (streams) expect(response.headers.get('content-type')).toContain('text/event-stream');
      else expect(response.headers.get('allow')).toContain('POST');
      await pings(url, session);
      await response.body?.cancel();
    }
  });

  test('A1 DELETE ends a session, which is then 404, and other methods do not', async () => {
    const { url } = await serve();
    const session = await openSession(url);
    for (const method of ['PUT', 'PATCH']) expect((await request(url, method, session)).status).toBe(405);
    await pings(url, session);
    expect((await request(url, 'DELETE', session)).status).toBe(200);
    expect((await ask(url, 'ping', {}, { headers: session })).status).toBe(404);
    expect((await request(url, 'DELETE', session)).status).toBe(404);
  });
});

describe('A2 notifications over HTTP', () => {
  test.each([
    ['notifications/initialized', undefined],
    ['notifications/cancelled', { requestId: 7, reason: 'none' }],
    ['notifications/roots/list_changed', undefined],
    ['notifications/progress', { progressToken: 1, progress: 1 }],
    ['notifications/unheard/of', { a: 1 }],
  ])('A2 %s is 202 and empty, at once, in a session and without one', async (method, params) => {
    const { url } = await serve();
    for (const headers of [{}, await openSession(url)]) {
      const times: number[] = [];
      // What is measured is the answer, not a machine that is busy with something else: the best of three counts.
      for (let attempt = 0; attempt < 3; attempt++) {
        const began = performance.now();
        const body = { jsonrpc: '2.0', method, ...(params ? { params } : {}) };
        const { status, text } = await send(url, body, { headers, signal: soon() });
        expect(status).toBe(202);
        expect(text).toBe('');
        times.push(performance.now() - began);
      }
      expect(Math.min(...times)).toBeLessThan(100);
      await pings(url, headers);
    }
  });
});

test('without a handshake, as stateless clients ask, tools are listed and called', async () => {
  const { url } = await serve();
  const { message } = await ask(url, 'tools/list');
  expect(message.result?.tools).toHaveLength(tools.length);
  const { text } = await ask(url, 'tools/call', { name: 'schema', arguments: {} });
  expect(text).toContain('articles');
});

/** What a request of 2026 says of its client, in its body and in its headers. */
const modern = (method: string, name?: string) => ({
  _meta: {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
  headers: { 'mcp-protocol-version': MODERN, 'mcp-method': method, ...(name ? { 'mcp-name': name } : {}) },
});

test('a request of 2026 needs no session, and is told when its header and its body disagree', async () => {
  const { url } = await serve();
  const { _meta, headers } = modern('tools/list');
  const listed = await ask(url, 'tools/list', { _meta }, { headers });
  expect(listed.message.result?.tools).toHaveLength(tools.length);
  expect(listed.headers.has('mcp-session-id')).toBe(false);
  const other = await ask(url, 'prompts/list', { _meta }, { headers });
  expect(other.status).toBe(400);
  expect(other.message.error?.code).toBe(-32020);
});

test('progress comes on the stream of the answer in both eras, to who asks for it', async () => {
  const { url } = await serve();
  const { token } = sharedDirectus().admin;
  const data = ['a', 'b'].map((name) => ({ text: `Text ${name}`, filename: `${name}.txt` }));
  const upload = { name: 'files', arguments: { action: 'upload', data } };
  const of2026 = modern('tools/call', 'files');
  for (const { _meta, headers } of [{ _meta: {}, headers: await openSession(url) }, of2026]) {
    const call = { method: 'tools/call', headers, token };
    const asked = await stream(url, {
      ...call,
      params: { ...upload, _meta: { ..._meta, progressToken: 'mine' } },
    });
    expect(await asked.next()).toMatchObject({
      method: 'notifications/progress',
      params: { progressToken: 'mine' },
    });
    const not = await stream(url, { ...call, params: { ...upload, _meta } });
    expect(await not.next()).toHaveProperty('result');
  }
});
