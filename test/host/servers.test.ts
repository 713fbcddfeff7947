import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { progressOf, readServers, textOf } from '../../src/host/index.ts';
import {
  chatWith,
  connect,
  lastMessages,
  mockModels,
  notesServer,
  openLocal,
  read,
} from './fixtures/setup.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'host-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

const calling = (name: string, input: Record<string, unknown> = {}) => ({
  toolCalls: [{ id: `call_${name}`, name, arguments: input }],
});

test('one server that does not start leaves the others working, and says why', async () => {
  const servers = await connect(
    notesServer(),
    { name: 'absent', command: 'no-such-command-here' },
    {
      name: 'broken',
      command: process.execPath,
      args: ['-e', 'console.error("it needs a token"); process.exit(1)'],
    },
    { name: 'silent', command: process.execPath, args: ['-e', 'console.log("not json"); process.exit(0)'] },
    { name: 'remote', url: 'http://127.0.0.1:1/mcp' },
  );
  const [notes, absent, broken, silent, remote] = servers.status();
  expect(notes).toMatchObject({ state: 'connected', version: 'notes 1.0.0', prompts: true });
  expect(absent).toMatchObject({
    state: 'failed',
    problem: expect.stringContaining('"no-such-command-here"'),
  });
  expect(broken).toMatchObject({ state: 'failed', problem: expect.stringContaining('it needs a token') });
  expect(silent?.state).toBe('failed');
  expect(remote).toMatchObject({
    state: 'failed',
    problem: expect.stringContaining('http://127.0.0.1:1/mcp'),
  });
  expect(servers.list().some(({ name }) => name === 'notes')).toBe(true);
});

test('a foreign server: its names are made safe, its word on effects is only its hint that it reads', async () => {
  const servers = await connect(notesServer(), notesServer('other', ['--foreign']));
  const foreign = servers.list().filter(({ server }) => server === 'other');
  expect(foreign.map(({ name }) => name)).toEqual([
    'other__notes',
    'look_around',
    'poke',
    expect.stringMatching(/^n{55}_[0-9a-f]{8}$/),
  ]);
  expect(servers.describe('look_around', {})).toMatchObject({ server: 'other', effect: 'read' });
  expect(servers.describe('poke', {})).toMatchObject({ server: 'other', effect: 'unknown' });
  expect(servers.describe('other__notes', { action: 'read' })).toEqual({
    server: 'other',
    tool: 'other__notes',
    action: 'read',
    effect: 'unknown',
  });
  expect(servers.describe('notes', { action: 'read' })).toMatchObject({ server: 'notes', effect: 'read' });
  expect(servers.describe('notes', { action: 'nuke' })).toMatchObject({ effect: 'unknown' });
  expect(servers.describe('notes', 'no object')).toMatchObject({ effect: 'unknown' });
  expect(servers.describe('nowhere', {})).toMatchObject({ effect: 'unknown' });
  expect(servers.instructions()).toEqual([
    { server: 'notes', text: 'Notes are kept by id.' },
    { server: 'other', text: 'Notes of somebody else.' },
  ]);

  const mock = await mockModels();
  mock.on({ userMessage: 'look', hasToolResult: false }, calling('look_around'));
  mock.on({ userMessage: 'look', hasToolResult: true }, { content: 'Nothing.' });
  mock.on({ userMessage: 'poke', hasToolResult: false }, calling('poke'));
  const chat = await chatWith(mock, { servers });
  expect((await read(chat.send('look'))).end.state).toBe('done');
  expect((await read(chat.send('poke'))).end.state).toBe('approval');
});

test('list_changed: a tool that comes during a turn is there for the next step', async () => {
  const mock = await mockModels();
  const servers = await connect(notesServer());
  const changed = vi.fn();
  onTestFinished(servers.onChange(changed));
  mock.on({ userMessage: 'grow', hasToolResult: false }, calling('grow'));
  // The mock waits for the list, as a person would, before the model asks for the new tool.
  mock.on({ userMessage: 'grow', toolCallId: 'call_grow' }, async () => {
    await vi.waitFor(() => expect(servers.tools).toHaveProperty('extra'));
    return { toolCalls: [{ id: 'call_again', name: 'notes', arguments: '{"action":"read"}' }] };
  });
  let offered: string[] = [];
  mock.on({ userMessage: 'grow', toolCallId: 'call_again' }, (request) => {
    offered = (request.tools ?? []).map((tool) => tool.function.name);
    return { toolCalls: [{ id: 'call_extra', name: 'extra', arguments: '{}' }] };
  });
  mock.on({ userMessage: 'grow', toolCallId: 'call_extra' }, { content: 'Grown.' });
  const chat = await chatWith(mock, { servers });
  const { end } = await read(chat.send('grow'));
  expect(offered).toContain('extra');
  expect(end).toMatchObject({ state: 'done', text: 'Grown.' });
  expect(textOf(chat.calls.get('call_extra')?.output)).toBe('"extra works"');
  expect(changed).toHaveBeenCalled();
});

