import { randomBytes } from 'node:crypto';
import type { LLMock } from '@copilotkit/aimock';
import type { ModelMessage } from 'ai';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Approve, type Effect, judge } from '../../src/host/approvals.ts';
import type { Meter } from '../../src/host/costs/meter.ts';
import { noUsage } from '../../src/host/costs/usage.ts';
import { type Decision, textOf } from '../../src/host/index.ts';
import { createConfirmations } from '../../src/host/mcp/preview.ts';
import { createScribe } from '../../src/host/scribe.ts';
import { runTurn } from '../../src/host/turn.ts';
import {
  chatWith,
  connect,
  kept,
  lastMessages,
  mockModels,
  notesServer,
  read,
  unanswered,
} from './fixtures/setup.ts';

const call = (id: string, input: Record<string, unknown>, name = 'notes') => ({ id, name, arguments: input });
const update = call('call_1', { action: 'update', id: '1', text: 'changed' });

/** The model calls `calls` when told to, says "Done." after a result and "Read." to the word. */
async function playing(...calls: ReturnType<typeof call>[]): Promise<LLMock> {
  const mock = await mockModels();
  mock.on({ userMessage: 'do it', hasToolResult: false }, { toolCalls: calls });
  mock.on({ userMessage: 'do it', hasToolResult: true }, { content: 'Done.' });
  return mock;
}

const notesOf = async (servers: Awaited<ReturnType<typeof connect>>) => {
  const run = servers.tools.notes?.execute;
  if (!run) throw new Error('no notes tool');
  const options = { toolCallId: 'look', messages: [], context: {} };
  let last: unknown;
  for await (const output of run({ action: 'read' }, options) as AsyncIterable<unknown>) last = output;
  return JSON.parse(textOf(last)) as Record<string, string>;
};

