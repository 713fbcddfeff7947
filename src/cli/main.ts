import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../version.ts';
import { examples } from './examples.ts';
import { addHistory } from './history-commands.ts';
import { addProviders } from './providers-commands.ts';
import { addStore } from './store-commands.ts';

/** Runs the command line. Commands load only what they need, so that `mcp` starts fast. */
export async function main(argv: string[]): Promise<void> {
  const program = new Command('directus-assistant')
    .description('Directus tools for any AI client over MCP, and a chat that uses them with any model.')
    .version(version)
    .showHelpAfterError('(add --help to see how it is used)')
    .showSuggestionAfterError();

  withSelection(program.command('mcp'))
    .description('serve the tools over MCP: on stdin and stdout, or with --http to many')
    .option('--http', 'serve over HTTP at /mcp; each caller sends their own Directus token')
    .option('--host <address>', 'with --http: address to listen on (default: 127.0.0.1)')
    .option('--port <number>', 'with --http: port to listen on; 0 takes a free one (default: 8056)', anyPort)
    .option('--public-url <url>', 'with --http: address at which people reach it')
    .addHelpText(
      'after',
      examples(
        'mcp',
        'mcp --read-only',
        'mcp --toolsets content --exclude items.delete',
        'mcp --tool-mode registry',
        'mcp --http --url https://cms.example.com',
        'mcp --http --host 0.0.0.0 --public-url https://mcp.example.com',
      ),
    )
    .action(async (options) =>
      options.http ? (await import('./mcp-http.ts')).run(options) : (await import('./mcp.ts')).run(options),
    );

  withSelection(program.command('chat'))
    .description('chat with a model that uses these tools; -p answers once, for scripts')
    .option('-p, --prompt <text>', 'ask once and leave; piped input is added')
    .addOption(
      new Option('--approve <what>', 'with -p: which tool calls run without asking')
        .choices(['reads', 'all', 'none'])
        .default('reads'),
    )
    .addOption(
      new Option('--output <form>', 'with -p: what is printed').choices(['text', 'json']).default('text'),
    )
    .option('--model <model>', 'PROVIDER/ID; with --base-url the ID alone')
    .option('--base-url <url>', 'an OpenAI-compatible endpoint, for example http://localhost:11434/v1')
    .option('--api-key <key>', 'its key, where it wants one')
    .option('--mcp-config <file>', 'an mcp.json whose servers join')
    .option('-c, --continue', 'go on with the conversation last used')
    .option('-r, --resume [id]', 'go on with the conversation of this id, or choose one')
    .option('--no-history', 'do not keep this conversation')
    .addHelpText(
      'after',
      examples(
        'chat',
        'chat --base-url http://localhost:11434/v1 --model qwen3',
        'chat --continue',
        'chat -p "Which articles are still drafts?"',
        'cat notes.txt | directus-assistant chat -p "Make a draft article of this" --approve all --output json',
      ),
    )
    .action(async (options) => (await import('./chat.ts')).run(options));

  withSelection(program.command('web'))
    .description(
      'the chat, the settings and MCP in a browser and at /mcp, for everybody with a Directus account',
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <number>', 'port to listen on; 0 takes a free one (default: 8056)', anyPort)
    .option('--public-url <url>', 'address at which people reach it')
    .addHelpText(
      'after',
      examples(
        'web --url https://cms.example.com',
        'web --host 0.0.0.0 --public-url https://assistant.example.com',
      ),
    )
    .action(async (options) => (await import('./web.ts')).run(options));

  addHistory(program);

  program
    .command('usage')
    .description(
      'show what models used: requests, tokens, and cost where a model has a price; or what tools were called',
    )
    .addOption(
      new Option('--by <what>', 'one line for each')
        .choices(['day', 'model', 'provider', 'conversation', 'user', 'tool'])
        .default('day'),
    )
    .option('--since <when>', 'days as 7d (this one and the six before), or a date as 2026-11-25')
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      examples('usage', 'usage --by model --since 30d', 'usage --by tool', 'usage --since 2026-11-01 --json'),
    )
    .action(async (options) => (await import('./usage.ts')).run(options));

  const tools = withSelection(program.command('tools'))
    .description('show every tool and action: on or why not, and its cost in tokens')
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      examples('tools', 'tools --json', 'tools disable items.delete', 'tools enable flows'),
    )
    .action(async (options) => (await import('./tools.ts')).run(options));
  for (const word of ['enable', 'disable'] as const) {
    tools
      .command(`${word} <name>`)
      .description(`${word} a tool (flows) or an action (items.delete) in the settings file`)
      .action(async (name, _options, command) =>
        (await import('./toggle.ts')).run(name, word === 'enable', command.optsWithGlobals()),
      );
  }

  addProviders(program);
  addStore(program);

  const settings = program
    .command('settings')
    .description('show every setting, its value and where it comes from; secrets are masked')
    .option('--config <file>', 'settings file')
    .option('--schema', 'print the JSON Schema of the settings file, for editors')
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      examples('settings', 'settings --json', 'settings --schema > directus-assistant.schema.json'),
    )
    .action(async (options) => (await import('./settings.ts')).run(options));
  settings
    .command('seal')
    .description('seal every secret of the settings file that is plain text')
    .action(async (_options, command) => (await import('./settings.ts')).seal(command.optsWithGlobals()));

  program
    .command('doctor')
    .description('check Node, settings, Directus and model providers, and print what each MCP client needs')
    .option('--config <file>', 'settings file')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action(async (options) => (await import('./doctor.ts')).run(options));

  program
    .command('sandbox')
    .description('start a Directus with sample content on this machine; nothing of yours is touched')
    .option('--json', 'print address, logins and tokens as JSON')
    .option('--port <number>', 'port on loopback (default: a free one)', portNumber)
    .option('--directus <version>', 'version of Directus (default: 11.17.4)')
    .addHelpText('after', examples('sandbox', 'sandbox --port 8055', 'sandbox --directus 12.3.1 --json'))
    .action(async (options) => (await import('./sandbox.ts')).run(options));

  program
    .command('demo')
    .description('the sandbox, a scripted demo model and the pages on them, in one step')
    .option('--terminal', 'chat in this terminal instead of a browser')
    .option('--tour', 'play a short tour and leave; also what happens without a terminal')
    .option('--directus <version>', 'version of Directus (default: 11.17.4)')
    .option('--port <number>', 'port of Directus on loopback (default: a free one)', portNumber)
    .addHelpText('after', examples('demo', 'demo --terminal', 'demo --tour'))
    .action(async (options) => (await import('./demo.ts')).run(options));

  await program.parseAsync(argv, { from: 'user' });
}

/** A port to listen on, as the text that the settings take. */
function anyPort(text: string): string {
  if (text === '0') return text;
  return String(portNumber(text));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('Give a number from 1 to 65535.');
}

/** The flags that decide which tools exist. */
function withSelection(command: Command): Command {
  return command
    .option(
      '--config <file>',
      'settings file (default: directus-assistant.json here or in your config folder)',
    )
    .option('--url <url>', 'address of Directus (DIRECTUS_URL)')
    .addOption(
      new Option('--tool-mode <mode>', 'list every tool, or three that find and run the others').choices([
        'default',
        'registry',
      ]),
    )
    .option('--read-only', 'only reading')
    .option('--allow-deletes', 'allow deleting')
    .option('--toolsets <list>', 'only these toolsets, as a,b')
    .option('--tools <list>', 'only these tools or actions, as a,b.read')
    .option('--exclude <list>', 'never these tools or actions, as a,items.delete')
    .option('--upload-roots <list>', 'folders from which files may be uploaded by path, as a,b');
}