test('progress of a tool comes as preliminary results, in order and before the result', async () => {
  const mock = await mockModels();
  mock.on({ userMessage: 'steps', hasToolResult: false }, calling('steps'));
  mock.on({ userMessage: 'steps', hasToolResult: true }, { content: 'All done.' });
  const chat = await chatWith(mock);
  const { parts, end } = await read(chat.send('steps'));
  const results = parts.filter((part) => part.type === 'tool-result');
  const progress = results.flatMap((part) => (part.preliminary ? (progressOf(part.output) ?? []) : []));
  // Progress that its own result overtakes is not told; that it is told while a tool runs, stop.test.ts shows.
  const told = progress.map((one) => one.progress);
  expect(told).toEqual([1, 2, 3].slice(0, told.length));
  expect(end.calls).toMatchObject([{ state: 'done' }]);
  expect(textOf(results.findLast((part) => !part.preliminary)?.output)).toBe('"all steps done"');
});

test('a server that dies in a call: the model is told, and the next call finds it started anew', async () => {
  const log = join(await folder(), 'log');
  const mock = await mockModels();
  mock.on({ userMessage: 'crash', hasToolResult: false }, calling('crash'));
  mock.on({ userMessage: 'crash', hasToolResult: true }, { content: 'It died.' });
  mock.on({ userMessage: 'look', hasToolResult: false }, calling('notes', { action: 'read' }));
  mock.on({ userMessage: 'look', hasToolResult: true }, { content: 'It lives.' });
  const servers = await connect(notesServer('notes', [], { NOTES_LOG: log }));
  const chat = await chatWith(mock, { servers });
  const { end } = await read(chat.send('crash'));
  expect(end).toMatchObject({ state: 'done', text: 'It died.' });
  const told = String(lastMessages(mock).at(-1)?.content);
  expect(told).toContain('"notes" has ended');
  expect(told).toContain('the disk caught fire');
  expect(told).toContain('not known');
  expect(servers.status()).toMatchObject([
    { state: 'closed', problem: expect.stringContaining('caught fire') },
  ]);

  expect((await read(chat.send('look'))).end.text).toBe('It lives.');
  expect(servers.status()).toMatchObject([{ state: 'connected' }]);
  expect(await readFile(log, 'utf8'), 'the call that killed it was not repeated').toBe(
    'crash\nnotes.read \n',
  );
});

test('A20 an image in a result goes to a model that sees, and is a note to one that does not', async () => {
  const mock = await mockModels();
  mock.on({ userMessage: 'show', hasToolResult: false }, calling('picture'));
  mock.on({ userMessage: 'show' }, { content: 'A red pixel.' });
  mock.on({ userMessage: 'returned by picture' }, { content: 'A red pixel.' });
  const seeing = await chatWith(mock, { model: await openLocal(`${mock.url}/v1`, { attachments: true }) });
  expect((await read(seeing.send('show'))).end).toMatchObject({ state: 'done', text: 'A red pixel.' });
  const sent = lastMessages(mock);
  expect(sent.at(-2)).toMatchObject({
    role: 'tool',
    content: 'a red pixel\n[image/png: in the next message]',
  });
  expect(sent.at(-1)).toMatchObject({
    role: 'user',
    content: [
      { type: 'text' },
      { type: 'image_url', image_url: { url: expect.stringMatching(/^data:image\/png;base64,iVBOR/) } },
    ],
  });

  const blind = await chatWith(mock);
  await read(blind.send('show'));
  expect(lastMessages(mock).at(-1)?.content).toBe(
    'a red pixel\n[image/png: not shown, because this model takes no attachments]',
  );
  const output = seeing.calls.get('call_picture')?.output;
  expect(textOf(output)).toBe('a red pixel\n[image/png]');
});

test('prompts: listed with their arguments, completed, filled in', async () => {
  const servers = await connect(notesServer());
  expect(await servers.prompts()).toEqual([
    {
      server: 'notes',
      name: 'summarise',
      title: 'Summarise',
      description: 'Summarises a note.',
      arguments: [{ name: 'note', description: '', required: true }],
    },
  ]);
  expect(await servers.complete('notes', 'summarise', 'note', '')).toEqual(['1']);
  expect(await servers.complete('notes', 'summarise', 'note', 'x')).toEqual([]);
  const messages = await servers.getPrompt('notes', 'summarise', { note: '1' });
  expect(messages).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'Summarise the note: first' }] },
  ]);
  const mock = await mockModels();
  mock.onMessage('Summarise the note: first', { content: 'First.' });
  const chat = await chatWith(mock, { servers });
  chat.add(messages);
  expect((await read(chat.resume())).end.text).toBe('First.');
});

