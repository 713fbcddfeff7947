import {
  type ChatModel,
  defaultModelName,
  findLocalEndpoints,
  openModel,
  quickModel,
} from '../host/index.ts';
import type { Settings } from '../settings/schema.ts';

type Ai = Settings['ai'];

/** What is typed or set up wrongly; its message says what to do. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export type ModelOptions = { model?: string; baseUrl?: string; apiKey?: string };

/**
 * The model that flags and settings name, or nothing when there is none.
 * @throws UsageError when what they name cannot be used.
 */
export async function modelFor(ai: Ai, options: ModelOptions): Promise<ChatModel | undefined> {
  const { model, baseUrl, apiKey } = options;
  if (baseUrl !== undefined) {
    if (!model)
      throw new UsageError('--base-url needs --model ID, the id that the endpoint knows the model by.');
    return quickModel({ baseUrl, model, ...(apiKey !== undefined && { apiKey }) }).catch(asUsage);
  }
  if (apiKey !== undefined) {
    throw new UsageError(
      '--api-key goes with --base-url. Keys of OpenAI, Anthropic and Google come from the environment or the settings file.',
    );
  }
  const name = defaultModelName(ai);
  return name === undefined ? undefined : openModel(ai, name).catch(asUsage);
}

function asUsage(error: unknown): never {
  throw new UsageError(error instanceof Error ? error.message : String(error));
}

/**
 * The settings with the model that the person named allowed, where its built-in provider allows none yet: a key in
 * the environment and `--model openai/ID` are enough.
 */
export function allowNamed(ai: Ai): Ai {
  const [, kind, id] = /^(openai|anthropic|google)\/(.+)$/.exec(ai.model ?? '') ?? [];
  if (!id || (kind !== 'openai' && kind !== 'anthropic' && kind !== 'google')) return ai;
  const provider = ai[kind];
  return provider.models.length > 0 ? ai : { ...ai, [kind]: { ...provider, models: [id] } };
}

export const howToConfigure = `No model is set up. Do one of these:
  - set a key and name a model (or OPENAI_API_KEY with openai/MODEL,
    GOOGLE_GENERATIVE_AI_API_KEY with google/MODEL):
    ANTHROPIC_API_KEY=... directus-assistant chat --model anthropic/MODEL
  - name any OpenAI-compatible endpoint:
    directus-assistant chat --base-url http://localhost:11434/v1 --model MODEL
  - keep one in the settings file: directus-assistant providers --help shows how
  - try it without any: directus-assistant demo`;

/** What to do when no model is set up: one that runs on this machine, the demo, or leave. */
export type Offer = { local: { baseUrl: string; model: string } } | 'demo' | undefined;

/** Asks the person, after looking for local model servers. */
export async function offerModel(): Promise<Offer> {
  const { choose } = await import('../terminal/choose.tsx');
  const endpoints = await findLocalEndpoints();
  const found = endpoints.flatMap(({ name, baseUrl, models }) =>
    models.map((model) => ({
      value: JSON.stringify({ baseUrl, model }),
      label: model,
      note: `${name} on this machine`,
    })),
  );
  const demo = {
    value: 'demo',
    label: 'The demo',
    note: 'a scripted model and a Directus with sample content',
  };
  const chosen = await choose('No model is set up. Use', [...found, demo]);
  if (chosen === undefined || chosen === 'demo') return chosen;
  return { local: JSON.parse(chosen) };
}
