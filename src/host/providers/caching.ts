import { type LanguageModelMiddleware, wrapLanguageModel } from 'ai';
import type { ChatModel } from './models.ts';

type Params = Parameters<NonNullable<LanguageModelMiddleware['transformParams']>>[0]['params'];
type Options = Params['providerOptions'];

/**
 * The model, asked so that its provider need not read again what it has read before: tools, instructions and the
 * conversation so far. Anthropic wants to be told where to cache; OpenAI finds its cache sooner when requests of one
 * conversation carry one key; with the others it is automatic, and they are left alone.
 * What the request itself says of caching counts.
 * @param conversation its id
 */
export function withCaching(model: ChatModel, conversation: string): ChatModel {
  const transform = transformFor(model.languageModel.provider, conversation);
  if (!transform) return model;
  const middleware: LanguageModelMiddleware = {
    specificationVersion: 'v4',
    transformParams: async ({ params }) => transform(params),
  };
  return { ...model, languageModel: wrapLanguageModel({ model: model.languageModel, middleware }) };
}

/** By the name the AI SDK gives its models; compatible ones are called NAME.chat. */
function transformFor(provider: string, conversation: string): ((params: Params) => Params) | undefined {
  if (provider === 'anthropic.messages') return marked;
  return provider === 'openai.responses' ? (params) => keyed(params, conversation) : undefined;
}

/** The longest key that OpenAI takes. */
const KEY_LENGTH = 64;

const keyed = (params: Params, conversation: string): Params => ({
  ...params,
  providerOptions: {
    ...params.providerOptions,
    openai: { promptCacheKey: conversation.slice(0, KEY_LENGTH), ...params.providerOptions?.openai },
  },
});

/**
 * Three of the four marks that Anthropic takes: the instructions, which the tools stand before; the end; and the end of
 * the request before this one, which is not found by itself when more than twenty blocks came after it.
 */
function marked(params: Params): Params {
  const { prompt, tools = [] } = params;
  if (
    [params, ...prompt, ...tools].some((one) => 'providerOptions' in one && saysCaching(one.providerOptions))
  ) {
    return params;
  }
  const instructions = prompt.findLastIndex(({ role }) => role === 'system');
  const answered = prompt.findLastIndex(({ role }) => role === 'assistant');
  const places = new Set([instructions, answered - 1, prompt.length - 1]);
  const withMarks = prompt.map((message, index) =>
    places.has(index) ? { ...message, providerOptions: mark(message.providerOptions) } : message,
  );
  if (instructions >= 0) return { ...params, prompt: withMarks };
  const lastTool = tools.at(-1);
  if (lastTool?.type !== 'function') return { ...params, prompt: withMarks };
  const markedTool = { ...lastTool, providerOptions: mark(lastTool.providerOptions) };
  return { ...params, prompt: withMarks, tools: [...tools.slice(0, -1), markedTool] };
}

const mark = (options: Options): NonNullable<Options> => ({
  ...options,
  anthropic: { ...options?.anthropic, cacheControl: { type: 'ephemeral' } },
});

const saysCaching = (options: Options): boolean =>
  options?.anthropic?.cacheControl !== undefined || options?.anthropic?.cache_control !== undefined;
