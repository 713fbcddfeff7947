import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  defaultModelName,
  estimateTokens,
  findLocalEndpoints,
  listModels,
  listProviders,
  openModel,
  quickModel,
} from '../../src/host/index.ts';
import { normaliseBaseUrl } from '../../src/host/providers/endpoints.ts';
import { aiSettings, chatWith, mockModels, read, secretKey } from './fixtures/setup.ts';

/** An endpoint of our own making: what it answers to a path, or 404. */
async function endpoint(answers: Record<string, { status?: number; body: string }>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? '/', 'http://x').pathname];
    response.writeHead(answer ? (answer.status ?? 200) : 404);
    response.end(answer?.body ?? 'not here');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('models', () => {
  const ai = aiSettings({
    openai: { apiKey: 'k', models: ['gpt-4.1'] },
    anthropic: { apiKey: 'k' },
    google: { models: ['gemini-2.5-pro'] },
    compatible: [
      {
        name: 'ollama',
        baseUrl: 'http://localhost:11434/v1',
        models: [{ id: 'qwen3:8b', name: 'Qwen 3' }, { id: 'org/model' }],
      },
    ],
  });

  test('are those that are allowed; a provider with none has none', () => {
    expect(listModels(ai).map(({ name, label }) => [name, label])).toEqual([
      ['openai/gpt-4.1', 'OpenAI gpt-4.1'],
      ['google/gemini-2.5-pro', 'Google gemini-2.5-pro'],
      ['ollama/qwen3:8b', 'Qwen 3'],
      ['ollama/org/model', 'ollama org/model'],
    ]);
    expect(listModels(aiSettings({}))).toEqual([]);
    expect(defaultModelName(ai)).toBe('openai/gpt-4.1');
    expect(defaultModelName(aiSettings({ model: 'a/b' }))).toBe('a/b');
    expect(defaultModelName(aiSettings({}))).toBeUndefined();
    expect(listProviders(ai)).toEqual(['openai', 'anthropic', 'google', 'ollama']);
  });

  test('an unknown one is an error that names the nearest', async () => {
    await expect(openModel(ai, 'ollama/qwen3:8')).rejects.toThrow('Did you mean "ollama/qwen3:8b"');
    await expect(openModel(ai, 'openai/gpt-9000-ultra')).rejects.toThrow('openai/gpt-4.1');
    await expect(openModel(ai, 'anthropic/claude')).rejects.toThrow('no models allowed');
    await expect(openModel(ai, 'google/gemini-2.5-pro')).rejects.toThrow('GOOGLE_GENERATIVE_AI_API_KEY');
    await expect(openModel(aiSettings({}), 'x/y')).rejects.toThrow('no provider has models');
    expect((await openModel(ai, 'ollama/org/model')).id).toBe('org/model');
  });

  test('a base URL is taken however it is pasted', () => {
    for (const typed of [
      'http://localhost:1234/v1',
      'http://localhost:1234/v1/',
      ' http://localhost:1234/v1/chat/completions ',
      'http://localhost:1234/v1/chat/completions/',
      'http://localhost:1234/v1/models',
      'localhost:1234/v1',
    ]) {
      expect(normaliseBaseUrl(typed).baseUrl).toBe('http://localhost:1234/v1');
    }
    expect(normaliseBaseUrl('https://x.azure.com/openai/v1?api-version=preview')).toEqual({
      baseUrl: 'https://x.azure.com/openai/v1',
      query: { 'api-version': 'preview' },
    });
    expect(() => normaliseBaseUrl('ftp://x')).toThrow('http://');
  });

  test('a keyless server gets no authorization, headers and query are sent', async () => {
    const mock = await mockModels();
    mock.onMessage('hello', { content: 'Hi.' });
    const quick = await quickModel({ baseUrl: `${mock.url}/v1/chat/completions`, model: 'tester' });
    expect((await read((await chatWith(mock, { model: quick })).send('hello'))).end.text).toBe('Hi.');
    expect(mock.getLastRequest()?.headers).not.toHaveProperty('authorization');

    const ai = aiSettings({
      compatible: [
        {
          name: 'local',
          baseUrl: `${mock.url}/v1?v=1`,
          headers: { 'x-team': 'news' },
          models: [{ id: 'tester' }],
        },
      ],
    });
    await read((await chatWith(mock, { model: await openModel(ai, 'local/tester') })).send('hello'));
    expect(mock.getLastRequest()).toMatchObject({
      headers: { 'x-team': 'news' },
      path: expect.stringContaining('v=1'),
    });

    const keyed = await quickModel({ baseUrl: `${mock.url}/v1`, model: 'tester', apiKey: secretKey });
    await read((await chatWith(mock, { model: keyed })).send('hello'));
    // The mock keeps no authorization as it is; that there is one must do.
    expect(mock.getLastRequest()?.headers).toHaveProperty('authorization');
    await expect(quickModel({ baseUrl: 'http://', model: 'x' })).rejects.toThrow('is no URL');
  });
});

test('local servers are found by their list of models', async () => {
  const good = await endpoint({ '/v1/models': { body: JSON.stringify({ data: [{ id: 'qwen3:8b' }] }) } });
  const other = await endpoint({ '/v1/models': { body: '<html>a printer</html>' } });
  const candidates = [
    { name: 'Ollama', baseUrl: `${good}/v1` },
    { name: 'LM Studio', baseUrl: `${other}/v1` },
    { name: 'Nobody', baseUrl: 'http://127.0.0.1:1/v1' },
  ];
  expect(await findLocalEndpoints({ candidates, timeoutMs: 10_000 })).toEqual([
    { name: 'Ollama', baseUrl: `${good}/v1`, models: ['qwen3:8b'] },
  ]);
});

test('tokens of a text are estimated within a quarter', async () => {
  const { countTokens } = await import('gpt-tokenizer');
  const rows = Array.from({ length: 25 }, (_, id) => ({
    id,
    title: `Article number ${id}`,
    status: 'published',
    views: id * 37,
  }));
  for (const text of [
    JSON.stringify(rows),
    JSON.stringify({ columns: ['id', 'title'], rows: rows.map(Object.values) }),
  ]) {
    expect(Math.abs(estimateTokens(text) / countTokens(text) - 1)).toBeLessThan(0.25);
  }
  const prose =
    'The council met on Tuesday and agreed to rebuild the old bridge, which had been closed since spring.';
  expect(Math.abs(estimateTokens(prose) / countTokens(prose) - 1)).toBeLessThan(0.25);
});
