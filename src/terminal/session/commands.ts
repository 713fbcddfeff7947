import { didYouMean } from '../../settings/suggest.ts';
import { attach, attachItem, detach } from './along.ts';
import { exportTo, openEarlier, openNew, rename } from './history.ts';
import { chooseModel } from './model.ts';
import { helpPage, summaryPage, toolsPage } from './pages.ts';
import type { Parts } from './parts.ts';
import { choosePrompt } from './prompts.ts';
import { statusOf } from './turns.ts';
import { undo } from './undo.ts';
import { showUsage } from './usage.ts';

export type Command = {
  name: string;
  also?: string[];
  argument?: string;
  /** Without one it has no line of its own in `/help`. */
  summary?: string;
  /** @throws an Error for people */
  run(parts: Parts, argument: string): Promise<void> | void;
};

/** What may follow a slash, in the order `/help` shows it. */
export const commands: Command[] = [
  { name: 'help', run: ({ store }) => store.show({ kind: 'page', text: helpPage(commands) }) },
  {
    name: 'model',
    argument: 'NAME',
    summary: 'choose the model, or use the one named',
    run: chooseModel,
  },
  {
    name: 'tools',
    summary: 'what the model may call, and what it asks you first',
    run: ({ store, servers, chat }) => store.show({ kind: 'page', text: toolsPage(servers, chat) }),
  },
  {
    name: 'prompts',
    argument: 'NAME',
    summary: 'choose one of the prepared prompts',
    run: choosePrompt,
  },
  {
    name: 'attach',
    argument: 'PATH',
    summary: 'send a file along, or one of the library',
    run: attach,
  },
  {
    name: 'item',
    argument: 'NAME KEY',
    summary: 'send an item of a collection along (/detach takes it out)',
    run: attachItem,
  },
  { name: 'detach', argument: 'N', run: detach },
  {
    name: 'history',
    argument: 'WORDS',
    summary: 'find an earlier conversation and go on with it',
    run: openEarlier,
  },
  { name: 'new', summary: 'begin a new conversation', run: openNew },
  { name: 'rename', argument: 'TITLE', summary: 'give this conversation a title', run: rename },
  {
    name: 'export',
    argument: 'FILE',
    summary: 'write it to a file, .md or .json',
    run: exportTo,
  },
  { name: 'usage', summary: 'tokens and costs, here and in all', run: showUsage },
  {
    name: 'summary',
    summary: 'what stands for old messages',
    run: ({ store, chat }) => store.show({ kind: 'page', text: summaryPage(chat.summary) }),
  },
  { name: 'undo', summary: 'take back what was changed here', run: undo },
  {
    name: 'continue',
    summary: 'go on where it stopped, or try again',
    run: ({ chat, turns }) =>
      chat.pending.length > 0 ? turns.ask() : turns.run((signal) => chat.resume({ signal })),
  },
  { name: 'clear', summary: 'forget this conversation', run: clear },
  {
    name: 'exit',
    also: ['quit', 'bye'],
    summary: 'leave (Ctrl+C does too)',
    run: ({ leave }) => leave(),
  },
];

function clear({ chat, store }: Parts): void {
  chat.clear();
  store.set({ status: statusOf(chat), along: [] });
  store.tell('info', 'The conversation is forgotten, and so is what you always allowed in it.');
}

/** The command in a line that begins with a slash, or a sentence that names the nearest one. */
export function findCommand(line: string): { command: Command; argument: string } | { problem: string } {
  const [, name = '', argument = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  const command = commands.find((each) => [each.name, ...(each.also ?? [])].includes(name.toLowerCase()));
  if (command) return { command, argument: argument.trim() };
  const names = commands.map((each) => each.name);
  return {
    problem: `There is no command /${name}.${didYouMean(name, names).replaceAll(/"(\w+)"/g, '/$1')} /help lists them.`,
  };
}
