import { fits, type Rows, type Was } from '../directus/agent.ts';
import { type Change, readAll } from '../directus/connection.ts';
import { isObject } from '../directus/objects.ts';
import { endpointOf } from '../directus/path.ts';
import { isSystem, primaryKey } from '../directus/schema.ts';
import type { Key, Relation } from '../directus/types.ts';
import type { Looking } from './cascades.ts';
import { readTouched } from './touched.ts';

/*
 * Directus's revisions hold no keys of related rows as they were before, and of a deleted row not even when it was
 * made. Rows that the database deletes or unlinks along with another leave no trace at all. What `history` needs of
 * this to undo a change is read just before the change, and kept in the name of its request.
 */

/** More rows than these never fit into a name. */
const MOST_ROWS = 300;

/** Thrown in the middle of looking, when there is too much to be told. */
class TooMuch extends Error {}

/**
 * What a request would overwrite or delete that Directus keeps nowhere.
 * @returns undefined when that is nothing, too much to be told in the name of a request, or cannot be read
 */
export async function overwritten(look: Looking, change: Change): Promise<Was | undefined> {
  try {
    const touched = await readTouched(look, change);
    if (!touched) return undefined;
    const notes = newNotes();
    for (const { keys, data } of touched.rows) await noteWrite(look, notes, touched.collection, keys, data);
    if (touched.gone.length > 0) await noteDelete(look, notes, touched.collection, touched.gone);
    return { ...(await read(look, notes)), columns: touched.columns ?? [] };
  } catch {
    // The change is worth more than its undoing; what cannot be undone was said in its preview.
    return undefined;
  }
}

/**
 * What deleting these rows in one request would take along that Directus keeps nowhere.
 * @returns undefined when that is too much to be told in the name of a request, or cannot be read
 */
export async function goneWith(look: Looking, collection: string, keys: Key[]): Promise<Was | undefined> {
  try {
    const notes = newNotes();
    await noteDelete(look, notes, collection, keys);
    const was = await read(look, notes);
    return fits(was) ? was : undefined;
  } catch {
    return undefined;
  }
}

type Row = Record<string, unknown>;

/** Fields to read, by collection and key. */
type Wanted = Map<string, { keys: Set<Key>; fields: Set<string> }>;
type Notes = { changed: Wanted; gone: Wanted };

const newNotes = (): Notes => ({ changed: new Map(), gone: new Map() });

function note(wanted: Wanted, collection: string, keys: Key[], fields: string[]): void {
  const known = wanted.get(collection) ?? { keys: new Set(), fields: new Set() };
  for (const key of keys) known.keys.add(key);
  for (const field of fields) known.fields.add(field);
  wanted.set(collection, known);
  if (known.keys.size > MOST_ROWS) throw new TooMuch();
}

/**
 * @param keys the rows that the data is written to; none for new rows
 */
async function noteWrite(
  look: Looking,
  notes: Notes,
  collection: string,
  keys: Key[],
  data: Row,
): Promise<void> {
  const relations = await look.schema.relations(look.signal);
  for (const [name, value] of Object.entries(data)) {
    const toOne = relations.find((one) => one.collection === collection && one.field === name);
    if (toOne) {
      if (keys.length > 0) note(notes.changed, collection, keys, [name]);
      await noteRelated(look, notes, targetOf(toOne, data), value);
      continue;
    }
    const toMany = relations.find(
      (one) => one.related_collection === collection && one.meta?.one_field === name,
    );
    if (toMany) await noteList(look, notes, toMany, keys, value);
  }
}

function targetOf({ related_collection, meta }: Relation, data: Row) {
  const named = data[meta?.one_collection_field ?? ''];
  return related_collection ?? (typeof named === 'string' ? named : undefined);
}

/** A related row given as an object: one that has its key is changed, others are new. */
async function noteRelated(
  look: Looking,
  notes: Notes,
  collection: string | undefined,
  value: unknown,
): Promise<void> {
  if (!collection || !isObject(value)) return;
  const key = keyOf(value[await pkOf(look, collection)]);
  await noteWrite(look, notes, collection, key === undefined ? [] : [key], value);
}

async function noteList(look: Looking, notes: Notes, relation: Relation, parents: Key[], value: unknown) {
  const { collection, field } = relation;
  const pk = await pkOf(look, collection);
  const linked = async (entries: unknown[]) => {
    for (const entry of entries) {
      const key = keyOf(isObject(entry) ? entry[pk] : entry);
      if (key !== undefined) note(notes.changed, collection, [key], [field]);
      await noteRelated(look, notes, collection, entry);
    }
  };
  const unlinked = (keys: Key[]) =>
    relation.meta?.one_deselect_action === 'delete'
      ? noteDelete(look, notes, collection, keys)
      : note(notes.changed, collection, keys, [field]);
  if (isObject(value)) {
    await linked([...listOf(value.create), ...listOf(value.update)]);
    await unlinked(listOf(value.delete).flatMap((key) => keyOf(key) ?? []));
    return;
  }
  const entries = listOf(value);
  await linked(entries);
  if (parents.length === 0) return;
  const kept = entries.map((entry) => String(isObject(entry) ? entry[pk] : entry));
  const all = await keysWhere(look, collection, field, parents);
  await unlinked(all.filter((key) => !kept.includes(String(key))));
}

