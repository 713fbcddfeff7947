import type { Command } from 'commander';
import { examples } from './examples.ts';

/** What the pages keep in Directus, where several instances of `web` serve one team. */
export function addStore(program: Command): void {
  const store = program
    .command('store')
    .description('conversations, usage and settings of the pages in Directus, for several instances of web')
    .option('--config <file>', 'settings file')
    .option('--url <url>', 'address of Directus (DIRECTUS_URL)')
    .addHelpText(
      'after',
      examples('store create', 'store create --roles Editor,Author', 'store check', 'store remove'),
    );
  store
    .command('create')
    .description('make the collections and policies that are missing; asks for the token of an admin')
    .option('--roles <list>', 'roles whose people keep conversations with their own rights, as a,b')
    .action(async (_options, command) => (await import('./store.ts')).create(command.optsWithGlobals()));
  store
    .command('check')
    .description('say what is missing in Directus, or different; changes nothing')
    .action(async (_options, command) => (await import('./store.ts')).check(command.optsWithGlobals()));
  store
    .command('remove')
    .description('remove all of it from Directus, conversations included, for good; asks before')
    .option('--yes', 'without asking')
    .action(async (_options, command) => (await import('./store.ts')).remove(command.optsWithGlobals()));
}
