import { createSession } from '../server/session.ts';
import { loadFor, type SettingsOptions } from './options.ts';

/** `directus-assistant mcp`: serves the tools on stdin and stdout. */
export async function run(options: SettingsOptions): Promise<void> {
  const load = () => loadFor(options);
  const loaded = load();
  // The session asks Directus for rights at once; the answer comes while the MCP library loads.
  const first = createSession(loaded);
  const { serve } = await import('../server/stdio.ts');
  serve({ file: loaded.file, first, next: () => createSession(load()) }, (line) =>
    process.stderr.write(`directus-assistant: ${line}\n`),
  );
}
