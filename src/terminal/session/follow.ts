import { type CallRecord, type Chat, type ChatEvent, progressOf, type Turn } from '../../host/index.ts';
import { settle } from '../markdown/blocks.ts';
import { count, printable, size } from '../text.ts';
import { createPace } from './pace.ts';
import type { Store } from './store.ts';
import type { Entry } from './view.ts';

type Part = Turn['stream'] extends AsyncIterable<infer P> ? P : never;

/** Puts what a turn brings into the store. */
export type Follower = {
  see(part: Part): void;
  /** What happens beside the answer. */
  hear(event: ChatEvent): void;
  /** Says what is waited for. */
  wait(label: string): void;
  /** The turn has ended; calls that wait for a person stay open unless `all` are closed. */
  end(all: boolean): void;
  /** A turn begins. */
  begin(): void;
  /** These calls have been decided about, and are shown as they go on. */
  decided(toolCallIds: readonly string[]): void;
};

export function createFollower(chat: Chat, store: Store): Follower {
  /** Calls that were seen and have no entry yet. */
  const open = new Set<string>();
  /** Calls that a person has decided about. */
  const answered = new Set<string>();
  /** Notices that came in the middle of a text. */
  let held: Entry[] = [];
  let thinkingSince: number | undefined;
  const answer = createPace(drawText);
  const thought = createPace((text) => wait('Thinking', text));

  function see(part: Part) {
    switch (part.type) {
      case 'text-delta':
        endThought();
        answer.add(part.text);
        break;
      case 'text-end':
        finishText();
        break;
      case 'reasoning-delta':
        thinkingSince ??= performance.now();
        thought.add(part.text);
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
        waitForModel();
        break;
      default:
    }
  }

  function hear(event: ChatEvent) {
    switch (event.type) {
      case 'waiting':
        store.set({
          activity: {
            label: event.reason,
            since: performance.now(),
            again: { at: event.until, attempt: event.attempt + 1 },
          },
        });
        break;
      case 'warning':
        notice('warning', event.text);
        break;
      case 'corrected':
        notice('info', event.text);
        break;
      case 'uploading':
        if (event.done) waitForModel();
        else wait(`Uploading ${event.filename}, ${size(event.bytes)}`);
        break;
      case 'summarising':
        wait('Putting the beginning of the conversation into a summary');
        break;
      case 'summarised': {
        const { messages, tokensBefore, tokensAfter } = event.summary;
        const tokens = `about ${count(tokensBefore, 'token')} became ${tokensAfter.toLocaleString('en-US')}`;
        notice(
          'info',
          `The first ${count(messages, 'message')} are in a summary for the model now: ${tokens}. /summary shows it.`,
        );
        waitForModel();
      }
    }
  }

  /** A text is not torn apart by what is said beside it. */
  function notice(tone: 'info' | 'warning', text: string) {
    const entry: Entry = { kind: 'notice', tone, text };
    if (store.view().growing === '' && !answer.waits()) store.show(entry);
    else held.push(entry);
  }

  function drawText(text: string) {
    const { blocks, rest } = settle(store.view().growing + printable(text));
    if (store.view().activity?.label !== 'Writing') wait('Writing');
    store.set({ growing: rest });
    if (blocks.length > 0) store.show(...blocks.map((raw): Entry => ({ kind: 'answer', raw })));
  }

  function finishText() {
    endThought();
    answer.flush();
    const { growing } = store.view();
    store.set({ growing: '' });
    const { blocks, rest } = settle(`${growing}\n`);
    const raws = rest.trim() ? [...blocks, rest] : blocks;
    store.show(...raws.map((raw): Entry => ({ kind: 'answer', raw })), ...held);
    held = [];
  }

  function endThought() {
    if (thinkingSince === undefined) return;
    thought.flush();
    store.show({ kind: 'thought', ms: performance.now() - thinkingSince });
    thinkingSince = undefined;
  }

  const waitForModel = () => wait(`Waiting for ${chat.model.label}`);

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
      if (call) store.show({ kind: 'call', call: { ...call } });
    }
    if (store.view().running.length > 0) showRunning();
  }

  return {
    see,
    hear,
    wait,
    end(all) {
      finishText();
      finishCalls(all);
    },
    begin() {
      waitForModel();
      showRunning();
    },
    decided(toolCallIds) {
      for (const toolCallId of toolCallIds) {
        open.add(toolCallId);
        answered.add(toolCallId);
      }
    },
  };
}

function lastLine(text: string): string {
  return printable(text).trimStart().split('\n').at(-1) ?? '';
}
