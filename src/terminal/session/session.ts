import type { ChatEvent, Servers } from '../../host/index.ts';
import { filesIn } from '../input/paths.ts';
import { offerFiles } from './along.ts';
import { findCommand } from './commands.ts';
import { earlierEntries, earlierInputs } from './earlier.ts';
import type { Leave, Parts, SessionOptions } from './parts.ts';
import { say } from './say.ts';
import { createStore, type Store } from './store.ts';
import { createTurns, statusOf, wordsOf } from './turns.ts';
import type { Entry } from './view.ts';

/** A chat as a person drives it: what is typed goes in, the view comes out. Knows nothing of a screen. */
export type Session = Pick<Store, 'view' | 'subscribe' | 'show'> & {
  /**
   * A line as typed: a message, or a command with a slash. Resolves when that has ended. While something else goes on it
   * is put into the queue, and that is all: it comes after, unless what goes on is stopped or fails.
   */
  submit(line: string): Promise<void>;
  /** What was pasted names files: asks what is to be done with them. False when it does not; `keep` keeps it as text. */
  takeFiles(pasted: string, keep: () => void): boolean;
  /** What happens beside the answer of the chat. */
  hear(event: ChatEvent): void;
  /** Esc: stops the answer, or gives up the dialog. What was queued comes back into the prompt. */
  stop(): void;
  /** What has come back into the prompt since this was called last. */
  takeUnsent(): readonly string[];
  /** Resolves when the person wants to leave, with what is to be opened then. */
  left: Promise<Leave | undefined>;
  leave(): void;
};

/** @param entries what is shown first: a banner, warnings */
export function createSession(options: SessionOptions, entries: Entry[] = []): Session {
  const { chat, servers } = options;
  const store = createStore({
    entries: [...entries, ...earlierEntries(chat, options.recorded)],
    growing: '',
    activity: undefined,
    running: [],
    dialog: undefined,
    inputs: earlierInputs(chat),
    along: [],
    queued: [],
    unsent: [],
    status: statusOf(chat),
  });
  const turns = createTurns(chat, store);
  const { promise: left, resolve } = Promise.withResolvers<Leave | undefined>();
  const parts: Parts = { ...options, store, turns, leave: leaveByCommand };
  let busy = false;
  watchServers(servers, store);
  if (chat.pending.length > 0) void goOn(turns.ask);

  /** @throws an Error for people when lines wait, which would be lost */
  function leaveByCommand(next?: Leave): void {
    if (store.view().queued.length > 0) {
      throw new Error(
        'This conversation was not left, as more was sent after that. It is back in the prompt: send it or delete it, then leave.',
      );
    }
    resolve(next);
  }

  /** Does one thing, which never rejects, and after it what was sent meanwhile. */
  async function goOn(task: () => Promise<void>): Promise<void> {
    busy = true;
    await attempt(task);
    while (store.view().queued.length > 0) {
      const [line = '', ...queued] = store.view().queued;
      store.set({ queued });
      await attempt(() => take(line));
    }
    busy = false;
  }

  /** What was typed before an error was read was meant for another state of things. */
  async function attempt(task: () => Promise<void>): Promise<void> {
    const { length } = store.view().entries;
    await task();
    if (store.view().entries.slice(length).some(isError)) store.giveBack();
  }

  async function take(line: string): Promise<void> {
    store.set({ inputs: [...store.view().inputs, line] });
    await (line.startsWith('/') ? obey(line) : say(parts, line));
  }

  async function obey(line: string): Promise<void> {
    store.show({ kind: 'person', text: line });
    const found = findCommand(line);
    if ('problem' in found) return store.tell('error', found.problem);
    try {
      await found.command.run(parts, found.argument);
    } catch (error) {
      store.tell('error', wordsOf(error));
    }
  }

  return {
    view: store.view,
    subscribe: store.subscribe,
    show: store.show,
    left,
    leave() {
      store.set({ queued: [] });
      resolve(undefined);
    },
    hear: turns.hear,
    async submit(line) {
      const text = line.trim();
      if (text === '') return;
      if (busy) store.set({ queued: [...store.view().queued, text] });
      else await goOn(() => take(text));
    },
    takeFiles(pasted, keep) {
      const files = busy ? undefined : filesIn(pasted);
      if (files) void goOn(() => offerFiles(parts, files, keep));
      return files !== undefined;
    },
    stop() {
      store.giveBack();
      const { dialog } = store.view();
      if (dialog) dialog.answer(undefined);
      else turns.stop();
    },
    takeUnsent() {
      const { unsent } = store.view();
      if (unsent.length > 0) store.set({ unsent: [] });
      return unsent;
    },
  };
}

const isError = (entry: Entry): boolean => entry.kind === 'notice' && entry.tone === 'error';

/** Says when a server stops while the chat goes on. */
function watchServers(servers: Servers, store: Store) {
  const states = () => new Map(servers.status().map((status) => [status.name, status]));
  let known = states();
  servers.onChange(() => {
    const now = states();
    for (const [name, { state, problem }] of now) {
      if (state === 'connected' || known.get(name)?.state === state) continue;
      store.tell('error', `The server ${name} is ${state}${problem ? `: ${problem}` : '.'}`);
    }
    known = now;
  });
}
