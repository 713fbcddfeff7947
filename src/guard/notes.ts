import type { Rows, Was } from '../directus/agent.ts';
import { readAll } from '../directus/connection.ts';
import { isObject } from '../directus/objects.ts';
import { endpointOf } from '../directus/path.ts';
import { isSystem, primaryKey } from '../directus/schema.ts';
import type { Key, Relation } from '../directus/types.ts';
import type { Looking } from './cascades.ts';

type Row = Record<string, unknown>;

/** Fields to read, by collection and key. */
type Wanted = Map<string, { keys: Set<Key>; fields: Set<string> }>;

/** Rows of which something must be told. */
export type Notes = {
  changed: Wanted;
  gone: Wanted;
  /** Whether rows are followed that are not named themselves: related ones, and those that go along. */
  follows: boolean;
};

export const newNotes = (follows: boolean): Notes => ({ changed: new Map(), gone: new Map(), follows });

/** More rows than these never fit into a name. */
const MOST_ROWS = 300;

/** Thrown in the middle of looking, when there is too much to be told. */
export class TooMuch extends Error {}

function note(wanted: Wanted, collection: string, keys: Key[], fields: string[]): void {
  const known = wanted.get(collection) ?? { keys: new Set(), fields: new Set() };
  for (const key of keys) known.keys.add(key);
  for (const field of fields) known.fields.add(field);
  wanted.set(collection, known);
  if (known.keys.size > MOST_ROWS) throw new TooMuch();
}

/**
 * Notes what writing data overwrites.
 * @param keys the rows that it is written to; none for new rows
 */
export async function noteWrite(
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
      if (notes.follows) await noteRelated(look, notes, targetOf(toOne, data), value);
      continue;
    }
    if (!notes.follows) continue;
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

/** Notes rows that go, with what the rules of foreign keys do to the rows that point at them. */
export async function noteDelete(
  look: Looking,
  notes: Notes,
  collection: string,
  keys: Key[],
): Promise<void> {
  const seen = notes.gone.get(collection)?.keys;
  const fresh = keys.filter((key) => !seen?.has(key));
  if (fresh.length === 0) return;
  note(notes.gone, collection, fresh, await untoldFields(look, collection));
  if (!notes.follows) return;
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

/** Reads what was noted. */
export async function readNotes(look: Looking, { changed, gone }: Notes): Promise<Was> {
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