test('mcp.json: what can be used is used, what cannot is named', async () => {
  const path = join(await folder(), 'mcp.json');
  const { command, args } = notesServer() as { command: string; args: string[] };
  const mcpServers = {
    notes: { type: 'stdio', command, args, env: { A: 'b' } },
    remote: { type: 'http', url: 'https://mcp.example.com/mcp', headers: { authorization: 'Bearer x' } },
    off: { command, disabled: true },
    empty: {},
    numbers: { command: 'x', args: [1] },
    address: { url: 'mcp.example.com' },
  };
  await writeFile(path, JSON.stringify({ mcpServers }));
  const { servers, problems } = await readServers(path);
  expect(servers).toEqual([
    { name: 'notes', foreign: true, command, args, env: { A: 'b' } },
    {
      name: 'remote',
      foreign: true,
      url: 'https://mcp.example.com/mcp',
      headers: { authorization: 'Bearer x' },
    },
  ]);
  expect(problems).toHaveLength(3);
  expect(problems[0]).toContain('"empty": it needs "command"');
  expect(problems[1]).toContain('"numbers": "args.0"');
  expect(problems[2]).toContain('"address": "url"');

  await writeFile(path, '{"mcpServers": {');
  expect((await readServers(path)).problems).toEqual([expect.stringContaining('cannot be read')]);
  await writeFile(path, '{}');
  expect((await readServers(path)).problems).toEqual([expect.stringContaining('no "mcpServers"')]);
  await writeFile(path, '[]');
  expect((await readServers(path)).problems).toEqual([expect.stringContaining('must hold a JSON object')]);
  expect((await readServers(`${path}.none`)).problems).toEqual([expect.stringContaining('no such file')]);
});

/** Serves an MCP server on a port of its own. @param told of each request, with its answer */
async function overHttp(
  answer: (request: Request) => Promise<Response>,
  told: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const http = createServer(async (request, response) => {
    told(request, response);
    const { method = 'GET', headers } = request;
    const body = method === 'POST' ? await text(request) : null;
    const entries = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const {
      status,
      headers: own,
      body: stream,
    } = await answer(new Request(url, { method, headers: entries, body }));
    response.writeHead(status, Object.fromEntries(own));
    for await (const chunk of stream ?? []) response.write(chunk);
    response.end();
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  return { url };
}

test('a server over HTTP gets its headers, and its tools work beside ours', async () => {
  const seen: (string | undefined)[] = [];
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'web', version: '2.0.0' });
    const inputSchema = fromJsonSchema<Record<string, never>>({ type: 'object', properties: {} });
    server.registerTool('weather', { inputSchema, annotations: { readOnlyHint: true } }, async () => ({
      content: [{ type: 'text', text: 'rain' }],
    }));
    return server;
  });
  const { url } = await overHttp(handler.fetch, ({ headers }) => seen.push(headers.authorization));
  const mock = await mockModels();
  mock.on({ userMessage: 'weather', hasToolResult: false }, calling('weather'));
  mock.on({ userMessage: 'weather', hasToolResult: true }, { content: 'It rains.' });
  const servers = await connect(notesServer(), {
    name: 'web',
    url,
    headers: { authorization: 'Bearer abc' },
  });
  expect(servers.status()[1]).toMatchObject({ state: 'connected', version: 'web 2.0.0', tools: 1 });
  const chat = await chatWith(mock, { servers });
  const { end } = await read(chat.send('weather'));
  expect(end).toMatchObject({ state: 'done', calls: [{ server: 'web', tool: 'weather', effect: 'read' }] });
  expect(textOf(end.calls[0]?.output)).toBe('rain');
  expect(new Set(seen)).toEqual(new Set(['Bearer abc']));
});

test.for(['end', 'destroy'] as const)(
  'a server over HTTP whose answer breaks off in the middle (%s) is noticed, and the call not repeated',
  async (how) => {
    let calls = 0;
    const handler = createMcpHandler(() => {
      const server = new McpServer({ name: 'fragile', version: '1.0.0' });
      const inputSchema = fromJsonSchema<Record<string, never>>({ type: 'object', properties: {} });
      server.registerTool('slow', { inputSchema }, async (_, { mcpReq }) => {
        calls += 1;
        const progressToken = mcpReq._meta?.progressToken ?? 0;
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
        return new Promise(() => {});
      });
      return server;
    });
    const answers: ServerResponse[] = [];
    const { url } = await overHttp(handler.fetch, (_, response) => answers.push(response));
    const servers = await connect({ name: 'fragile', url });
    const mock = await mockModels();
    mock.on({ userMessage: 'go', hasToolResult: false }, calling('slow'));
    mock.on({ userMessage: 'go', hasToolResult: true }, { content: 'It broke.' });
    const chat = await chatWith(mock, { servers, approve: 'all' });
    const turn = chat.send('go');
    for await (const part of turn.stream) {
      if (part.type !== 'tool-result' || !part.preliminary) continue;
      for (const answer of answers) answer[how]();
    }
    const end = await turn.end;
    expect(end.text).toBe('It broke.');
    expect(end.calls[0]).toMatchObject({ state: 'failed', isError: true });
    expect(String(end.calls[0]?.output)).toContain('Whether the call took effect is not known.');
    expect(calls).toBe(1);
  },
);
