import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import { isSystem, primaryKey, type Schema } from '../directus/schema.ts';
import type { Field, Key, Relation } from '../directus/types.ts';
import { didYouMean } from '../settings/suggest.ts';
import { findField } from './fields.ts';
import type { ReplacedList } from './replaced.ts';
import { checkValue } from './values.ts';

/** What writing a payload would do beyond setting the fields it names. */
export type Consequences = {
  /** The rows as they are to be sent: truth values and related rows that came as text are read. */
  rows: Record<string, unknown>[];
  /** Where a truth value or related rows were read from a text. */
  readFromText: string[];
  /** Related rows that would be created, changed, linked or unlinked. */
  nested: number;
  /** Each a phrase: rows of related collections that are named to be deleted. */
  deletes: string[];
  /** Lists of rows that are there, which are given anew. */
  replaced: ReplacedList[];
  /** Collections of Directus's own that would be written to by way of a relation. */
  systemWrites: string[];
};

/**
 * Looks through a payload, nested items included, before it is sent: refuses fields that do not exist and values
 * that Directus would store wrongly or drop, and finds what would be deleted by it.
 * @param isNew whether the rows are to be created, so that nothing belongs to them yet that could be deleted or unlinked;
 *   to rows within them that name a key it may
 * @throws ToolError naming the field, near matches, and what the field takes
 */
export async function inspectPayload(
  schema: Schema,
  collection: string,
  rows: Record<string, unknown>[],
  signal?: AbortSignal,
  isNew = false,
): Promise<Consequences> {
  const walk: Walk = {
    schema,
    signal,
    nested: 0,
    deletes: [],
    replaced: [],
    systemWrites: new Set(),
    readFromText: [],
  };
  const read: Record<string, unknown>[] = [];
  const pk = isNew ? '' : (primaryKey(await schema.fields(collection, signal))?.field ?? '');
  for (const row of rows)
    read.push(await inspectItem(walk, collection, row, { at: collection, isNew, parent: keyOf(row[pk]) }));
  const { nested, deletes, replaced, systemWrites, readFromText } = walk;
  return { rows: read, nested, deletes, replaced, systemWrites: [...systemWrites], readFromText };
}

function keyOf(value: unknown): Key | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

type Item = Record<string, unknown>;
type Walk = {
  schema: Schema;
  signal: AbortSignal | undefined;
  nested: number;
  deletes: string[];
  replaced: ReplacedList[];
  systemWrites: Set<string>;
  readFromText: string[];
};

/** No real payload nests deeper, and an endless one must not be followed. */
const DEEPEST = 12;

/** Where a value stands; and the key of the item it stands in, where the data says it. */
type Where = { at: string; isNew: boolean; parent: Key | undefined };

async function inspectItem(
  walk: Walk,
  collection: string,
  item: Item,
  { at: where, isNew, parent }: Where,
): Promise<Item> {
  if (where.split('.').length > DEEPEST) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${where} is nested too deeply.`,
      'Write related items in calls of their own.',
    );
  }
  const read: [string, unknown][] = [];
  for (const [name, value] of Object.entries(item)) {
    const field = await findField(walk.schema, collection, name, 'data', walk.signal);
    read.push([
      name,
      await inspectValue(walk, field, value, { item, isNew, parent, at: `${where}.${name}` }),
    ]);
  }
  return Object.fromEntries(read);
}

async function inspectValue(walk: Walk, field: Field, given: unknown, place: Place): Promise<unknown> {
  const { at } = place;
  const value = readText(field, given);
  if (value !== given) walk.readFromText.push(at);
  if (isRelational(field) || (isObject(value) && (await leadsToOne(walk, field))))
    return inspectRelation(walk, field, value, place);
  if (field.type === 'alias') {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${at} only arranges Studio's form and holds no value.`,
      'Leave it out.',
    );
  }
  checkValue(field, value, at);
  return value;
}

/** What a text means where the field can hold no text: stored as it is, "false" would be true to every reader. */
function readText(field: Field, given: unknown): unknown {
  if (field.type === 'boolean' && (given === 'true' || given === 'false')) return given === 'true';
  return isRelational(field) ? jsonOf(given) : given;
}

/** Related rows that came as JSON text; a key stays what it is. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const RELATIONAL = ['m2o', 'o2m', 'm2m', 'm2a', 'file', 'files', 'translations'];

function isRelational(field: Field): boolean {
  return field.meta?.special?.some((special) => RELATIONAL.includes(special)) ?? false;
}

/** Keys in junctions are often not marked as what they are. */
async function leadsToOne({ schema, signal }: Walk, { collection, field }: Field): Promise<boolean> {
  return (await schema.relations(signal)).some((one) => one.collection === collection && one.field === field);
}

