import type { LLMock } from '@copilotkit/aimock';
import { toUIMessageStream } from 'ai';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { defaultSystemPrompt, openModel, textOf } from '../../src/host/index.ts';
import {
  aiSettings,
  chatWith,
  lastMessages,
  lastTools,
  mockModels,
  openLocal,
  read,
  secretKey,
  unanswered,
} from './fixtures/setup.ts';

const usage = { prompt_tokens: 321, completion_tokens: 45, total_tokens: 366 };
const readNotes = { id: 'call_1', name: 'notes', arguments: { action: 'read' } };

describe('a tool round trip', () => {
  const providers = [
    {
      name: 'compatible',
      model: 'local/tester',
      path: '/v1',
      image: /"image_url":\{"url":"data:image\/png;base64,iVBOR/,
    },
    {
      name: 'openai',
      model: 'openai/gpt-4.1',
      path: '/v1',
      env: 'OPENAI_BASE_URL',
      image: /"type":"input_image","image_url":"data:image\/png;base64,iVBOR/,
    },
    {
      name: 'anthropic',
      model: 'anthropic/claude-sonnet-4-5',
      path: '',
      env: 'ANTHROPIC_BASE_URL',
      image: /"source":\{"type":"base64","media_type":"image\/png","data":"iVBOR/,
    },
    {
      name: 'google',
      model: 'google/gemini-2.5-flash',
      path: '',
      env: 'GOOGLE_GEMINI_BASE_URL',
      image: /"inlineData":\{"mimeType":"image\/png","data":"iVBOR/,
    },
  ];

  /** The provider of that name, played by the mock. */
  async function open(mock: LLMock, { name, model, path, env }: (typeof providers)[number]) {
    if (env) {
      process.env[env] = `${mock.url}${path}`;
      onTestFinished(() => {
        delete process.env[env];
      });
    }
    const [, id = ''] = model.split('/');
    const ai = aiSettings(
      env
        ? { [name]: { apiKey: secretKey, models: [id] } }
        : {
            compatible: [
              { name: 'local', baseUrl: `${mock.url}/v1/`, models: [{ id: 'tester', attachments: true }] },
            ],
          },
    );
    return openModel(ai, model);
  }
  // Gemini itself ends a call with STOP; the mock has a word of its own for it.
  const stopOf = (name: string) => (name === 'google' ? { finishReason: 'stop' as const } : {});

  test.for(providers)('works with $name', async (provider) => {
    const mock = await mockModels();
    const stop = stopOf(provider.name);
    mock.on(
      { userMessage: 'what is noted', hasToolResult: false },
      { content: 'Let me see. ', toolCalls: [readNotes], usage, ...stop },
    );
    mock.on(
      { userMessage: 'what is noted', hasToolResult: true },
      { content: 'There is **one** note.', usage },
    );
    const chat = await chatWith(mock, { model: await open(mock, provider) });

    const { parts, end } = await read(chat.send('what is noted?'));

    expect(end).toMatchObject({
      state: 'done',
      text: 'There is **one** note.',
      steps: 2,
      finishReason: 'stop',
    });
    const [call] = end.calls;
    expect(call).toMatchObject({
      server: 'notes',
      tool: 'notes',
      action: 'read',
      effect: 'read',
      state: 'done',
    });
    expect(textOf(call?.output)).toBe('{"1":"first"}');
    expect(call?.ms).toBeGreaterThanOrEqual(0);
    expect(call?.tokens).toBeGreaterThan(2);
    expect(parts.filter((part) => part.type === 'text-delta').length).toBeGreaterThan(1);
    expect(end.usage).toMatchObject({ inputTokens: 642, outputTokens: 90, incomplete: false });
    expect(chat.usage).toEqual(end.usage);
    expect(chat.contextTokens).toBe(366);
    expect(unanswered(chat.messages)).toEqual([]);
    const sent = JSON.stringify(mock.getLastRequest()?.body).replaceAll('\\', '');
    expect(sent).toContain('{"1":"first"}');
    expect(sent).toContain('Notes are kept by id.');
  });

  test.for(providers)('asks, refuses and runs with $name', async (provider) => {
    const mock = await mockModels();
    const stop = stopOf(provider.name);
    const toolCalls = [
      readNotes,
      { id: 'call_2', name: 'notes', arguments: { action: 'create', text: 'two' } },
      { id: 'call_3', name: 'notes', arguments: { action: 'delete', id: '1' } },
    ];
    mock.on({ userMessage: 'all of it', hasToolResult: false }, { toolCalls, ...stop });
    mock.on({ userMessage: 'all of it', hasToolResult: true }, { content: 'As far as I may.' });
    mock.onMessage('thank you', { content: 'Not at all.' });
    const chat = await chatWith(mock, { model: await open(mock, provider) });
    await read(chat.send('all of it'));
    expect(chat.pending.map(({ action }) => action)).toEqual(['create', 'delete']);
    const [create, remove] = chat.pending;
    const { end } = await read(
      chat.answer([
        { approvalId: create?.approvalId ?? '', decision: 'yes' },
        { approvalId: remove?.approvalId ?? '', decision: 'no', reason: 'keep it' },
      ]),
    );
    expect(end).toMatchObject({ state: 'done', text: 'As far as I may.' });
    const sent = JSON.stringify(mock.getLastRequest()?.body).replaceAll('\\', '');
    expect(sent).toContain('{"create":{"2":"two"}}');
    expect(sent).toContain('keep it');
    expect((await read(chat.send('thank you'))).end).toMatchObject({ state: 'done', text: 'Not at all.' });
  });

  test.for(providers)('sends the image of a result as an image with $name', async (provider) => {
    const mock = await mockModels();
    const picture = { id: 'call_1', name: 'picture', arguments: {} };
    const fetched = vi.spyOn(globalThis, 'fetch');
    onTestFinished(() => fetched.mockRestore());
    mock.on(
      { userMessage: 'show', hasToolResult: false },
      { toolCalls: [picture], ...stopOf(provider.name) },
    );
    mock.on({}, { content: 'A red pixel.' });
    const chat = await chatWith(mock, { model: await open(mock, provider) });
    expect((await read(chat.send('show'))).end).toMatchObject({ state: 'done', text: 'A red pixel.' });
    expect(String(fetched.mock.lastCall?.[1]?.body)).toMatch(provider.image);
  });
});

describe('the loop', () => {
  test('streams text as it comes', async () => {
    const mock = await mockModels();
    mock.onMessage('hello', { content: 'Good morning to you, dear reader of notes.' });
    const chat = await chatWith(mock);
    const { parts, end } = await read(chat.send('hello'));
    const deltas = parts.flatMap((part) => (part.type === 'text-delta' ? [part.text] : []));
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.join('')).toBe('Good morning to you, dear reader of notes.');
    expect(end).toMatchObject({ state: 'done', text: deltas.join(''), calls: [] });
    expect(chat.messages).toHaveLength(2);
  });

  test('runs two calls of one turn in their order', async () => {
    const mock = await mockModels();
    const toolCalls = [readNotes, { id: 'call_2', name: 'picture', arguments: {} }];
    mock.on({ userMessage: 'both', hasToolResult: false }, { toolCalls });
    mock.on({ userMessage: 'both', hasToolResult: true }, { content: 'Both done.' });
    const chat = await chatWith(mock);
    const { end } = await read(chat.send('both'));
    expect(end.state).toBe('done');
    expect(end.calls.map(({ toolCallId, state }) => [toolCallId, state])).toEqual([
      ['call_1', 'done'],
      ['call_2', 'done'],
    ]);
    const results = lastMessages(mock).filter(({ role }) => role === 'tool');
    expect(results).toHaveLength(2);
  });

  test('keeps the conversation over turns', async () => {
    const mock = await mockModels();
    mock.onMessage('my name is Ada', { content: 'Hello Ada.' });
    mock.onMessage('who am I', { content: 'You are Ada.' });
    const chat = await chatWith(mock);
    await read(chat.send('my name is Ada'));
    await read(chat.send('who am I'));
    expect(lastMessages(mock).map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    chat.clear();
    await read(chat.send('who am I'));
    expect(lastMessages(mock).map(({ role }) => role)).toEqual(['system', 'user']);
  });

  test('A16 stops at the limit of steps, says so, and goes on when asked to', async () => {
    const mock = await mockModels();
    let asked = 0;
    mock.on({ userMessage: 'long job' }, () => {
      asked += 1;
      const arguments_ = JSON.stringify(readNotes.arguments);
      return asked < 5
        ? { toolCalls: [{ ...readNotes, id: `call_${asked}`, arguments: arguments_ }] }
        : { content: 'The long job is done.' };
    });
    const chat = await chatWith(mock, { maxSteps: 3 });
    const first = await read(chat.send('a long job'));
    expect(first.end).toMatchObject({ state: 'limit', steps: 3 });
    expect(first.end.problem).toContain('3 steps');
    expect(unanswered(chat.messages)).toEqual([]);
    const second = await read(chat.resume());
    expect(second.end).toMatchObject({ state: 'done', steps: 2, text: 'The long job is done.' });
    expect(() => chat.resume()).toThrow('nothing to go on with');
  });

  test('counts steps over the answers of a person', async () => {
    const mock = await mockModels();
    let asked = 0;
    mock.on({ userMessage: 'keep changing' }, () => {
      asked += 1;
      const input = JSON.stringify({ action: 'update', id: '1', text: `${asked}` });
      return { toolCalls: [{ id: `call_${asked}`, name: 'notes', arguments: input }] };
    });
    const chat = await chatWith(mock, { maxSteps: 2 });
    const always = () => ({ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'always' as const });
    expect((await read(chat.send('keep changing'))).end).toMatchObject({ state: 'approval', steps: 1 });
    expect((await read(chat.answer([always()]))).end).toMatchObject({ state: 'limit', steps: 1 });
    expect((await read(chat.resume())).end, 'going on starts the count anew').toMatchObject({
      state: 'limit',
      steps: 2,
    });
  });

  test('tells the model about a tool that failed, that does not exist, or got half an argument', async () => {
    const mock = await mockModels();
    const toolCalls = [
      { id: 'call_1', name: 'notes', arguments: { action: 'update', id: '99', text: 'x' } },
      { id: 'call_2', name: 'nonsense', arguments: {} },
      { id: 'call_3', name: 'notes', arguments: '{"action": "re' },
    ];
    mock.on({ userMessage: 'go wrong', hasToolResult: false }, { toolCalls });
    mock.on({ userMessage: 'go wrong', hasToolResult: true }, { content: 'That went wrong.' });
    const chat = await chatWith(mock, { approvals: { notes: 'always' } });
    const { end } = await read(chat.send('go wrong'));
    expect(end).toMatchObject({ state: 'done', text: 'That went wrong.' });
    expect(end.calls.map(({ state, isError }) => [state, isError])).toEqual([
      ['done', true],
      ['failed', true],
      ['failed', true],
    ]);
    const told = lastMessages(mock).flatMap(({ role, content }) =>
      role === 'tool' ? [String(content)] : [],
    );
    expect(told[0]).toContain('There is no note');
    expect(told[1]).toContain('nonsense');
    expect(told).toHaveLength(3);
    expect(JSON.stringify(chat.messages).match(/"type":"error-text"/g)).toHaveLength(3);
    expect(unanswered(chat.messages)).toEqual([]);
  });

  test('passes the own system prompt, maximum output, provider options and key on', async () => {
    const mock = await mockModels();
    mock.onMessage('hello', { content: 'Ahoy.' });
    const model = await openLocal(`${mock.url}/v1`, { maxOutput: 777, providerOptions: { top_k: 5 } });
    const chat = await chatWith(mock, { model, systemPrompt: 'Talk like a pirate.' });
    await read(chat.send('hello'));
    expect(mock.getLastRequest()?.body).toMatchObject({ max_tokens: 777, top_k: 5, model: 'tester' });
    const [system] = lastMessages(mock);
    expect(String(system?.content).startsWith('Talk like a pirate.')).toBe(true);
    await read((await chatWith(mock, { systemPrompt: '  ' })).send('hello'));
    expect(String(lastMessages(mock)[0]?.content).startsWith(defaultSystemPrompt)).toBe(true);
  });

  test('passes the schema of a tool on as the server gave it', async () => {
    const mock = await mockModels();
    mock.onMessage('hello', { content: 'Hi.' });
    const chat = await chatWith(mock);
    await read(chat.send('hello'));
    expect(lastTools(mock).find(({ name }) => name === 'notes')).toEqual({
      name: 'notes',
      description: 'Read and write notes.',
      parameters: {
        type: 'object',
        properties: {
          action: { type: 'string', enum: ['read', 'create', 'update', 'delete'] },
          id: { type: 'string' },
          text: { type: 'string' },
        },
        required: ['action'],
      },
    });
  });

  test('refuses a second turn while one runs', async () => {
    const mock = await mockModels();
    mock.onMessage('hello', { content: 'Hi.' });
    const chat = await chatWith(mock);
    const turn = chat.send('hello');
    expect(() => chat.send('and again')).toThrow('still being written');
    await read(turn);
    expect((await read(chat.send('hello'))).end.state).toBe('done');
  });

  test('its stream is the one that toUIMessageStream takes', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: 'notes', hasToolResult: false }, { toolCalls: [readNotes] });
    mock.on({ userMessage: 'notes', hasToolResult: true }, { content: 'One note.' });
    const chat = await chatWith(mock);
    const types: string[] = [];
    for await (const chunk of toUIMessageStream({ stream: chat.send('notes').stream }))
      types.push(chunk.type);
    expect(types).toEqual(
      expect.arrayContaining(['tool-input-available', 'tool-output-available', 'text-delta', 'finish']),
    );
  });
});
