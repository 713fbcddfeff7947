import type { LanguageModel } from 'ai';
import type { ModelSettings, Settings } from '../settings/schema.ts';
import type { ModelProblem } from './errors.ts';

type Ai = Settings['ai'];

/** A model people may choose. `name` is `PROVIDER/ID`; `label` is what they see. */
export type ModelChoice = Omit<ModelSettings, 'name'> & { name: string; label: string; provider: string };

/** A model ready to be asked. */
export type ChatModel = ModelChoice & {
  /** Where it is asked, without key. */
  baseUrl: string;
  languageModel: Exclude<LanguageModel, string>;
  /** Turns whatever the AI SDK threw into one clear message; keys are cut out of it. */
  explain(error: unknown): ModelProblem;
};

/** Every model the settings allow, in their order. A provider without allowed models has none. */
export function listModels(ai: Ai): ModelChoice[] {
  throw new Error(`to be built: ${typeof ai}`);
}

/** `ai.model`, else the first allowed model, else nothing. */
export function defaultModelName(ai: Ai): string | undefined {
  throw new Error(`to be built: ${typeof ai}`);
}

/**
 * Opens the model named `PROVIDER/ID`.
 * @throws an Error naming the nearest models when it is unknown or not allowed, or what is missing (a key).
 */
export async function openModel(ai: Ai, name: string): Promise<ChatModel> {
  throw new Error(`to be built: ${typeof ai} ${name}`);
}

/** The quick form `--base-url URL --model ID [--api-key KEY]`: one OpenAI-compatible endpoint, named by its host. */
export async function quickModel(options: {
  baseUrl: string;
  model: string;
  apiKey?: string;
}): Promise<ChatModel> {
  throw new Error(`to be built: ${options.model}`);
}