describe('a call that changes something', () => {
  test('waits, runs after yes, and its result is told to the model', async () => {
    const mock = await playing(update);
    const servers = await connect(notesServer());
    const chat = await chatWith(mock, { servers });
    const first = await read(chat.send('do it'));
    expect(first.end.state).toBe('approval');
    expect(chat.pending).toMatchObject([
      {
        server: 'notes',
        tool: 'notes',
        action: 'update',
        effect: 'write',
        input: { id: '1', text: 'changed' },
      },
    ]);
    expect(await notesOf(servers)).toEqual({ 1: 'first' });

    const [pending] = chat.pending;
    const second = await read(chat.answer([{ approvalId: pending?.approvalId ?? '', decision: 'yes' }]));
    expect(second.end).toMatchObject({ state: 'done', text: 'Done.' });
    expect(second.end.calls).toMatchObject([{ action: 'update', state: 'done', isError: false }]);
    expect(await notesOf(servers)).toEqual({ 1: 'changed' });
    expect(unanswered(chat.messages)).toEqual([]);
    expect(chat.pending).toEqual([]);

    const third = await read(chat.send('do it again'));
    expect(third.end.state, 'yes holds once').toBe('approval');
  });

  test('is not run after no, and the model is told why', async () => {
    const mock = await playing(update);
    const servers = await connect(notesServer());
    const chat = await chatWith(mock, { servers });
    await read(chat.send('do it'));
    const approvalId = chat.pending[0]?.approvalId ?? '';
    const { end } = await read(chat.answer([{ approvalId, decision: 'no', reason: 'wrong note' }]));
    expect(end.state).toBe('done');
    expect(end.calls).toMatchObject([{ state: 'denied' }]);
    expect(String(lastMessages(mock).at(-1)?.content)).toContain('wrong note');
    expect(await notesOf(servers)).toEqual({ 1: 'first' });
    expect(unanswered(chat.messages)).toEqual([]);
  });

  test('is denied when the person says something else instead', async () => {
    const mock = await playing(update);
    mock.onMessage('never mind', { content: 'As you like.' });
    const servers = await connect(notesServer());
    const counted: string[] = [];
    const meter: Meter = {
      refusal: async () => undefined,
      limited: () => false,
      release() {},
      async record() {},
      recordCalls: async (_, calls) => void counted.push(...calls.map(({ state }) => state)),
    };
    const chat = await chatWith(mock, { servers, meter });
    await read(chat.send('do it'));
    counted.length = 0;
    const { end } = await read(chat.send('never mind'));
    expect(end).toMatchObject({ state: 'done', text: 'As you like.' });
    expect(counted).toEqual(['denied']);
    expect(await notesOf(servers)).toEqual({ 1: 'first' });
    expect(chat.calls.get('call_1')?.state).toBe('denied');
    expect(() => chat.answer([])).toThrow('No call waits');
  });

  test('A12 always for update does not let delete run', async () => {
    const mock = await mockModels();
    const remove = call('call_2', { action: 'delete', id: '1' });
    const again = call('call_3', { action: 'update', id: '1', text: 'changed twice' });
    for (const [word, asked] of [
      ['update it', update],
      ['delete it', remove],
      ['once more', again],
    ] as const) {
      mock.on({ userMessage: word, hasToolResult: false }, { toolCalls: [asked] });
      mock.on({ userMessage: word, hasToolResult: true }, { content: 'Done.' });
    }
    const servers = await connect(notesServer());
    const chat = await chatWith(mock, { servers });
    await read(chat.send('update it'));
    await read(chat.answer([{ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'always' }]));
    expect(chat.approvalOf({ server: 'notes', tool: 'notes', action: 'update', effect: 'write' })).toBe(
      'always',
    );

    expect((await read(chat.send('once more'))).end.state).toBe('done');
    expect(await notesOf(servers)).toEqual({ 1: 'changed twice' });
    expect((await read(chat.send('delete it'))).end.state).toBe('approval');
    expect(chat.pending).toMatchObject([{ action: 'delete', effect: 'delete' }]);
    expect(await notesOf(servers)).toEqual({ 1: 'changed twice' });

    await read(chat.answer([]));
    chat.clear();
    expect((await read(chat.send('update it'))).end.state, 'a grant ends with the chat').toBe('approval');
  });

  test('A14 several are answered together, and no answer is a no', async () => {
    const create = call('call_2', { action: 'create', text: 'second' });
    const look = call('call_3', { action: 'read' });
    const remove = call('call_4', { action: 'delete', id: '1' });
    const mock = await playing(update, create, look, remove);
    const servers = await connect(notesServer());
    const chat = await chatWith(mock, { servers });
    const first = await read(chat.send('do it'));
    expect(chat.pending.map(({ action }) => action)).toEqual(['update', 'create', 'delete']);
    expect(first.end.calls.find(({ action }) => action === 'read')?.state).toBe('done');
    const decisions: Decision[] = chat.pending
      .filter(({ action }) => action !== 'delete')
      .map(({ approvalId }) => ({ approvalId, decision: 'yes' }));
    const { end } = await read(chat.answer(decisions));
    expect(end.state).toBe('done');
    expect(await notesOf(servers)).toEqual({ 1: 'changed', 2: 'second' });
    expect([...chat.calls.values()].map(({ action, state }) => [action, state])).toEqual([
      ['update', 'done'],
      ['create', 'done'],
      ['read', 'done'],
      ['delete', 'denied'],
    ]);
    expect(unanswered(chat.messages)).toEqual([]);
  });

  test('two calls that are alike each get their own answer', async () => {
    const mock = await playing(update, { ...update, id: 'call_2' });
    const chat = await chatWith(mock);
    await read(chat.send('do it'));
    const [one] = chat.pending;
    const { end } = await read(chat.answer([{ approvalId: one?.approvalId ?? '', decision: 'yes' }]));
    expect(end.state).toBe('done');
    expect([...chat.calls.values()].map(({ state }) => state)).toEqual(['done', 'denied']);
  });

  test('builtin k: an approval that was not asked for here, or is for another input, does not run it', async () => {
    const mock = await playing(update);
    const servers = await connect(notesServer());
    const approvalSecret = randomBytes(32);
    const chat = await chatWith(mock, { servers, approvalSecret });
    await read(chat.send('do it'));
    const approvalId = chat.pending[0]?.approvalId ?? '';
    const yes: ModelMessage = {
      role: 'tool',
      content: [{ type: 'tool-approval-response', approvalId, approved: true }],
    };
    const turnWith = (messages: readonly ModelMessage[], secret: Uint8Array) =>
      runTurn({
        model: chat.model,
        servers,
        instructions: '',
        messages: [...messages, yes],
        languageModel: chat.model.languageModel,
        maxSteps: 5,
        approvalSecret: secret,
        signal: undefined,
        judge: () => 'ask',
        attended: true,
        calls: new Map(chat.calls),
        scribe: createScribe(undefined),
        shortening: { summary: undefined, asideBefore: 0 },
        scale: () => 1,
        limit: () => Number.POSITIVE_INFINITY,
        onEvent: () => {},
        usage: () => ({ usage: noUsage, contextTokens: 0 }),
      });
    const tampered = structuredClone([...chat.messages]);
    for (const { content } of tampered) {
      for (const part of typeof content === 'string' ? [] : content) {
        if (part.type === 'tool-call') part.input = { action: 'update', id: '1', text: 'something else' };
      }
    }
    for (const [messages, secret] of [
      [chat.messages, randomBytes(32)],
      [tampered, approvalSecret],
    ] as const) {
      const { end } = await read(turnWith(messages, secret));
      expect(end.state).toBe('failed');
      expect(await notesOf(servers)).toEqual({ 1: 'first' });
    }
    const { end } = await read(turnWith(chat.messages, approvalSecret));
    expect(end.state).toBe('done');
    expect(await notesOf(servers)).toEqual({ 1: 'changed' });
  });
});

