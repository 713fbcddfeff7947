import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Journal, JournalEntry } from '../../src/host/conversations/journal.ts';
import type { Kept } from '../../src/host/index.ts';
import {
  chatWith,
  connect,
  kept,
  lastMessages,
  mockModels,
  notesServer,
  openLocal,
  read,
} from './fixtures/setup.ts';

const update = { id: 'call_1', name: 'notes', arguments: { action: 'update', id: '1', text: 'changed' } };
const meet = (id: string) => ({ id, name: 'meet', arguments: {} });

/** A journal that is a list, and that waits or fails when a test says so. */
function listJournal(options: { before?: (entry: JournalEntry) => Promise<void> | void } = {}) {
  const entries: JournalEntry[] = [];
  const journal: Journal = {
    async write(entry) {
      await options.before?.(entry);
      entries.push(entry);
    },
  };
  const conversation: Kept = { ...kept([]), journal };
  return { entries, conversation, options };
}

const kinds = (entries: readonly JournalEntry[]) =>
  entries.map((entry) => {
    if (entry.type === 'call') return `call ${entry.call.state}`;
    if (entry.type === 'said') return `said ${entry.messages.map(({ role }) => role).join(' ')}`;
    return entry.type === 'heard' ? `heard ${entry.part.type}` : entry.type;
  });

/** The file in which the server notes what runs. */
async function logFile() {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'log');
  return { file, lines: async () => (await readFile(file, 'utf8').catch(() => '')).trim().split('\n') };
}

test('a turn is written down in the order it happens, a call before it runs', async () => {
  const mock = await mockModels();
  mock.on({ userMessage: 'do it', hasToolResult: false }, { content: 'At once.', toolCalls: [update] });
  mock.on({ userMessage: 'do it', hasToolResult: true }, { content: 'Done.' });
  const { entries, conversation } = listJournal();
  const chat = await chatWith(mock, { conversation, approvals: { notes: 'always' } });
  await read(chat.send('do it'));
  const at = (kind: string) => kinds(entries).indexOf(kind);
  const order = [
    'titled',
    'said user',
    'heard text',
    'heard tool-call',
    'call running',
    'call done',
    'said assistant tool',
    'said assistant',
  ];
  expect(order.map(at)).toEqual(order.map(at).toSorted((a, b) => a - b));
  expect(order.filter((kind) => at(kind) < 0)).toEqual([]);
  // What is said takes the place of what was heard, so nothing of it may come later.
  expect(kinds(entries).findLastIndex((kind) => kind.startsWith('heard'))).toBeLessThan(at('said assistant'));
  const said = entries.flatMap((entry) => (entry.type === 'said' ? entry.messages : []));
  expect(said).toEqual(JSON.parse(JSON.stringify(chat.messages)));
  expect(entries[0]).toMatchObject({ title: 'do it' });
});

