import { serve } from '../server/stdio.ts';
import { loadFor, type SettingsOptions } from './options.ts';

/** `directus-assistant mcp`: serves the tools on stdin and stdout. */
export function run(options: SettingsOptions): void {
  serve(
    () => loadFor(options),
    (line) => process.stderr.write(`directus-assistant: ${line}\n`),
  );
}
