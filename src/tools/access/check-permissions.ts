import { type Reader, readMany } from '../../directus/connection.ts';
import { DirectusError, ToolError } from '../../directus/errors.ts';
import { checkFilter } from '../../directus/filter.ts';
import { isObject } from '../../directus/objects.ts';
import { endpointOf } from '../../directus/path.ts';
import { PERMISSION_ACTIONS } from '../../directus/permissions.ts';
import { isSystem, primaryKey } from '../../directus/schema.ts';
import { findField } from '../../guard/fields.ts';
import { requireCollection } from '../../guard/model.ts';
import { inspectQuery } from '../../guard/names.ts';
import { didYouMean } from '../../settings/suggest.ts';
import type { Context } from '../define.ts';
import type { Row } from '../rows/target.ts';
import { isUnlicensed } from './license.ts';
import { wrong } from './wrong.ts';

/** What makes a permission; it is not changed into another one. */
const IDENTITY = ['policy', 'collection', 'action'];

/** The permissions of some policies for some collections, as far as it takes to know one from another. */
export type Existing = { id: number; policy: string; collection: string; action: string };

/** Refuses permissions that name what does not exist, or that a policy has already. */
export async function checkPermissions(context: Context, rows: Row[], isNew: boolean): Promise<Row[]> {
  if (!isNew) {
    const existing = await existingOf(context, rows);
    for (const row of rows) await checkRules(context, row, existing.get(String(row.id)));
    await refuseUnlicensed(context, rows, [...existing.values()]);
    return rows;
  }
  for (const row of rows) {
    const missing = IDENTITY.find((name) => typeof row[name] !== 'string' || row[name] === '');
    if (missing) throw wrong(missing, 'is required', 'A permission has policy, collection and action.');
    checkAction(row.action);
    await requireCollection(context.schema, String(row.collection), context.signal);
    await checkRules(context, row, String(row.collection));
  }
  await refuseDuplicates(context, rows);
  await refuseUnlicensed(
    context,
    rows,
    rows.map(({ collection }) => String(collection)),
  );
  // To whom nothing is said of fields all are meant; Directus would give none.
  return rows.map((row) => (row.fields === undefined ? { ...row, fields: ['*'] } : row));
}

function checkAction(action: unknown): void {
  if (PERMISSION_ACTIONS.some((one) => one === action)) return;
  throw wrong(
    'action',
    `cannot be "${String(action).slice(0, 40)}".${didYouMean(String(action), [...PERMISSION_ACTIONS])}`.replace(
      /\.$/,
      '',
    ),
    `Actions: ${PERMISSION_ACTIONS.join(', ')}.`,
  );
}

/** The collections of the permissions that are to be changed, by key. */
async function existingOf({ directus, signal }: Context, rows: Row[]): Promise<Map<string, string>> {
  const changed = IDENTITY.find((name) => rows.some((row) => row[name] !== undefined));
  if (changed) {
    throw wrong(changed, 'of a permission is not changed', 'Create another permission, and delete this one.');
  }
  const ids = rows.flatMap(({ id }) => (id === undefined ? [] : [id]));
  if (ids.length === 0) return new Map();
  const query = { fields: ['id', 'collection'], filter: { id: { _in: ids } }, limit: -1 };
  const known = await readMany<Existing>(directus, '/permissions', query, { signal });
  return new Map(known.map(({ id, collection }) => [String(id), collection]));
}

async function checkRules(context: Context, row: Row, collection: string | undefined): Promise<void> {
  const { schema, signal } = context;
  const { fields, permissions, validation, presets } = row;
  if (fields !== undefined && fields !== null) {
    if (!Array.isArray(fields) || !fields.every((name) => typeof name === 'string'))
      throw wrong('fields', 'must be a list of names, or ["*"] for all');
    for (const name of collection ? fields : [])
      if (name !== '*') await findField(schema, collection ?? '', name, 'data.fields', signal);
  }
  if (isObject(validation)) {
    checkFilter(asFilter(validation), 'data.validation');
    for (const name of collection ? namesIn(validation) : [])
      await findField(schema, collection ?? '', name, 'data.validation', signal);
  }
  for (const name of collection && isObject(presets) ? Object.keys(presets) : [])
    await findField(schema, collection ?? '', name, 'data.presets', signal);
  for (const [name, value] of Object.entries({ permissions, validation, presets }))
    if (value !== undefined && value !== null && !isObject(value)) throw wrong(name, 'must be an object');
  if (isObject(permissions)) await checkRule(context, collection, permissions);
}

