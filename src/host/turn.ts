import {
  type AsyncIterableStream,
  InvalidToolApprovalSignatureError,
  isStepCount,
  type ModelMessage,
  streamText,
  wrapLanguageModel,
} from 'ai';
import type { PendingCall, Verdict } from './approvals.ts';
import type { CallRecord } from './call-record.ts';
import { createCallBook, describeCall } from './calls.ts';
import type { ChatEvent } from './chat-types.ts';
import { fitHistory } from './context/fit.ts';
import { contentTokens } from './context/tokens.ts';
import { type Shortening, shortened } from './context/window.ts';
import type { TokenUsage } from './costs/usage.ts';
import { Halt } from './halt.ts';
import { callIds, closeCalls, createRecorder } from './history.ts';
import type { CallInfo, Servers } from './mcp/servers.ts';
import { createObserver, type Part } from './observer.ts';
import { judgeEnd, type Outcome } from './outcome.ts';
import type { ChatModel } from './providers/models.ts';
import { freshCallIds } from './providers/quirks/fresh-ids.ts';
import { runTools } from './run-tools.ts';
import type { Scribe } from './scribe.ts';
import { telemetryOf } from './telemetry.ts';
import { watch } from './watch.ts';

export type TurnInput = {
  model: ChatModel;
  /** The model as it is asked: what every request goes through is around it. */
  languageModel: ChatModel['languageModel'];
  servers: Servers;
  instructions: string;
  messages: readonly ModelMessage[];
  maxSteps: number;
  approvalSecret: Uint8Array;
  signal: AbortSignal | undefined;
  judge: (call: CallInfo) => Verdict;
  /** Whether a person is there to confirm what a server wants confirmed; without one, who let it run did. */
  attended: boolean;
  calls: Map<string, CallRecord>;
  scribe: Scribe;
  shortening: Shortening;
  /** Tokens by the provider's count to tokens by ours. */
  scale: () => number;
  /** Tokens that fit into a request, as far as one that did not fit has shown. */
  limit: () => number;
  /** Told of what is no part of the answer. */
  onEvent: (event: ChatEvent) => void;
  /** What the requests of this turn have used so far. */
  usage: () => { usage: TokenUsage; contextTokens: number };
};

export type TurnResult = Outcome & {
  /** The whole history after the turn; calls without a result are only those in `pending`. */
  messages: ModelMessage[];
  shortening: Shortening;
  pending: PendingCall[];
  finishReason: string;
  text: string;
  steps: number;
  usage: TokenUsage;
  /** Tokens of the last request and its answer. */
  contextTokens: number;
  calls: CallRecord[];
};