/** Where a value stands, and in which item. */
type Place = Where & { item: Item };

async function inspectRelation(
  walk: Walk,
  field: Field,
  value: unknown,
  { item, at, isNew, parent }: Place,
): Promise<unknown> {
  const relations = await walk.schema.relations(walk.signal);
  const toOne = relations.find((r) => r.collection === field.collection && r.field === field.field);
  if (toOne) return inspectOne(walk, targetOf(toOne, item), value, at);
  const toMany = relations.find(
    (r) => r.related_collection === field.collection && r.meta?.one_field === field.field,
  );
  if (toMany) return inspectMany(walk, toMany, value, { at, isNew, parent });
  throw new ToolError(
    'INVALID_PAYLOAD',
    `${at} leads to rows that cannot be looked through here.`,
    'Write those rows in calls of their own.',
  );
}

/** The collection a to-one field leads to; of a many-to-any field the one that its row names. */
function targetOf({ related_collection, meta }: Relation, item: Item): string | undefined {
  const named = item[meta?.one_collection_field ?? ''];
  return related_collection ?? (typeof named === 'string' ? named : undefined);
}

async function inspectOne(
  walk: Walk,
  target: string | undefined,
  value: unknown,
  at: string,
): Promise<unknown> {
  // A key alone only links.
  if (typeof value !== 'object' || value === null) return value;
  if (!isObject(value))
    throw new ToolError('INVALID_PAYLOAD', `${at} takes one key or one object, not a list.`);
  if (!target) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${at} holds a row of which the collection is not said.`,
      'Name the collection in the same row, or give a key.',
    );
  }
  return inspectRelated(walk, target, value, at);
}

/** A related row that holds more than its key is written, too, and Directus's own rows are not written that way. */
async function inspectRelated(walk: Walk, collection: string, row: Item, at: string): Promise<Item> {
  const pk = primaryKey(await walk.schema.fields(collection, walk.signal))?.field ?? '';
  if (isSystem(collection) && Object.keys(row).some((name) => name !== pk)) walk.systemWrites.add(collection);
  const parent = keyOf(row[pk]);
  walk.nested += 1;
  return inspectItem(walk, collection, row, { at, isNew: parent === undefined, parent });
}

async function inspectMany(
  walk: Walk,
  relation: Relation,
  value: unknown,
  { at, isNew, parent }: Where,
): Promise<unknown> {
  if (value === undefined) return value;
  const deletes = relation.meta?.one_deselect_action === 'delete' && !isNew;
  if (Array.isArray(value) || value === null) {
    if (!isNew) walk.replaced.push(await replacedBy(walk, relation, value ?? [], { at, parent, deletes }));
    return inspectItems(walk, relation.collection, value ?? [], at);
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
  const gone = list(value.delete, `${at}.delete`);
  walk.nested += gone.length;
  // With any other deselect action the rows are only taken out of the list.
  if (gone.length > 0 && deletes)
    walk.deletes.push(`${gone.length} rows of ${relation.collection} named at ${at}.delete`);
  return {
    ...value,
    create: await inspectItems(walk, relation.collection, value.create, `${at}.create`),
    update: await inspectItems(walk, relation.collection, value.update, `${at}.update`),
    delete: gone,
  };
}

async function inspectItems(walk: Walk, collection: string, given: unknown, at: string): Promise<unknown[]> {
  const read: unknown[] = [];
  for (const entry of list(given, at)) {
    if (isObject(entry)) read.push(await inspectRelated(walk, collection, entry, at));
    else {
      // A key alone links its row.
      walk.nested += 1;
      read.push(entry);
    }
  }
  return read;
}

async function replacedBy(
  { schema, signal }: Walk,
  { collection, field }: Relation,
  list: unknown[],
  { at, parent, deletes }: Pick<Where, 'at' | 'parent'> & Pick<ReplacedList, 'deletes'>,
): Promise<ReplacedList> {
  const pk = primaryKey(await schema.fields(collection, signal))?.field ?? '';
  const keep = list.flatMap((entry) => keyOf(isObject(entry) ? entry[pk] : entry) ?? []);
  return { deletes, collection, field, pk, keep, at, ...(parent === undefined ? {} : { parents: [parent] }) };
}

function list(value: unknown, at: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new ToolError('INVALID_PAYLOAD', `${at} must be a list.`);
  return value;
}