test('nothing is asked before what the person said is safe', async () => {
  const mock = await mockModels();
  mock.onMessage('hello', { content: 'Hello.' });
  const gate = Promise.withResolvers<void>();
  const { conversation } = listJournal({ before: () => gate.promise });
  const chat = await chatWith(mock, { conversation });
  const turn = read(chat.send('hello'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(mock.getRequests()).toEqual([]);
  gate.resolve();
  expect((await turn).end).toMatchObject({ state: 'done', text: 'Hello.' });
});

test('a turn has ended when that is written down as well', async () => {
  const mock = await mockModels();
  mock.onMessage('hello', { content: 'Hello.' });
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { entries, conversation } = listJournal({
    before(entry) {
      if (entry.type !== 'ended') return;
      reached.resolve();
      return gate.promise;
    },
  });
  const chat = await chatWith(mock, { conversation });
  let over = false;
  const turn = read(chat.send('hello')).then(({ end }) => {
    over = true;
    return end;
  });
  await reached.promise;
  await new Promise((resolve) => setImmediate(resolve));
  expect(over).toBe(false);
  gate.resolve();
  expect((await turn).state).toBe('done');
  expect(entries.at(-1)).toMatchObject({ type: 'ended', state: 'done' });
});

test('a change does not run before it is written down that it will', async () => {
  const mock = await mockModels();
  mock.on({ userMessage: 'do it', hasToolResult: false }, { toolCalls: [update] });
  mock.on({ userMessage: 'do it', hasToolResult: true }, { content: 'Done.' });
  const { file, lines } = await logFile();
  const servers = await connect(notesServer('notes', [], { NOTES_LOG: file }));
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { conversation } = listJournal({
    before(entry) {
      if (entry.type !== 'call' || entry.call.state !== 'running') return;
      reached.resolve();
      return gate.promise;
    },
  });
  const chat = await chatWith(mock, { servers, conversation, approvals: { notes: 'always' } });
  const turn = read(chat.send('do it'));
  await reached.promise;
  expect(await lines()).toEqual(['']);
  gate.resolve();
  expect((await turn).end.state).toBe('done');
  expect(await lines()).toEqual(['notes.update 1']);
});

describe('when it cannot be written', () => {
  test('the answer comes and that is told once; when there is room again, nothing is lost or twice', async () => {
    const mock = await mockModels();
    mock.onMessage('hello', { content: 'Hello.' });
    const disk = { full: true };
    const { entries, conversation } = listJournal({
      before() {
        if (disk.full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      },
    });
    const warnings: string[] = [];
    const chat = await chatWith(mock, {
      conversation,
      onEvent: (event) => event.type === 'warning' && warnings.push(event.text),
    });
    for (const _ of [1, 2])
      expect((await read(chat.send('hello'))).end).toMatchObject({ state: 'done', text: 'Hello.' });
    expect(warnings).toEqual([expect.stringContaining('cannot be written down (ENOSPC)')]);
    expect(entries).toEqual([]);
    disk.full = false;
    expect((await read(chat.send('hello'))).end).toMatchObject({ state: 'done', text: 'Hello.' });
    const said = entries.flatMap((entry) => (entry.type === 'said' ? entry.messages : []));
    expect(said).toEqual(JSON.parse(JSON.stringify(chat.messages)));
    expect(said.map(({ role }) => role)).toEqual(Array(3).fill(['user', 'assistant']).flat());
  });

  test('a call does not run', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: 'do it', hasToolResult: false }, { toolCalls: [update] });
    mock.on({ userMessage: 'do it', hasToolResult: true }, { content: 'It failed.' });
    const { file, lines } = await logFile();
    const servers = await connect(notesServer('notes', [], { NOTES_LOG: file }));
    const { conversation } = listJournal({
      before(entry) {
        if (entry.type === 'call' && entry.call.state === 'running') throw new Error('the disk is gone');
      },
    });
    const chat = await chatWith(mock, { servers, conversation, approvals: { notes: 'always' } });
    const { end } = await read(chat.send('do it'));
    expect(end).toMatchObject({ state: 'done', text: 'It failed.', calls: [{ isError: true }] });
    expect(JSON.stringify(lastMessages(mock))).toContain('(the disk is gone), so nothing is changed');
    expect(await lines()).toEqual(['']);
  });
});

describe('calls of one step', () => {
  test('that read run side by side', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: 'meet', hasToolResult: false }, { toolCalls: [meet('m1'), meet('m2')] });
    mock.on({ userMessage: 'meet', hasToolResult: true }, { content: 'They met.' });
    const chat = await chatWith(mock);
    expect((await read(chat.send('meet'))).end).toMatchObject({ state: 'done', text: 'They met.' });
  });

  test('that change run alone, in their turn', async () => {
    const mock = await mockModels();
    const toolCalls = [meet('m1'), { ...update, id: 'u1' }, meet('m2')];
    mock.on({ userMessage: 'meet', hasToolResult: false }, { toolCalls });
    mock.onMessage('and now', { content: 'Stopped.' });
    const { file, lines } = await logFile();
    const servers = await connect(notesServer('notes', [], { NOTES_LOG: file }));
    const chat = await chatWith(mock, { servers, approvals: { notes: 'always' } });
    const stop = new AbortController();
    const turn = read(chat.send('meet', { signal: stop.signal }));
    // The second one would let the first go on, but the change between them waits for the first.
    await vi.waitFor(async () => expect(await lines()).toEqual(['meet']));
    await vi.waitFor(() => expect(chat.calls.size).toBe(3));
    stop.abort();
    const { end } = await turn;
    expect(end.state).toBe('stopped');
    expect(await lines()).toEqual(['meet']);
    expect(end.calls.map(({ output }) => /was not run/.test(String(output)))).toEqual([false, true, true]);
  });
});

