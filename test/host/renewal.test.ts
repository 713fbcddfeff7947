import { randomUUID } from 'node:crypto';
import {
  createMcpHandler,
  fromJsonSchema,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { textOf } from '../../src/host/index.ts';
import { connect } from './fixtures/setup.ts';

const MANY = 1_000;
const URL_INSIDE = 'http://inside/mcp';

/** A server whose `quick` answers at once, and `slow` when it is let. */
function answering() {
  const may = Promise.withResolvers<void>();
  function create() {
    const server = new McpServer(
      { name: 'web', version: '1.0.0' },
      { capabilities: { tools: { listChanged: true } } },
    );
    const inputSchema = fromJsonSchema<Record<string, never>>({ type: 'object', properties: {} });
    const tool = { inputSchema, annotations: { readOnlyHint: true } };
    server.registerTool('quick', tool, async () => ({ content: [{ type: 'text', text: 'at once' }] }));
    server.registerTool('slow', tool, async () => {
      await may.promise;
      return { content: [{ type: 'text', text: 'at last' }] };
    });
    return server;
  }
  return { create, letSlow: may.resolve };
}

/** Sends requests to what answers in this process, and counts those that begin a connection. */
function counting(answer: (request: Request) => Promise<Response>, begins: string) {
  const counted = { connections: 0 };
  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = request.method === 'POST' ? await request.clone().text() : '';
    if (body.includes(`"${begins}"`)) counted.connections += 1;
    return answer(request);
  };
  return { counted, send };
}

test('a connection over HTTP is renewed after many calls, not in the middle of one, and goes on hearing of changes', async () => {
  const { create, letSlow } = answering();
  const handler = createMcpHandler(create);
  onTestFinished(() => handler.close());
  const { counted, send } = counting((request) => handler.fetch(request), 'server/discover');
  const servers = await connect({ name: 'web', url: URL_INSIDE, fetch: send });
  const call = async (tool: string) => textOf(await servers.read(tool, {}));
  const slow = call('slow');
  for (let nth = 0; nth < MANY + 10; nth++) expect(await call('quick')).toBe('at once');
  expect(counted.connections).toBe(1);

  letSlow();
  expect(await slow).toBe('at last');
  const meanwhile = await Promise.all(Array.from({ length: 10 }, () => call('quick')));
  expect(new Set(meanwhile)).toEqual(new Set(['at once']));
  expect(counted.connections).toBe(2);
  expect(servers.status()).toMatchObject([{ state: 'connected', tools: 2 }]);

  const changed = vi.fn();
  onTestFinished(servers.onChange(changed));
  handler.notify.toolsChanged();
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
});

test('a renewal that fails ends the connection, and the next call makes a new one', async () => {
  const { create } = answering();
  const handler = createMcpHandler(create);
  onTestFinished(() => handler.close());
  let refusing = false;
  const { send } = counting(async (request) => {
    const begins = (await request.clone().text()).includes('"server/discover"');
    return refusing && begins ? new Response('busy', { status: 503 }) : handler.fetch(request);
  }, 'server/discover');
  const servers = await connect({ name: 'web', url: URL_INSIDE, fetch: send });
  refusing = true;
  for (let nth = 0; nth < MANY; nth++) await servers.read('quick', {});
  await vi.waitFor(() => expect(servers.status()).toMatchObject([{ state: 'failed' }]));
  await expect(servers.read('quick', {})).rejects.toThrow('does not answer');
  refusing = false;
  expect(textOf(await servers.read('quick', {}))).toBe('at once');
  expect(servers.status()).toMatchObject([{ state: 'connected' }]);
});

test('a connection that the server keeps a session for is not renewed: what the session holds would be lost', async () => {
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
  await answering().create().connect(transport);
  onTestFinished(() => transport.close());
  const { counted, send } = counting((request) => transport.handleRequest(request), 'initialize');
  const servers = await connect({ name: 'web', url: URL_INSIDE, fetch: send });
  for (let nth = 0; nth < MANY + 10; nth++) await servers.read('quick', {});
  expect(counted.connections).toBe(1);
  expect(textOf(await servers.read('quick', {}))).toBe('at once');
});
