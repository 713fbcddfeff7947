import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openModel, type ServerConfig } from '../../src/host/index.ts';
import {
  aiSettings,
  chatWith,
  connect,
  kept,
  mockModels,
  notesServer,
  read,
  secretKey,
} from './fixtures/setup.ts';

const file = fileURLToPath(new URL('fixtures/foreign-server.ts', import.meta.url));

/** A server that the host knows nothing of, and what ran there. */
function foreignServer(name = 'foreign'): { config: ServerConfig; ran: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'foreign-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const args = ['--disable-warning=ExperimentalWarning', '--experimental-strip-types', file];
  return {
    config: { name, command: process.execPath, args, env: { FOREIGN_LOG: log } },
    ran: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
  };
}

const call = (id: string, name: string, input: Record<string, unknown> = {}) => ({
  id,
  name,
  arguments: input,
});

async function playing(...toolCalls: ReturnType<typeof call>[]) {
  const mock = await mockModels();
  mock.on({ userMessage: 'do it', hasToolResult: false }, { toolCalls });
  mock.on({ userMessage: 'do it', hasToolResult: true }, { content: 'Done.' });
  return mock;
}

describe('a foreign server does not come by what is not its own', () => {
  test('a tool named like the one of the host that reads results again is asked about', async () => {
    const { config, ran } = foreignServer();
    const servers = await connect(config);
    expect(servers.list().map(({ name }) => name)).toEqual([
      'foreign__read-result',
      'execute',
      'publish',
      'notes',
      'extra',
      'hold',
    ]);
    const mock = await playing(
      call('call_1', 'read-result', { id: 'x' }),
      call('call_2', 'foreign__read-result'),
    );
    const chat = await chatWith(mock, { servers });
    await read(chat.send('do it'));
    expect(chat.pending.map(({ toolName }) => toolName)).toEqual(['foreign__read-result']);
    expect(ran()).toEqual([]);
  });

  test('a tool named `execute` is not taken for the one of registry mode, so settings of other tools are not for it', async () => {
    const { config, ran } = foreignServer();
    const servers = await connect(config);
    const mock = await playing(call('call_1', 'execute', { name: 'items', input: { action: 'update' } }));
    const chat = await chatWith(mock, { servers, approvals: { 'items.update': 'always', items: 'always' } });
    expect((await read(chat.send('do it'))).end.state).toBe('approval');
    expect(chat.pending).toMatchObject([{ server: 'foreign', tool: 'execute', action: '' }]);
    expect(ran()).toEqual([]);
  });

  test('while an earlier server has not started, what the settings allow of a tool is not for one of that name', async () => {
    const { config, ran } = foreignServer();
    const absent: ServerConfig = { name: 'directus', command: 'no-such-command-here' };
    const servers = await connect(absent, config);
    expect(servers.list().every(({ name }) => name.startsWith('foreign__'))).toBe(true);
    const [tool] = servers.list();
    const plain = tool?.name.replace('foreign__', '') ?? '';
    const mock = await mockModels();
    mock.on({ userMessage: 'go' }, { toolCalls: [call('c1', tool?.name ?? '')] });
    const chat = await chatWith(mock, { servers, approvals: { [plain]: 'always' } });
    expect((await read(chat.send('go'))).end.state).toBe('approval');
    expect(ran()).toEqual([]);
  });

  test('a name stays with the server that has it, also when an earlier one gets a tool of that name', async () => {
    const servers = await connect(notesServer(), foreignServer().config);
    const toolsOf = (server: string) =>
      servers.list().flatMap((tool) => (tool.server === server ? tool.name : []));
    expect(toolsOf('foreign')).toContain('extra');
    const mock = await playing(call('call_1', 'grow'));
    await read((await chatWith(mock, { servers })).send('do it'));
    await vi.waitFor(() => expect(toolsOf('notes')).toContain('notes__extra'), { timeout: 10_000 });
    expect(toolsOf('foreign')).toContain('extra');
  });

  test('a tool that happens to have a parameter `dryRun` is not called before it is approved, and then once', async () => {
    const { config, ran } = foreignServer();
    const servers = await connect(config);
    const chat = await chatWith(await playing(call('call_1', 'publish', { name: 'all' })), { servers });
    await read(chat.send('do it'));
    expect(ran()).toEqual([]);
    await read(chat.answer([{ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'yes' }]));
    expect(ran()).toEqual(['publish {"name":"all"}']);
  });

  test('A15 what was approved for one server does not run on another that has the name after a restart', async () => {
    const approvalSecret = randomBytes(32);
    const mock = await playing(call('call_1', 'notes', { action: 'update', id: '1', text: 'new' }));
    const before = await chatWith(mock, { approvalSecret });
    await read(before.send('do it'));
    const { config, ran } = foreignServer();
    const conversation = kept([...before.messages]);
    conversation.recorded.calls = [...before.calls.values()];
    const after = await chatWith(mock, { approvalSecret, conversation, servers: await connect(config) });
    expect(after.pending).toMatchObject([{ server: 'notes', tool: 'notes' }]);
    const { end } = await read(
      after.answer([{ approvalId: after.pending[0]?.approvalId ?? '', decision: 'yes' }]),
    );
    expect(end).toMatchObject({ state: 'done', calls: [{ state: 'denied' }] });
    expect(ran()).toEqual([]);
  });
});

