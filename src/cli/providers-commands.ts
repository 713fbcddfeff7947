import type { Command } from 'commander';
import { presets } from '../host/providers/presets.ts';
import { examples } from './examples.ts';

const help = `
OpenAI, Anthropic and Google are built in: give one a key and allow some of its models.
Any other endpoint that speaks OpenAI's chat completions is added, by a preset or by its address.
Presets: ${presets.map(({ name }) => name).join(', ')}.
A model is available when it is allowed; none allowed means none available. Keys are sealed in the settings file.
`;

/** Adds `providers` and its subcommands. Each loads only what it needs. */
export function addProviders(program: Command): void {
  const providers = program
    .command('providers')
    .description('show the model providers of the chat; set them up and test them')
    .option('--config <file>', 'settings file')
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      help +
        examples(
          'providers',
          'providers add ollama --model qwen3:8b',
          'providers add --name house --base-url https://llm.example.com/v1 --model big --model small',
          'providers key anthropic',
          'providers allow anthropic claude-sonnet-4-6',
          'providers test ollama',
        ),
    )
    .action((options) => guarded(async () => (await import('./providers/list.ts')).run(options)));

  const sub = (usage: string, description: string) => providers.command(usage).description(description);

  sub('add [preset]', 'add an OpenAI-compatible provider; without anything, list the presets')
    .option('--name <name>', 'its name: the word before the slash in PROVIDER/MODEL')
    .option('--base-url <url>', 'its address, for example http://localhost:11434/v1')
    .option('--model <id...>', 'models people may choose')
    .addHelpText(
      'after',
      examples(
        'providers add mistral',
        'providers add azure --base-url https://mine.openai.azure.com --model my-gpt',
      ),
    )
    .action((preset, _options, command: Command) =>
      guarded(async () => (await import('./providers/add.ts')).run(preset, command.optsWithGlobals())),
    );

  sub('remove <name>', 'take a provider out of the settings file, with its key').action(
    (name, _options, command: Command) =>
      guarded(async () => (await import('./providers/remove.ts')).run(name, command.optsWithGlobals())),
  );

  sub('key <name>', 'set its key: asked for without being shown, or read from a pipe; nothing takes it out')
    .addHelpText('after', examples('providers key openai', 'providers key openai < key.txt'))
    .action((name, _options, command: Command) =>
      guarded(async () => (await import('./providers/key.ts')).run(name, command.optsWithGlobals())),
    );

  sub('models <name>', 'what the endpoint lists, and which models are allowed').action(
    (name, _options, command: Command) =>
      guarded(async () => (await import('./providers/models.ts')).run(name, command.optsWithGlobals())),
  );

  sub('allow <name> <models...>', 'let people choose these models').action(
    (name, models, _options, command: Command) =>
      guarded(async () =>
        (await import('./providers/allow.ts')).allow(name, models, command.optsWithGlobals()),
      ),
  );

  sub('disallow <name> <models...>', 'take models from those people may choose').action(
    (name, models, _options, command: Command) =>
      guarded(async () =>
        (await import('./providers/allow.ts')).disallow(name, models, command.optsWithGlobals()),
      ),
  );

  sub('test [name]', 'list models, stream an answer, call a tool, show an image; of all providers or one')
    .option('--model <id>', 'the model to try; default its first allowed one')
    .addHelpText(
      'after',
      examples('providers test', 'providers test openrouter --model qwen/qwen3-32b', 'providers test --json'),
    )
    .action((name, _options, command: Command) =>
      guarded(async () => (await import('./providers/test.ts')).run(name, command.optsWithGlobals())),
    );
}

/** What goes wrong is one message, and the exit code says that it did. Loaded late: `mcp` starts fast. */
const guarded = async (work: () => Promise<void>): Promise<void> =>
  (await import('./guarded.ts')).guarded(work);
