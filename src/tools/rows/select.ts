import { readMany } from '../../directus/connection.ts';
import { ToolError } from '../../directus/errors.ts';
import { checkQuery } from '../../directus/query.ts';
import { isSystem, primaryKey } from '../../directus/schema.ts';
import type { Key } from '../../directus/types.ts';
import { checkRowCount } from '../../guard/limits.ts';
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
  const most = context.settings.limits.changeRows;
  const limit = query.limit && query.limit > 0 ? Math.min(query.limit, most + 1) : most + 1;
  const rows = await readMany<Row>(
    context.directus,
    target.endpoint,
    { ...query, limit },
    { signal: context.signal },
  );
  if (rows.length > most) checkRowCount(await countRows(context, target, query), context.settings, what);
  return rows.map((row) => row[pk] as Key);
}

async function countRows(context: Context, target: Target, query: Query): Promise<number> {
  const { filter, search } = query;
  const [row] = await readMany<{ count: number | string }>(
    context.directus,
    target.endpoint,
    { aggregate: { count: ['*'] }, ...(filter ? { filter } : {}), ...(search ? { search } : {}) },
    { signal: context.signal },
  );
  return Number(row?.count ?? 0);
}

/** Everything that can be wrong with a query, before Directus is asked. */
export async function checkAll(
  { directus, schema, signal }: Context,
  target: Target,
  query: Query,
): Promise<void> {
  checkQuery(query);
  await inspectQuery(directus, schema, target.collection, query, signal);
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

/**
 * Reads rows, all or those of the given keys. Some of Directus's own collections take no keys and would answer with
 * other rows, and others with an error when one is missing; a filter all of them take.
 */
export function readKeyed(
  { directus, signal }: Context,
  { collection, endpoint }: Target,
  query: Query,
  keys: Key[] | undefined,
): Promise<Row[]> {
  if (!keys || !isSystem(collection)) return readMany<Row>(directus, endpoint, query, { keys, signal });
  const chosen = { id: { _in: keys } };
  const filter = query.filter ? { _and: [query.filter, chosen] } : chosen;
  return readMany<Row>(directus, endpoint, { ...query, filter }, { signal });
}

export function refuseMissing(keys: Key[], rows: Row[], pk: string, target: Target, done: string): void {
  const missing = without(keys, rows, pk);
  if (missing.length === 0) return;
  throw new ToolError(
    'NOT_FOUND',
    `${target.collection} has no row with ${pk} ${missing.join(', ')} that you may see. Nothing was ${done}.`,
    'Read the collection to find the right keys.',
  );
}

export function without(keys: Key[], rows: Row[], pk: string): Key[] {
  const found = new Set(rows.map((row) => String(row[pk])));
  return keys.filter((key) => !found.has(String(key)));
}
