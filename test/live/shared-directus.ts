import { inject } from 'vitest';
import type { ProvidedDirectus } from './sandbox.ts';

/** The Directus of the worker that runs this file; it has no other file meanwhile. */
export function sharedDirectus(): ProvidedDirectus {
  const nth = Number(process.env.VITEST_POOL_ID);
  const own = inject('directus')[nth - 1];
  if (!own) throw new Error(`There is no Directus for worker ${nth}: see test/live/lanes.ts.`);
  return own;
}

/** Directus 12 without a license takes no rights to some rows or fields, but those it recommends for files. */
export const takesRules = () => sharedDirectus().version.startsWith('11.');