test('A15 an approval that cannot be verified runs nothing, and what it says is about approvals', async () => {
  const mock = await playing(call('call_1', 'notes', { action: 'update', id: '1', text: 'new' }));
  const servers = await connect(notesServer());
  const before = await chatWith(mock, { servers });
  await read(before.send('do it'));
  const after = await chatWith(mock, { servers, conversation: kept([...before.messages]) });
  const { end } = await read(
    after.answer([{ approvalId: after.pending[0]?.approvalId ?? '', decision: 'yes' }]),
  );
  expect(end).toMatchObject({ state: 'failed', pending: [], calls: [{ state: 'failed' }] });
  expect(end.problem).toMatch(/^The approval cannot be verified.*Nothing was run/);
  expect(after.messages.at(-1)).toMatchObject({ role: 'tool' });
});

test('whoever gives a turn up does not wait for what a server would say of a call', async () => {
  const { config, ran } = foreignServer();
  const chat = await chatWith(await playing(call('call_1', 'hold')), { servers: await connect(config) });
  const turn = chat.send('do it');
  const reader = turn.stream.getReader();
  const reading = (async () => {
    while (!(await reader.read()).done);
  })();
  await vi.waitFor(() => expect(ran()).toEqual(['hold asked']), { timeout: 10_000 });
  await reader.cancel();
  await reading;
  expect(await turn.end).toMatchObject({ state: 'stopped', pending: [] });
  await vi.waitFor(() => expect(ran()).toEqual(['hold asked', 'hold given up']), { timeout: 10_000 });
});

test('A14 an id that comes again is another call: the card shows what it would do, and that is what runs', async () => {
  const mock = await mockModels();
  process.env.ANTHROPIC_BASE_URL = mock.url;
  onTestFinished(() => {
    delete process.env.ANTHROPIC_BASE_URL;
  });
  const asked = {
    'first one': call('call_1', 'notes', { action: 'update', id: '1', text: 'harmless' }),
    'second one': call('call_1', 'notes', { action: 'delete', id: '1' }),
  };
  for (const [userMessage, one] of Object.entries(asked)) {
    mock.on({ userMessage, hasToolResult: false }, { toolCalls: [one] });
    mock.on({ userMessage, hasToolResult: true }, { content: 'Done.' });
  }
  const servers = await connect(notesServer());
  const model = await openModel(
    aiSettings({ anthropic: { apiKey: secretKey, models: ['claude-haiku-4-5'] } }),
    'anthropic/claude-haiku-4-5',
  );
  const chat = await chatWith(mock, { model, servers });
  await read(chat.send('first one'));
  await read(chat.answer([{ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'always' }]));
  await read(chat.send('second one'));
  expect(chat.pending).toMatchObject([{ action: 'delete', effect: 'delete', input: { action: 'delete' } }]);
  const { end } = await read(
    chat.answer([{ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'yes' }]),
  );
  expect(end).toMatchObject({ state: 'done', calls: [{ action: 'delete', state: 'done', isError: false }] });
  expect([...chat.calls.values()].map(({ action, state }) => [action, state])).toEqual([
    ['update', 'done'],
    ['delete', 'done'],
  ]);
});
