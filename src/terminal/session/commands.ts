import { didYouMean } from '../../settings/suggest.ts';
import type { Session } from './session.ts';

type Command = {
  name: string;
  also?: string[];
  argument?: string;
  summary: string;
  run(session: Session, argument: string): Promise<void> | void;
};

/** What may follow a slash, in the order `/help` shows it. */
export const commands: Command[] = [
  { name: 'help', summary: 'what can be typed here', run: (session) => session.showHelp() },
  {
    name: 'model',
    argument: 'NAME',
    summary: 'choose the model, or use the one named',
    run: (session, name) => session.chooseModel(name),
  },
  {
    name: 'tools',
    summary: 'what the model may call, and what it asks you first',
    run: (session) => session.showTools(),
  },
  {
    name: 'prompts',
    argument: 'NAME',
    summary: 'choose one of the prepared prompts',
    run: (session, name) => session.choosePrompt(name),
  },
  { name: 'continue', summary: 'go on where it stopped, or try again', run: (session) => session.resume() },
  { name: 'clear', summary: 'forget this conversation', run: (session) => session.clear() },
  {
    name: 'exit',
    also: ['quit', 'bye'],
    summary: 'leave (Ctrl+C does too)',
    run: (session) => session.leave(),
  },
];

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
