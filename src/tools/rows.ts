import { readMany } from '../directus/connection.ts';
import { ToolError } from '../directus/errors.ts';
import { checkQuery, isObject } from '../directus/query.ts';
import { isSystem, primaryKey, whereSchemaIsReadable } from '../directus/schema.ts';
import type { Key } from '../directus/types.ts';
import { checkHiddenDeletes, checkRowCount, checkSystemWrites, requireSelection } from '../guard/limits.ts';
import { inspectQuery } from '../guard/names.ts';
import { inspectPayload } from '../guard/payload.ts';
import { receipt } from '../result/receipt.ts';
import type { Reply } from '../result/reply.ts';
import type { Context } from './define.ts';
import type { Query } from './params.ts';

/** A collection and the endpoint that serves its rows (`articles` at `/items/articles`, `directus_files` at `/files`). */
export type Target = { collection: string; endpoint: string };

type Row = Record<string, unknown>;

/** Reads rows by keys or by query. Lists have a limit, and say whether there is more. */
export async function readRows(
  context: Context,
  target: Target,
  input: { keys?: Key[] | undefined; query?: Query | undefined },
): Promise<Reply> {
  const { keys } = input;
  const query: Query = { ...input.query };
  await checkAll(context, target, query);
  if (keys) await whereSchemaIsReadable(checkKeys(context, target, keys));
  const limit = limitOf(query, keys, context);
  const offset = query.offset ?? (query.page ? (query.page - 1) * limit : 0);
  // What is counted or summed over all rows is one row.
  const paged = limit > 0 && !(query.aggregate && !query.groupBy);
  if (paged) {
    // One row more than asked for tells whether there is more, without a second query for a count.
    Object.assign(query, { limit: limit + 1, ...(offset > 0 ? { offset } : {}) });
    delete query.page;
  }
  const found = await readKeyed(context, target, query, keys);
  // A singleton answers with its one item.
  if (!Array.isArray(found)) return { data: found };
  if (!found.every(isObject)) {
    throw new ToolError(
      'UNREACHABLE',
      'What came as rows is none: something other than Directus may have answered.',
      'Check DIRECTUS_URL, then try again.',
    );
  }
  const missing =
    keys && found.length < Math.min(limit, keys.length)
      ? await whereSchemaIsReadable(missingKeys(context, target, keys))
      : [];
  return {
    ...(missing?.length ? { info: { notFound: missing } } : {}),
    data: paged ? found.slice(0, limit) : found,
    ...(paged ? { page: { offset, more: found.length > limit } } : {}),
  };
}

/**
 * Reads rows, all or those of the given keys. Some of Directus's own collections take no keys and would answer with
 * other rows, and others with an error when one is missing; a filter all of them take.
 */
function readKeyed(
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

/** Rows to read. No reply has room for more rows than tokens, so "all" never means more than that at once. */
function limitOf(query: Query, keys: Key[] | undefined, { settings }: Context): number {
  const { rows, replyTokens } = settings.limits;
  const limit = query.limit ?? (keys ? keys.length : rows);
  return limit < 0 ? replyTokens : Math.min(limit, replyTokens);
}

/** Creates rows and answers with them as Directus has stored them. */
export async function createRows(context: Context, target: Target, given: Row[]): Promise<Reply> {
  checkRowCount(given.length, context.settings, 'create');
  refuseEmpty(given, 'store');
  const { rows, readFromText } = await inspectRows(context, target, given, true);
  const pk = await keyField(context, target);
  const stored = await context.directus.request<Row[] | undefined>('POST', target.endpoint, {
    query: { fields: fieldsOf(rows, pk) },
    body: rows,
    signal: context.signal,
  });
  return noting(receipt('created', pk, rows, stored ?? []), readFromText);
}

/**
 * Updates rows: the same data for all `keys` or for all that match `query.filter`, or, with neither, each row of
 * `rows` by the primary key it holds. Rows that do not exist are an error, and then nothing is changed.
 */
export async function updateRows(
  context: Context,
  target: Target,
  input: { keys?: Key[] | undefined; query?: Query | undefined; rows: Row[] },
): Promise<Reply> {
  const pk = await keyField(context, target);
  const given = input.rows;
  refuseEmpty(given, 'change');
  const batch =
    !input.keys && !input.query && given.every((row) => row[pk] !== undefined && row[pk] !== null);
  if (!batch && given.length > 1) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `data holds ${given.length} rows, and not each names its key. Nothing was changed.`,
      `Give one object of new values with keys, or put "${pk}" into every row and leave out keys and query.`,
    );
  }
  if (!batch) requireSelection(input.keys, input.query, 'update');
  const { rows, readFromText } = await inspectRows(context, target, given);

  const keys = batch ? batchKeys(rows, pk) : await selectKeys(context, target, input, pk, 'update');
  if (keys.length === 0)
    return { info: { updated: 0, note: 'No row matches query.filter. Nothing was changed.' } };
  checkRowCount(keys.length, context.settings, 'change');
  await checkKeys(context, target, keys);
  if (!batch) refuseOtherKey(rows, keys, pk);
  const fields = fieldsOf(rows, pk);
  const before = await readKeyed(context, target, { fields, limit: -1 }, keys);
  refuseMissing(keys, before, pk, target, 'changed');

  const [data = {}] = rows;
  const after = await context.directus.request<Row[] | undefined>('PATCH', target.endpoint, {
    query: { fields },
    body: batch ? rows : { keys, data },
    signal: context.signal,
  });
  const asked = batch ? rows : keys.map((key) => ({ ...data, [pk]: key }));
  return noting(receipt('updated', pk, asked, after ?? [], before), readFromText);
}

