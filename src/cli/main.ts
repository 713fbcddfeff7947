import { Command } from 'commander';

/** Runs the command line. Commands load only what they need, so that `mcp` starts fast. */
export async function main(argv: string[]): Promise<void> {
  const program = new Command('directus-assistant')
    .description('Directus tools for any AI client over MCP, and a chat that uses them with any model.')
    .showHelpAfterError('(--help shows how it is used)')
    .exitOverride();
  void argv;
  program.outputHelp();
}
