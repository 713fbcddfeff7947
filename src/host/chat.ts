import { randomBytes } from 'node:crypto';
import type { AsyncIterableStream, ModelMessage, TextStreamPart, ToolSet, UserContent } from 'ai';
import { type Approval, type Approve, callKey, type Decision, judge, type PendingCall } from './approvals.ts';
import { pendingCall, recordCall } from './calls.ts';
import { closeCalls, openApprovals } from './history.ts';
import type { CallInfo, Servers } from './mcp/servers.ts';
import type { Outcome } from './outcome.ts';
import type { ChatModel } from './providers/models.ts';
import { systemPrompt } from './system-prompt.ts';
import { runTurn, type TurnResult } from './turn.ts';
import { type CallRecord, noUsage, type TokenUsage } from './usage.ts';

export type ChatOptions = {
  model: ChatModel;
  servers: Servers;
  /** `settings.ai.approvals`. */
  approvals?: Readonly<Record<string, Approval>>;
  /** Who decides about calls that are not plain reads; default `ask`. */
  approve?: Approve;
  /** `settings.ai.systemPrompt`; blank means the default. */
  systemPrompt?: string | undefined;
  /** An earlier conversation to go on with; calls that waited in it wait again (with the same `approvalSecret`). */
  messages?: ModelMessage[];
  /** Model calls for one message of the person before it stops and offers to go on; default 100. */
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
  /** Every call of this conversation by `toolCallId`, updated as it goes on. */
  readonly calls: ReadonlyMap<string, CallRecord>;
  /** Tokens of all turns so far. */
  readonly usage: TokenUsage;
  /** Tokens of the last request and its answer: how full the context window is. */
  readonly contextTokens: number;
  /** Says something. Calls still waiting for approval are denied first. */
  send(content: UserContent, options?: TurnOptions): Turn;
  /** Answers the waiting calls, all at once; one without a decision is denied. */
  answer(decisions: Decision[], options?: TurnOptions): Turn;
  /** Goes on after `limit` or `add`, or tries again after `failed` or `stopped`. */
  resume(options?: TurnOptions): Turn;
  /** What would happen to a call now: shown by `/tools`. */
  approvalOf(call: Omit<CallInfo, 'server'> & { server?: string }): 'always' | 'ask' | 'disabled';
  useModel(model: ChatModel): void;
  /** Puts messages (a filled-in prompt) into the history without asking the model. */
  add(messages: ModelMessage[]): void;
  /** Forgets the conversation and what was allowed in it. */
  clear(): void;
};