/** A rule for rows is a filter, and what Directus would not carry out as one it would pass over in a permission. */
async function checkRule(context: Context, collection: string | undefined, rule: Row): Promise<void> {
  const { directus, schema, signal } = context;
  checkFilter(rule, 'data.permissions');
  if (!collection || Object.keys(rule).length === 0) return;
  await inspectQuery(schema, collection, { filter: rule }, signal);
  const pk = primaryKey(await schema.fields(collection, signal))?.field;
  if (pk) await tryOut(directus, collection, { filter: rule, fields: [pk], limit: 1 }, signal);
}

async function tryOut(directus: Reader, collection: string, query: Row, signal: AbortSignal): Promise<void> {
  try {
    await readMany(directus, endpointOf(collection), query, { signal });
  } catch (error) {
    // Some of Directus's own collections cannot be read as such.
    if (error instanceof DirectusError && error.status === 404 && isSystem(collection)) return;
    throw error;
  }
}

/** What only rules for values take. */
const FOR_VALUES = ['_regex', '_submitted'];

function asFilter(rule: unknown): unknown {
  if (Array.isArray(rule)) return rule.map(asFilter);
  if (!isObject(rule)) return rule;
  return Object.fromEntries(
    Object.entries(rule).map(([name, value]) =>
      FOR_VALUES.includes(name) ? ['_nnull', true] : [name, asFilter(value)],
    ),
  );
}

function namesIn(rule: Row): string[] {
  return Object.entries(rule).flatMap(([name, value]) => {
    if (!name.startsWith('_')) return [name];
    return [value].flat().filter(isObject).flatMap(namesIn);
  });
}

/** What Directus would refuse in the end; of its own collections it makes exceptions. */
async function refuseUnlicensed(context: Context, rows: Row[], collections: string[]): Promise<void> {
  const custom = rows.some(
    ({ fields, permissions, validation, presets }) =>
      (Array.isArray(fields) && !fields.includes('*')) ||
      [permissions, validation, presets].some((rule) => isObject(rule) && Object.keys(rule).length > 0),
  );
  if (!custom || collections.some(isSystem) || !(await isUnlicensed(context))) return;
  throw new ToolError(
    'RESOURCE_RESTRICTED',
    'This Directus has no license, and takes permissions only for all rows and all fields, without validation and presets. Nothing was changed.',
    'Give fields ["*"] and no rules, or ask for a license.',
  );
}

async function refuseDuplicates({ directus, signal }: Context, rows: Row[]): Promise<void> {
  const id = (row: Row) => IDENTITY.map((name) => String(row[name])).join(' ');
  const twice = rows.find((row, index) => rows.findIndex((one) => id(one) === id(row)) < index);
  if (twice) throw wrong('action', `${twice.action} on ${twice.collection} is there twice`);
  const filter = {
    _and: [
      { policy: { _in: rows.map(({ policy }) => policy) } },
      { collection: { _in: rows.map(({ collection }) => collection) } },
    ],
  };
  const query = { fields: ['id', ...IDENTITY], filter, limit: -1 };
  const existing = await readMany<Existing>(directus, '/permissions', query, { signal });
  for (const row of rows) {
    const had = existing.find((one) => id(one) === id(row));
    if (!had) continue;
    throw new ToolError(
      'RECORD_NOT_UNIQUE',
      `The policy has ${row.action} on ${row.collection} already. Nothing was changed.`,
      `Update it: kind permissions, keys ["${had.id}"].`,
    );
  }
}