describe('a yes', () => {
  /** A chat whose call waits, with what its server says of it, which can change. */
  async function waiting() {
    const mock = await playing(update);
    const servers = await connect(notesServer());
    const says = { text: 'first becomes changed', asked: 0 };
    const preview = async () => {
      says.asked += 1;
      return { text: says.text };
    };
    const chat = await chatWith(mock, { servers: { ...servers, preview } });
    await read(chat.send('do it'));
    const yes = () =>
      chat.pending.map(({ approvalId, shown }) => ({ approvalId, shown, decision: 'yes' as const }));
    return { chat, servers, says, yes };
  }
  const later = (ms: number) => {
    const now = performance.now() + ms;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    onTestFinished(() => clock.mockRestore());
  };

  test('A11 is for what was shown: what changed since is shown before it runs', async () => {
    const { chat, servers, says, yes } = await waiting();
    const early = yes();
    says.text = 'second becomes changed';
    await chat.previewPending();
    expect(await chat.isAsShown(early)).toBe(false);
    expect(() => chat.answer(early)).toThrow('has changed');
    expect(await chat.isAsShown(early.map((one) => ({ ...one, decision: 'no' as const })))).toBe(true);
    expect(await notesOf(servers)).toEqual({ 1: 'first' });
    expect(chat.pending[0]?.preview).toBe('second becomes changed');
    expect(await chat.isAsShown(yes())).toBe(true);
    expect((await read(chat.answer(yes()))).end.state).toBe('done');
    expect(await notesOf(servers)).toEqual({ 1: 'changed' });
  });

  test('that comes after minutes is for what would happen then, as what confirms a call does not last', async () => {
    const { chat, says, yes } = await waiting();
    const given = yes();
    expect(await chat.isAsShown(given)).toBe(true);
    expect(says.asked).toBe(1);
    later(6 * 60_000);
    // Whoever says no waits for nothing.
    expect(await chat.isAsShown(given.map((one) => ({ ...one, decision: 'no' as const })))).toBe(true);
    expect(says.asked).toBe(1);
    expect(await chat.isAsShown(given)).toBe(true);
    expect(says.asked).toBe(2);
    expect(await chat.isAsShown(given)).toBe(true);
    expect(says.asked).toBe(2);
    says.text = 'second becomes changed';
    later(6 * 60_000);
    expect(await chat.isAsShown(given)).toBe(false);
  });
});

test('what confirms a call is for that call alone, also where two have the same id', () => {
  const confirmations = createConfirmations();
  const call = (id: string) => ({
    toolCallId: 'items:0',
    toolName: 'items',
    input: { action: 'delete', keys: [id] },
  });
  confirmations.keep(call('1'), 'one');
  confirmations.keep(call('2'), 'two');
  expect([confirmations.take(call('1')), confirmations.take(call('2'))]).toEqual(['one', 'two']);
  expect(confirmations.take(call('1'))).toBeUndefined();
});

