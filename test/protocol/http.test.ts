import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { createServer } from '../../src/server/server.ts';
import { createSession } from '../../src/server/session.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { tools } from '../../src/tools/list.ts';
import { MODERN } from './fixtures/clients.ts';

/** The server as it is on HTTP: made anew for every request, over one session. */
function handler(values: object = {}) {
  const { url, admin } = inject('directus');
  const settings = settingsSchema.parse({ directus: { url, token: admin.token }, ...values });
  const session = createSession({ settings, problems: [] });
  onTestFinished(() => session.directus.close());
  return createMcpHandler(() => createServer(() => session));
}

const ADDRESS = 'http://127.0.0.1/mcp';
const ACCEPTS = ['*/*', 'application/json', 'application/json, text/event-stream', 'text/event-stream', ''];

const post = (body: unknown, headers: Record<string, string> = {}) =>
  new Request(ADDRESS, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** The message of a reply, whether it came as JSON or as one event of a stream. */
async function messageOf(response: Response) {
  const text = await response.text();
  const json = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  return JSON.parse(json) as { result?: Record<string, unknown>; error?: { code: number; message: string } };
}

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

describe('A1 other methods than POST', () => {
  test.each(['GET', 'DELETE', 'PUT', 'PATCH'].flatMap((method) => ACCEPTS.map((accept) => [method, accept])))(
    'A1 %s with Accept "%s" is 405 with Allow, or a stream, and POST keeps working',
    async (method, accept) => {
      const { fetch } = handler();
      const response = await fetch(new Request(ADDRESS, { method, headers: { accept } }));
      if (response.status === 200) {
        expect(response.headers.get('content-type')).toContain('text/event-stream');
        await response.body?.cancel();
      } else {
        expect(response.status).toBe(405);
        expect(response.headers.get('allow')).toContain('POST');
        expect(await response.text()).not.toMatch(/<html|\n\s+at /i);
      }
      expect((await messageOf(await fetch(post(ping)))).result).toEqual({});
    },
  );
});

describe('A2 notifications over HTTP', () => {
  test.each([
    ['notifications/initialized', undefined],
    ['notifications/cancelled', { requestId: 7, reason: 'none' }],
    ['notifications/roots/list_changed', undefined],
    ['notifications/progress', { progressToken: 1, progress: 1 }],
    ['notifications/unheard/of', { a: 1 }],
  ])('A2 %s is 202 and empty, at once', async (method, params) => {
    const { fetch } = handler();
    const times: number[] = [];
    // What is measured is the answer, not a machine that is busy with something else: the best of three counts.
    for (let attempt = 0; attempt < 3; attempt++) {
      const began = performance.now();
      const response = await fetch(post({ jsonrpc: '2.0', method, ...(params ? { params } : {}) }));
      expect(response.status).toBe(202);
      expect(await response.text()).toBe('');
      times.push(performance.now() - began);
    }
    expect(Math.min(...times)).toBeLessThan(100);
    expect((await messageOf(await fetch(post(ping)))).result).toEqual({});
  });
});

describe('bad requests over HTTP', () => {
  test.each([
    ['no JSON', 'hello'],
    ['half of JSON', '{"jsonrpc":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['no request', '{"a":1}'],
  ])('%s is a 4xx with an error of JSON-RPC', async (_what, body) => {
    const response = await handler().fetch(post(body));
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect((await messageOf(response)).error?.code).toBeLessThan(0);
  });

  test('another content type is refused', async () => {
    const response = await handler().fetch(post(ping, { 'content-type': 'text/plain' }));
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });

  test('without a handshake, as stateless clients ask, tools are listed', async () => {
    const { result } = await messageOf(await handler().fetch(post({ ...ping, method: 'tools/list' })));
    expect(result?.tools).toHaveLength(tools.length);
  });
});

describe.each([['legacy' as const], ['auto' as const], [{ pin: MODERN }]])(
  'a client over HTTP, %j',
  (mode) => {
    test('lists and calls the tools, prompts and resources', async () => {
      const { fetch } = handler({ prompts: { collection: 'ai_prompts' } });
      const client = new Client({ name: 'http', version: '1.0.0' }, { versionNegotiation: { mode } });
      const transport = new StreamableHTTPClientTransport(new URL(ADDRESS), {
        fetch: (url, init) => fetch(new Request(url, init as RequestInit)),
      });
      await client.connect(transport);
      onTestFinished(() => client.close());
      expect((await client.listTools()).tools).toHaveLength(tools.length);
      expect(JSON.stringify(await client.callTool({ name: 'schema', arguments: {} }))).toContain('articles');
      expect((await client.listPrompts()).prompts.length).toBeGreaterThanOrEqual(3);
      expect((await client.listResources()).resources).toContainEqual(
        expect.objectContaining({ uri: 'directus://schema' }),
      );
      expect(await client.callTool({ name: 'itmes', arguments: {} })).toMatchObject({ isError: true });
    });
  },
);
