import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/query.ts';
import type { Schema } from '../directus/schema.ts';
import type { Field, Relation } from '../directus/types.ts';
import { didYouMean } from '../settings/suggest.ts';
import { checkValue } from './values.ts';

/** What writing a payload would do beyond setting the fields it names. */
export type Consequences = {
  /** Each a phrase: rows of related collections that would be deleted. */
  deletes: string[];
};

/**
 * Looks through a payload, nested items included, before it is sent: refuses fields that do not exist and values
 * that Directus would store wrongly or drop, and finds what would be deleted by it.
 * @throws ToolError naming the field, near matches, and what the field takes
 */
export async function inspectPayload(
  schema: Schema,
  collection: string,
  rows: Record<string, unknown>[],
  signal?: AbortSignal,
): Promise<Consequences> {
  const walk: Walk = { schema, signal, deletes: [] };
  for (const row of rows) await inspectItem(walk, collection, row, collection);
  return { deletes: walk.deletes };
}

type Walk = { schema: Schema; signal: AbortSignal | undefined; deletes: string[] };

/** No real payload nests deeper, and an endless one must not be followed. */
const DEEPEST = 12;

async function inspectItem(
  walk: Walk,
  collection: string,
  item: Record<string, unknown>,
  where: string,
): Promise<void> {
  if (where.split('.').length > DEEPEST) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${where} is nested too deeply.`,
      'Write related items in calls of their own.',
    );
  }
  for (const [name, value] of Object.entries(item)) {
    const field = await findField(walk.schema, collection, name, 'data', walk.signal);
    const at = `${where}.${name}`;
    if (isRelational(field)) await inspectRelation(walk, field, value, at);
    else if (field.type === 'alias') {
      throw new ToolError(
        'INVALID_PAYLOAD',
        `${at} only arranges Studio's form and holds no value.`,
        'Leave it out.',
      );
    } else checkValue(field, value, at);
  }
}

/**
 * The field, from a schema that is read anew before a name is called unknown.
 * @param where the part of the call that names it
 */
export async function findField(
  schema: Schema,
  collection: string,
  name: string,
  where: string,
  signal?: AbortSignal,
): Promise<Field> {
  const find = async () => (await schema.fields(collection, signal)).find((field) => field.field === name);
  const known = await find();
  if (known) return known;
  schema.forget();
  const found = await find();
  if (found) return found;
  const names = (await schema.fields(collection, signal)).map((field) => field.field);
  if (names.length === 0) {
    throw new ToolError(
      'FORBIDDEN',
      `There is no collection "${collection}" that you may see.`,
      'Call schema without keys for a list.',
    );
  }
  throw new ToolError(
    'INVALID_PAYLOAD',
    `${where}: ${collection} has no field "${name}".${didYouMean(name, names)}`,
    `Fields of ${collection}: ${names.join(', ')}.`,
  );
}

const RELATIONAL = ['m2o', 'o2m', 'm2m', 'm2a', 'file', 'files', 'translations'];

function isRelational(field: Field): boolean {
  return field.meta?.special?.some((special) => RELATIONAL.includes(special)) ?? false;
}

async function inspectRelation(walk: Walk, field: Field, value: unknown, at: string): Promise<void> {
  if (value === null || value === undefined) return;
  const relations = await walk.schema.relations(walk.signal);
  const toOne = relations.find((r) => r.collection === field.collection && r.field === field.field);
  if (toOne) {
    // A key alone only links.
    if (isObject(value) && toOne.related_collection)
      await inspectItem(walk, toOne.related_collection, value, at);
    return;
  }
  const toMany = relations.find(
    (r) => r.related_collection === field.collection && r.meta?.one_field === field.field,
  );
  if (toMany) await inspectMany(walk, toMany, value, at);
}

async function inspectMany(walk: Walk, relation: Relation, value: unknown, at: string): Promise<void> {
  if (Array.isArray(value)) {
    if (relation.meta?.one_deselect_action === 'delete') {
      walk.deletes.push(`rows of ${relation.collection} that the new list at ${at} leaves out`);
    }
    await inspectItems(walk, relation.collection, value, at);
    return;
  }
  if (!isObject(value)) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${at} must be a list, or an object with create, update and delete.`,
    );
  }
  const known = ['create', 'update', 'delete'];
  const stray = Object.keys(value).find((part) => !known.includes(part));
  if (stray) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${at} has an unknown part "${stray}".${didYouMean(stray, known)}`,
      'Parts: create, update, delete.',
    );
  }
  // With any other deselect action the rows are only taken out of the list.
  if (
    Array.isArray(value.delete) &&
    value.delete.length > 0 &&
    relation.meta?.one_deselect_action === 'delete'
  ) {
    walk.deletes.push(`${value.delete.length} rows of ${relation.collection} named at ${at}.delete`);
  }
  await inspectItems(walk, relation.collection, value.create, `${at}.create`);
  await inspectItems(walk, relation.collection, value.update, `${at}.update`);
}

async function inspectItems(walk: Walk, collection: string, list: unknown, at: string): Promise<void> {
  if (list === undefined) return;
  if (!Array.isArray(list)) throw new ToolError('INVALID_PAYLOAD', `${at} must be a list.`);
  for (const entry of list) if (isObject(entry)) await inspectItem(walk, collection, entry, at);
}
