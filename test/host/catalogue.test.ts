import { describe, expect, test } from 'vitest';
import { listModels } from '../../src/host/index.ts';
import { knownModel, knownModels } from '../../src/host/providers/catalogue.ts';
import { BUILT_IN } from '../../src/settings/groups/ai.ts';
import { aiSettings } from './fixtures/setup.ts';

describe('models of the built-in providers', () => {
  test('have what Directus documents of them', () => {
    const [nano, sonnet, flash] = listModels(
      aiSettings({
        openai: { models: ['gpt-5.4-nano'] },
        anthropic: { models: [{ id: 'claude-sonnet-4-5' }] },
        google: { models: ['gemini-2.5-flash'] },
      }),
    );
    expect(nano).toMatchObject({ contextWindow: 400_000, maxOutput: 128_000, reasoning: true });
    expect(sonnet).toMatchObject({ contextWindow: 200_000, maxOutput: 64_000, attachments: true });
    expect(flash).toMatchObject({ contextWindow: 1_048_576, maxOutput: 65_536 });
  });

  test('are as the settings say, field by field', () => {
    const model = { id: 'gpt-5.4', name: 'Ours', contextWindow: 1000, attachments: false };
    expect(listModels(aiSettings({ openai: { models: [model] } }))).toMatchObject([
      { label: 'Ours', contextWindow: 1000, maxOutput: 128_000, attachments: false, reasoning: true },
    ]);
  });

  test('that nobody knows have the defaults of the form', () => {
    expect(listModels(aiSettings({ openai: { models: ['gpt-99'] } }))).toMatchObject([
      { contextWindow: 128_000, maxOutput: 16_000, reasoning: false, price: undefined },
    ]);
  });

  test('are known by their dated versions too, and by nothing that only looks alike', () => {
    expect(knownModel('anthropic', 'claude-haiku-4-5-20251001')?.id).toBe('claude-haiku-4-5');
    expect(knownModel('openai', 'gpt-5.4-2026-03-05')?.id).toBe('gpt-5.4');
    expect(knownModel('openai', 'gpt-5.4-codex')).toBeUndefined();
    expect(knownModel('google', 'gpt-5.4')).toBeUndefined();
  });

  test('are each there once, and no answer is longer than their window', () => {
    for (const kind of BUILT_IN) {
      const models = knownModels(kind);
      expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
      expect(models.filter(({ contextWindow, maxOutput }) => maxOutput >= contextWindow)).toEqual([]);
      for (const { id } of models) expect(knownModel(kind, id)?.id).toBe(id);
    }
  });
});

test('models of compatible providers have the defaults of the form, attachments off', () => {
  const provider = { name: 'local', baseUrl: 'localhost:1/v1', models: ['gpt-5.4'] };
  expect(listModels(aiSettings({ compatible: [provider] }))).toMatchObject([
    { contextWindow: 128_000, maxOutput: 16_000, attachments: false, reasoning: false },
  ]);
});
