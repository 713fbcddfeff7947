import { setImmediate as turn } from 'node:timers/promises';
import { createSession } from '../server/session.ts';
import { reloaded } from '../settings/load.ts';
import { loadFor, type SettingsOptions } from './options.ts';

/**
 * `directus-assistant mcp`: serves the tools on stdin and stdout.
 * @param compiledKept see `serve`
 */
export async function run(options: SettingsOptions, compiledKept = Promise.resolve()): Promise<void> {
  // The keys of model providers are none of a server's business.
  const load = () => loadFor(options, ['ai']);
  let loaded = load();
  // The session asks Directus for rights at once; the answer comes while the MCP library loads. The request leaves
  // only as the event loop turns, once to connect and once to send, and loading would keep it from turning.
  const first = createSession(loaded);
  await turn();
  await turn();
  const next = () => {
    loaded = reloaded(loaded, load());
    return createSession(loaded);
  };
  const { serve } = await import('../server/stdio.ts');
  const log = (line: string) => process.stderr.write(`directus-assistant: ${line}\n`);
  serve({ file: loaded.file, first, next }, log, compiledKept);
}
