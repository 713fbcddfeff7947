import { ToolError } from '../../directus/errors.ts';
import type { Key } from '../../directus/types.ts';
import {
  checkHiddenDeletes,
  checkRowCount,
  checkSystemWrites,
  requireSelection,
} from '../../guard/limits.ts';
import { inspectPayload } from '../../guard/payload.ts';
import { receipt } from '../../result/receipt.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Query } from '../params.ts';
import { checkKeys, readKeyed, refuseMissing, selectKeys } from './select.ts';
import { keyField, type Row, type Target } from './target.ts';

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

function refuseEmpty(rows: Row[], what: string): void {
  if (rows.every((row) => Object.keys(row).length > 0)) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `data is empty: there is nothing to ${what}.`,
    'Name at least one field with its value.',
  );
}

/** The key of each row; each row may be named once. */
function batchKeys(rows: Row[], pk: string): Key[] {
  const keys = rows.map((row) => row[pk]);
  const isKey = (key: unknown): key is Key => typeof key === 'string' || typeof key === 'number';
  if (!keys.every(isKey)) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `"${pk}" must be a key in every row of data. Nothing was changed.`,
      'Put each row with its own key into data once.',
    );
  }
  const twice = keys.find((key, index) => keys.findIndex((one) => String(one) === String(key)) !== index);
  if (twice === undefined) return keys;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `data holds "${twice}" twice. Nothing was changed.`,
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

/** The key and every field that the rows name. */
function fieldsOf(rows: Row[], pk: string): string[] {
  return [...new Set([pk, ...rows.flatMap((row) => Object.keys(row))])];
}
