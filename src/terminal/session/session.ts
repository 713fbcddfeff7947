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
  /** A line as typed: a message, or a command with a slash. Ignored while something runs. */
  submit(line: string): Promise<void>;
  /** What was pasted names files: asks what is to be done with them. False when it does not; `keep` keeps it as text. */
  takeFiles(pasted: string, keep: () => void): boolean;
  /** What happens beside the answer of the chat. */
  hear(event: ChatEvent): void;
  /** Esc: stops the answer, or gives up the dialog. */
  stop(): void;
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
    status: statusOf(chat),
  });
  const turns = createTurns(chat, store);
  const { promise: left, resolve } = Promise.withResolvers<Leave | undefined>();
  const parts: Parts = { ...options, store, turns, leave: (next) => resolve(next) };
  watchServers(servers, store);
  if (chat.pending.length > 0) void turns.ask();

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
    leave: () => resolve(undefined),
    hear: turns.hear,
    async submit(line) {
      const text = line.trim();
      if (text === '' || busy(store)) return;
      store.set({ inputs: [...store.view().inputs, text] });
      await (text.startsWith('/') ? obey(text) : say(parts, text));
    },
    takeFiles(pasted, keep) {
      const files = busy(store) ? undefined : filesIn(pasted);
      if (files) void offerFiles(parts, files, keep);
      return files !== undefined;
    },
    stop() {
      const { dialog } = store.view();
      if (dialog) dialog.answer(undefined);
      else turns.stop();
    },
  };
}

function busy(store: Store): boolean {
  const { activity, dialog } = store.view();
  return activity !== undefined || dialog !== undefined;
}

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
