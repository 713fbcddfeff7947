import { randomBytes, randomUUID } from 'node:crypto';
import type { ModelMessage } from 'ai';
import { areAsShown, callKey, judge } from './approvals.ts';
import { attachmentsInMemory } from './attachments/memory.ts';
import { uploadsInMemory } from './attachments/uploads.ts';
import type { CallRecord } from './call-record.ts';
import { pendingCall } from './calls.ts';
import type { Chat, ChatOptions, Turn, TurnEnd } from './chat-types.ts';
import { asideForTurn, type Shortening } from './context/window.ts';
import { closeCalls } from './history.ts';
import type { CallInfo } from './mcp/servers.ts';
import type { Outcome } from './outcome.ts';
import { createRequests } from './requests.ts';
import { restore } from './restore.ts';
import { createScribe } from './scribe.ts';
import { systemPrompt } from './system-prompt.ts';
import { titleOf } from './title.ts';
import { runTurn, type TurnResult } from './turn.ts';

export type { Chat, ChatEvent, ChatOptions, Kept, Turn, TurnEnd } from './chat-types.ts';

export function createChat(options: ChatOptions): Chat {
  const { servers, approvals = {}, approve = 'ask', maxSteps = 100, maxRetries = 2, meter } = options;
  const { onEvent = () => {} } = options;
  const recorded = options.conversation?.recorded;
  const approvalSecret = options.approvalSecret ?? randomBytes(32);
  const calls = new Map<string, CallRecord>(recorded?.calls.map((call) => [call.toolCallId, { ...call }]));
  const granted = new Set<string>();
  const attachments = options.conversation?.attachments ?? attachmentsInMemory();
  const scribe = createScribe(options.conversation?.journal);
  let { model } = options;
  let { messages, pending } = restore(recorded?.messages ?? [], servers, calls);
  let title = recorded?.title;
  let shortening: Shortening = { summary: recorded?.summaries.at(-1), asideBefore: asideForTurn(messages) };
  let stepsTaken = 0;
  let running = false;
  let previewedAt = Number.NEGATIVE_INFINITY;
  // A turn that did not end was cut off.
  let last: Outcome['state'] = recorded?.ended ?? 'stopped';
  const requests = createRequests({
    conversation: recorded?.id ?? randomUUID(),
    earlier: recorded?.spent ?? [],
    meter,
    maxRetries,
    attachments,
    uploads: options.uploads ?? uploadsInMemory(),
    onEvent,
    onSpent: (spent) => scribe.note({ type: 'spent', spent }),
  });
  // What was cut off is closed for good.
  say(messages.slice(recorded?.messages.length ?? 0));

  const decide = (call: CallInfo) => judge(call, approvals, granted.has(grantOf(call)), approve);

  /** Writes messages down that are in the history already. */
  function say(more: ModelMessage[]): void {
    if (more.length > 0) scribe.note({ type: 'said', messages: more });
  }

  function add(more: ModelMessage[]): void {
    messages = [...messages, ...more];
    say(more);
  }

  function start(signal: AbortSignal | undefined): Turn {
    running = true;
    const usage = requests.startTurn();
    const turn = runTurn({
      model,
      languageModel: requests.open(model),
      servers,
      instructions: systemPrompt(options.systemPrompt, servers.instructions(), { today: new Date() }),
      messages,
      maxSteps: Math.max(1, maxSteps - stepsTaken),
      approvalSecret,
      signal,
      judge: decide,
      attended: approve === 'ask',
      calls,
      scribe,
      shortening,
      scale: requests.scale,
      limit: requests.limit,
      onEvent,
      usage,
    });
    return { stream: turn.stream, end: turn.end.then(accept).then(writtenDown) };
  }

  /** Whoever has the end of a turn may end the process. That it cannot be written was said by then. */
  async function writtenDown(end: TurnEnd): Promise<TurnEnd> {
    await Promise.all([scribe.settled().catch(() => {}), requests.settled()]);
    return end;
  }

  function accept(result: TurnResult): TurnEnd {
    ({ messages, pending, shortening } = result);
    previewedAt = performance.now();
    stepsTaken += result.steps;
    last = result.state;
    scribe.note({ type: 'ended', state: last });
    running = false;
    requests.recordCalls(result.calls);
    const { messages: _messages, contextTokens: _contextTokens, shortening: _shortening, ...end } = result;
    return end;
  }

  function mustBeIdle(): void {
    if (running) throw new Error('An answer is still being written: stop it or wait for its end.');
  }

  function denyPending(): void {
    const reason = 'The person did not answer this request and said something else.';
    for (const { toolCallId } of pending) changeCall(toolCallId, { state: 'denied', reason });
    requests.recordCalls(pending.flatMap(({ toolCallId }) => calls.get(toolCallId) ?? []));
    const closed = closeCalls(messages, () => ({ type: 'execution-denied', reason }));
    add(closed.slice(messages.length));
    pending = [];
  }

  function changeCall(toolCallId: string, change: Partial<CallRecord>): void {
    const call = calls.get(toolCallId);
    if (call) scribe.note({ type: 'call', call: Object.assign(call, change) });
  }

  async function previewPending({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    pending = await Promise.all(
      pending.map(async (call) => {
        const preview = (await servers.preview(call, signal))?.text;
        if (preview === undefined) return call;
        changeCall(call.toolCallId, { preview });
        return pendingCall(call.approvalId, { ...call, preview, state: 'called' });
      }),
    );
    previewedAt = performance.now();
  }

  function setTitle(text: string): void {
    title = text;
    scribe.note({ type: 'titled', title: text });
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
    get title() {
      return title;
    },
    get usage() {
      return requests.total();
    },
    get contextTokens() {
      return requests.contextTokens();
    },
    get summary() {
      return shortening.summary;
    },
    attachments,
    calls,
    send(content, { signal } = {}) {
      mustBeIdle();
      denyPending();
      const first = title === undefined ? titleOf(content) : undefined;
      if (first) setTitle(first);
      add([{ role: 'user', content }]);
      shortening = { ...shortening, asideBefore: Math.max(shortening.asideBefore, asideForTurn(messages)) };
      stepsTaken = 0;
      return start(signal);
    },
    async isAsShown(decisions, options) {
      const allows = decisions.some(({ decision }) => decision !== 'no');
      if (allows && performance.now() - previewedAt > FRESH_MS) await previewPending(options);
      return areAsShown(pending, decisions);
    },
    answer(decisions, { signal } = {}) {
      mustBeIdle();
      if (pending.length === 0) throw new Error('No call waits for an answer.');
      if (!areAsShown(pending, decisions)) throw new Error('What was shown has changed: look at it again.');
      const byId = new Map(decisions.map((decision) => [decision.approvalId, decision]));
      const content = pending.map((call) => {
        const given = byId.get(call.approvalId);
        if (given?.decision === 'always') granted.add(grantOf(call));
        const approved = given !== undefined && given.decision !== 'no';
        const reason = approved ? given.reason : denial(given?.reason);
        const { approvalId, toolCallId } = call;
        if (!approved && reason) changeCall(toolCallId, { reason });
        return { type: 'tool-approval-response' as const, approvalId, approved, ...(reason && { reason }) };
      });
      add([{ role: 'tool', content }]);
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
      if (answered && last === 'limit') add([{ role: 'user', content: 'Go on.' }]);
      else if (answered) {
        messages = messages.slice(0, -1);
        scribe.note({ type: 'dropped', count: 1 });
      }
      stepsTaken = 0;
      return start(signal);
    },
    approvalOf(call) {
      const verdict = decide({ server: '', ...call });
      if (typeof verdict === 'object') return 'disabled';
      return verdict === 'run' ? 'always' : 'ask';
    },
    previewPending,
    async rename(text) {
      const trimmed = text.replace(/\s+/g, ' ').trim();
      if (!trimmed) throw new Error('A title needs at least one word.');
      setTitle(trimmed);
      await scribe.settled();
    },
    useModel(next) {
      mustBeIdle();
      model = next;
      scribe.note({ type: 'model', model: next.name });
    },
    add(more) {
      mustBeIdle();
      denyPending();
      add(more);
    },
    rewind(index) {
      mustBeIdle();
      if (messages[index]?.role !== 'user') throw new Error('Only a message of your own can be said anew.');
      scribe.note({ type: 'dropped', count: messages.length - index });
      messages = messages.slice(0, index);
      pending = [];
      const { summary, asideBefore } = shortening;
      shortening = {
        summary: summary && summary.messages <= index ? summary : undefined,
        asideBefore: Math.min(asideBefore, index),
      };
      last = 'done';
    },
    clear() {
      mustBeIdle();
      messages = [];
      pending = [];
      granted.clear();
      calls.clear();
      shortening = { summary: undefined, asideBefore: 0 };
      requests.forget();
      last = 'done';
      scribe.note({ type: 'cleared' });
    },
  };
}

/** What was previewed longer ago is asked for anew before it runs: of our server, a confirmation is good for ten minutes. */
const FRESH_MS = 5 * 60_000;

/** A grant is for one server's tool and action: another server cannot come by it through the name. */
const grantOf = (call: { server: string; tool: string; action: string }): string =>
  `${call.server} ${callKey(call)}`;

const denial = (reason: string | undefined): string =>
  `The person denied this call${reason ? `: ${reason}` : '.'} Do not try it again.`;
