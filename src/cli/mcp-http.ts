import type { SettingsOptions } from './options.ts';
import { serve } from './serve.ts';

/** `directus-assistant mcp --http`: serves the tools to many. The keys of model providers are none of its business. */
export const run = (options: SettingsOptions): Promise<void> => serve(options, ['ai']);
