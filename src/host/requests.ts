import { type LanguageModelMiddleware, wrapLanguageModel } from 'ai';
import { filesInRequests } from './attachments/request.ts';
import type { AttachmentStore } from './attachments/types.ts';
import type { Uploads } from './attachments/uploads.ts';
import type { ChatEvent } from './chat-types.ts';
import { shrinkOnOverflow } from './context/overflow.ts';
import { contentTokens } from './context/tokens.ts';
import type { Meter, Spent } from './costs/meter.ts';
import { addUsage, costOf, noUsage, type TokenUsage, usageOf } from './costs/usage.ts';
import { Halt } from './halt.ts';
import { withCaching } from './providers/caching.ts';
import type { ChatModel } from './providers/models.ts';
import { attend } from './providers/quirks/attend.ts';

type Wrap = NonNullable<LanguageModelMiddleware['wrapStream']>;
type Params = Parameters<Wrap>[0]['params'];
type Part = Awaited<ReturnType<Wrap>>['stream'] extends ReadableStream<infer P> ? P : never;
type Reported = Extract<Part, { type: 'finish' }>['usage'];

type Counting = {
  model: ChatModel;
  conversation: string;
  meter: Meter | undefined;
  /** Told of every request when it has ended, also of one that was stopped; `estimate` are our tokens of its input. */
  onSpent: (spent: Spent, estimate: number) => void;
  warn: (sentence: string) => void;
};

export type RequestOptions = {
  conversation: string;
  /** What the conversation has used before. */
  earlier: readonly Spent[];
  meter: Meter | undefined;
  maxRetries: number;
  attachments: AttachmentStore;
  uploads: Uploads;
  onEvent: (event: ChatEvent) => void;
  onSpent: (spent: Spent) => void;
};

/** The requests of one conversation to models, and what they use. */
export type Requests = {
  /** A model with all that its requests go through: counting and budgets, attachments, caches, repetition. */
  open(model: ChatModel): ChatModel['languageModel'];
  /** Begins to count a turn; what it gives says what the turn has used. */
  startTurn(): () => { usage: TokenUsage; contextTokens: number };
  total(): TokenUsage;
  /** Tokens of the last request and its answer. */
  contextTokens(): number;
  /** Tokens by the provider's count to tokens by ours, from the last request that had one. */
  scale(): number;
  /** Tokens that fit into a request, as far as one that did not fit has shown. */
  limit(): number;
  /** The conversation begins anew; what it cost stays. */
  forget(): void;
};

export function createRequests(options: RequestOptions): Requests {
  const { conversation, meter, onEvent } = options;
  let total = options.earlier.reduce<TokenUsage>(addUsage, noUsage);
  let turn = noUsage;
  let contextTokens = tokensIn(options.earlier.at(-1));
  let scale = 1;
  let limit = Number.POSITIVE_INFINITY;

  function onSpent(spent: Spent, estimate: number): void {
    total = addUsage(total, spent);
    turn = addUsage(turn, spent);
    contextTokens = tokensIn(spent);
    // Our estimate is right to about a quarter; what is far off is an error in the report.
    if (!spent.incomplete && estimate > 0) scale = Math.min(2, Math.max(0.5, spent.inputTokens / estimate));
    options.onSpent(spent);
  }

  return {
    open(model) {
      const cached = withCaching(model, conversation);
      const attended = attend(withFiles(cached, options), { maxRetries: options.maxRetries, onEvent });
      const fitting = shrinkOnOverflow(attended, (tokens) => {
        limit = Math.floor(tokens * AFTER_OVERFLOW);
        onEvent({
          type: 'corrected',
          text: `${model.label} holds less than it was sent, so old results of tools were left out.`,
        });
      });
      const warn = (text: string) => onEvent({ type: 'warning', text });
      return counted(fitting, { model, conversation, meter, onSpent, warn });
    },
    startTurn() {
      turn = noUsage;
      return () => ({ usage: turn, contextTokens });
    },
    total: () => total,
    contextTokens: () => contextTokens,
    scale: () => scale,
    limit: () => limit,
    forget() {
      contextTokens = 0;
    },
  };
}

/** A request that did not fit says of the context only that it is smaller; our count may be off as well. */
const AFTER_OVERFLOW = 0.7;

/** The model with the files of the conversation put into its requests. */
function withFiles(model: ChatModel, { attachments, uploads, onEvent }: RequestOptions): ChatModel {
  const middleware = filesInRequests({
    model,
    files: model.files,
    store: attachments,
    uploads,
    onUpload: (upload) => onEvent({ type: 'uploading', ...upload }),
  });
  return { ...model, languageModel: wrapLanguageModel({ model: model.languageModel, middleware }) };
}

const tokensIn = (spent: Spent | undefined): number => (spent ? spent.inputTokens + spent.outputTokens : 0);

/** Tokens an answer may have where nothing is set. */
const USUAL_ANSWER = 16_000;
/** What an answer gets when a budget does not hold a usual one. */
const SHORT_ANSWER = 4000;

/** Counts what every request to a model uses, and refuses those that would pass a budget. */
function counted(languageModel: ChatModel['languageModel'], counting: Counting): ChatModel['languageModel'] {
  return wrapLanguageModel({ model: languageModel, middleware: counter(counting) });
}

function counter({ model, conversation, meter, onSpent, warn }: Counting): LanguageModelMiddleware {
  /** The request with as long an answer as the budgets allow, and our tokens of its input. */
  async function admit(params: Params): Promise<{ params: Params; inputTokens: number }> {
    const inputTokens = requestTokens(params);
    const usual = params.maxOutputTokens ?? model.maxOutput ?? USUAL_ANSWER;
    const whole = await refusalFor(inputTokens, usual);
    if (!whole) return { params, inputTokens };
    const refusal = usual > SHORT_ANSWER ? await refusalFor(inputTokens, SHORT_ANSWER) : whole;
    if (refusal) throw new Halt(refusal, 'limit');
    warn(`The budget is nearly used up: this answer may have ${SHORT_ANSWER.toLocaleString('en')} tokens.`);
    return { params: { ...params, maxOutputTokens: SHORT_ANSWER }, inputTokens };
  }

  async function refusalFor(inputTokens: number, maxOutput: number): Promise<string | undefined> {
    const most = {
      inputTokens,
      outputTokens: maxOutput,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    };
    const cost = model.price && costOf(most, model.price);
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
    // A ledger that cannot be written must not take an answer away that is there.
    meter?.record(spent).catch(() => {});
  }

  /** A request that failed has used nothing of what was set aside for it. */
  async function orRelease<T>(request: PromiseLike<T>): Promise<T> {
    try {
      return await request;
    } catch (error) {
      meter?.release(conversation);
      throw error;
    }
  }

  return {
    specificationVersion: 'v4',
    async wrapGenerate({ model: inner, params: asked }) {
      const { params, inputTokens } = await admit(asked);
      const result = await orRelease(inner.doGenerate(params));
      record(result.usage, { inputTokens, outputTokens: contentTokens(result.content) });
      return result;
    },
    async wrapStream({ model: inner, params: asked }) {
      const { params, inputTokens } = await admit(asked);
      const result = await orRelease(inner.doStream(params));
      const count = countOutput((reported, outputTokens) => record(reported, { inputTokens, outputTokens }));
      return { ...result, stream: result.stream.pipeThrough(count) };
    },
  };
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
