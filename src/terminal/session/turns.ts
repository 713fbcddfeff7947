import {
  type CallRecord,
  type Chat,
  type Decision,
  progressOf,
  type Turn,
  type TurnEnd,
} from '../../host/index.ts';
import { settle } from '../markdown/blocks.ts';
import { printable } from '../text.ts';
import type { Store } from './store.ts';
import type { Dialog, Entry } from './view.ts';

type Part = Turn['stream'] extends AsyncIterable<infer P> ? P : never;

/** Runs turns of a chat and puts what they bring into the store. */
export type Turns = {
  /** Begins a turn and goes on until it needs nothing more from anybody. Never rejects. */
  run(begin: (signal: AbortSignal) => Turn): Promise<void>;
  /** Ends the model's request and the calls that run. */
  stop(): void;
};

export function createTurns(chat: Chat, store: Store): Turns {
  /** Calls that were seen and have no entry yet. */
  const open = new Set<string>();
  /** Calls that a person has decided about. */
  const answered = new Set<string>();
  let abort: AbortController | undefined;
  let thinkingSince: number | undefined;

  async function run(begin: (signal: AbortSignal) => Turn) {
    abort = new AbortController();
    const since = performance.now();
    const spent = { inputTokens: 0, outputTokens: 0, estimated: false };
    try {
      for (let next: typeof begin | undefined = begin; next; ) {
        const turn: Turn = next(abort.signal);
        store.set({ activity: { label: `Waiting for ${chat.model.label}`, since: performance.now() } });
        showRunning();
        for await (const part of turn.stream) see(part);
        const end = await turn.end;
        finishText();
        finishCalls(end.state !== 'approval');
        spent.inputTokens += end.usage.inputTokens;
        spent.outputTokens += end.usage.outputTokens;
        spent.estimated ||= end.usage.incomplete;
        store.set({ activity: undefined, running: [], status: statusOf(chat) });
        next = await afterTurn(end);
      }
      store.show({ kind: 'turn', ms: performance.now() - since, ...spent });
    } catch (error) {
      finishText();
      store.show({ kind: 'notice', tone: 'error', text: chat.model.explain(error).message });
    } finally {
      abort = undefined;
      store.set({ activity: undefined, running: [], status: statusOf(chat) });
    }
  }

  /** What comes after a turn: another one, when a person has decided about calls. */
  async function afterTurn(end: TurnEnd): Promise<((signal: AbortSignal) => Turn) | undefined> {
    if (end.state !== 'approval') {
      const notice = noticeOf(end);
      if (notice) store.show(notice);
      return undefined;
    }
    const decisions: Decision[] | undefined = await store.ask<Extract<Dialog, { kind: 'approval' }>>({
      kind: 'approval',
      pending: end.pending,
    });
    if (!decisions) {
      finishCalls(true);
      store.show({ kind: 'notice', tone: 'info', text: 'Stopped. What waited was not run.' });
      return undefined;
    }
    for (const { toolCallId } of end.pending) answered.add(toolCallId);
    return (signal) => chat.answer(decisions, { signal });
  }

  function see(part: Part) {
    switch (part.type) {
      case 'text-delta':
        endThought();
        addText(part.text);
        break;
      case 'text-end':
        finishText();
        break;
      case 'reasoning-delta':
        thinkingSince ??= performance.now();
        wait('Thinking', lastLine(part.text));
        break;
      case 'reasoning-end':
        endThought();
        break;
      case 'tool-input-start':
        finishText();
        wait(`Preparing ${part.toolName}`);
        break;
      case 'tool-call':
        finishText();
        open.add(part.toolCallId);
        showRunning();
        break;
      case 'tool-result':
        if (part.preliminary) showRunning(part.toolCallId, part.output);
        else finishCalls(false);
        break;
      case 'tool-error':
      case 'tool-output-denied':
        finishCalls(false);
        break;
      case 'start-step':
        wait(`Waiting for ${chat.model.label}`);
        break;
      default:
    }
  }

  function addText(text: string) {
    const { blocks, rest } = settle(store.view().growing + printable(text));
    if (store.view().activity?.label !== 'Writing') wait('Writing');
    store.set({ growing: rest });
    if (blocks.length > 0) store.show(...blocks.map((raw): Entry => ({ kind: 'answer', raw })));
  }

  function finishText() {
    endThought();
    const { growing } = store.view();
    store.set({ growing: '' });
    const { blocks, rest } = settle(`${growing}\n`);
    const raws = rest.trim() ? [...blocks, rest] : blocks;
    store.show(...raws.map((raw): Entry => ({ kind: 'answer', raw })));
  }

  function endThought() {
    if (thinkingSince === undefined) return;
    store.show({ kind: 'thought', ms: performance.now() - thinkingSince });
    thinkingSince = undefined;
  }

  function wait(label: string, addition?: string) {
    const before = store.view().activity;
    const thought = addition === undefined ? undefined : lastLine((before?.thought ?? '') + addition);
    store.set({ activity: { label, since: before?.since ?? performance.now(), thought } });
  }

  function showRunning(id?: string, output?: unknown) {
    const before = new Map(store.view().running.map((entry) => [entry.call.toolCallId, entry]));
    const running = [...open].flatMap((toolCallId) => {
      const call = chat.calls.get(toolCallId);
      if (!call || waits(call)) return [];
      const progress = toolCallId === id ? progressOf(output) : before.get(toolCallId)?.progress;
      return [{ call: { ...call }, progress }];
    });
    store.set({ running });
    if (running.length > 0) wait(running.length === 1 ? 'Running a tool' : `Running ${running.length} tools`);
  }

  /** It will not run before a person says so. */
  const waits = (call: CallRecord) =>
    call.state === 'called' && !answered.has(call.toolCallId) && chat.approvalOf(call) === 'ask';

  /** Writes down the calls that ended; with `all` also those that will never end. */
  function finishCalls(all: boolean) {
    for (const toolCallId of open) {
      const call = chat.calls.get(toolCallId);
      if (call && !all && (call.state === 'called' || call.state === 'running')) continue;
      open.delete(toolCallId);
      // The reason in the record is worded for the model.
      const byPerson = call?.state === 'denied' && answered.has(toolCallId);
      if (call) store.show({ kind: 'call', call: { ...call, ...(byPerson && { reason: 'you said no' }) } });
    }
    if (store.view().running.length > 0) showRunning();
  }

  return { run, stop: () => abort?.abort() };
}

export function statusOf(chat: Chat) {
  return {
    model: chat.model.name,
    tokens: chat.usage.inputTokens + chat.usage.outputTokens,
    estimated: chat.usage.incomplete,
    context: chat.contextTokens / chat.model.contextWindow,
  };
}

function noticeOf(end: TurnEnd): Entry | undefined {
  switch (end.state) {
    case 'failed': {
      const again = end.retryable ? ' /continue tries again.' : '';
      return { kind: 'notice', tone: 'error', text: `${end.problem ?? 'The model failed.'}${again}` };
    }
    case 'limit':
      return { kind: 'notice', tone: 'warning', text: `${end.problem ?? 'Paused.'} /continue goes on.` };
    case 'stopped':
      return { kind: 'notice', tone: 'info', text: 'Stopped. /continue takes it up again.' };
    default:
      return end.problem ? { kind: 'notice', tone: 'warning', text: end.problem } : undefined;
  }
}

function lastLine(text: string): string {
  return printable(text).trimStart().split('\n').at(-1) ?? '';
}
