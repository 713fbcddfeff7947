import { type LanguageModelMiddleware, wrapLanguageModel } from 'ai';
import { contentTokens, textTokens } from '../../context/tokens.ts';
import type { ChatModel } from '../models.ts';
import { ModelProblem } from '../problem.ts';
import { readFailure } from './failure.ts';
import { instruction, isPlainAnswer, partsOf, refusedCall } from './refused-call.ts';
import { isContent, type Part } from './settle.ts';
import { streamOf } from './stream-of.ts';
import { backoff, longestWait, wait } from './wait.ts';

/** What happens around a request, for the person who waits for its answer. */
export type ModelEvent =
  /** The request is made again at `until` (epoch milliseconds), the `attempt`th time; `reason` is one sentence. */
  | { type: 'waiting'; until: number; reason: string; attempt: number }
  /** The request was changed and made again. */
  | { type: 'corrected'; text: string }
  | { type: 'warning'; text: string };

export type AttendOptions = {
  /** Times a request is made again that failed before its answer began. */
  maxRetries: number;
  onEvent: (event: ModelEvent) => void;
  /** How waiting is done; default: by the clock. */
  wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

type Model = ChatModel['languageModel'];
type Params = Parameters<NonNullable<LanguageModelMiddleware['transformParams']>>[0]['params'];
type StreamResult = Awaited<ReturnType<Model['doStream']>>;

/**
 * The model as a turn asks it: failures that may pass are waited out, what an endpoint cannot read is put otherwise
 * once, and what it did not read is noticed. What it throws is a `ModelProblem`; Stop ends it at once, also while it
 * waits. The AI SDK's own `maxRetries` must be 0 with it.
 */
export function attend(model: ChatModel, options: AttendOptions): Model {
  let warned = false;
  const warn = (text: string) => {
    // It is so for every request of a conversation that has grown.
    if (!warned) options.onEvent({ type: 'warning', text });
    warned = true;
  };
  return wrapLanguageModel({
    model: model.languageModel,
    middleware: {
      specificationVersion: 'v4',
      wrapGenerate: ({ model: inner, params }) =>
        persist(params, model, options, async (current) => inner.doGenerate(current), recoverNothing),
      wrapStream: async ({ model: inner, params }) => {
        const ask = async (current: Params) => begun(await inner.doStream(current));
        const result = await persist(params, model, options, ask, recovered);
        return { ...result, stream: watched(result.stream, model, params, warn) };
      },
    },
  });
}

/** Asks until there is an answer, or no more to be done. */
async function persist<T>(
  params: Params,
  model: ChatModel,
  options: AttendOptions,
  ask: (params: Params) => Promise<T>,
  recover: (text: string) => T | undefined,
): Promise<T> {
  let current = params;
  let corrected = false;
  for (let attempt = 1; ; ) {
    try {
      return await ask(current);
    } catch (error) {
      if (params.abortSignal?.aborted) throw error;
      const failure = readFailure(error);
      const refused = refusedCall(failure);
      const shown = refused && isPlainAnswer(refused) ? recover(refused.written) : undefined;
      if (shown) return shown;
      if (refused && !corrected) {
        corrected = true;
        const text = `${model.label} refused a call that did not fit its tool; the model was asked to write it again.`;
        options.onEvent({ type: 'corrected', text });
        current = told(params, instruction(refused));
        continue;
      }
      const text = model.adapt(error);
      if (text !== undefined) {
        options.onEvent({ type: 'corrected', text });
        continue;
      }
      const problem = orOverflow(model.explain(error), current);
      if (!passes(problem) || attempt > options.maxRetries) throw problem;
      await pause(problem, attempt, options, params.abortSignal);
      attempt += 1;
    }
  }
}

/** Whether a problem is of the kind that passes by itself. */
const passes = ({ kind, retryAt = 0 }: ModelProblem): boolean =>
  (kind === 'rate-limit' || kind === 'server' || kind === 'unreachable' || kind === 'cut') &&
  retryAt - Date.now() <= longestWait;

async function pause(
  problem: ModelProblem,
  attempt: number,
  options: AttendOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ms = problem.retryAt === undefined ? backoff(attempt) : Math.max(0, problem.retryAt - Date.now());
  options.onEvent({ type: 'waiting', until: Date.now() + ms, reason: problem.message, attempt });
  await (options.wait ?? wait)(ms, signal);
}

const told = (params: Params, text: string): Params => ({
  ...params,
  prompt: [...params.prompt, { role: 'user', content: [{ type: 'text', text }] }],
});

const recoverNothing = () => undefined;

const recovered = (text: string): StreamResult => ({ stream: streamOf(partsOf(text), async () => {}) });

/**
 * Reads a stream until its answer has begun; until then nothing was shown, and the request can be made again.
 * @throws what the stream fails with before that
 */
async function begun(result: StreamResult): Promise<StreamResult> {
  const reader = result.stream.getReader();
  const held: Part[] = [];
  for (;;) {
    const { done, value: part } = await reader.read();
    if (part?.type === 'error') {
      await reader.cancel();
      throw part.error;
    }
    if (part) held.push(part);
    if (done || part.type === 'finish' || isContent(part)) break;
  }
  async function* all(): AsyncGenerator<Part> {
    yield* held;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  }
  return { ...result, stream: streamOf(all(), (reason) => reader.cancel(reason)) };
}

/** Explains what an answer ends with, and notices what was left out of the request. */
function watched(
  stream: ReadableStream<Part>,
  model: ChatModel,
  params: Params,
  warn: (text: string) => void,
): ReadableStream<Part> {
  return stream.pipeThrough(
    new TransformStream<Part, Part>({
      transform(part, controller) {
        if (part.type === 'finish') {
          const text = leftOut(part.usage.inputTokens.total, params, model);
          if (text) warn(text);
        }
        controller.enqueue(part.type === 'error' ? { ...part, error: model.explain(part.error) } : part);
      },
    }),
  );
}

/** The smallest context that servers are started with. */
const SMALLEST_CONTEXT = 2048;

const requestTokens = ({ prompt, tools = [] }: Params): number =>
  contentTokens(prompt) + contentTokens(tools);
const figure = (tokens: number): string => tokens.toLocaleString('en');
const about = (tokens: number): string => `about ${figure(Math.round(tokens / 100) * 100)} tokens`;

/** Some servers answer nothing at all to a request that is longer than their context. */
function orOverflow(problem: ModelProblem, params: Params): ModelProblem {
  const tokens = requestTokens(params);
  if (problem.kind !== 'empty' || tokens < SMALLEST_CONTEXT) return problem;
  const message = `${problem.message} It was sent ${about(tokens)}, which may be more than its context holds: raise the context there, ask for less at once, or try again.`;
  const { provider, url, status, retryable } = problem;
  return new ModelProblem(message, { kind: 'context-overflow', provider, url, status, retryable });
}

/** Estimates are right to about a quarter, and some servers write tools shorter than we do: half is another matter. */
function leftOut(reported: number | undefined, params: Params, model: ChatModel): string | undefined {
  if (!reported) return undefined;
  // What a picture costs is another matter at each provider, and mostly less than we count on.
  const sent = textTokens(params.prompt) + textTokens(params.tools ?? []);
  if (reported > sent / 2 || sent - reported < 1000) return undefined;
  return `${model.label} at ${model.baseUrl} used only ${figure(reported)} of ${about(sent)} it was sent, so it does not know the rest: raise the server's context (num_ctx in Ollama, context length in LM Studio).`;
}
