import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/host/index.ts';
import { connect, lastMessages, mockModels, notesServer, openLocal } from './fixtures/setup.ts';

async function setUp() {
  const mock = await mockModels();
  const toolCalls = [
    { id: 'call_1', name: 'notes', arguments: { action: 'read' } },
    { id: 'call_2', name: 'notes', arguments: { action: 'update', id: '1', text: 'changed' } },
  ];
  mock.on({ userMessage: 'do it', hasToolResult: false }, { toolCalls });
  mock.on({ userMessage: 'do it', hasToolResult: true }, { content: 'I did what I could.' });
  const servers = await connect(notesServer());
  return { mock, servers, model: await openLocal(`${mock.url}/v1`), prompt: 'do it' };
}

describe('asking once', () => {
  test('reads: only reads run, the rest is denied and reported', async () => {
    const { mock, ...options } = await setUp();
    const result = await runOnce({ ...options, approve: 'reads' });
    expect(result).toMatchObject({
      state: 'done',
      text: 'I did what I could.',
      model: 'local/tester',
      steps: 2,
      finishReason: 'stop',
      toolCalls: [
        { server: 'notes', tool: 'notes', action: 'read', input: { action: 'read' }, isError: false },
      ],
      denied: [
        { server: 'notes', tool: 'notes', action: 'update', reason: expect.stringContaining('only reads') },
      ],
    });
    expect(result.toolCalls[0]?.ms).toBeTypeOf('number');
    expect(result.toolCalls[0]?.output).toMatchObject({ content: [{ type: 'text', text: '{"1":"first"}' }] });
    expect(String(lastMessages(mock).at(-1)?.content)).toContain('only reads may run');
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test('all: everything runs, but not what the settings disable', async () => {
    const { mock: _mock, ...options } = await setUp();
    const all = await runOnce({ ...options, approve: 'all' });
    expect(all.denied).toEqual([]);
    expect(all.toolCalls.map(({ action }) => action)).toEqual(['read', 'update']);
    const less = await runOnce({ ...options, approve: 'all', approvals: { 'notes.update': 'disabled' } });
    expect(less.toolCalls.map(({ action }) => action)).toEqual(['read']);
    expect(less.denied).toMatchObject([{ action: 'update', reason: expect.stringContaining('disabled') }]);
  });

  test('none: no tool runs at all', async () => {
    const { mock: _mock, ...options } = await setUp();
    const result = await runOnce({ ...options, approve: 'none' });
    expect(result).toMatchObject({ state: 'done', toolCalls: [] });
    expect(result.denied).toHaveLength(2);
  });

  test('a model that fails is a result, not a crash', async () => {
    const { mock, ...options } = await setUp();
    mock.nextRequestError(401, { message: 'who are you' });
    const parts: string[] = [];
    const result = await runOnce({ ...options, approve: 'reads', onPart: ({ type }) => parts.push(type) });
    expect(result).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('who are you'),
      text: '',
    });
    expect(parts).toContain('error');
  });

  test('the limit of steps is told', async () => {
    const { mock: _mock, ...options } = await setUp();
    const result = await runOnce({ ...options, approve: 'all', maxSteps: 1 });
    expect(result).toMatchObject({ state: 'limit', steps: 1 });
  });
});
