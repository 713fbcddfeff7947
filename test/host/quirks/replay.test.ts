import type { ModelMessage } from 'ai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openModel } from '../../../src/host/index.ts';
import { createIdMap, idRules } from '../../../src/host/providers/quirks/call-ids.ts';
import { aiSettings, mockModels } from '../fixtures/setup.ts';
import { ask } from './ask.ts';
import { openReplay, problemOf } from './open.ts';
import type { ChatRequest } from './replay-server.ts';

const call = (toolCallId: string, input: unknown = { action: 'list' }, toolName = 'notes'): ModelMessage => ({
  role: 'assistant',
  content: [{ type: 'tool-call', toolCallId, toolName, input }],
});
const result = (toolCallId: string, toolName = 'notes'): ModelMessage => ({
  role: 'tool',
  content: [{ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: 'ok' } }],
});
const user: ModelMessage = { role: 'user', content: 'go on' };
/** Ids as OpenAI, Anthropic, Kimi, a gateway and an endpoint that counts give them; the last comes twice. */
const ids = [
  'call_0fyAa1bCDefGh2iJkLmN',
  'toolu_01A09q90qw90lq917835lq9',
  'functions.notes:0',
  'x'.repeat(120),
  '7',
  '7',
];
const history = [user, ...ids.flatMap((id) => [call(id), result(id)]), user];

type Sent = {
  role: string;
  tool_call_id?: string;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
};
const sent = (request: ChatRequest | undefined): Sent[] => (request?.messages ?? []) as Sent[];
const callIds = (request: ChatRequest | undefined) =>
  sent(request).flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id));
const resultIds = (request: ChatRequest | undefined) =>
  sent(request).flatMap(({ tool_call_id }) => tool_call_id ?? []);

describe('A29 Q7 ids of calls', () => {
  test('are nine letters and digits for Mistral, the same each time, and all different', async () => {
    const { model, requests } = await openReplay(['hello.sse'], { modelId: 'mistral-small-latest' });
    await ask(model, { messages: history });
    await ask(model, { messages: history });
    for (const request of requests) {
      expect(callIds(request)).toHaveLength(6);
      expect(callIds(request).every((id) => idRules.short.test(id))).toBe(true);
      expect(new Set(callIds(request)).size).toBe(6);
      expect(resultIds(request)).toEqual(callIds(request));
    }
    expect(callIds(requests[0])).toEqual(callIds(requests[1]));
  });

  test('are learned where a server with another name wants them so', async () => {
    const { model, requests, events } = await openReplay(['q07-mistral-400.json', 'hello.sse']);
    expect(await ask(model, { messages: history })).toMatchObject({ text: 'Hello.', errors: [] });
    expect(callIds(requests[0]).every((id) => idRules.short.test(id))).toBe(false);
    expect(callIds(requests[1]).every((id) => idRules.short.test(id))).toBe(true);
    expect(events).toMatchObject([{ type: 'corrected' }]);
  });

  test('stay what they are where that is allowed: some endpoints read them', async () => {
    const { model, requests } = await openReplay(['hello.sse']);
    await ask(model, { messages: history });
    expect(callIds(requests[0]).slice(0, 3)).toEqual(ids.slice(0, 3));
    expect(new Set(callIds(requests[0])).size).toBe(6);
    expect(resultIds(requests[0])).toEqual(callIds(requests[0]));
  });

  test('of any model are good for OpenAI, Anthropic and Google', async () => {
    const mock = await mockModels();
    mock.onMessage('go on', { content: 'Hi.' });
    const root = mock.url;
    const env = { OPENAI_BASE_URL: `${root}/v1`, ANTHROPIC_BASE_URL: root, GOOGLE_GEMINI_BASE_URL: root };
    Object.assign(process.env, env);
    onTestFinished(() => {
      for (const name of Object.keys(env)) delete process.env[name];
    });
    const one = { apiKey: 'k', models: ['gpt-4.1'] };
    const ai = aiSettings({ openai: one, anthropic: one, google: one });
    for (const provider of ['openai', 'anthropic', 'google']) {
      const { languageModel } = await openModel(ai, `${provider}/gpt-4.1`);
      expect(await ask(languageModel, { messages: history })).toMatchObject({ text: 'Hi.', errors: [] });
      const body = JSON.stringify(mock.getLastRequest()?.body);
      expect(body, provider).not.toContain('functions.notes:0');
      expect(body, provider).not.toContain('x'.repeat(41));
    }
  });

  test('that would meet are kept apart', () => {
    const map = createIdMap('short');
    const taken = map('some id');
    expect(map(taken)).not.toBe(taken);
    expect(map('some id')).toBe(taken);
  });
});

test('Q2 names and arguments glued together in an old history are taken apart', async () => {
  const glued = [
    user,
    call('a', '{"action":"list"}{"action":"create"}', 'notesnotes'),
    result('a', 'notesnotes'),
    call('b', 'no JSON at all', 'notesempty'),
    result('b', 'notesempty'),
    call('c', {}, 'tool with spaces'),
    result('c', 'tool with spaces'),
    user,
  ];
  const { model, requests } = await openReplay(['hello.sse']);
  expect((await ask(model, { messages: glued })).text).toBe('Hello.');
  const calls = sent(requests[0]).flatMap(({ tool_calls = [] }) => tool_calls.map((one) => one.function));
  expect(calls).toEqual([
    { name: 'notes', arguments: '{"action":"list"}' },
    { name: 'notes', arguments: '{}' },
    { name: 'tool_with_spaces', arguments: '{}' },
  ]);
});

describe('A32 Q8 thinking of earlier answers', () => {
  const reasoningIn = (request: ChatRequest | undefined) =>
    sent(request)
      .filter(({ role }) => role === 'assistant')
      .map((message) => ('reasoning_content' in message ? message.reasoning_content : undefined));

  test('goes back with the call it belongs to', async () => {
    const { model, requests } = await openReplay(['q08-deepseek-reasoning-call.sse', 'hello.sse']);
    expect(await ask(model, { steps: 2 })).toMatchObject({ text: 'Hello.', errors: [] });
    expect(reasoningIn(requests[1])).toEqual(['I should look first.']);
  });

  test('is given everywhere when the endpoint misses it', async () => {
    const { model, requests, events } = await openReplay(['q08-deepseek-400.json', 'hello.sse']);
    expect((await ask(model, { messages: history })).text).toBe('Hello.');
    expect(reasoningIn(requests[0])).toEqual(Array(6).fill(undefined));
    expect(reasoningIn(requests[1])).toEqual(Array(6).fill(''));
    expect(events).toMatchObject([{ type: 'corrected', text: expect.stringContaining('with the thinking') }]);
  });

  test('is left out when the endpoint does not know it', async () => {
    const { model, requests, events } = await openReplay([
      'q08-deepseek-reasoning-call.sse',
      'q08-groq-400.json',
      'hello.sse',
    ]);
    expect((await ask(model, { steps: 2 })).text).toBe('Hello.');
    expect(reasoningIn(requests[1])).toEqual(['I should look first.']);
    expect(reasoningIn(requests[2])).toEqual([undefined]);
    expect(events).toMatchObject([
      { type: 'corrected', text: expect.stringContaining('without the thinking') },
    ]);
  });

  test('that is disputed for good is a problem that names a way out', async () => {
    const { model, requests } = await openReplay(['q08-deepseek-400.json']);
    const problem = problemOf(await ask(model, { messages: history }));
    expect(problem.message).toContain('Start a new conversation');
    expect(requests).toHaveLength(2);
  });
});
