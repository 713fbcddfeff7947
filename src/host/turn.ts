import {
  type AsyncIterableStream,
  isStepCount,
  type ModelMessage,
  streamText,
  type TextStreamPart,
  type ToolSet,
} from 'ai';
import type { PendingCall, Verdict } from './approvals.ts';
import type { CallRecord } from './call-record.ts';
import { type CallBook, createCallBook } from './calls.ts';
import { addUsage, noUsage, type TokenUsage, usageOf } from './costs/usage.ts';
import { closeCalls, createRecorder } from './history.ts';
import type { CallInfo, Servers } from './mcp/servers.ts';
import { judgeEnd, type Outcome } from './outcome.ts';
import type { ChatModel } from './providers/models.ts';
import { watch } from './watch.ts';

type Part = TextStreamPart<ToolSet>;

export type TurnInput = {
  model: ChatModel;
  servers: Servers;
  instructions: string;
  messages: readonly ModelMessage[];
  maxSteps: number;
  maxRetries: number;
  approvalSecret: Uint8Array;
  signal: AbortSignal | undefined;
  judge: (call: CallInfo) => Verdict;
  /** Whether a person is there to confirm what a server wants confirmed; without one, who let it run did. */
  attended: boolean;
  calls: Map<string, CallRecord>;
};

export type TurnResult = Outcome & {
  /** The whole history after the turn; calls without a result are only those in `pending`. */
  messages: ModelMessage[];
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
  const { model, servers, signal } = input;
  const stop = new AbortController();
  const recorder = createRecorder();
  const book = createCallBook(input.calls, servers);
  const seen = createObserver(book, recorder, model.price);
  const earlier = new Set(input.messages.flatMap(callIds));
  let committed: ModelMessage[] = [];

  const source = streamText({
    model: model.languageModel,
    instructions: input.instructions,
    messages: [...input.messages],
    tools: servers.tools,
    toolApproval: async ({ toolCall }) => toStatus(await decide(toolCall)),
    experimental_toolApprovalSecret: input.approvalSecret,
    // A later call may rest on what an earlier one did.
    toolCallConcurrency: 1,
    stopWhen: isStepCount(input.maxSteps),
    maxRetries: input.maxRetries,
    providerOptions: model.callOptions,
    abortSignal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    ...(model.maxOutput !== undefined && { maxOutputTokens: model.maxOutput }),
    prepareStep: ({ responseMessages }) => {
      committed = [...responseMessages];
      return undefined;
    },
    onStepEnd: (step) => {
      committed.push(...step.response.messages);
    },
    onToolExecutionStart: ({ toolCall }) => book.started(toolCall),
    onToolExecutionEnd: ({ toolCall, toolExecutionMs }) => book.ended(toolCall, toolExecutionMs),
    // Errors are parts of the stream; without this the AI SDK prints them too.
    onError: () => {},
  });

  async function decide(toolCall: {
    toolCallId: string;
    toolName: string;
    input: unknown;
  }): Promise<Verdict> {
    const call = servers.describe(toolCall.toolName, toolCall.input);
    const verdict = input.judge(call);
    if (call.effect === 'read' || typeof verdict === 'object') return verdict;
    // A call that was asked about is judged again when it runs; what was shown then is what was agreed to.
    if (earlier.has(toolCall.toolCallId)) return verdict;
    const preview = await servers.preview(toolCall, signal);
    if (preview) book.previewed(toolCall, preview.text);
    // A grant is for the usual; what the server wants confirmed is asked about all the same.
    return preview?.confirm !== undefined && input.attended ? 'ask' : verdict;
  }

  function finish(): TurnResult {
    const stopped = stop.signal.aborted || (signal?.aborted ?? false);
    const outcome = judgeEnd({ ...seen.summary(), stopped, model, maxSteps: input.maxSteps });
    const history = [...input.messages, ...committed, ...recorder.messages(committed)];
    const waits = outcome.state === 'approval';
    return {
      ...outcome,
      messages: waits ? history : closeCalls(history, ({ toolCallId }) => book.close(toolCallId, stopped)),
      pending: waits ? seen.pending() : [],
      ...seen.totals(stopped),
      calls: book.ofThisTurn(),
    };
  }

  return watch(source.stream, {
    see: (part) => seen.see(part.type === 'error' ? { ...part, error: model.explain(part.error) } : part),
    stop: () => stop.abort(),
    finish,
  });
}

function callIds({ content }: ModelMessage): string[] {
  if (typeof content === 'string') return [];
  return content.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []));
}

function toStatus(verdict: Verdict) {
  if (verdict === 'run') return undefined;
  return verdict === 'ask' ? ('user-approval' as const) : { type: 'denied' as const, reason: verdict.denied };
}

/** Keeps count of what goes by. */
function createObserver(
  book: CallBook,
  recorder: ReturnType<typeof createRecorder>,
  price: ChatModel['price'],
) {
  const pending: PendingCall[] = [];
  let usage = noUsage;
  let contextTokens = 0;
  let steps = 0;
  let text = '';
  let finishReason = 'other';
  let rawFinishReason: string | undefined;
  let error: unknown;
  let calledTools = false;
  let midStep = false;

  return {
    see(part: Part): Part {
      if (part.type === 'start-step' || part.type === 'finish-step') recorder.reset();
      recorder.see(part);
      book.see(part);
      if (part.type === 'start-step') {
        text = '';
        calledTools = false;
        midStep = true;
      } else if (part.type === 'text-delta') text += part.text;
      else if (part.type === 'tool-call') calledTools = true;
      else if (part.type === 'tool-approval-request' && !part.isAutomatic) pending.push(book.pending(part));
      else if (part.type === 'error') error ??= part.error;
      else if (part.type === 'finish-step') {
        midStep = false;
        steps += 1;
        usage = addUsage(usage, usageOf(part.usage, price));
        contextTokens = (part.usage.inputTokens ?? 0) + (part.usage.outputTokens ?? 0);
        ({ finishReason, rawFinishReason } = part);
      }
      return part;
    },
    pending: () => pending,
    summary: () => ({
      error,
      finishReason,
      rawFinishReason,
      text,
      steps,
      calledTools,
      waiting: pending.length,
    }),
    totals: (stopped: boolean) => ({
      text,
      steps,
      finishReason,
      usage: { ...usage, incomplete: usage.incomplete || (stopped && midStep) },
      contextTokens,
    }),
  };
}
