import type { Chat, ChatModel, ModelChoice, Servers } from '../../host/index.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { commands, findCommand } from './commands.ts';
import { helpPage, toolsPage } from './pages.ts';
import { choosePrompt } from './prompts.ts';
import { createStore, type Store } from './store.ts';
import { createTurns, statusOf } from './turns.ts';
import type { Dialog, Entry } from './view.ts';

export type SessionOptions = {
  chat: Chat;
  servers: Servers;
  models: {
    list(): ModelChoice[];
    /** @throws an Error that says what is wrong with the name. */
    open(name: string): Promise<ChatModel>;
  };
  /** What was said so far, for the screen: a banner, warnings. */
  entries?: Entry[];
};

/** A chat as a person drives it: what is typed goes in, the view comes out. Knows nothing of a screen. */
export type Session = Pick<Store, 'view' | 'subscribe' | 'show' | 'ask'> & {
  /** A line as typed: a message, or a command with a slash. Ignored while something runs. */
  submit(line: string): Promise<void>;
  /** Esc: stops the answer, or gives up the dialog. */
  stop(): void;
  /** Resolves when the person wants to leave. */
  left: Promise<void>;
  leave(): void;
  /** Says something to the model; prepared messages go before it. */
  say(text: string): Promise<void>;
  showHelp(): void;
  showTools(): void;
  chooseModel(name: string): Promise<void>;
  choosePrompt(name: string): Promise<void>;
  resume(): Promise<void>;
  clear(): void;
};

export function createSession({ chat, servers, models, entries = [] }: SessionOptions): Session {
  const store = createStore({
    entries,
    growing: '',
    activity: undefined,
    running: [],
    dialog: undefined,
    inputs: [],
    status: statusOf(chat),
  });
  const turns = createTurns(chat, store);
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  const say = (text: string) => turns.run((signal) => chat.send(text, { signal }));
  const tell = (tone: 'info' | 'error', text: string) => store.show({ kind: 'notice', tone, text });
  watchServers(servers, store);

  const session: Session = {
    view: store.view,
    subscribe: store.subscribe,
    show: store.show,
    ask: store.ask,
    left,
    leave,
    say,
    async submit(line) {
      const text = line.trim();
      if (text === '' || busy(store)) return;
      store.set({ inputs: [...store.view().inputs, text] });
      store.show({ kind: 'person', text });
      if (!text.startsWith('/')) return say(text);
      const found = findCommand(text);
      if ('problem' in found) return tell('error', found.problem);
      try {
        await found.command.run(session, found.argument);
      } catch (error) {
        tell('error', error instanceof Error ? error.message : String(error));
      }
    },
    stop() {
      const { dialog } = store.view();
      if (dialog) dialog.answer(undefined);
      else turns.stop();
    },
    showHelp: () => store.show({ kind: 'page', text: helpPage(commands) }),
    showTools: () => store.show({ kind: 'page', text: toolsPage(servers, chat) }),
    async chooseModel(named) {
      const choices = models.list();
      const name = named ? matching(named, choices) : await pickModel(store, choices, chat.model);
      if (name === undefined || name === chat.model.name) return;
      // biome-ignore lint/correctness/useHookAtTopLevel: the host's method, no hook of React
      chat.useModel(await models.open(name));
      store.set({ status: statusOf(chat) });
      tell(
        'info',
        `The model is now ${chat.model.name}. It reads the whole conversation with your next message.`,
      );
    },
    choosePrompt: (name) => choosePrompt({ name, session, servers, chat }),
    resume: () => turns.run((signal) => chat.resume({ signal })),
    clear() {
      chat.clear();
      store.set({ status: statusOf(chat) });
      tell('info', 'The conversation is forgotten, and so is what you always allowed in it.');
    },
  };
  return session;
}

export function busy(store: Pick<Store, 'view'>): boolean {
  const { activity, dialog } = store.view();
  return activity !== undefined || dialog !== undefined;
}

async function pickModel(store: Store, choices: ModelChoice[], current: ChatModel) {
  const all = choices.some(({ name }) => name === current.name) ? choices : [current, ...choices];
  return store.ask<Extract<Dialog, { kind: 'choice' }>>({
    kind: 'choice',
    title: 'Model',
    options: all.map(({ name, label }) => ({
      value: name,
      label: name,
      note: [label === name ? '' : label, name === current.name ? 'in use' : ''].filter(Boolean).join(', '),
    })),
  });
}

/** The id alone is enough when only one provider has it. */
function matching(named: string, choices: ModelChoice[]): string {
  const names = choices.map(({ name }) => name);
  if (names.includes(named)) return named;
  const [only, ...others] = choices.filter(({ id }) => id === named);
  if (only && others.length === 0) return only.name;
  throw new Error(`There is no model ${named} to choose.${didYouMean(named, names)} /model shows them all.`);
}

/** Says when a server stops while the chat goes on. */
function watchServers(servers: Servers, store: Store) {
  const states = () => new Map(servers.status().map((status) => [status.name, status]));
  let known = states();
  servers.onChange(() => {
    const now = states();
    for (const [name, { state, problem }] of now) {
      if (state === 'connected' || known.get(name)?.state === state) continue;
      const why = problem ? `: ${problem}` : '.';
      store.show({ kind: 'notice', tone: 'error', text: `The server ${name} is ${state}${why}` });
    }
    known = now;
  });
}