/** Rows that go, with what the rules of foreign keys do to the rows that point at them. */
async function noteDelete(look: Looking, notes: Notes, collection: string, keys: Key[]): Promise<void> {
  const seen = notes.gone.get(collection)?.keys;
  const fresh = keys.filter((key) => !seen?.has(key));
  if (fresh.length === 0) return;
  note(notes.gone, collection, fresh, await untoldFields(look, collection));
  for (const relation of await look.schema.relations(look.signal)) {
    const rule = relation.schema?.on_delete?.toUpperCase();
    if (relation.related_collection !== collection || (rule !== 'CASCADE' && rule !== 'SET NULL')) continue;
    const pointing = await keysWhere(look, relation.collection, relation.field, fresh);
    if (rule === 'CASCADE') await noteDelete(look, notes, relation.collection, pointing);
    else if (pointing.length > 0) note(notes.changed, relation.collection, pointing, [relation.field]);
  }
}

/** Fields that the revisions of a row may not tell: keys of related rows, and who made it when. */
async function untoldFields({ schema, signal }: Looking, collection: string): Promise<string[]> {
  const [fields, relations] = await Promise.all([
    schema.fields(collection, signal),
    schema.relations(signal),
  ]);
  return fields
    .filter(
      ({ field, meta }) =>
        relations.some((one) => one.collection === collection && one.field === field) ||
        meta?.special?.some((special) => /^(user|date|role)-created$/.test(special)),
    )
    .map(({ field }) => field);
}

/** Rows whose field holds one of these keys. */
async function keysWhere(look: Looking, collection: string, field: string, values: Key[]): Promise<Key[]> {
  const pk = await pkOf(look, collection);
  // Sessions have no endpoint, and nobody would want them back.
  if (!pk || values.length === 0 || collection === 'directus_sessions') return [];
  const query = { fields: [pk, field], filter: { [field]: { _in: values } }, sort: [pk] };
  const rows = await rowsOf(look, collection, query);
  const texts = values.map(String);
  return rows.filter((row) => texts.includes(String(row[field]))).flatMap((row) => keyOf(row[pk]) ?? []);
}

/** Rows as a list, also of a singleton, which answers with its one row whatever is asked. */
async function rowsOf({ directus, schema, signal }: Looking, collection: string, query: Row): Promise<Row[]> {
  if (collection === 'directus_fields')
    return (await directus.request<{ meta: Row | null }[]>('GET', '/fields', { signal })).flatMap(
      ({ meta }) => (meta ? [meta] : []),
    );
  if (collection === 'directus_collections')
    return (await schema.collections(signal)).map(({ collection: name, meta }) => ({
      ...meta,
      collection: name,
    }));
  if ((await schema.collection(collection, signal))?.meta?.singleton !== true)
    return readAll<Row>(directus, endpointOf(collection), query, signal);
  const { fields } = query;
  const row = await directus.request<Row | undefined>('GET', endpointOf(collection), {
    query: { fields },
    signal,
  });
  return row ? [row] : [];
}

async function read(look: Looking, { changed, gone }: Notes): Promise<Was> {
  return { changed: await readRows(look, changed), gone: await readRows(look, gone), columns: [] };
}

async function readRows(look: Looking, wanted: Wanted): Promise<Rows> {
  const all: Rows = {};
  for (const [collection, { keys, fields }] of wanted) {
    if (fields.size === 0 || keys.size === 0) continue;
    const pk = await pkOf(look, collection);
    const query = { fields: [pk, ...fields], filter: { [pk]: { _in: [...keys] } } };
    const texts = new Set([...keys].map(String));
    const rows = (await rowsOf(look, collection, query)).filter((row) => texts.has(String(row[pk])));
    const told = rows.map((row): [string, Row] => [String(row[pk]), pick(row, fields)]);
    if (told.length > 0) all[collection] = Object.fromEntries(told);
  }
  return all;
}

async function pkOf({ schema, signal }: Looking, collection: string): Promise<string> {
  const field = primaryKey(await schema.fields(collection, signal))?.field;
  return field ?? (isSystem(collection) ? 'id' : '');
}

function pick(row: Row, fields: Set<string>): Row {
  return Object.fromEntries([...fields].map((field) => [field, row[field] ?? null]));
}

function keyOf(value: unknown): Key | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
