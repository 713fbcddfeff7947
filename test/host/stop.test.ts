import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ModelProblem, openModel, progressOf } from '../../src/host/index.ts';
import { judgeEnd, type Seen } from '../../src/host/outcome.ts';
import {
  aiSettings,
  chatWith,
  connect,
  lastMessages,
  mockModels,
  notesServer,
  openLocal,
  read,
  unanswered,
} from './fixtures/setup.ts';

/** A compatible endpoint that says exactly these lines of an event stream and then hangs, ends or is cut. */
async function endpoint(
  lines: unknown[],
  last: 'hang' | 'end' | 'cut',
): Promise<{ url: string; gone: Promise<void> }> {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.on('close', resolve);
    for (const line of lines)
      response.write(`data: ${typeof line === 'string' ? line : JSON.stringify(line)}\n\n`);
    if (last === 'end') response.end();
    // Ends the connection though the body has not ended, once everything is written.
    if (last === 'cut') response.write(': cut\n\n', () => response.socket?.end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, gone };
}

const delta = (content: object, finish_reason: string | null = null) => ({
  id: 'x',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'tester',
  choices: [{ index: 0, delta: content, finish_reason }],
});
const said = delta({ role: 'assistant', content: 'The first half' });
const toolCall = (args: string) =>
  delta({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'notes', arguments: args } }],
  });

