import { type JSONValue, type LanguageModel, wrapLanguageModel } from 'ai';
import type { Settings } from '../../settings/schema.ts';
import { didYouMean, nearest } from '../../settings/suggest.ts';
import type { FilesApi } from '../attachments/request.ts';
import { type Endpoint, endpointsOf, type ModelChoice, normaliseBaseUrl, secretsOf } from './endpoints.ts';
import { mediaOfResults } from './media.ts';
import { explain, type ModelProblem } from './problem.ts';
import { createDialect, type Dialect } from './quirks/dialect.ts';
import { readFailure } from './quirks/failure.ts';
import { normalisingFetch } from './quirks/normalise.ts';
import { type Patience, patientFetch } from './quirks/patience.ts';
import { thinkingInTags } from './quirks/reasoning.ts';
import { replayHistory } from './quirks/replay.ts';
import { inTurns, sendable } from './quirks/sendable.ts';
import { settledEnd } from './quirks/settle.ts';

export type { ModelChoice } from './endpoints.ts';

// The AI SDK writes its warnings to the process otherwise, across whatever the terminal shows.
globalThis.AI_SDK_LOG_WARNINGS = false;

type Ai = Settings['ai'];
type Model = Extract<LanguageModel, { specificationVersion: 'v4' }>;

/** A model ready to be asked. */
export type ChatModel = ModelChoice & {
  /** Where it is asked, without key. */
  baseUrl: string;
  languageModel: Model;
  /** Where files are uploaded to; undefined where the provider has no such API. */
  files?: FilesApi | undefined;
  /** For the AI SDK, under the provider's name. */
  callOptions: Record<string, Record<string, JSONValue>>;
  /** Turns whatever the AI SDK threw into one clear message; keys are cut out of it. */
  explain(error: unknown): ModelProblem;
  /**
   * Learns from a refusal how this endpoint wants to be asked. Returns what will be done otherwise, a sentence for
   * people: the request is then worth making again. Undefined when there is nothing to learn.
   */
  adapt(error: unknown): string | undefined;
};

/** Every model the settings allow, in their order. A provider without allowed models has none. */
export const listModels = (ai: Ai): ModelChoice[] => endpointsOf(ai).flatMap(({ models }) => models);

/** `ai.model`, else the first allowed model of a provider that can be used, else nothing. */
export const defaultModelName = (ai: Ai): string | undefined =>
  ai.model ?? endpointsOf(ai).find(({ missing, models }) => !missing && models.length > 0)?.models[0]?.name;

/**
 * Opens the model named `PROVIDER/ID`.
 * @throws an Error naming the nearest models when it is unknown or not allowed, or what is missing (a key).
 */
export async function openModel(ai: Ai, name: string): Promise<ChatModel> {
  const endpoints = endpointsOf(ai);
  for (const endpoint of endpoints) {
    const choice = endpoint.models.find((model) => model.name === name);
    if (choice && endpoint.missing) throw new Error(endpoint.missing);
    if (choice) return open(endpoint, choice);
  }
  throw new Error(unknownModel(endpoints, name));
}

/** The quick form `--base-url URL --model ID [--api-key KEY]`: one OpenAI-compatible endpoint, named by its host. */
export async function quickModel(options: {
  baseUrl: string;
  model: string;
  apiKey?: string;
}): Promise<ChatModel> {
  const { baseUrl, query } = readQuickUrl(options.baseUrl);
  const provider = new URL(baseUrl).host;
  const choice: ModelChoice = {
    name: `${provider}/${options.model}`,
    provider,
    id: options.model,
    label: options.model,
    contextWindow: 128_000,
    maxOutput: undefined,
    attachments: true,
    reasoning: false,
    providerOptions: undefined,
    price: undefined,
    quirks: {},
  };
  const { apiKey } = options;
  const common = { kind: 'compatible' as const, provider, label: provider, baseUrl, query };
  return open({ ...common, apiKey, headers: {}, models: [choice], missing: undefined }, choice);
}

