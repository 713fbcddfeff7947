import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tools } from '../../src/tools/list.ts';
import { bin } from '../live/server.ts';
import { sharedDirectus } from '../live/shared-directus.ts';

const { url, admin } = sharedDirectus();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directus-assistant-stdio-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The server without any client in between: lines in, lines out. */
function startRaw() {
  const child = spawn(process.execPath, [bin, 'mcp'], {
    cwd: folder,
    env: { PATH: process.env.PATH, XDG_CONFIG_HOME: folder, DIRECTUS_URL: url, DIRECTUS_TOKEN: admin.token },
  });
  const lines: string[] = [];
  let stderr = '';
  const waiting = new Map<unknown, (reply: Record<string, unknown>) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    const reply = JSON.parse(line) as Record<string, unknown>;
    waiting.get(reply.id)?.(reply);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    lines,
    stderr: () => stderr,
    write: (text: string) => child.stdin.write(text),
    ask(id: number, method: string, params: Record<string, unknown> = {}) {
      const reply = new Promise<Record<string, unknown>>((resolve) => waiting.set(id, resolve));
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      return reply;
    },
    async end() {
      child.stdin.end();
      return ended;
    },
  };
}

const hello = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'raw', version: '1' },
};

test('lines that are no messages keep the server alive, and stdout holds nothing but messages', async () => {
  const server = startRaw();
  await server.ask(1, 'initialize', hello);
  server.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  for (const garbage of [
    'hello',
    '{"jsonrpc":',
    '',
    '   ',
    'null',
    '5',
    '[]',
    '{}',
    '{"jsonrpc":"1.0","id":9,"method":"tools/list"}',
    '{"jsonrpc":"2.0","id":null,"method":"tools/list"}',
    '{"jsonrpc":"2.0","method":"notifications/unknown"}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}',
    '{"jsonrpc":"2.0","id":88,"result":{}}',
    '\u0000\u0001\u0002',
    `"${'x'.repeat(200_000)}"`,
  ])
    server.write(`${garbage}\n`);
  const unknown = await server.ask(2, 'no/such/method');
  expect(unknown).toMatchObject({ error: { code: -32601 } });
  const badParams = await server.ask(3, 'tools/call', { name: 5 });
  expect(badParams.error ?? (badParams.result as { isError?: boolean }).isError).toBeTruthy();
  const list = (await server.ask(4, 'tools/list')) as { result: { tools: unknown[] } };
  expect(list.result.tools).toHaveLength(tools.length);
  const called = await server.ask(5, 'tools/call', { name: 'schema', arguments: {} });
  expect(called).toMatchObject({ result: { content: [{ type: 'text' }] } });
  for (const line of server.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  expect(server.stderr() + server.lines.join('\n')).not.toContain(admin.token);
  expect(await server.end()).toBe(0);
}, 20_000);

test('a call that is cancelled is not answered, and the next one is', async () => {
  const server = startRaw();
  await server.ask(1, 'initialize', hello);
  server.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  void server.ask(2, 'tools/call', { name: 'items', arguments: { action: 'read', collection: 'articles' } });
  server.write('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}\n');
  await server.ask(3, 'tools/call', { name: 'schema', arguments: {} });
  expect(await server.end()).toBe(0);
  expect(server.lines.map((line) => (JSON.parse(line) as { id: number }).id)).not.toContain(2);
}, 20_000);