export function createChat(options: ChatOptions): Chat {
  const { servers, approvals = {}, approve = 'ask', maxSteps = 100, maxRetries = 2 } = options;
  const approvalSecret = options.approvalSecret ?? randomBytes(32);
  const calls = new Map<string, CallRecord>();
  const granted = new Set<string>();
  let { model } = options;
  let { messages, pending } = restore(options.messages ?? [], servers, calls);
  let usage = noUsage;
  let contextTokens = 0;
  let stepsTaken = 0;
  let running = false;
  let last: Outcome['state'] = 'done';

  const decide = (call: CallInfo) => judge(call, approvals, granted.has(grantOf(call)), approve);

  function start(signal: AbortSignal | undefined): Turn {
    running = true;
    const turn = runTurn({
      model,
      servers,
      instructions: systemPrompt(options.systemPrompt, servers.instructions()),
      messages,
      maxSteps: Math.max(1, maxSteps - stepsTaken),
      maxRetries,
      approvalSecret,
      signal,
      judge: decide,
      calls,
    });
    return { stream: turn.stream, end: turn.end.then(accept) };
  }

  function accept(result: TurnResult): TurnEnd {
    ({ messages, pending } = result);
    usage = sum(usage, result.usage);
    contextTokens = result.contextTokens || contextTokens;
    stepsTaken += result.steps;
    last = result.state;
    running = false;
    const { messages: _messages, contextTokens: _contextTokens, ...end } = result;
    return end;
  }

  function mustBeIdle(): void {
    if (running) throw new Error('An answer is still being written: stop it or wait for its end.');
  }

  function denyPending(): void {
    const reason = 'The person did not answer this request and said something else.';
    for (const { toolCallId } of pending)
      Object.assign(calls.get(toolCallId) ?? {}, { state: 'denied', reason });
    messages = closeCalls(messages, () => ({ type: 'execution-denied', reason }));
    pending = [];
  }

  return {
    get messages() {
      return messages;
    },
    get pending() {
      return pending;
    },
    get model() {
      return model;
    },
    get usage() {
      return usage;
    },
    get contextTokens() {
      return contextTokens;
    },
    calls,
    send(content, { signal } = {}) {
      mustBeIdle();
      denyPending();
      messages = [...messages, { role: 'user', content }];
      stepsTaken = 0;
      return start(signal);
    },
    answer(decisions, { signal } = {}) {
      mustBeIdle();
      if (pending.length === 0) throw new Error('No call waits for an answer.');
      const byId = new Map(decisions.map((decision) => [decision.approvalId, decision]));
      const content = pending.map((call) => {
        const given = byId.get(call.approvalId);
        if (given?.decision === 'always') granted.add(grantOf(call));
        const approved = given !== undefined && given.decision !== 'no';
        const reason = approved ? given.reason : denial(given?.reason);
        if (!approved) Object.assign(calls.get(call.toolCallId) ?? {}, { reason });
        const { approvalId } = call;
        return { type: 'tool-approval-response' as const, approvalId, approved, ...(reason && { reason }) };
      });
      messages = [...messages, { role: 'tool', content }];
      pending = [];
      return start(signal);
    },
    resume({ signal } = {}) {
      mustBeIdle();
      const answered = messages.at(-1)?.role === 'assistant';
      if (messages.length === 0 || pending.length > 0 || (answered && last === 'done')) {
        throw new Error('There is nothing to go on with.');
      }
      // A half answer is written anew; one that was cut by its length goes on where it ended.
      if (answered) {
        messages =
          last === 'limit' ? [...messages, { role: 'user', content: 'Go on.' }] : messages.slice(0, -1);
      }
      stepsTaken = 0;
      return start(signal);
    },
    approvalOf(call) {
      const verdict = decide({ server: '', ...call });
      if (typeof verdict === 'object') return 'disabled';
      return verdict === 'run' ? 'always' : 'ask';
    },
    useModel(next) {
      mustBeIdle();
      model = next;
    },
    add(more) {
      mustBeIdle();
      denyPending();
      messages = [...messages, ...more];
    },
    clear() {
      mustBeIdle();
      messages = [];
      pending = [];
      granted.clear();
      calls.clear();
      usage = noUsage;
      contextTokens = 0;
      last = 'done';
    },
  };
}

/** An earlier conversation: what waited still waits, and a call that was cut off in the middle is closed. */
function restore(earlier: ModelMessage[], servers: Servers, calls: Map<string, CallRecord>) {
  const waiting = openApprovals(earlier);
  const waits = new Set(waiting.map(({ call }) => call.toolCallId));
  const value = 'The conversation was cut off here: this call may or may not have taken effect. Look first.';
  return {
    messages: closeCalls(earlier, ({ toolCallId }) =>
      waits.has(toolCallId) ? undefined : { type: 'error-text', value },
    ),
    pending: waiting.map(({ approvalId, call }) => pendingCall(approvalId, recordCall(calls, servers, call))),
  };
}

/** A grant is for one server's tool and action: another server cannot come by it through the name. */
const grantOf = (call: { server: string; tool: string; action: string }): string =>
  `${call.server} ${callKey(call)}`;

const denial = (reason: string | undefined): string =>
  `The person denied this call${reason ? `: ${reason}` : '.'} Do not try it again.`;

const sum = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cachedTokens: a.cachedTokens + b.cachedTokens,
  incomplete: a.incomplete || b.incomplete,
});
