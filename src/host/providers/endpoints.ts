import type { BuiltInModel, CompatibleModel, CompatibleProvider, Price } from '../../settings/groups/ai.ts';
import type { Settings } from '../../settings/schema.ts';

type Ai = Settings['ai'];

/** A model people may choose. `name` is `PROVIDER/ID`; `label` is what they see. */
export type ModelChoice = {
  name: string;
  provider: string;
  id: string;
  label: string;
  /** Tokens that fit into one request. */
  contextWindow: number;
  /** Tokens of one answer; undefined leaves it to the provider. */
  maxOutput: number | undefined;
  /** Takes images and files. */
  attachments: boolean;
  reasoning: boolean;
  providerOptions: BuiltInModel['providerOptions'];
  price: Price | undefined;
  /** What is known of how this model of a compatible endpoint bends the protocol. */
  quirks: Quirks;
};

export type Quirks = Pick<CompatibleModel, 'parallelCalls' | 'reasoningTags' | 'startsWithReasoning'>;

/** Where models are asked, and with what. */
export type Endpoint = {
  kind: 'openai' | 'anthropic' | 'google' | 'compatible';
  /** The word before the slash. */
  provider: string;
  label: string;
  baseUrl: string;
  query: Record<string, string>;
  apiKey: string | undefined;
  headers: Record<string, string>;
  models: ModelChoice[];
  /** Why it cannot be used as it is set up, and what to do. */
  missing: string | undefined;
};

const builtIn = {
  openai: { label: 'OpenAI', keyName: 'OPENAI_API_KEY', urlName: 'OPENAI_BASE_URL', path: '' },
  anthropic: { label: 'Anthropic', keyName: 'ANTHROPIC_API_KEY', urlName: 'ANTHROPIC_BASE_URL', path: '/v1' },
  google: {
    label: 'Google',
    keyName: 'GOOGLE_GENERATIVE_AI_API_KEY',
    urlName: 'GOOGLE_GEMINI_BASE_URL',
    path: '/v1beta',
  },
} as const;

const defaultUrls = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
};

/** Every provider of the settings: the built-in ones that have a key or models, then the compatible ones. */
export function endpointsOf(ai: Ai): Endpoint[] {
  const kinds = ['openai', 'anthropic', 'google'] as const;
  return [
    ...kinds
      .filter((kind) => ai[kind].apiKey || ai[kind].models.length > 0)
      .map((kind) => ofBuiltIn(kind, ai)),
    ...ai.compatible.map(ofCompatible),
  ];
}

/** Base URL as SDKs want it: no slash at the end, no pasted `/chat/completions`, the query apart. */
export function normaliseBaseUrl(text: string): { baseUrl: string; query: Record<string, string> } {
  const typed = text.trim();
  const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`"${typed}" is no address of an API: it must begin with http:// or https://.`);
  }
  const query = Object.fromEntries(url.searchParams);
  const path = url.pathname
    .replace(/\/+$/, '')
    .replace(/\/(chat\/completions|completions|responses|models)$/, '');
  return { baseUrl: `${url.protocol}//${url.host}${path.replace(/\/+$/, '')}`, query };
}

/** Everything in an endpoint that must not be shown. */
export const secretsOf = ({ apiKey, headers, query }: Endpoint): string[] => [
  ...(apiKey ? [apiKey] : []),
  ...Object.values(headers).flatMap((value) => [value, value.replace(/^(bearer|basic|token)\s+/i, '')]),
  ...Object.values(query),
];

function ofBuiltIn(kind: keyof typeof builtIn, ai: Ai): Endpoint {
  const { label, keyName, urlName, path } = builtIn[kind];
  const { apiKey, models } = ai[kind];
  const gateway = process.env[urlName];
  return {
    kind,
    provider: kind,
    label,
    ...(gateway ? gatewayUrl(gateway, path) : { baseUrl: defaultUrls[kind], query: {} }),
    apiKey,
    headers: {},
    models: models.map(asModel).map((model) => ({
      name: `${kind}/${model.id}`,
      provider: kind,
      id: model.id,
      label: model.name ?? `${label} ${model.id}`,
      contextWindow: model.contextWindow ?? 128_000,
      maxOutput: model.maxOutput,
      attachments: model.attachments ?? true,
      reasoning: model.reasoning ?? false,
      providerOptions: model.providerOptions,
      price: model.price,
      quirks: {},
    })),
    missing: apiKey
      ? undefined
      : `${label} needs an API key: set ai.${kind}.apiKey in the settings, or ${keyName}.`,
  };
}

/** Some tools write these addresses with the version at the end and some without; both are meant the same. */
function gatewayUrl(text: string, path: string): { baseUrl: string; query: Record<string, string> } {
  const { baseUrl, query } = normaliseBaseUrl(text);
  return { baseUrl: baseUrl.endsWith(path) ? baseUrl : `${baseUrl}${path}`, query };
}

function ofCompatible(settings: CompatibleProvider): Endpoint {
  const { name, apiKey, headers, models } = settings;
  return {
    kind: 'compatible',
    provider: name,
    label: name,
    ...normaliseBaseUrl(settings.baseUrl),
    apiKey,
    headers: headers ?? {},
    models: models.map(asModel).map((model) => ({
      name: `${name}/${model.id}`,
      provider: name,
      id: model.id,
      label: model.name ?? `${name} ${model.id}`,
      contextWindow: model.contextWindow ?? 128_000,
      maxOutput: model.maxOutput ?? 16_000,
      attachments: model.attachments ?? false,
      reasoning: model.reasoning ?? false,
      providerOptions: model.providerOptions,
      price: model.price,
      quirks: model,
    })),
    missing: undefined,
  };
}

/** An id alone stands for a model of which nothing else is said. */
const asModel = (model: string | CompatibleModel): CompatibleModel =>
  typeof model === 'string' ? { id: model } : model;
