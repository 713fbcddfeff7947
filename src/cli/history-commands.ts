import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from './examples.ts';

/** Conversations that are kept on this machine. An ID may be shortened to a start or an end that only one has. */
export function addHistory(program: Command): void {
  const history = program
    .command('history')
    .description('list the conversations kept on this machine, the last used first')
    .addOption(new Option('--limit <number>', 'how many at most').argParser(positive).default(20))
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      examples(
        'history',
        'history search newsletter draft',
        'history show 9f3a11c2',
        'history export 9f3a11c2 -o newsletter.md',
        'history rename 9f3a11c2 The newsletter of May',
        'history remove 9f3a11c2 77b0de41',
        'history remove --all --yes',
      ),
    )
    .action(async (options) => (await import('./history.ts')).list(options));

  history
    .command('search <words...>')
    .description('list the conversations in which all of these words were said, the best first')
    .action(async (words, _options, command) =>
      (await import('./history.ts')).search(words, command.optsWithGlobals()),
    );
  history
    .command('show <id>')
    .description(
      'print a conversation as Markdown, or with --json as JSON; ID is a start or an end of its id',
    )
    .action(async (id, _options, command) =>
      (await import('./history.ts')).show(id, command.optsWithGlobals()),
    );
  history
    .command('export <id>')
    .description('write a whole conversation: who said what, and each call with its result')
    .addOption(
      new Option('--format <form>', 'what is written').choices(['markdown', 'json']).default('markdown'),
    )
    .option('-o, --output <file>', 'a new file (default: printed)')
    .action(async (id, _options, command) =>
      (await import('./history.ts')).show(id, command.optsWithGlobals()),
    );
  history
    .command('rename <id> <title...>')
    .description('give a conversation another title')
    .action(async (id, title, _options, command) =>
      (await import('./history.ts')).rename(id, title, command.optsWithGlobals()),
    );
  history
    .command('remove [ids...]')
    .description('remove conversations and their attachments for good; asks before')
    .option('--yes', 'without asking')
    .option('--all', 'all of them; needs --yes')
    .action(async (ids, _options, command) =>
      (await import('./history.ts')).remove(ids, command.optsWithGlobals()),
    );
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Give a number from 1 on.');
}
