import { randomBytes } from 'node:crypto';
import type { ModelMessage } from 'ai';
import { callKey, judge } from './approvals.ts';
import type { CallRecord } from './call-record.ts';
import { pendingCall, recordCall } from './calls.ts';
import type { Chat, ChatOptions, Turn, TurnEnd } from './chat-types.ts';
import { addUsage, noUsage } from './costs/usage.ts';
import { closeCalls, openApprovals } from './history.ts';
import type { CallInfo, Servers } from './mcp/servers.ts';
import type { Outcome } from './outcome.ts';
import { systemPrompt } from './system-prompt.ts';
import { runTurn, type TurnResult } from './turn.ts';

export type { Chat, ChatOptions, Turn, TurnEnd } from './chat-types.ts';

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
      attended: approve === 'ask',
      calls,
    });
    return { stream: turn.stream, end: turn.end.then(accept) };
  }

  function accept(result: TurnResult): TurnEnd {
    ({ messages, pending } = result);
    usage = addUsage(usage, result.usage);
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
