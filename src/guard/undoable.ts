import { type Reader, readMany } from '../directus/connection.ts';
import { DirectusError } from '../directus/errors.ts';
import type { Schema } from '../directus/schema.ts';
import type { Key } from '../directus/types.ts';

/** As much of a call's context as is asked here. */
type Looking = { directus: Reader; schema: Schema; signal: AbortSignal };

/**
 * What of a change `history` could not undo, since Directus keeps nothing to undo it by.
 * @returns phrases with the reason; empty when all of it could be undone
 */
export async function permanence(
  { directus, schema, signal }: Looking,
  collection: string,
  change: 'create' | 'update' | 'delete',
  keys: Key[],
): Promise<string[]> {
  const about = await schema.collection(collection, signal);
  const kept = about?.meta?.accountability;
  if (kept === null) return [`all of it: ${collection} keeps no activity (accountability is off)`];
  if (change === 'create') return [];
  const lost = collection === 'directus_files' && change === 'delete' ? ['the content of the files'] : [];
  if (kept === 'activity') return [...lost, `all of it: ${collection} keeps no revisions`];
  const known = await withRevisions({ directus, signal }, collection, keys);
  if (known === undefined) return [...lost, 'perhaps all of it: you may not read revisions'];
  const without = keys.length - known;
  if (without > 0) lost.push(`${without} of ${keys.length} rows: Directus holds no revision of them`);
  return lost;
}

/** How many of the rows have a revision that tells what they hold; undefined when this user may not know. */
async function withRevisions(
  { directus, signal }: Pick<Looking, 'directus' | 'signal'>,
  collection: string,
  keys: Key[],
): Promise<number | undefined> {
  const filter = {
    _and: [
      { collection: { _eq: collection } },
      { item: { _in: keys.map(String) } },
      { version: { _null: true } },
    ],
  };
  try {
    const rows = await readMany<{ countDistinct: { item: number | string } }>(
      directus,
      '/revisions',
      { aggregate: { countDistinct: ['item'] }, filter },
      { signal },
    );
    return Number(rows[0]?.countDistinct.item ?? 0);
  } catch (error) {
    if (error instanceof DirectusError && error.status === 403) return undefined;
    throw error;
  }
}
