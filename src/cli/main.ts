import { Command, Option } from 'commander';
import { version } from '../version.ts';

/** Runs the command line. Commands load only what they need, so that `mcp` starts fast. */
export async function main(argv: string[]): Promise<void> {
  const program = new Command('directus-assistant')
    .description('Directus tools for any AI client over MCP, and a chat that uses them with any model.')
    .version(version)
    .showHelpAfterError('(add --help to see how it is used)')
    .showSuggestionAfterError();

  withSelection(program.command('mcp'))
    .description('serve the tools over MCP on stdin and stdout')
    .addHelpText('after', examples('mcp', 'mcp --read-only', 'mcp --toolsets content --exclude items.delete', 'mcp --tool-mode registry'))
    .action(async (options) => (await import('./mcp.ts')).run(options));

  await program.parseAsync(argv, { from: 'user' });
}

/** The flags that decide which tools exist. */
function withSelection(command: Command): Command {
  return command
    .option('--config <file>', 'settings file (default: directus-assistant.json here or in your config folder)')
    .option('--url <url>', 'address of Directus (DIRECTUS_URL)')
    .addOption(new Option('--tool-mode <mode>', 'list every tool, or three that find and run the others').choices(['default', 'registry']))
    .option('--read-only', 'only reading')
    .option('--allow-deletes', 'allow deleting')
    .option('--toolsets <list>', 'only these toolsets, as a,b')
    .option('--tools <list>', 'only these tools or actions, as a,b.read')
    .option('--exclude <list>', 'never these tools or actions, as a,items.delete');
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ directus-assistant ${line}`).join('\n')}\n`;
}
