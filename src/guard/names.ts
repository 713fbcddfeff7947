import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import type { Schema } from '../directus/schema.ts';
import { findField } from './fields.ts';
import { isDate } from './values.ts';

type Query = Record<string, unknown>;
type Walk = { schema: Schema; signal: AbortSignal | undefined };

/**
 * Refuses what in a query is well formed and yet has no effect or no sense in this schema: Directus refuses most
 * unknown names itself, but passes over those in `deep` and `alias`, and compares dates with anything.
 */
export async function inspectQuery(
  schema: Schema,
  collection: string,
  query: Query,
  signal?: AbortSignal,
): Promise<void> {
  const check = () => checkNames({ schema, signal }, collection, query);
  // What is known of the schema may be old: nothing is refused before it was read anew.
  await check().catch(() => {
    schema.forget();
    return check();
  });
}

async function checkNames(walk: Walk, collection: string, query: Query): Promise<void> {
  const alias = isObject(query.alias) ? query.alias : {};
  await checkAlias(walk, collection, alias, query.fields);
  if (isObject(query.filter)) await checkOperands(walk, collection, query.filter, 'query.filter');
  if (isObject(query.deep)) await checkDeepNames(walk, collection, query.deep, 'query.deep', alias);
}

async function checkAlias(walk: Walk, collection: string, alias: Query, fields: unknown): Promise<void> {
  for (const [name, target] of Object.entries(alias)) {
    await findField(walk.schema, collection, String(target), 'query.alias', walk.signal);
    if ((await walk.schema.fields(collection, walk.signal)).some(({ field }) => field === name)) {
      throw new ToolError(
        'INVALID_QUERY',
        `query.alias.${name}: ${collection} has a field of that name.`,
        'Choose another name.',
      );
    }
  }
  const names = Array.isArray(fields) ? fields.map(String) : [];
  if (names.length > 0 && names.every((name) => Object.hasOwn(alias, name))) {
    throw new ToolError(
      'INVALID_QUERY',
      'query.fields names only aliases, and then Directus answers with bare keys.',
      'Add a field by its own name, such as the key.',
    );
  }
}

/** Walks a filter along the relations, and looks at what dates are compared with. */
async function checkOperands(walk: Walk, collection: string, filter: Query, at: string): Promise<void> {
  for (const [key, value] of Object.entries(filter)) {
    const here = `${at}.${key}`;
    for (const part of sameRow(key, value)) await checkOperands(walk, collection, part, here);
    if (key.startsWith('_') || !isObject(value)) continue;
    const related = await relatedCollection(walk, collection, key);
    if (!related) {
      refuseInto(collection, key, value, here);
      await checkDates(walk, collection, key, value, here);
    } else if (related !== ANY) await checkOperands(walk, related, value, here);
  }
}

/** Of a condition on something within a plain field, Directus takes no notice where both are names of fields: all match. */
function refuseInto(collection: string, name: string, condition: Query, at: string): void {
  const within = Object.keys(condition).find((key) => !key.startsWith('_'));
  if (within === undefined || name.startsWith('$FOLLOW(')) return;
  throw new ToolError(
    'INVALID_QUERY',
    `${at}.${within.slice(0, 60)}: ${collection}.${name.slice(0, 60)} is no relation that you may see, and conditions do not reach into it.`,
    'Write an operator under it, such as {"_contains": ...}, or read the rows and look.',
  );
}

/** The filters within groups and quantifiers: they are about the same rows as what they stand in. */
function sameRow(key: string, value: unknown): Query[] {
  if (['_and', '_or'].includes(key) && Array.isArray(value)) return value.filter(isObject);
  return ['_some', '_none'].includes(key) && isObject(value) ? [value] : [];
}

const DATES = ['date', 'dateTime', 'timestamp'];

async function checkDates(
  walk: Walk,
  collection: string,
  name: string,
  condition: Query,
  at: string,
): Promise<void> {
  const field = (await walk.schema.fields(collection, walk.signal)).find((one) => one.field === name);
  if (!field || !DATES.includes(field.type)) return;
  for (const [operator, operand] of Object.entries(condition)) {
    if (!/^_n?(eq|in|between)$|^_[lg]te?$/.test(operator)) continue;
    const wrong = [operand].flat().find((value) => !isDate(value));
    if (wrong === undefined) continue;
    throw new ToolError(
      'INVALID_QUERY',
      `${at}.${operator}: ${collection}.${name} is a ${field.type}, and ${JSON.stringify(wrong)?.slice(0, 60)} is no date.`,
      'Write 2026-01-31, 2026-01-31T14:30:00, $NOW or $NOW(-7 days).',
    );
  }
}

async function checkDeepNames(
  walk: Walk,
  collection: string,
  deep: Query,
  at: string,
  alias: Query,
): Promise<void> {
  for (const [key, value] of Object.entries(deep)) {
    if (key === '_filter' && isObject(value))
      await checkFilterNames(walk, collection, value, `${at}._filter`);
    if (key.startsWith('_') || !isObject(value)) continue;
    const name = String(Object.hasOwn(alias, key) ? alias[key] : key);
    const related = await relatedCollection(walk, collection, name);
    if (!related) {
      await findField(walk.schema, collection, name, at, walk.signal);
      throw new ToolError('INVALID_QUERY', `${at}.${key}: ${collection}.${name} is no relation.`);
    }
    if (related !== ANY) await checkDeepNames(walk, related, value, `${at}.${key}`, {});
  }
}

/** In a relation that is not read at all, Directus looks at no name. */
async function checkFilterNames(walk: Walk, collection: string, filter: Query, at: string): Promise<void> {
  for (const [key, value] of Object.entries(filter)) {
    for (const part of sameRow(key, value)) await checkFilterNames(walk, collection, part, at);
    if (key.startsWith('_')) continue;
    const name = /^\w+\((.+)\)$/.exec(key)?.[1] ?? key.split(':')[0] ?? key;
    await findField(walk.schema, collection, name, at, walk.signal);
    if (!isObject(value)) continue;
    const related = await relatedCollection(walk, collection, key);
    if (!related) refuseInto(collection, key, value, `${at}.${key}`);
    else if (related !== ANY) await checkFilterNames(walk, related, value, `${at}.${key}`);
  }
}

/** Stands for "one of several": which one, only `item:collection` would say. */
const ANY = '*';

/** Where a field leads; undefined for a plain field. */
export async function relatedCollection(
  { schema, signal }: Walk,
  collection: string,
  name: string,
): Promise<string | undefined> {
  const [field, chosen] = name.split(':');
  const relations = await schema.relations(signal);
  const toOne = relations.find((one) => one.collection === collection && one.field === field);
  if (toOne) return toOne.related_collection ?? chosen ?? ANY;
  return relations.find((one) => one.related_collection === collection && one.meta?.one_field === field)
    ?.collection;
}