function readQuickUrl(text: string) {
  try {
    return normaliseBaseUrl(text);
  } catch (error) {
    if (error instanceof TypeError)
      throw new Error(`"${text}" is no URL. Example: http://localhost:11434/v1.`);
    throw error;
  }
}

/** Opens one model of one endpoint. `patience` is how long it may be silent; default: see `usualPatience`. */
export async function open(endpoint: Endpoint, choice: ModelChoice, patience?: Patience): Promise<ChatModel> {
  const { label, baseUrl, provider } = endpoint;
  const subject = { provider: label, model: choice.id, baseUrl, secrets: secretsOf(endpoint) };
  const compatible = endpoint.kind === 'compatible';
  const dialect = createDialect({ label, modelId: choice.id, baseUrl, quirks: choice.quirks });
  const { model, files } = await ofSdk(endpoint, choice, dialect, patientFetch(patience));
  return {
    ...choice,
    baseUrl,
    files,
    languageModel: wrapLanguageModel({
      model,
      middleware: [
        replayHistory(compatible ? dialect.idRule : () => 'word'),
        sendable,
        ...(compatible ? [mediaOfResults(choice.attachments), inTurns, thinkingInTags(choice.quirks)] : []),
        settledEnd,
      ],
    }),
    // Answers are not kept at OpenAI: the history is ours, and goes along with each request.
    callOptions: {
      [provider]: { ...(endpoint.kind === 'openai' && { store: false }), ...choice.providerOptions },
    },
    explain: (error) => explain(error, subject),
    adapt: (error) => (compatible ? dialect.learn(readFailure(error)) : undefined),
  };
}

// Each SDK is loaded only when a model of its kind is opened.
async function ofSdk(
  endpoint: Endpoint,
  { id }: ModelChoice,
  dialect: Dialect,
  fetch: typeof globalThis.fetch,
): Promise<{ model: Model; files: FilesApi | undefined }> {
  const { kind, baseUrl: baseURL, apiKey = '', headers } = endpoint;
  const settings = { baseURL, apiKey, headers, fetch };
  const both = (sdk: { (id: string): Model; files(): FilesApi }) => ({ model: sdk(id), files: sdk.files() });
  switch (kind) {
    case 'openai':
      return both((await import('@ai-sdk/openai')).createOpenAI(settings));
    case 'anthropic':
      return both((await import('@ai-sdk/anthropic')).createAnthropic(settings));
    case 'google':
      return both((await import('@ai-sdk/google')).createGoogle(settings));
    case 'compatible': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const sdk = createOpenAICompatible({
        name: endpoint.provider,
        baseURL,
        headers,
        // Most servers say what was used only when asked.
        includeUsage: true,
        fetch: normalisingFetch(fetch),
        transformRequestBody: dialect.body,
        ...(apiKey && { apiKey }),
        ...(Object.keys(endpoint.query).length > 0 && { queryParams: endpoint.query }),
      });
      return { model: sdk(id), files: undefined };
    }
  }
}

function unknownModel(endpoints: Endpoint[], name: string): string {
  const names = endpoints.flatMap(({ models }) => models.map((model) => model.name));
  const [provider] = name.split('/');
  const owner = endpoints.find((endpoint) => endpoint.provider === provider);
  if (owner && owner.models.length === 0) {
    return `${owner.label} has no models allowed: name those people may choose in the settings of the provider.`;
  }
  if (names.length === 0)
    return `There is no model "${name}": no provider has models allowed in the settings.`;
  const hint = didYouMean(name, names);
  // The same id at another provider is often what was meant.
  const near =
    hint ||
    ` Allowed are: ${(nearest(name, names, 8).length ? nearest(name, names, 8) : names.slice(0, 8)).join(', ')}.`;
  return `There is no model "${name}" among those allowed in the settings.${near}`;
}