describe('stopping', () => {
  test('reaches the model request, and keeps what was said', async () => {
    const { url, gone } = await endpoint([said], 'hang');
    const mock = await mockModels();
    const chat = await chatWith(mock, { model: await openLocal(url) });
    const stop = new AbortController();
    const turn = chat.send('tell me', { signal: stop.signal });
    for await (const part of turn.stream) if (part.type === 'text-delta') stop.abort();
    expect(await turn.end).toMatchObject({
      state: 'stopped',
      text: 'The first half',
      usage: { incomplete: true },
    });
    await gone;
    expect(chat.messages.at(-1)).toEqual({
      role: 'assistant',
      content: [{ type: 'text', text: 'The first half' }],
    });

    mock.onMessage('tell me', { content: 'The whole of it.' });
    chat.useModel(await openLocal(`${mock.url}/v1`));
    expect((await read(chat.resume())).end).toMatchObject({ state: 'done', text: 'The whole of it.' });
    expect(lastMessages(mock).map(({ role }) => role)).toEqual(['system', 'user']);
  });

  test('reaches the tool call, and leaves a history that can be sent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'host-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const log = join(folder, 'log');
    const mock = await mockModels();
    const toolCalls = [
      { id: 'call_1', name: 'notes', arguments: { action: 'read' } },
      { id: 'call_2', name: 'slow', arguments: {} },
      // A change waits for the reads before it.
      { id: 'call_3', name: 'notes', arguments: { action: 'update', id: '1', text: 'changed' } },
    ];
    mock.on({ userMessage: 'go slow', hasToolResult: false }, { content: 'Slowly.', toolCalls });
    mock.onMessage('what now', { content: 'Now nothing.' });
    const servers = await connect(notesServer('notes', [], { NOTES_LOG: log }));
    const chat = await chatWith(mock, { servers, approvals: { 'notes.update': 'always' } });
    const stop = new AbortController();
    const turn = chat.send('go slow', { signal: stop.signal });
    const seen = new Set<string>();
    for await (const part of turn.stream) {
      // Progress is the sign that the tool runs. The read beside it may end before that or after.
      if (part.type !== 'tool-result') continue;
      if (progressOf(part.output) || !part.preliminary) seen.add(part.toolName);
      if (seen.size === 2) stop.abort();
    }
    const end = await turn.end;
    expect(end.state).toBe('stopped');
    await vi.waitFor(async () => expect(await readFile(log, 'utf8')).toContain('slow cancelled'));
    expect(end.calls.map(({ toolCallId, state }) => [toolCallId, state])).toEqual([
      ['call_1', 'done'],
      ['call_2', 'failed'],
      ['call_3', 'failed'],
    ]);
    expect(end.calls[1]?.output).toContain('may or may not have taken effect');
    expect(end.calls[2]?.output).toContain('was not run');
    expect(unanswered(chat.messages)).toEqual([]);
    expect((await read(chat.send('what now'))).end.state).toBe('done');
    expect(lastMessages(mock).map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'tool',
      'tool',
      'user',
    ]);
    expect(await readFile(log, 'utf8')).toBe('notes.read \nslow started\nslow cancelled\n');
  });

  test('a reader that goes away stops the turn', async () => {
    const { url, gone } = await endpoint([said], 'hang');
    const chat = await chatWith(await mockModels(), { model: await openLocal(url) });
    const turn = chat.send('tell me');
    for await (const part of turn.stream) if (part.type === 'text-delta') break;
    expect((await turn.end).state).toBe('stopped');
    await gone;
    expect(chat.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  test('before anything was said leaves only the question', async () => {
    const mock = await mockModels();
    const chat = await chatWith(mock);
    const { end } = await read(chat.send('tell me', { signal: AbortSignal.abort() }));
    expect(end.state).toBe('stopped');
    expect(chat.messages.map(({ role }) => role)).toEqual(['user']);
  });
});

describe('a stream that is not whole', () => {
  test.for([
    { name: 'ends without a reason', lines: [said], last: 'end' },
    { name: 'is cut', lines: [said], last: 'cut' },
    { name: 'says only [DONE]', lines: ['[DONE]'], last: 'end' },
    { name: 'says nothing', lines: [], last: 'end' },
    { name: 'carries an error', lines: [said, { error: { message: 'upstream went away' } }], last: 'end' },
    { name: 'is no JSON', lines: [said, '{"choices":[{"de'], last: 'end' },
  ] as const)('that $name is no success', async ({ lines, last }) => {
    const { url } = await endpoint([...lines], last);
    const chat = await chatWith(await mockModels(), { model: await openLocal(url) });
    const { end } = await read(chat.send('tell me'));
    expect(end.state).toBe('failed');
    expect(end.problem).toContain('local');
    expect(end.problem).toContain(url);
    expect(end.text).toBe(lines[0] === said ? 'The first half' : '');
    expect(unanswered(chat.messages)).toEqual([]);
  });

  test('names what the error in it says', async () => {
    const { url } = await endpoint([said, { error: { message: 'upstream went away' } }], 'end');
    const chat = await chatWith(await mockModels(), { model: await openLocal(url) });
    expect((await read(chat.send('tell me'))).end.problem).toContain('upstream went away');
  });

  test.for([
    { name: 'half a call', lines: [said, toolCall('{"action":"crea')], last: 'end' },
    {
      name: 'a whole call without an end',
      lines: [said, toolCall('{"action":"create","text":"x"}')],
      last: 'end',
    },
    {
      name: 'a whole call and a cut',
      lines: [said, toolCall('{"action":"create","text":"x"}')],
      last: 'cut',
    },
    {
      name: 'a call cut by the limit of output',
      lines: [said, toolCall('{"action":"create","text":"x"}'), delta({}, 'length'), '[DONE]'],
      last: 'end',
    },
  ] as const)('A30 never runs $name', async ({ lines, last }) => {
    const { url } = await endpoint([...lines], last);
    const servers = await connect(notesServer());
    const chat = await chatWith(await mockModels(), { model: await openLocal(url), servers, approve: 'all' });
    const { end } = await read(chat.send('do it'));
    expect(['failed', 'limit']).toContain(end.state);
    expect(end.problem).toBeTruthy();
    expect(end.calls.filter(({ state }) => state === 'done')).toEqual([]);
    expect(unanswered(chat.messages)).toEqual([]);
  });

  test('nor asks anybody about it', async () => {
    const { url } = await endpoint([said, toolCall('{"action":"create","text":"x"}')], 'end');
    const chat = await chatWith(await mockModels(), { model: await openLocal(url) });
    expect((await read(chat.send('do it'))).end.state).toBe('failed');
    expect(chat.pending).toEqual([]);
  });

  test('an answer cut by its limit says so and goes on', async () => {
    const { url } = await endpoint([said, delta({}, 'length'), '[DONE]'], 'end');
    const mock = await mockModels();
    const chat = await chatWith(mock, { model: await openLocal(url, { maxOutput: 50 }) });
    const { end } = await read(chat.send('tell me'));
    expect(end).toMatchObject({ state: 'limit', problem: 'The answer was cut at its limit of 50 tokens.' });
    mock.onMessage('Go on.', { content: ' and the second.' });
    chat.useModel(await openLocal(`${mock.url}/v1`));
    expect((await read(chat.resume())).end.text).toBe(' and the second.');
    expect(lastMessages(mock).map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  });
});

describe('how a turn ended', () => {
  const model = {
    label: 'Tester',
    baseUrl: 'http://x/v1',
    maxOutput: undefined,
    explain: (error: unknown) => new ModelProblem(String(error), { provider: 'Tester' }),
  };
  const seen: Seen = {
    stopped: false,
    error: undefined,
    finishReason: 'stop',
    rawFinishReason: 'stop',
    text: 'Hello.',
    steps: 1,
    maxSteps: 100,
    calledTools: false,
    waiting: 0,
    model,
  };
  test.for([
    [{}, 'done', undefined],
    [{ finishReason: 'other', rawFinishReason: undefined }, 'failed', 'broke off in the middle'],
    [{ finishReason: 'error', rawFinishReason: undefined }, 'failed', 'broke off in the middle'],
    [
      { finishReason: 'other', rawFinishReason: 'MALFORMED_FUNCTION_CALL' },
      'failed',
      '"MALFORMED_FUNCTION_CALL"',
    ],
    [{ finishReason: 'other', waiting: 2, calledTools: true }, 'failed', undefined],
    [{ finishReason: 'content-filter' }, 'failed', 'content filter'],
    [{ finishReason: 'length' }, 'limit', 'cut at its limit'],
    [{ finishReason: 'tool-calls', calledTools: true }, 'limit', '100 steps'],
    [{ finishReason: 'tool-calls', calledTools: true, waiting: 1 }, 'approval', undefined],
    [{ finishReason: 'stop', calledTools: true, waiting: 1 }, 'approval', undefined],
    [{ text: ' \n' }, 'failed', 'answered nothing'],
    [{ text: '', steps: 2 }, 'done', undefined],
    [{ error: 'oh no' }, 'failed', 'oh no'],
    [{ stopped: true, error: 'aborted' }, 'stopped', undefined],
  ] as const)('%j is %s', ([found, state, problem]) => {
    const end = judgeEnd({ ...seen, ...found });
    expect(end.state).toBe(state);
    if (problem) expect(end.problem).toContain(problem);
  });

  test('Gemini ending without a word is no success', async () => {
    const chunk = {
      candidates: [{ content: { parts: [{ text: 'The first half' }], role: 'model' }, index: 0 }],
    };
    const { url } = await endpoint([chunk], 'end');
    process.env.GOOGLE_GEMINI_BASE_URL = url.replace(/\/v1$/, '');
    onTestFinished(() => {
      delete process.env.GOOGLE_GEMINI_BASE_URL;
    });
    const ai = aiSettings({ google: { apiKey: 'k', models: ['gemini-2.5-flash'] } });
    const chat = await chatWith(await mockModels(), {
      model: await openModel(ai, 'google/gemini-2.5-flash'),
    });
    expect((await read(chat.send('tell me'))).end).toMatchObject({ state: 'failed', text: 'The first half' });
  });
});