describe('what is used', () => {
  const usage = {
    prompt_tokens: 1000,
    completion_tokens: 200,
    total_tokens: 1200,
    prompt_tokens_details: { cached_tokens: 400 },
  };
  const price = { input: 2, output: 10, cachedInput: 0.5 };

  test('is what the provider says, with its price, and lasts', async () => {
    const mock = await mockModels();
    mock.onMessage('hello', { content: 'Hello.', usage });
    const { entries, conversation } = listJournal();
    const model = await openLocal(`${mock.url}/v1`, { price });
    const chat = await chatWith(mock, { conversation, model });
    const { end } = await read(chat.send('hello'));
    const spent = entries.flatMap((entry) => (entry.type === 'spent' ? entry.spent : []));
    expect(spent).toMatchObject([
      { provider: 'local', model: 'local/tester', inputTokens: 1000, outputTokens: 200 },
    ]);
    const [first] = spent;
    expect(first?.cost).toBeCloseTo(
      (1000 - (first?.cachedTokens ?? 0)) * 2e-6 + (first?.cachedTokens ?? 0) * 0.5e-6 + 200 * 10e-6,
      10,
    );
    expect(end.usage.cost).toBe(first?.cost);
    expect(chat.contextTokens).toBe(1200);
    const { recorded } = conversation;
    const after = await chatWith(mock, {
      conversation: { recorded: { ...recorded, spent, messages: [...chat.messages] } },
    });
    expect(after.usage).toEqual(chat.usage);
    expect(after.contextTokens).toBe(1200);
  });

  test('is estimated and marked where the provider says nothing', async () => {
    const mock = await mockModels();
    mock.onMessage('hello', { content: 'word '.repeat(300), usage: undefined as never });
    const chat = await chatWith(mock);
    const { end } = await read(chat.send('hello'));
    expect(end.usage.outputTokens).toBeGreaterThan(0);
    expect(end.usage.inputTokens).toBeGreaterThan(50);
  });

  test('stops before a budget is passed, and goes on when it is raised', async () => {
    const mock = await mockModels();
    mock.onMessage(/./, { content: 'Hello.', usage });
    const seen: number[] = [];
    const budget = { tokens: 22_000, used: 0 };
    const chat = await chatWith(mock, {
      model: await openLocal(`${mock.url}/v1`, { price, maxOutput: 8000 }),
      meter: {
        async refusal({ inputTokens, maxOutput, cost }) {
          seen.push(cost ?? 0);
          return budget.used + inputTokens + maxOutput > budget.tokens ? 'The budget is used up.' : undefined;
        },
        limited: () => true,
        release() {},
        async recordCalls() {},
        async record({ inputTokens, outputTokens }) {
          budget.used += inputTokens + outputTokens;
        },
      },
    });
    let turns = 0;
    for (; turns < 30; turns++) {
      const { end } = await read(chat.send('hello'));
      if (end.state === 'done') continue;
      expect(end).toMatchObject({ state: 'limit', problem: 'The budget is used up.' });
      break;
    }
    // Each request uses 1,200 tokens; the answer that might still come counts as well.
    expect(budget.used).toBeLessThanOrEqual(budget.tokens);
    expect(budget.used).toBeGreaterThan(budget.tokens - 4000 - 1200 - 1200);
    expect(mock.getRequests()).toHaveLength(turns);
    // Near its end the budget holds only a short answer.
    const asked = mock.getRequests().map(({ body }) => (body as { max_tokens?: number }).max_tokens);
    expect(asked[0]).toBe(8000);
    expect(asked.at(-1)).toBe(4000);
    expect(seen[0]).toBeGreaterThan(8000 * 10e-6);
    budget.tokens = 100_000;
    expect((await read(chat.resume())).end.state).toBe('done');
    expect(mock.getRequests()).toHaveLength(turns + 1);
  });
});
