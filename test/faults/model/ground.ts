import { LLMock } from '@copilotkit/aimock';
import type { ModelMessage } from 'ai';
import { expect } from 'vitest';
import {
  type Chat,
  connectServers,
  createChat,
  type Servers,
  type Turn,
  type TurnEnd,
} from '../../../src/host/index.ts';
import { endpointsOf } from '../../../src/host/providers/endpoints.ts';
import { type ChatModel, open } from '../../../src/host/providers/models.ts';
import { settingsSchema } from '../../../src/settings/schema.ts';
import { freshCollection, rest } from '../../live/helpers.ts';
import { bin } from '../../live/server.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { planted } from '../../secrets-planted.ts';
import { type Between, standBetween } from './between.ts';
import { MARK_BEGIN } from './faults.ts';

export const PROVIDERS = ['openai', 'anthropic', 'google', 'local'] as const;
export type Provider = (typeof PROVIDERS)[number];

const ADDRESS = {
  openai: ['OPENAI_BASE_URL', '/v1'],
  anthropic: ['ANTHROPIC_BASE_URL', '/v1'],
  google: ['GOOGLE_GEMINI_BASE_URL', '/v1beta'],
} as const;

/** Silence is given up soon, or these tests would take hours. */
const patience = { firstByte: 400, nextByte: 400, whole: 20_000 };

/** The host with real tools on a real Directus, and a model endpoint behind something that fails. */
export type Ground = {
  between: Between;
  /** A new conversation; the model writes a row when it is told to "create". */
  chat(provider: Provider, maxRetries?: number): Promise<Chat>;
  /** How many rows there are by now in the collection the model writes to. */
  rows(): Promise<number>;
  close(): Promise<void>;
};

export async function prepare(): Promise<Ground> {
  const { url, admin } = sharedDirectus();
  const collection = await freshCollection('model_faults', [{ field: 'title', type: 'string' }]);
  const mock = await writingModels(collection.name);
  const between = await standBetween(mock.url);
  const servers = await connectServers([
    {
      name: 'directus',
      command: process.execPath,
      args: [bin, 'mcp'],
      env: { DIRECTUS_URL: url, DIRECTUS_TOKEN: admin.token },
    },
  ]);
  for (const [variable, path] of Object.values(ADDRESS)) process.env[variable] = between.url + path;
  return {
    between,
    chat: async (provider, maxRetries = 0) =>
      chatOf(servers, await modelOf(between.url, provider), maxRetries),
    async rows() {
      const { data } = await rest(admin.token)('GET', `/items/${collection.name}?limit=-1`);
      if (!Array.isArray(data)) throw new Error('The rows cannot be read.');
      return data.length;
    },
    async close() {
      for (const [variable] of Object.values(ADDRESS)) delete process.env[variable];
      await servers.close();
      await between.close();
      await mock.stop();
      await collection.remove();
    },
  };
}

/** Endpoints of all kinds whose model calls once to create a row, then says so. */
async function writingModels(collection: string): Promise<LLMock> {
  // In one piece, so that what is cut in the middle is a piece of a call or of a text.
  const mock = new LLMock({ port: 0, chunkSize: 400 });
  await mock.start();
  const written = { action: 'create', collection, data: [{ title: `${MARK_BEGIN} title` }] };
  const toolCalls = [{ id: 'call_1', name: 'items', arguments: written }];
  /** It asks again where it is told that its call was not run, as models do. */
  const hasRun = ({ messages }: { messages: { role: string; content: unknown }[] }) =>
    messages.some(
      ({ role, content }) => role === 'tool' && !JSON.stringify(content).includes('The call was not run'),
    );
  mock.on({ userMessage: 'create', predicate: (request) => !hasRun(request) }, { toolCalls });
  const content = `${MARK_BEGIN} text says that it was created.`;
  mock.on({ userMessage: 'create', predicate: hasRun }, { content });
  mock.on({ userMessage: 'hello' }, { content: 'Hello.' });
  return mock;
}

async function modelOf(url: string, provider: Provider): Promise<ChatModel> {
  const builtIn = { apiKey: planted.key, models: ['m'] };
  const compatible = [{ name: 'local', baseUrl: `${url}/v1`, apiKey: planted.key, models: ['m'] }];
  const { ai } = settingsSchema.parse({
    ai: { openai: builtIn, anthropic: builtIn, google: builtIn, compatible },
  });
  const endpoint = endpointsOf(ai).find((one) => one.provider === provider);
  const choice = endpoint?.models[0];
  if (!endpoint || !choice) throw new Error(`There is no model of ${provider}.`);
  return open(endpoint, choice, patience);
}

const chatOf = (servers: Servers, model: ChatModel, maxRetries: number): Chat =>
  createChat({ model, servers, maxRetries, approve: 'all' });

/** Reads a turn to its end. */
export async function read(turn: Turn): Promise<TurnEnd> {
  for await (const _ of turn.stream);
  return turn.end;
}

/** The person is told once, plainly, and what is kept can be sent. */
export function expectPlainFailure(end: TurnEnd, chat: Chat): void {
  const { state, problem = '', retryable } = end;
  expect([state, problem !== ''], problem).toEqual(['failed', true]);
  expect(problem.length, problem).toBeLessThan(700);
  expect(problem).not.toMatch(
    /\n| at \S+ \(\/|:\d+:\d+\)|<html|<!DOCTYPE|\[object |undefined|TypeError|AI_|zod/,
  );
  expect(problem).not.toContain(planted.key);
  // Where it may be tried again, the terminal and the page offer that; otherwise the words must say what to do.
  expect(retryable === true || /Check|Choose|Start|try/i.test(problem), problem).toBe(true);
  expectSendable(chat.messages);
}

/** Every call has its one result, and nobody says nothing. */
export function expectSendable(messages: readonly ModelMessage[]): void {
  const [called, answered]: [string[], string[]] = [[], []];
  for (const { content } of messages) {
    expect(content.length, 'a message that holds nothing').toBeGreaterThan(0);
    for (const part of typeof content === 'string' ? [] : content) {
      if (part.type === 'tool-call') called.push(part.toolCallId);
      if (part.type === 'tool-result') answered.push(part.toolCallId);
    }
  }
  expect(answered).toEqual(called);
  expect(new Set(called).size).toBe(called.length);
}
