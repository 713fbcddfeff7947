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
    ...pointing.map((relation) =>
      relation.collection === 'directus_settings'
        ? phraseOfSettings(look, relation, keys)
        : phrase(look, relation, { [relation.field]: { _in: keys } }),
    ),
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

/** Directus counts its one row of settings whatever a filter says, so the value itself is looked at. */
async function phraseOfSettings({ directus, signal }: Looking, relation: Relation, keys: Key[]) {
  const query = { fields: [relation.field] };
  try {
    const row = await directus.request<Record<string, unknown> | undefined>('GET', '/settings', {
      query,
      signal,
    });
    return outcome(relation, keys.map(String).includes(String(row?.[relation.field])) ? 1 : 0);
  } catch (error) {
    if (error instanceof DirectusError) return undefined;
    throw error;
  }
}

async function phrase(
  { directus, signal }: Looking,
  relation: Relation,
  filter: Record<string, unknown>,
): Promise<string | undefined> {
  const { collection, field } = relation;
  try {
    return outcome(relation, await countRows(directus, endpointOf(collection), { filter }, signal));
  } catch (error) {
    // What may not be counted is at least said, where something would happen to it.
    if (error instanceof DirectusError && ruleOf(relation) === 'CASCADE')
      return `rows of ${collection} that you may not see would be deleted with them (${collection}.${field})`;
    if (error instanceof DirectusError) return undefined;
    throw error;
  }
}

function ruleOf({ schema }: Relation): string | undefined {
  return schema?.on_delete?.toUpperCase();
}

/** What an empty field means, where that can be said better. */
const LOSSES: Record<string, string> = { 'directus_files.folder': 'move to the root of the file library' };

/** What the rule of a foreign key does to so many rows. */
function outcome(relation: Relation, count: number): string | undefined {
  if (count === 0) return undefined;
  const { collection, field } = relation;
  const at = `${collection}.${field}`;
  const rows = `${count} ${count === 1 ? 'row' : 'rows'} of ${collection}`;
  switch (ruleOf(relation)) {
    case 'CASCADE':
      return `${rows} would be deleted with them (${at})`;
    case 'SET NULL':
      return `${rows} would ${LOSSES[at] ?? `lose ${field}`} (${at})`;
    case 'SET DEFAULT':
      return `${rows} would get another ${field} (${at})`;
    case undefined:
      return `${rows} would point at nothing (${at})`;
    default:
      return `${rows} point at them, and Directus may refuse because of that (${at})`;
  }
}
