import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findLocalEndpoints } from '../../src/host/index.ts';
import { endpointsOf, normaliseBaseUrl, secretsOf } from '../../src/host/providers/endpoints.ts';
import { presetOf, presets } from '../../src/host/providers/presets.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { aiSettings, secretKey } from './fixtures/setup.ts';

describe('presets', () => {
  test('are the nine, each a provider that the settings take', () => {
    expect(presets.map(({ name }) => name)).toEqual([
      'ollama',
      'lm-studio',
      'vllm',
      'llama-cpp',
      'azure',
      'mistral',
      'deepseek',
      'openrouter',
      'groq',
    ]);
    const compatible = presets.map(({ name, baseUrl }) => ({ name, baseUrl }));
    const endpoints = endpointsOf(aiSettings({ compatible }));
    expect(endpoints.map(({ baseUrl }) => baseUrl.toLowerCase())).toEqual(
      presets.map(({ baseUrl }) => baseUrl.toLowerCase()),
    );
  });

  test('say where keys are made, unless none is needed', () => {
    for (const { local, keyUrl, baseUrl } of presets) {
      expect(Boolean(local)).toBe(baseUrl.startsWith('http://localhost:'));
      if (local) expect(keyUrl).toBeUndefined();
      else expect(keyUrl).toMatch(/^https:\/\//);
    }
    expect(presetOf('ollama')?.hint).toContain('num_ctx');
    expect(presetOf('nobody')).toBeUndefined();
  });
});

describe('Q29 addresses', () => {
  test.each([
    ['localhost:11434/v1', 'http://localhost:11434/v1'],
    ['192.168.1.7:8000/v1', 'http://192.168.1.7:8000/v1'],
    ['[::1]:8000/v1', 'http://[::1]:8000/v1'],
    ['gpu-box/v1', 'http://gpu-box/v1'],
    ['gpu.local/v1', 'http://gpu.local/v1'],
    ['api.mistral.ai/v1', 'https://api.mistral.ai/v1'],
    ['api.example.com:8443', 'https://api.example.com:8443'],
    ['https://openrouter.ai/api/v1/chat/completions', 'https://openrouter.ai/api/v1'],
    ['HTTP://localhost:1/v1//', 'http://localhost:1/v1'],
    ['https://me.openai.azure.com', 'https://me.openai.azure.com/openai/v1'],
    ['me.openai.azure.com/openai/', 'https://me.openai.azure.com/openai/v1'],
    ['https://me.services.ai.azure.com/openai/v1/', 'https://me.services.ai.azure.com/openai/v1'],
  ])('%s means %s', (typed, baseUrl) => {
    const ai = aiSettings({ compatible: [{ name: 'x', baseUrl: typed }] });
    expect(endpointsOf(ai)[0]?.baseUrl).toBe(baseUrl);
    expect(normaliseBaseUrl(typed).baseUrl).toBe(baseUrl);
  });

  test('of Azure deployments keep their version, and their key goes where Azure looks for it', () => {
    const [endpoint] = endpointsOf(
      aiSettings({
        compatible: [
          {
            name: 'azure',
            baseUrl:
              'https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
            apiKey: secretKey,
          },
        ],
      }),
    );
    expect(endpoint).toMatchObject({
      baseUrl: 'https://me.openai.azure.com/openai/deployments/gpt',
      query: { 'api-version': '2024-10-21' },
      apiKey: undefined,
      headers: { 'api-key': secretKey },
    });
    expect(endpoint && secretsOf(endpoint)).toContain(secretKey);
  });

  test.each(['ftp://x', 'http://', 'not an address', ''])('%j is refused by the settings', (baseUrl) => {
    const parsed = settingsSchema.safeParse({ ai: { compatible: [{ name: 'x', baseUrl }] } });
    expect(parsed.error?.issues[0]?.message).toContain('http://localhost:11434/v1');
  });

  test('a compatible provider cannot take the name of a built-in one', () => {
    const parsed = settingsSchema.safeParse({
      ai: { compatible: [{ name: 'openai', baseUrl: 'localhost' }] },
    });
    expect(parsed.error?.issues[0]?.message).toContain('a built-in provider has that name');
  });
});

test('servers on this machine are asked for their models, with no key', async () => {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    response.end(JSON.stringify({ data: [{ id: 'qwen3:8b' }] }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const baseUrl = `http://localhost:${(server.address() as AddressInfo).port}/v1`;
  const candidates = [{ name: 'Ollama', baseUrl }];
  expect(await findLocalEndpoints({ candidates, timeoutMs: 10_000 })).toEqual([
    { name: 'Ollama', baseUrl, models: ['qwen3:8b'] },
  ]);
  expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([['/v1/models', undefined]]);
});
