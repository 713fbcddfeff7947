import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateText, jsonSchema, type ModelMessage, type ToolSet, tool } from 'ai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ChatModel, openModel, quickModel } from '../../src/host/index.ts';
import { withCaching } from '../../src/host/providers/caching.ts';
import { aiSettings } from './fixtures/setup.ts';

/** What is sent to an endpoint, as it is sent. It answers nothing of use. */
async function recorder(): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"enough"}}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

const open = async (name: string, url: string): Promise<ChatModel> => {
  const [provider = '', id] = name.split('/');
  const variable = {
    openai: 'OPENAI_BASE_URL',
    anthropic: 'ANTHROPIC_BASE_URL',
    google: 'GOOGLE_GEMINI_BASE_URL',
  }[provider];
  if (!variable) return quickModel({ baseUrl: `${url}/v1`, model: 'm' });
  process.env[variable] = provider === 'openai' ? `${url}/v1` : url;
  onTestFinished(() => {
    delete process.env[variable];
  });
  return openModel(aiSettings({ [provider]: { apiKey: 'k', models: [id] } }), name);
};

const noop = (name: string) =>
  tool({
    description: name,
    inputSchema: jsonSchema<object>({ type: 'object', properties: {} }),
    execute: async () => 'done',
  });
const tools: ToolSet = { first: noop('first'), last: noop('last') };

/** Two steps of a turn: the model has called a tool twice. */
const messages: ModelMessage[] = [
  { role: 'user', content: 'one' },
  { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'a', toolName: 'first', input: {} }] },
  {
    role: 'tool',
    content: [
      { type: 'tool-result', toolCallId: 'a', toolName: 'first', output: { type: 'text', value: 'r1' } },
    ],
  },
  { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'b', toolName: 'first', input: {} }] },
  {
    role: 'tool',
    content: [
      { type: 'tool-result', toolCallId: 'b', toolName: 'first', output: { type: 'text', value: 'r2' } },
    ],
  },
];

type Options = {
  instructions?: string;
  providerOptions?: NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;
};

/** The body of the request that a conversation makes. */
async function sent(
  name: string,
  options: Options = { instructions: 'Be brief.' },
  conversation = 'conversation-1',
) {
  const { url, bodies } = await recorder();
  const { languageModel: model } = withCaching(await open(name, url), conversation);
  const asked = generateText({
    tools,
    ...options,
    model,
    messages,
    maxRetries: 0,
  });
  await expect(asked).rejects.toThrow();
  return JSON.parse(bodies[0] ?? '');
}

const MARK = '"cache_control":{"type":"ephemeral"}';
const marksIn = (value: unknown) => JSON.stringify(value).split(MARK).length - 1;

describe('Anthropic', () => {
  test('is told to cache the instructions, the end, and the end of the request before', async () => {
    const body = await sent('anthropic/claude-sonnet-4-5');
    expect(marksIn(body)).toBe(3);
    expect(marksIn(body.system.at(-1))).toBe(1);
    expect(marksIn(body.tools)).toBe(0);
    const places = body.messages.map(marksIn);
    expect(body.messages).toHaveLength(5);
    expect(places).toEqual([0, 0, 1, 0, 1]);
    expect(marksIn(body.messages[4].content.at(-1))).toBe(1);
  });

  test('without instructions the tools are marked', async () => {
    const body = await sent('anthropic/claude-sonnet-4-5', {});
    expect(marksIn(body.tools.at(-1))).toBe(1);
    expect(marksIn(body.tools)).toBe(1);
    expect(marksIn(body)).toBe(3);
  });

  test('is left alone where the request says itself what to cache', async () => {
    const cacheControl = { type: 'ephemeral', ttl: '1h' };
    const body = await sent('anthropic/claude-sonnet-4-5', {
      providerOptions: { anthropic: { cacheControl } },
    });
    expect(body.cache_control).toEqual(cacheControl);
    expect(marksIn(body)).toBe(0);
    expect(JSON.stringify(body).split('cache_control')).toHaveLength(2);
  });
});

describe('OpenAI', () => {
  test('gets the conversation as its key', async () => {
    expect(await sent('openai/gpt-5.4')).toMatchObject({ prompt_cache_key: 'conversation-1' });
    expect((await sent('openai/gpt-5.4', {}, 'x'.repeat(99))).prompt_cache_key).toHaveLength(64);
  });

  test('or that which the request says', async () => {
    const providerOptions = { openai: { promptCacheKey: 'ours', store: false } };
    expect(await sent('openai/gpt-5.4', { providerOptions })).toMatchObject({
      prompt_cache_key: 'ours',
      store: false,
    });
  });
});

test.each(['google/gemini-2.5-pro', 'compatible/m'])('%s caches by itself', async (name) => {
  expect(JSON.stringify(await sent(name))).not.toMatch(/cache/i);
});