function refuseEmpty(rows: Row[], what: string): void {
  if (rows.every((row) => Object.keys(row).length > 0)) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `data is empty: there is nothing to ${what}.`,
    'Name at least one field with its value.',
  );
}

/** Deletes rows by keys, or those that match `query.filter`. Rows that do not exist are an error. */
export async function deleteRows(
  context: Context,
  target: Target,
  input: { keys?: Key[] | undefined; query?: Query | undefined },
): Promise<Reply> {
  requireSelection(input.keys, input.query, 'delete');
  const pk = await keyField(context, target);
  const keys = await selectKeys(context, target, input, pk, 'delete');
  if (keys.length === 0)
    return { info: { deleted: 0, note: 'No row matches query.filter. Nothing was deleted.' } };
  checkRowCount(keys.length, context.settings, 'delete');
  await checkKeys(context, target, keys);
  const before = await readKeyed(context, target, { fields: [pk], limit: -1 }, keys);
  refuseMissing(keys, before, pk, target, 'deleted');
  await context.directus.request('DELETE', target.endpoint, { body: keys, signal: context.signal });
  return { info: { deleted: keys } };
}

/** The name of the primary key. @throws ToolError when there is no such collection for this user */
export async function keyField(context: Context, { collection }: Target): Promise<string> {
  const { schema, signal } = context;
  await schema.renew(signal);
  const pk = primaryKey(await schema.fields(collection, signal));
  if (pk) return pk.field;
  throw new ToolError(
    'FORBIDDEN',
    `There is no collection "${collection}" that you may see.`,
    'Call schema without keys for a list of collections.',
  );
}

/**
 * Refuses rows that Directus would store wrongly, or whose writing would reach further than the call may.
 * @returns the rows as they are to be sent, and where their values were read from a text
 */
export async function inspectRows(
  context: Context,
  target: Target,
  given: Row[],
  isNew = false,
): Promise<{ rows: Row[]; readFromText: string[] }> {
  const { schema, settings, signal } = context;
  const found = await inspectPayload(schema, target.collection, given, signal, isNew);
  checkSystemWrites(found.systemWrites, settings);
  checkHiddenDeletes(found.deletes, settings);
  return { rows: found.rows, readFromText: found.readFromText };
}

/** Says which values were understood from text, so that nobody wonders what was stored. */
export function noting(reply: Reply, readFromText: string[]): Reply {
  if (readFromText.length === 0) return reply;
  return { ...reply, info: { ...reply.info, readFromText: readFromText.slice(0, 10) } };
}

/** The key of each row; each row may be named once. */
function batchKeys(rows: Row[], pk: string): Key[] {
  const keys = rows.map((row) => row[pk]);
  const odd = keys.find((key) => typeof key !== 'string' && typeof key !== 'number');
  const twice = keys.find((key, index) => keys.findIndex((one) => String(one) === String(key)) !== index);
  if (odd === undefined && twice === undefined) return keys as Key[];
  throw new ToolError(
    'INVALID_PAYLOAD',
    odd === undefined ? `data holds "${twice}" twice.` : `"${pk}" must be a key in every row of data.`,
    'Put each row with its own key into data once.',
  );
}

/** Directus passes over a new key without a word. */
function refuseOtherKey([data = {}]: Row[], keys: Key[], pk: string): void {
  const key = data[pk];
  if (key === undefined || (keys.length === 1 && String(keys[0]) === String(key))) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `data sets "${pk}", and the key of a row cannot be changed. Nothing was changed.`,
    `Leave "${pk}" out of data.`,
  );
}

/** The parts of a query that choose rows. Others would choose none, or, like alias, the wrong ones. */
const CHOOSING = ['filter', 'search', 'sort', 'limit', 'offset'];

/** The keys a change is about. A filter is resolved to keys first, so that exactly the rows seen here are changed. */
async function selectKeys(
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
async function checkAll({ directus, schema, signal }: Context, target: Target, query: Query): Promise<void> {
  checkQuery(query);
  await whereSchemaIsReadable(inspectQuery(directus, schema, target.collection, query, signal));
}

/** A key that cannot be one is told as such; to Directus it is a row that may not be seen. */
async function checkKeys(context: Context, target: Target, keys: Key[]): Promise<void> {
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

async function missingKeys(context: Context, target: Target, keys: Key[]): Promise<Key[]> {
  const pk = await keyField(context, target);
  const rows = await readKeyed(context, target, { fields: [pk], limit: -1 }, keys);
  return without(keys, rows, pk);
}

function refuseMissing(keys: Key[], rows: Row[], pk: string, target: Target, done: string): void {
  const missing = without(keys, rows, pk);
  if (missing.length === 0) return;
  throw new ToolError(
    'NOT_FOUND',
    `${target.collection} has no row with ${pk} ${missing.join(', ')} that you may see. Nothing was ${done}.`,
    'Read the collection to find the right keys.',
  );
}

function without(keys: Key[], rows: Row[], pk: string): Key[] {
  const found = new Set(rows.map((row) => String(row[pk])));
  return keys.filter((key) => !found.has(String(key)));
}

/** The key and every field that the rows name. */
function fieldsOf(rows: Row[], pk: string): string[] {
  return [...new Set([pk, ...rows.flatMap((row) => Object.keys(row))])];
}
