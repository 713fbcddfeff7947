import { readMany, SURE_ROWS } from '../../directus/connection.ts';
import { countRows } from '../../directus/count.ts';
import { ToolError, UnseenError } from '../../directus/errors.ts';
import { checkQuery } from '../../directus/query.ts';
import { isSystem, primaryKey } from '../../directus/schema.ts';
import type { Key } from '../../directus/types.ts';
import { MOST_ROWS } from '../../guard/limits.ts';
import { inspectQuery } from '../../guard/names.ts';
import type { Context } from '../define.ts';
import type { Query } from '../params.ts';
import type { Row, Target } from './target.ts';

/** The parts of a query that choose rows. Others would choose none, or, like alias, the wrong ones. */
const CHOOSING = ['filter', 'search', 'sort', 'limit', 'offset'];

/** The keys a change is about. A filter is resolved to keys first, so that exactly the rows seen here are changed. */
export async function selectKeys(
  context: Context,
  target: Target,
  input: { keys?: Key[] | undefined; query?: Query | undefined },
  pk: string,
  what: string,
): Promise<Key[]> {
  if (input.keys) return [...new Set(input.keys)];
  const { fields: _fields, ...choice } = input.query ?? {};
  const stray = Object.keys(choice).find((part) => !CHOOSING.includes(part));
  if (stray || choice.limit === 0) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      stray ? `query.${stray} does not choose rows to ${what}.` : `query.limit 0 leaves no row to ${what}.`,
      `Use ${CHOOSING.join(', ')}, or keys.`,
    );
  }
  const query: Query = { ...choice, fields: [pk] };
  await checkAll(context, target, query);
  const wanted = query.limit && query.limit > 0 ? query.limit : Number.POSITIVE_INFINITY;
  const first = await readMany<Row>(
    context.directus,
    target.endpoint,
    { ...query, limit: Math.min(wanted, SURE_ROWS) },
    { signal: context.signal },
  );
  if (first.length < SURE_ROWS || first.length === wanted) return first.map((row) => row[pk] as Key);
  return selectMany(context, target, query, { pk, wanted, what });
}

/** The keys of many rows: as many as there are, whatever Directus gives at once. */
async function selectMany(
  context: Context,
  target: Target,
  query: Query,
  { pk, wanted, what }: { pk: string; wanted: number; what: string },
): Promise<Key[]> {
  const { directus, schema, signal } = context;
  const most = await schema.mostRows(signal);
  const offset = query.offset ?? 0;
  const count = Math.min(wanted, (await countRows(directus, target.endpoint, query, signal)) - offset);
  if (count > MOST_ROWS) {
    throw new ToolError(
      'TOO_MANY_ROWS',
      `This would ${what} ${count} rows; one call may ${what} ${MOST_ROWS}. Nothing was changed.`,
      'Narrow query.filter, or use query.limit and do it in parts.',
    );
  }
  const keys = new Set<Key>();
  // A sort of its own keeps the pages apart where the query names none.
  const ordered = { ...query, sort: query.sort ?? [pk] };
  while (keys.size < count) {
    const page = { ...ordered, limit: Math.min(count - keys.size, most), offset: offset + keys.size };
    const rows = await readMany<Row>(directus, target.endpoint, page, { signal });
    const before = keys.size;
    for (const row of rows) keys.add(row[pk] as Key);
    if (keys.size === before) break;
  }
  return [...keys];
}

/** Everything that can be wrong with a query, before Directus is asked. */
export async function checkAll({ schema, signal }: Context, target: Target, query: Query): Promise<void> {
  checkQuery(query);
  await inspectQuery(schema, target.collection, query, signal);
}

/** A key that cannot be one is told as such; to Directus it is a row that may not be seen. */
export async function checkKeys(context: Context, target: Target, keys: Key[]): Promise<void> {
  const odd = keys.find((key) => !/^\d+$/.test(String(key)));
  if (odd === undefined) return;
  const pk = primaryKey(await context.schema.fields(target.collection, context.signal));
  if (pk?.type !== 'integer' && pk?.type !== 'bigInteger') return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `"${String(odd).slice(0, 60)}" is no key of ${target.collection}: its keys (${pk.field}) are whole numbers.`,
    'Find the row with query.filter or query.search.',
  );
}

/** Databases take only so many values in one query. */
const KEYS_AT_ONCE = 500;

/**
 * Reads rows, all or those of the given keys. Some of Directus's own collections take no keys and would answer with
 * other rows, and others with an error when one is missing; a filter all of them take.
 */
export async function readKeyed(
  context: Context,
  target: Target,
  query: Query,
  keys: Key[] | undefined,
): Promise<Row[]> {
  const { directus, schema, signal } = context;
  const { collection, endpoint } = target;
  const atOnce =
    keys && keys.length > SURE_ROWS ? Math.min(KEYS_AT_ONCE, await schema.mostRows(signal)) : KEYS_AT_ONCE;
  if (keys && keys.length > atOnce) {
    const rows: Row[] = [];
    const { limit = -1, ...rest } = query;
    for (let from = 0; from < keys.length; from += atOnce) {
      const part = keys.slice(from, from + atOnce);
      rows.push(...(await readKeyed(context, target, { ...rest, limit: -1 }, part)));
    }
    return limit < 0 ? rows : rows.slice(0, limit);
  }
  if (!keys || !isSystem(collection)) return readMany<Row>(directus, endpoint, query, { keys, signal });
  const chosen = { id: { _in: keys } };
  const filter = query.filter ? { _and: [query.filter, chosen] } : chosen;
  return readMany<Row>(directus, endpoint, { ...query, filter }, { signal });
}

export function refuseMissing(keys: Key[], rows: Row[], pk: string, target: Target, done: string): void {
  const missing = without(keys, rows, pk);
  if (missing.length === 0) return;
  throw new UnseenError(
    'NOT_FOUND',
    `${target.collection} has no row with ${pk} ${few(missing)} that you may see. Nothing was ${done}.`,
    { collection: target.collection, keys: missing },
    'Read the collection to find the right keys.',
  );
}

/** The first of many keys, and how many more there are. */
function few(keys: Key[]): string {
  const rest = keys.length - 20;
  return keys.slice(0, 20).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

export function without(keys: Key[], rows: Row[], pk: string): Key[] {
  const found = new Set(rows.map((row) => String(row[pk])));
  return keys.filter((key) => !found.has(String(key)));
}
