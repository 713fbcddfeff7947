import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { dynamicTool, jsonSchema, type ModelMessage, streamText } from 'ai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openModel } from '../../../src/host/index.ts';
import { aiSettings, mockModels, secretKey } from '../fixtures/setup.ts';
import { ask } from './ask.ts';
import { openReplay } from './open.ts';

/** Half of an emoji, as it is left when a text is cut in the middle of one. */
const half = '\ud83d';
const history: ModelMessage[] = [
  { role: 'user', content: `one ${half}` },
  {
    role: 'assistant',
    content: [
      { type: 'text', text: '\n\n' },
      { type: 'tool-call', toolCallId: 'call_1', toolName: 'notes', input: { action: `list ${half}` } },
    ],
  },
  {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: 'call_1',
        toolName: 'notes',
        output: { type: 'text', value: `cut ${half}` },
      },
    ],
  },
  { role: 'assistant', content: [{ type: 'text', text: ' \n' }] },
  { role: 'user', content: 'two' },
];

describe('a history that was held with another model', () => {
  test('A29 has no blank answers, which Anthropic refuses, and no halves of letters', async () => {
    const mock = await mockModels();
    mock.onMessage('two', { content: 'Hello.' });
    process.env.ANTHROPIC_BASE_URL = mock.url;
    onTestFinished(() => {
      delete process.env.ANTHROPIC_BASE_URL;
    });
    const settings = aiSettings({ anthropic: { apiKey: secretKey, models: ['claude-haiku-4-5'] } });
    const { languageModel } = await openModel(settings, 'anthropic/claude-haiku-4-5');
    expect(await ask(languageModel, { messages: history })).toMatchObject({ text: 'Hello.', errors: [] });
    const { model, requests } = await openReplay(['hello.sse']);
    await ask(model, { messages: history });
    for (const body of [mock.getLastRequest()?.body, requests[0]]) {
      const sent = JSON.stringify(body);
      expect(sent).toContain('one \ufffd');
      expect(sent).toContain('list \ufffd');
      expect(sent).toContain('cut \ufffd');
      expect(sent).not.toContain('ud83d');
      expect(sent).not.toMatch(/"(text|content)":"(\s|\\n)*"/);
    }
  });

  test('and in which an answer failed: what the person said twice is one message, as some templates want it', async () => {
    const { model, requests } = await openReplay(['hello.sse']);
    const messages: ModelMessage[] = [
      { role: 'user', content: 'failed' },
      { role: 'user', content: [{ type: 'text', text: 'again' }] },
    ];
    await ask(model, { messages });
    expect(requests[0]?.messages).toEqual([{ role: 'user', content: 'failed\n\nagain' }]);
  });

  test('with a name that looks glued of many others does not hold the chat up', async () => {
    const { chatModel, requests } = await openReplay(['hello.sse']);
    const named = dynamicTool({ inputSchema: jsonSchema({ type: 'object' }), execute: async () => '' });
    const toolName = `${'a'.repeat(60)}!`;
    const calls: ModelMessage[] = [
      {
        role: 'assistant',
        content: [{ type: 'tool-call', toolCallId: 'call_1', toolName, input: {} }],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', toolCallId: 'call_1', toolName, output: { type: 'text', value: 'no' } },
        ],
      },
    ];
    const { text } = streamText({
      model: chatModel.languageModel,
      tools: { a: named, aa: named, aaa: named },
      messages: [{ role: 'user', content: 'go' }, ...calls],
    });
    expect(await text).toBe('Hello.');
    expect(JSON.stringify(requests[0])).toContain(`"${'a'.repeat(60)}_"`);
  });
});

test('options of a model reach the API of every provider as they are', async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await textOf(request));
    response.writeHead(400).end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const names = { OPENAI_BASE_URL: `${root}/v1`, ANTHROPIC_BASE_URL: root };
  Object.assign(process.env, names);
  onTestFinished(() => {
    for (const name of Object.keys(names)) delete process.env[name];
    server.closeAllConnections();
    server.close();
  });
  const model = (id: string, providerOptions: Record<string, unknown>) => ({
    apiKey: secretKey,
    models: [{ id, providerOptions }],
  });
  const settings = aiSettings({
    openai: model('gpt-5.4', { reasoningEffort: 'high', user: 'somebody' }),
    anthropic: model('claude-haiku-4-5', { metadata: { userId: 'somebody' } }),
    compatible: [{ name: 'local', baseUrl: `${root}/v1`, ...model('tester', { user: 'somebody' }) }],
  });
  for (const name of ['openai/gpt-5.4', 'anthropic/claude-haiku-4-5', 'local/tester']) {
    const { languageModel, callOptions } = await openModel(settings, name);
    const onError = () => {};
    const asked = { prompt: 'hello', providerOptions: callOptions, maxRetries: 0, onError };
    await streamText({ model: languageModel, ...asked }).consumeStream({ onError });
    expect(bodies.at(-1), name).toContain('somebody');
  }
  expect(bodies[0]).toContain('"store":false');
});