/** Runs the loop of model and tools once, from `messages` to an end or a question. */
export function runTurn(input: TurnInput): { stream: AsyncIterableStream<Part>; end: Promise<TurnResult> } {
  const { model, servers, signal, scribe } = input;
  const stop = new AbortController();
  const abortSignal = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const recorder = createRecorder((part) => scribe.note({ type: 'heard', part }));
  const book = createCallBook(input.calls, servers, (call) => scribe.note({ type: 'call', call }));
  const seen = createObserver(book);
  const earlier = new Set(input.messages.flatMap(callIds));
  const run = runTools(servers, {
    reads: (toolName, values) => describeCall(servers, toolName, values).effect === 'read',
    async starts(call) {
      book.started(call);
      // That a change may have been made must be known whatever happens next.
      if (describeCall(servers, call.toolName, call.input).effect === 'read') await keep();
      else await scribe.settled();
    },
    ends: book.ended,
  });
  let { shortening } = input;
  let committed: ModelMessage[] = [];

  /** Writes down what was noted. An answer does not wait for a disk on which there is room again. */
  async function keep(): Promise<void> {
    const text = await scribe.tried();
    if (text !== undefined) input.onEvent({ type: 'warning', text });
  }

  /** What is final: it is written down once. */
  function commit(messages: ModelMessage[]): void {
    const fresh = messages.slice(committed.length);
    committed = messages;
    if (fresh.length > 0) scribe.note({ type: 'said', messages: fresh });
  }

  async function shorten(): Promise<ModelMessage[]> {
    const messages = [...input.messages, ...committed];
    const before = shortening.summary;
    shortening = await fitHistory({
      messages,
      shortening,
      room: roomIn(input),
      scale: input.scale(),
      model: input.languageModel,
      providerOptions: model.callOptions,
      signal: abortSignal,
      onSummary: () => input.onEvent({ type: 'summarising' }),
    });
    const { summary } = shortening;
    if (summary && summary !== before) {
      scribe.note({ type: 'summarised', summary });
      input.onEvent({ type: 'summarised', summary });
    }
    const { messages: sent, aside } = shortened(messages, shortening);
    run.offerReadResult(aside ? () => [...input.messages, ...committed] : undefined);
    return sent;
  }

  const source = streamText({
    model: wrapLanguageModel({
      model: input.languageModel,
      middleware: freshCallIds((id) => input.calls.has(id)),
    }),
    instructions: input.instructions,
    messages: [...input.messages],
    tools: run.tools,
    toolApproval: async ({ toolCall }) => toStatus(await decide(toolCall)),
    experimental_toolApprovalSecret: input.approvalSecret,
    stopWhen: isStepCount(input.maxSteps),
    // Requests are repeated where the person can be told of it.
    maxRetries: 0,
    providerOptions: model.callOptions,
    abortSignal,
    telemetry: telemetryOf('chat'),
    ...(model.maxOutput !== undefined && { maxOutputTokens: model.maxOutput }),
    async prepareStep({ responseMessages }) {
      commit([...responseMessages]);
      await keep();
      return { messages: await shorten() };
    },
    // What is heard is written down here, in the order it comes: a reader of the stream may be behind.
    experimental_transform: () => recorder.listener(),
    onStepEnd: (step) => commit([...committed, ...step.response.messages]),
    // Errors are parts of the stream; without this the AI SDK prints them too.
    onError: () => {},
  });

  async function decide(toolCall: {
    toolCallId: string;
    toolName: string;
    input: unknown;
  }): Promise<Verdict> {
    const call = describeCall(servers, toolCall.toolName, toolCall.input);
    const verdict = input.judge(call);
    if (call.effect === 'read' || typeof verdict === 'object') return verdict;
    // A call that was asked about is judged again when it runs; what was shown then is what was agreed to.
    if (earlier.has(toolCall.toolCallId))
      return notAsShown(input.calls.get(toolCall.toolCallId), call) ?? verdict;
    const preview = await servers.preview(toolCall, abortSignal);
    if (preview) book.previewed(toolCall, preview.text);
    // A grant is for the usual; what the server wants confirmed is asked about all the same.
    return preview?.confirm !== undefined && input.attended ? 'ask' : verdict;
  }

  async function finish(): Promise<TurnResult> {
    run.release();
    const stopped = abortSignal.aborted;
    const outcome = outcomeOf(stopped);
    const history = [...input.messages, ...committed, ...recorder.messages(committed)];
    const waits = outcome.state === 'approval';
    const messages = waits
      ? history
      : closeCalls(history, ({ toolCallId }) => book.close(toolCallId, stopped));
    commit(messages.slice(input.messages.length));
    const written = await keep().then(
      () => outcome,
      (error: Halt) => ({ state: error.state, problem: error.message, retryable: true }),
    );
    return {
      ...written,
      messages,
      shortening,
      pending: waits ? seen.pending() : [],
      ...seen.totals(),
      ...input.usage(),
      calls: book.ofThisTurn(),
    };
  }

  function outcomeOf(stopped: boolean): Outcome {
    const summary = seen.summary();
    if (!stopped && summary.error instanceof Halt) {
      const { state, message } = summary.error;
      return { state, problem: message, retryable: true };
    }
    return judgeEnd({ ...summary, stopped, model, maxSteps: input.maxSteps });
  }

  const explained = (error: unknown) => {
    if (InvalidToolApprovalSignatureError.isInstance(error)) return new Halt(UNVERIFIED, 'failed');
    return error instanceof Halt ? error : model.explain(error);
  };
  return watch(source.stream, {
    see: (part) => seen.see(part.type === 'error' ? { ...part, error: explained(part.error) } : part),
    stop: () => stop.abort(),
    finish,
  });
}

const UNVERIFIED =
  'The approval cannot be verified: the key that signs approvals is another one now, or the conversation was changed. Nothing was run. Say again what is to be done.';

/** Servers come and go, and their tools change: what would run now may not be what the person saw. */
function notAsShown(shown: CallRecord | undefined, now: CallInfo): Verdict | undefined {
  const same = (['server', 'tool', 'action', 'effect'] as const).every((key) => shown?.[key] === now[key]);
  if (same) return undefined;
  return { denied: 'The tool is not the one that was approved any more, so nothing was run. Call it anew.' };
}

function toStatus(verdict: Verdict) {
  if (verdict === 'run') return undefined;
  return verdict === 'ask' ? ('user-approval' as const) : { type: 'denied' as const, reason: verdict.denied };
}

/** Tokens that messages may have: what the window holds without the answer, the system prompt and the tools. */
function roomIn({ model, servers, instructions, limit }: TurnInput): number {
  const window = Math.min(model.contextWindow, limit());
  const answer = Math.min(model.maxOutput ?? Number.POSITIVE_INFINITY, window / 4);
  const tools = servers.list().reduce((sum, { tokens }) => sum + tokens, 0);
  return Math.max(500, window - answer - tools - contentTokens(instructions));
}
