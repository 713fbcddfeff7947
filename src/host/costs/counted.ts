import { type LanguageModelMiddleware, wrapLanguageModel } from 'ai';
import type { Price } from '../../settings/groups/ai.ts';
import { contentTokens } from '../context/tokens.ts';
import { Halt } from '../halt.ts';
import type { ChatModel } from '../providers/models.ts';
import type { Meter, Spent } from './meter.ts';
import { costOf, usageOf } from './usage.ts';

type Wrap = NonNullable<LanguageModelMiddleware['wrapStream']>;
type Params = Parameters<Wrap>[0]['params'];
type Part = Awaited<ReturnType<Wrap>>['stream'] extends ReadableStream<infer P> ? P : never;
type Reported = Extract<Part, { type: 'finish' }>['usage'];

export type Counting = {
  model: ChatModel;
  conversation: string;
  meter: Meter | undefined;
  /** Told of every request when it has ended, also of one that was stopped; `estimate` are our tokens of its input. */
  onSpent: (spent: Spent, estimate: number) => void;
  warn: (sentence: string) => void;
  /** Tokens by the provider's count to tokens by ours. */
  scale: () => number;
};

/** Tokens an answer may have where nothing is set; more than a quarter of its window few models can write. */
const usualAnswer = ({ contextWindow }: ChatModel): number => Math.min(16_000, Math.floor(contextWindow / 4));
/** What an answer gets when a budget does not hold a usual one. */
const SHORT_ANSWER = 4000;

/** Counts what every request to a model uses, and refuses those that would pass a budget. */
export function counted(
  languageModel: ChatModel['languageModel'],
  counting: Counting,
): ChatModel['languageModel'] {
  return wrapLanguageModel({ model: languageModel, middleware: counter(counting) });
}

function counter({ model, conversation, meter, onSpent, warn, scale }: Counting): LanguageModelMiddleware {
  /** The request with as long an answer as the budgets allow, and our tokens of its input. */
  async function admit(params: Params): Promise<{ params: Params; inputTokens: number }> {
    const inputTokens = requestTokens(params);
    const usual = params.maxOutputTokens ?? model.maxOutput ?? usualAnswer(model);
    const whole = await refusalFor(inputTokens, usual);
    // A budget can be kept only where an answer ends by what was planned for it.
    if (!whole)
      return { params: meter?.limited() ? { ...params, maxOutputTokens: usual } : params, inputTokens };
    const refusal = usual > SHORT_ANSWER ? await refusalFor(inputTokens, SHORT_ANSWER) : whole;
    if (refusal) throw new Halt(refusal, 'limit');
    warn(`The budget is nearly used up: this answer may have ${SHORT_ANSWER.toLocaleString('en')} tokens.`);
    return { params: { ...params, maxOutputTokens: SHORT_ANSWER }, inputTokens };
  }

  async function refusalFor(estimate: number, maxOutput: number): Promise<string | undefined> {
    // A provider that counts more than we do does so every time.
    const inputTokens = Math.ceil(estimate * Math.max(1, scale()));
    const cost = model.price && mostCost(model.price, inputTokens, maxOutput);
    return meter?.refusal({ conversation, inputTokens, maxOutput, cost }, warn);
  }

  function record(
    reported: Reported | undefined,
    estimate: { inputTokens: number; outputTokens: number },
  ): void {
    const { provider, name, price } = model;
    const at = new Date().toISOString();
    const spent = { at, conversation, provider, model: name, ...usageOf(reported, estimate, price) };
    onSpent(spent, estimate.inputTokens);
  }

  /**
   * A request that failed has used nothing of what was set aside for it; one that was stopped before its first word was
   * read by the provider, as far as we know.
   */
  async function sent<T>(
    request: () => PromiseLike<T>,
    { abortSignal }: Params,
    inputTokens: number,
  ): Promise<T> {
    const made = abortSignal?.aborted !== true;
    try {
      return await request();
    } catch (error) {
      if (made && abortSignal?.aborted) record(undefined, { inputTokens, outputTokens: 0 });
      else meter?.release(conversation);
      throw error;
    }
  }

  return {
    specificationVersion: 'v4',
    async wrapGenerate({ model: inner, params: asked }) {
      const { params, inputTokens } = await admit(asked);
      const result = await sent(() => inner.doGenerate(params), params, inputTokens);
      record(result.usage, { inputTokens, outputTokens: contentTokens(result.content) });
      return result;
    },
    async wrapStream({ model: inner, params: asked }) {
      const { params, inputTokens } = await admit(asked);
      const result = await sent(() => inner.doStream(params), params, inputTokens);
      const count = countOutput((reported, outputTokens) => record(reported, { inputTokens, outputTokens }));
      return { ...result, stream: result.stream.pipeThrough(count) };
    },
  };
}

/** Dollars of a request at most: all of it may be written to a cache, which can cost more. */
function mostCost(price: Price, inputTokens: number, outputTokens: number): number {
  const most = { inputTokens, outputTokens, cachedTokens: 0, reasoningTokens: 0 };
  const costs = [0, inputTokens].map((cacheWriteTokens) => costOf({ ...most, cacheWriteTokens }, price));
  return Math.max(...costs);
}

/** Passes a stream on, and says once what came: at its end, or when nobody reads it any more. */
function countOutput(
  ended: (reported: Reported | undefined, outputTokens: number) => void,
): TransformStream<Part, Part> {
  let text = '';
  let reported: Reported | undefined;
  let said = false;
  const say = () => {
    if (said) return;
    said = true;
    ended(reported, contentTokens(text));
  };
  return new TransformStream<Part, Part>({
    transform(part, controller) {
      if ('delta' in part && typeof part.delta === 'string') text += part.delta;
      if (part.type === 'finish') {
        reported = part.usage;
        say();
      }
      controller.enqueue(part);
    },
    flush: say,
    cancel: say,
  });
}

/** Tokens of a request, estimated: what is said, and the tools. */
const requestTokens = ({ prompt, tools }: Params): number =>
  contentTokens(prompt) + contentTokens(tools ?? []);
