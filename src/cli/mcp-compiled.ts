import { fileURLToPath } from 'node:url';
import { loadCompiled } from './compiled.ts';
import type { SettingsOptions } from './options.ts';

const server = loadCompiled<typeof import('./mcp.ts')>(fileURLToPath(new URL('./mcp.cjs', import.meta.url)));

/** Stands in the built program for `mcp.ts`, which is in a file of its own there. */
export const run = (options: SettingsOptions): Promise<void> => server.exports.run(options, server.kept);