describe('a conversation that is opened again', () => {
  test('A15 still waits for its answer, and runs once', async () => {
    const mock = await playing(update);
    const servers = await connect(notesServer());
    const approvalSecret = randomBytes(32);
    const before = await chatWith(mock, { servers, approvalSecret });
    await read(before.send('do it'));
    const stored = JSON.parse(JSON.stringify(before.messages)) as ModelMessage[];

    const after = await chatWith(mock, { servers, approvalSecret, conversation: kept(stored) });
    expect(after.pending).toEqual(before.pending);
    const { end } = await read(
      after.answer([{ approvalId: after.pending[0]?.approvalId ?? '', decision: 'yes' }]),
    );
    expect(end).toMatchObject({ state: 'done', text: 'Done.', calls: [{ action: 'update', state: 'done' }] });
    expect(await notesOf(servers)).toEqual({ 1: 'changed' });
    const again = await chatWith(mock, { servers, approvalSecret, conversation: kept([...after.messages]) });
    expect(again.pending).toEqual([]);
    expect(() => again.answer([])).toThrow('No call waits');
  });

  test('closes a call that was cut off', async () => {
    const mock = await mockModels();
    mock.onMessage('and now', { content: 'I look first.' });
    const messages: ModelMessage[] = [
      { role: 'user', content: 'do it' },
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', toolCallId: 'call_1', toolName: 'notes', input: { action: 'update' } },
        ],
      },
    ];
    const chat = await chatWith(mock, { conversation: kept(messages) });
    expect(unanswered(chat.messages)).toEqual([]);
    expect((await read(chat.send('and now'))).end.state).toBe('done');
  });
});

describe('in registry mode', () => {
  test('the inner call decides', async () => {
    const mock = await mockModels();
    const inner = (id: string, input: unknown) => call(id, { name: 'notes', input }, 'execute');
    mock.on(
      { userMessage: 'read', hasToolResult: false },
      { toolCalls: [inner('call_1', { action: 'read' })] },
    );
    mock.on({ userMessage: 'read', hasToolResult: true }, { content: 'Read.' });
    mock.on(
      { userMessage: 'change', hasToolResult: false },
      { toolCalls: [inner('call_2', '{"action":"delete","id":"1"}'), inner('call_3', { action: 'odd' })] },
    );
    const chat = await chatWith(mock);
    expect((await read(chat.send('read'))).end.state).toBe('done');
    expect((await read(chat.send('change'))).end.state).toBe('approval');
    expect(chat.pending).toMatchObject([
      { toolName: 'execute', tool: 'notes', action: 'delete', effect: 'delete' },
      { toolName: 'execute', tool: 'notes', action: 'odd', effect: 'unknown' },
    ]);
  });
});

describe('judge', () => {
  const about = (effect: Effect | 'unknown', action = 'update') => ({ tool: 'items', action, effect });
  const by = (
    settings: Record<string, 'always' | 'ask' | 'disabled'>,
    approve: Approve = 'ask',
    granted = false,
  ) => ({
    about: (effect: Effect | 'unknown', action?: string) =>
      judge(about(effect, action), settings, granted, approve),
  });

  test('reads run, everything else asks', () => {
    expect(by({}).about('read')).toBe('run');
    for (const effect of ['write', 'delete', 'schema', 'automation', 'access', 'unknown'] as const) {
      expect(by({}).about(effect)).toBe('ask');
    }
  });

  test('an action is set apart from its tool', () => {
    expect(by({ 'items.update': 'always' }).about('write')).toBe('run');
    expect(by({ 'items.update': 'always' }).about('delete', 'delete')).toBe('ask');
    expect(by({ items: 'always' }).about('write')).toBe('run');
    expect(by({ items: 'always' }).about('delete', 'delete')).toBe('ask');
    expect(by({ 'items.delete': 'always' }).about('delete', 'delete')).toBe('run');
    expect(by({ items: 'ask' }).about('read', 'read')).toBe('ask');
    expect(by({ items: 'ask', 'items.read': 'always' }).about('read', 'read')).toBe('run');
  });

  test('disabled beats everything', () => {
    for (const approve of ['ask', 'all', 'reads', 'none'] as const) {
      expect(
        by({ items: 'disabled', 'items.read': 'always' }, approve, true).about('read', 'read'),
      ).toHaveProperty('denied');
      expect(by({ 'items.read': 'disabled' }, approve, true).about('read', 'read')).toHaveProperty('denied');
    }
  });

  test('nobody to ask: reads, all or none', () => {
    expect(by({}, 'reads').about('read')).toBe('run');
    expect(by({ items: 'always' }, 'reads').about('write')).toHaveProperty('denied');
    expect(by({}, 'reads').about('unknown')).toHaveProperty('denied');
    expect(by({}, 'all').about('delete')).toBe('run');
    expect(by({}, 'none').about('read')).toHaveProperty('denied');
  });

  test('a tool may be called like a property of every object', () => {
    expect(judge({ tool: 'constructor', action: '', effect: 'unknown' }, {}, false, 'ask')).toBe('ask');
  });
});
