import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** What the packages say of themselves, from the one place where it stands. */
export const packageJson = z
  .object({
    name: z.string(),
    version: z.string(),
    mcpName: z.string(),
    license: z.string(),
    keywords: z.array(z.string()),
    engines: z.object({ node: z.string() }),
  })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));

/** The registry takes 100 characters, so the longer one of package.json does not fit. */
export const SUMMARY =
  'Safe, cheap, complete tools for Directus: content, files, data model, flows, access rights.';
