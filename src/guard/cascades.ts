import type { Reader } from '../directus/connection.ts';
import { countRows } from '../directus/count.ts';
import { DirectusError } from '../directus/errors.ts';
import { endpointOf } from '../directus/path.ts';
import type { Schema } from '../directus/schema.ts';
import type { Key, Relation } from '../directus/types.ts';

/** As much of a call's context as is asked here. */
export type Looking = { directus: Reader; schema: Schema; signal: AbortSignal };

/**
 * What deleting rows does to rows that point at them, by the rules of their foreign keys.
 * @returns a phrase for each relation: `3 rows of comments would be deleted with them (comments.article)`
 */
export async function cascades(look: Looking, collection: string, keys: Key[]): Promise<string[]> {
  const relations = await look.schema.relations(look.signal);
  const pointing = relations.filter((one) => one.related_collection === collection);
  const toAny = relations.filter((one) => one.meta?.one_allowed_collections?.includes(collection));
  const found = await Promise.all([
    ...pointing.map((relation) => phrase(look, relation, { [relation.field]: { _in: keys } })),
    ...toAny.map((relation) => phraseOfAny(look, relation, collection, keys)),
  ]);
  return found.filter((one) => one !== undefined);
}

/** A row that points at any of several collections has no foreign key, so nothing follows. */
function phraseOfAny(look: Looking, relation: Relation, collection: string, keys: Key[]) {
  const named = relation.meta?.one_collection_field ?? 'collection';
  // Such a field holds keys of any type, as text.
  const filter = {
    _and: [{ [named]: { _eq: collection } }, { [relation.field]: { _in: keys.map(String) } }],
  };
  return phrase(look, { ...relation, schema: null }, filter);
}

async function phrase(
  { directus, signal }: Looking,
  { collection, field, schema }: Relation,
  filter: Record<string, unknown>,
): Promise<string | undefined> {
  const rule = schema?.on_delete?.toUpperCase();
  const at = `${collection}.${field}`;
  let count: number;
  try {
    count = await countRows(directus, endpointOf(collection), { filter }, signal);
  } catch (error) {
    // What may not be counted is at least said, where something would happen to it.
    if (error instanceof DirectusError && rule === 'CASCADE')
      return `rows of ${collection} that you may not see would be deleted with them (${at})`;
    if (error instanceof DirectusError) return undefined;
    throw error;
  }
  if (count === 0) return undefined;
  const rows = `${count} ${count === 1 ? 'row' : 'rows'} of ${collection}`;
  switch (rule) {
    case 'CASCADE':
      return `${rows} would be deleted with them (${at}), and what hangs on those`;
    case 'SET NULL':
      return `${rows} would lose ${field} (${at})`;
    case 'SET DEFAULT':
      return `${rows} would get another ${field} (${at})`;
    case undefined:
      return `${rows} would point at nothing (${at})`;
    default:
      return `${rows} point at them, and Directus may refuse because of that (${at})`;
  }
}
