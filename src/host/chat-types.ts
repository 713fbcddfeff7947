import type { AsyncIterableStream, ModelMessage, TextStreamPart, ToolSet, UserContent } from 'ai';
import type { Approval, Approve, Decision, PendingCall } from './approvals.ts';
import type { AttachmentStore } from './attachments/types.ts';
import type { Uploads } from './attachments/uploads.ts';
import type { CallRecord } from './call-record.ts';
import type { Summary } from './context/summary.ts';
import type { Journal, Recorded } from './conversations/journal.ts';
import type { Meter } from './costs/meter.ts';
import type { TokenUsage } from './costs/usage.ts';
import type { CallInfo, Servers } from './mcp/servers.ts';
import type { Outcome } from './outcome.ts';
import type { ChatModel } from './providers/models.ts';
import type { ModelEvent } from './providers/quirks/attend.ts';

/** A conversation that is kept somewhere. */
export type Kept = { recorded: Recorded; journal?: Journal; attachments?: AttachmentStore };

/** What happens beside the answer. */
export type ChatEvent =
  | ModelEvent
  /** A file goes to the provider, which can take a while; `done` when it is there. */
  | { type: 'uploading'; filename: string; bytes: number; done: boolean }
  /** The beginning of the conversation does not fit any more and is put into a summary. */
  | { type: 'summarising' }
  | { type: 'summarised'; summary: Summary };

export type ChatOptions = {
  model: ChatModel;
  servers: Servers;
  /** `settings.ai.approvals`. */
  approvals?: Readonly<Record<string, Approval>>;
  /** Who decides about calls that are not plain reads; default `ask`. */
  approve?: Approve;
  /** `settings.ai.systemPrompt`; blank means the default. */
  systemPrompt?: string | undefined;
  /**
   * Where the conversation is kept, and what was said in it; calls that waited in it wait again (with the same
   * `approvalSecret`). Without it, it is forgotten with this process.
   */
  conversation?: Kept;
  /** Counts what is used, and keeps the budgets. */
  meter?: Meter | undefined;
  /** What was uploaded to providers before; default: nothing, and it is forgotten with this process. */
  uploads?: Uploads;
  /** Told of what is no part of an answer: waiting for an endpoint, warnings, summaries. */
  onEvent?: (event: ChatEvent) => void;
  /** Model calls for one message of the person before it stops and offers to go on; default 100 (`settings.ai.maxSteps`). */
  maxSteps?: number;
  /** Times a request that failed before its answer began is repeated; default 2. */
  maxRetries?: number;
  /** Signs approvals, so that one which was not asked for here cannot run; default: a fresh random one. */
  approvalSecret?: Uint8Array;
};

/**
 * How a turn ended.
 * `done`: the model finished. `approval`: calls wait, see `pending`. `limit`: of steps or of one answer's length,
 * `resume()` goes on. `stopped`: by the signal. `failed`: see `problem`; `resume()` tries again.
 * `problem` is one message for people.
 */
export type TurnEnd = Outcome & {
  pending: PendingCall[];
  finishReason: string;
  /** Text of the last answer. */
  text: string;
  steps: number;
  usage: TokenUsage;
  calls: CallRecord[];
};

/** One exchange. Read `stream` to its end: nothing moves while it is not read; to give it up is to stop it. */
export type Turn = {
  /** The AI SDK's parts; the `error` of an `error` part is a `ModelProblem`. */
  stream: AsyncIterableStream<TextStreamPart<ToolSet>>;
  /** Never rejects; resolves after the stream ended. */
  end: Promise<TurnEnd>;
};

type TurnOptions = { signal?: AbortSignal };

/** A conversation. One turn at a time; starting a second while one runs throws. */
export type Chat = {
  /** The history: always valid to send, no call without a result except those in `pending`. */
  readonly messages: readonly ModelMessage[];
  readonly pending: readonly PendingCall[];
  readonly model: ChatModel;
  /** Files that go along with messages; see `messageContent`. */
  readonly attachments: AttachmentStore;
  /** Every call of this conversation by `toolCallId`, updated as it goes on. */
  readonly calls: ReadonlyMap<string, CallRecord>;
  readonly title: string | undefined;
  /** Tokens and costs of all requests so far, those of summaries included. */
  readonly usage: TokenUsage;
  /** The summary that stands for the oldest messages when a request is made. */
  readonly summary: Summary | undefined;
  /** Tokens of the last request and its answer: how full the context window is. */
  readonly contextTokens: number;
  /** Says something. Calls still waiting for approval are denied first. */
  send(content: UserContent, options?: TurnOptions): Turn;
  /**
   * Whether what the person said yes to is what would happen still: where they took their time, the servers are asked
   * anew, since what confirms a call does not last. Where not, `pending` has what would happen now.
   */
  isAsShown(decisions: readonly Decision[], options?: TurnOptions): Promise<boolean>;
  /**
   * Answers the waiting calls, all at once; one without a decision is denied.
   * @throws where a yes is to something else than is shown now
   */
  answer(decisions: Decision[], options?: TurnOptions): Turn;
  /** Goes on after `limit` or `add`, or tries again after `failed` or `stopped`. */
  resume(options?: TurnOptions): Turn;
  /** What would happen to a call now: shown by `/tools`. */
  approvalOf(call: Omit<CallInfo, 'server'> & { server?: string }): 'always' | 'ask' | 'disabled';
  useModel(model: ChatModel): void;
  /** Puts messages (a filled-in prompt) into the history without asking the model. */
  add(messages: ModelMessage[]): void;
  /** Asks the servers anew what the waiting calls would do: after a restart, or when it may have changed. */
  previewPending(options?: TurnOptions): Promise<void>;
  /** Gives the conversation a title; the first message does until then. */
  rename(title: string): Promise<void>;
  /**
   * Takes back a message of the person and all that came after it, to be said otherwise. What calls have done stays
   * done, and stays in `calls`.
   * @param index its place in `messages`
   */
  rewind(index: number): void;
  /** Forgets the conversation and what was allowed in it. */
  clear(): void;
};
