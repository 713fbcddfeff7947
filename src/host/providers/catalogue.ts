import type { BuiltInKind } from './endpoints.ts';

/** What is known of a model of a built-in provider. */
export type KnownModel = {
  id: string;
  name: string;
  /** Tokens that fit into one request. */
  contextWindow: number;
  /** Tokens of one answer. */
  maxOutput: number;
  attachments: boolean;
  /** Thinks before it answers. */
  reasoning: boolean;
};

type Row = [id: string, name: string, contextWindow: number, maxOutput: number, reasoning?: 'reasoning'];

/*
 * The models that Directus 11 and 12 offer. Their sizes are those of the vendors' own model pages, which for the newer
 * Claude models are larger than what Directus counts on. Prices are not here: they change, and a wrong one is worse
 * than none.
 */
const rows: Record<BuiltInKind, Row[]> = {
  openai: [
    ['gpt-5.5', 'GPT-5.5', 1_050_000, 128_000, 'reasoning'],
    ['gpt-5.5-pro', 'GPT-5.5 Pro', 1_050_000, 128_000, 'reasoning'],
    ['gpt-5.4', 'GPT-5.4', 1_050_000, 128_000, 'reasoning'],
    ['gpt-5.4-pro', 'GPT-5.4 Pro', 1_050_000, 128_000, 'reasoning'],
    ['gpt-5.4-mini', 'GPT-5.4 mini', 400_000, 128_000, 'reasoning'],
    ['gpt-5.4-nano', 'GPT-5.4 nano', 400_000, 128_000, 'reasoning'],
    ['gpt-5.2', 'GPT-5.2', 400_000, 128_000, 'reasoning'],
    ['gpt-5.2-pro', 'GPT-5.2 Pro', 400_000, 128_000, 'reasoning'],
    ['gpt-5.2-chat-latest', 'GPT-5.2 Chat', 128_000, 16_384, 'reasoning'],
    ['gpt-5.1', 'GPT-5.1', 400_000, 128_000, 'reasoning'],
    ['gpt-5.1-chat-latest', 'GPT-5.1 Chat', 128_000, 16_384, 'reasoning'],
    ['gpt-5', 'GPT-5', 400_000, 128_000, 'reasoning'],
    ['gpt-5-mini', 'GPT-5 mini', 400_000, 128_000, 'reasoning'],
    ['gpt-5-nano', 'GPT-5 nano', 400_000, 128_000, 'reasoning'],
    ['gpt-4.1', 'GPT-4.1', 1_047_576, 32_768],
    ['gpt-4.1-mini', 'GPT-4.1 mini', 1_047_576, 32_768],
    ['gpt-4.1-nano', 'GPT-4.1 nano', 1_047_576, 32_768],
    ['gpt-4o-mini', 'GPT-4o mini', 128_000, 16_384],
  ],
  anthropic: [
    ['claude-opus-4-7', 'Claude Opus 4.7', 1_000_000, 128_000, 'reasoning'],
    ['claude-opus-4-6', 'Claude Opus 4.6', 1_000_000, 128_000, 'reasoning'],
    ['claude-sonnet-4-6', 'Claude Sonnet 4.6', 1_000_000, 128_000, 'reasoning'],
    ['claude-opus-4-5', 'Claude Opus 4.5', 200_000, 64_000, 'reasoning'],
    ['claude-sonnet-4-5', 'Claude Sonnet 4.5', 200_000, 64_000, 'reasoning'],
    ['claude-haiku-4-5', 'Claude Haiku 4.5', 200_000, 64_000],
  ],
  google: [
    ['gemini-3.1-pro-preview', 'Gemini 3.1 Pro (preview)', 1_048_576, 65_536, 'reasoning'],
    ['gemini-3.1-flash-lite-preview', 'Gemini 3.1 Flash-Lite (preview)', 1_048_576, 65_536, 'reasoning'],
    ['gemini-3-pro-preview', 'Gemini 3 Pro (preview)', 1_048_576, 65_536, 'reasoning'],
    ['gemini-3-flash-preview', 'Gemini 3 Flash (preview)', 1_048_576, 65_536, 'reasoning'],
    ['gemini-2.5-pro', 'Gemini 2.5 Pro', 1_048_576, 65_536, 'reasoning'],
    ['gemini-2.5-flash', 'Gemini 2.5 Flash', 1_048_576, 65_536, 'reasoning'],
    ['gemini-2.5-flash-lite', 'Gemini 2.5 Flash-Lite', 1_048_576, 65_536, 'reasoning'],
  ],
};

/** The models of a built-in provider that are known, newest first. */
export const knownModels = (kind: BuiltInKind): KnownModel[] =>
  rows[kind].map(([id, name, contextWindow, maxOutput, reasoning]) => ({
    id,
    name,
    contextWindow,
    maxOutput,
    // Every model these three offer for chats takes images.
    attachments: true,
    reasoning: reasoning !== undefined,
  }));

/** What is known of a model, also by the name of one of its dated versions (`gpt-5.4-2026-03-05`). */
export function knownModel(kind: BuiltInKind, id: string): KnownModel | undefined {
  const undated = id.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  return knownModels(kind).find((model) => model.id === id || model.id === undated);
}
