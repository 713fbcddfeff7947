import { withScheme } from '../../settings/address.ts';
import {
  BUILT_IN,
  type BuiltInModel,
  type CompatibleModel,
  type CompatibleProvider,
  type Price,
} from '../../settings/groups/ai.ts';
import type { Settings } from '../../settings/schema.ts';
import { type KnownModel, knownModel } from './catalogue.ts';

type Ai = Settings['ai'];

export type BuiltInKind = (typeof BUILT_IN)[number];

/** What Directus assumes of a model of which nothing is said. */
const FORM_DEFAULTS = { contextWindow: 128_000, maxOutput: 16_000 };

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
  kind: BuiltInKind | 'compatible';
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
  return [
    ...BUILT_IN.filter((kind) => ai[kind].apiKey || ai[kind].models.length > 0).map((kind) =>
      ofBuiltIn(kind, ai),
    ),
    ...ai.compatible.map(ofCompatible),
  ];
}

/** The provider of that name; a built-in one also when it has neither key nor models yet. */
export function endpointOf(ai: Ai, name: string): Endpoint | undefined {
  const kind = BUILT_IN.find((one) => one === name);
  if (kind) return ofBuiltIn(kind, ai);
  const compatible = ai.compatible.find((provider) => provider.name === name);
  return compatible && ofCompatible(compatible);
}

/** Azure knows keys by a header of its own, and has its API below this path. */
const azure = { host: /\.(openai|services\.ai|cognitiveservices)\.azure\.com$/, path: '/openai/v1' };

/**
 * Base URL as SDKs want it: with its scheme, no slash at the end, no pasted `/chat/completions`, the query apart.
 * The bare address of an Azure resource gets the path of its API.
 * @throws Error when it is none of http
 */
export function normaliseBaseUrl(text: string): { baseUrl: string; query: Record<string, string> } {
  const url = new URL(withScheme(text));
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`"${text.trim()}" is no address of an API: it must begin with http:// or https://.`);
  }
  const query = Object.fromEntries(url.searchParams);
  const path = url.pathname
    .replace(/\/+$/, '')
    .replace(/\/(chat\/completions|completions|responses|models)$/, '')
    .replace(/\/+$/, '');
  const bare = azure.host.test(url.hostname) && (path === '' || path === '/openai');
  return { baseUrl: `${url.protocol}//${url.host}${bare ? azure.path : path}`, query };
}

/** Everything in an endpoint that must not be shown. */
export const secretsOf = ({ apiKey, headers, query }: Endpoint): string[] => [
  ...(apiKey ? [apiKey] : []),
  ...Object.values(headers).flatMap((value) => [value, value.replace(/^(bearer|basic|token)\s+/i, '')]),
  ...Object.values(query),
];

function ofBuiltIn(kind: BuiltInKind, ai: Ai): Endpoint {
  const { label, keyName, urlName, path } = builtIn[kind];
  const { apiKey, models } = ai[kind];
  const gateway = process.env[urlName];
  const { fault, ...address } = gateway
    ? gatewayUrl(gateway, path, urlName)
    : { baseUrl: defaultUrls[kind], query: {}, fault: undefined };
  const needsKey = `${label} needs an API key: run \`directus-assistant providers key ${kind}\`, or set ${keyName}.`;
  return {
    kind,
    provider: kind,
    label,
    ...address,
    apiKey,
    headers: {},
    models: models.map(asModel).map((model) => {
      const known = { ...FORM_DEFAULTS, attachments: true, reasoning: false, ...knownModel(kind, model.id) };
      return choice({ ...known, name: `${label} ${model.id}` }, kind, model);
    }),
    missing: fault ?? (apiKey ? undefined : needsKey),
  };
}

/** Some tools write these addresses with the version at the end and some without; both are meant the same. */
function gatewayUrl(
  text: string,
  path: string,
  variable: string,
): { baseUrl: string; query: Record<string, string>; fault: string | undefined } {
  try {
    const { baseUrl, query } = normaliseBaseUrl(text);
    return { baseUrl: baseUrl.endsWith(path) ? baseUrl : `${baseUrl}${path}`, query, fault: undefined };
  } catch {
    return { baseUrl: text, query: {}, fault: `${variable} is no address like https://gateway.example.com.` };
  }
}

function ofCompatible(settings: CompatibleProvider): Endpoint {
  const { name, apiKey, headers = {}, models } = settings;
  const address = normaliseBaseUrl(settings.baseUrl);
  const isAzure = azure.host.test(new URL(address.baseUrl).hostname);
  const keyAndHeaders =
    isAzure && apiKey
      ? { apiKey: undefined, headers: { 'api-key': apiKey, ...headers } }
      : { apiKey, headers };
  return {
    kind: 'compatible',
    provider: name,
    label: name,
    ...address,
    ...keyAndHeaders,
    models: models
      .map(asModel)
      .map((model) =>
        choice(
          { ...FORM_DEFAULTS, attachments: false, reasoning: false, name: `${name} ${model.id}` },
          name,
          model,
        ),
      ),
    missing: undefined,
  };
}

type Assumed = Pick<KnownModel, 'name' | 'contextWindow' | 'maxOutput' | 'attachments' | 'reasoning'>;

/** What the settings say of a model, and what is assumed where they say nothing. */
function choice(assumed: Assumed, provider: string, model: CompatibleModel): ModelChoice {
  return {
    name: `${provider}/${model.id}`,
    provider,
    id: model.id,
    label: model.name ?? assumed.name,
    contextWindow: model.contextWindow ?? assumed.contextWindow,
    maxOutput: model.maxOutput ?? assumed.maxOutput,
    attachments: model.attachments ?? assumed.attachments,
    reasoning: model.reasoning ?? assumed.reasoning,
    providerOptions: model.providerOptions,
    price: model.price,
    quirks: model,
  };
}

/** An id alone stands for a model of which nothing else is said. */
const asModel = (model: string | CompatibleModel): CompatibleModel =>
  typeof model === 'string' ? { id: model } : model;
