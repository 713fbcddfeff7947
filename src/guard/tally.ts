import { readMany } from '../directus/connection.ts';
import { countRows } from '../directus/count.ts';
import { DirectusError } from '../directus/errors.ts';
import { endpointOf } from '../directus/path.ts';
import { primaryKey } from '../directus/schema.ts';
import type { Looking } from './cascades.ts';

/** Rows of a collection that match a filter; undefined where this user may not count them. */
export async function tally(
  { directus, signal }: Looking,
  collection: string,
  filter?: Record<string, unknown>,
): Promise<number | undefined> {
  try {
    return await countRows(directus, endpointOf(collection), filter ? { filter } : {}, signal);
  } catch (error) {
    // Of one that is only busy, nothing may be taken for small.
    if (error instanceof DirectusError && error.status < 500 && error.status !== 429) return undefined;
    throw error;
  }
}

/** Rows of a collection that hold a value in a field. */
export function filled(look: Looking, collection: string, field: string): Promise<number | undefined> {
  return tally(look, collection, { [field]: { _nnull: true } });
}

/** A number of rows in words; of rows that may not be counted it says just that there may be some. */
export function rowsOf(count: number | undefined, collection: string): string {
  if (count === undefined) return `rows of ${collection} (not counted)`;
  return `${count} ${count === 1 ? 'row' : 'rows'} of ${collection}`;
}

/** A number of values in words. */
export function valuesOf(count: number, at: string): string {
  return `${count} ${count === 1 ? 'value' : 'values'} of ${at}`;
}

const PAGE = 1000;
/** Values that are looked at one by one; a larger collection is judged by these. */
const MOST_LOOKED_AT = 100_000;

/** Looks at the values of a field, and counts those for which `test` is true. */
export async function countValues(
  { directus, schema, signal }: Looking,
  collection: string,
  field: string,
  test: (value: unknown) => boolean,
): Promise<number> {
  const pk = primaryKey(await schema.fields(collection, signal))?.field ?? field;
  const limit = Math.min(PAGE, await schema.mostRows(signal));
  const filter = { [field]: { _nnull: true } };
  let found = 0;
  for (let offset = 0; offset < MOST_LOOKED_AT; offset += limit) {
    const query = { fields: [field], filter, sort: [pk], limit, offset };
    const rows = [
      await readMany<Record<string, unknown>>(directus, endpointOf(collection), query, { signal }),
    ].flat();
    found += rows.filter((row) => row[field] !== null && test(row[field])).length;
    if (rows.length < limit) break;
  }
  return found;
}
