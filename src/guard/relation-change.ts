import { countRows } from '../directus/count.ts';
import { endpointOf } from '../directus/path.ts';
import { primaryKey } from '../directus/schema.ts';
import type { Field, Relation } from '../directus/types.ts';
import { didYouMean } from '../settings/suggest.ts';
import type { Looking } from './cascades.ts';
import { noCollection, noField, refused } from './model.ts';
import { countValues, filled, rowsOf, tally } from './tally.ts';

type Row = Record<string, unknown>;

/** Rules of a foreign key, for when the row it points at is deleted. */
export const RULES = ['SET NULL', 'CASCADE', 'NO ACTION', 'RESTRICT', 'SET DEFAULT'];

/** Refuses a rule that there is not, and one that the field cannot follow. */
export function checkRule(rule: unknown, nullable: boolean, at: string): void {
  if (rule === undefined || rule === null) return;
  if (!RULES.includes(String(rule)))
    throw refused(
      `on_delete cannot be ${JSON.stringify(rule)?.slice(0, 60)}.${didYouMean(String(rule), RULES)}`,
      `It takes: ${RULES.join(', ')}.`,
    );
  if (rule === 'SET NULL' && !nullable)
    throw refused(`${at} cannot be null, so on_delete cannot be SET NULL.`, 'Use NO ACTION or CASCADE.');
}

/**
 * Refuses a relation over a field whose type or values do not fit: some databases would take it, and every later
 * change of those rows would fail.
 */
export async function checkColumn(look: Looking, column: Field, target: string): Promise<void> {
  const at = `${column.collection}.${column.field}`;
  if (column.type === 'alias' || column.schema?.is_primary_key)
    throw refused(
      `${at} ${column.type === 'alias' ? 'holds no value' : 'is the primary key'}, so no relation can start there.`,
    );
  const pk = primaryKey(await look.schema.fields(target, look.signal));
  if (!pk) throw refused(`${target} holds no items, so nothing can lead to it.`);
  if (kindOf(pk.type) !== kindOf(column.type) && pk.schema?.data_type !== column.schema?.data_type)
    throw refused(
      `${at} is of type ${column.type}, and the keys of ${target} (${pk.field}) are of type ${pk.type}.`,
      `Create a field of type ${pk.type}, or let relations create it (kind).`,
    );
  const lost = await orphans(look, column, target, pk.field);
  if (lost > 0)
    throw refused(
      `${lost} of the values in ${at} ${lost === 1 ? 'is' : 'are'} no key of ${target}.`,
      'Correct or empty those first.',
    );
}

function kindOf(type: string): string {
  return type === 'bigInteger' ? 'integer' : type;
}

const AT_ONCE = 500;

/** How many different values of a field are no key of a collection. */
async function orphans(look: Looking, { collection, field }: Field, target: string, pk: string) {
  const seen = new Set<unknown>();
  await countValues(look, collection, field, (value) => seen.size === seen.add(value).size);
  const values = [...seen];
  let known = 0;
  for (let from = 0; from < values.length; from += AT_ONCE) {
    const filter = { [pk]: { _in: values.slice(from, from + AT_ONCE) } };
    known += await countRows(look.directus, endpointOf(target), { filter }, look.signal);
  }
  return values.length - known;
}

/** New settings of a relation. */
export type RelationChange = { schema?: Row | undefined; meta?: Row | undefined };

/**
 * Finds what may surprise later when a relation is changed this way; nothing is lost by the change itself.
 * @returns phrases
 * @throws ToolError for names that do not exist, which Directus would store
 */
export async function inspectRelationChange(
  look: Looking,
  relation: Relation,
  { schema, meta }: RelationChange,
): Promise<string[]> {
  const { collection, field, related_collection: target } = relation;
  const at = `${collection}.${field}`;
  const column = (await look.schema.fields(collection, look.signal)).find((one) => one.field === field);
  checkRule(schema?.on_delete, column?.schema?.is_nullable !== false, at);
  if (schema?.on_delete && target === null)
    throw refused(`${at} leads to any of several collections and has no foreign key, so no on_delete.`);
  await checkNames(look, relation, meta ?? {});
  await checkAllowed(look, target, meta ?? {});
  const risks: string[] = [];
  if (schema?.on_delete === 'CASCADE' && relation.schema?.on_delete?.toUpperCase() !== 'CASCADE') {
    const count = await filled(look, collection, field);
    risks.push(
      `deleting rows of ${target} would delete the rows of ${collection} that point at them (now ${rowsOf(count, collection)})`,
    );
  }
  if (meta?.one_deselect_action === 'delete' && relation.meta?.one_deselect_action !== 'delete') {
    const count = await filled(look, collection, field);
    risks.push(`taking a row out of the list would delete it (now ${rowsOf(count, collection)})`);
  }
  return [...risks, ...(await leftOut(look, relation, meta ?? {}))];
}

/** Refuses a list of collections that a relation cannot lead to. */
async function checkAllowed({ schema, signal }: Looking, target: string | null, meta: Row): Promise<void> {
  const list = meta.one_allowed_collections;
  if (list === undefined || (list === null && target !== null)) return;
  if (target !== null || !Array.isArray(list) || list.length === 0)
    throw refused(
      'meta.one_allowed_collections lists the collections of a many-to-any relation, one at least.',
    );
  const known = (await schema.collections(signal)).map((one) => one.collection);
  const missing = list.map(String).find((name) => !known.includes(name));
  if (missing !== undefined) throw noCollection(missing, known);
}

/** Rows that lead to collections that are no longer allowed. */
async function leftOut(look: Looking, { collection, meta: old }: Relation, meta: Row): Promise<string[]> {
  if (!Array.isArray(meta.one_allowed_collections)) return [];
  const allowed = meta.one_allowed_collections.map(String);
  const gone = (old?.one_allowed_collections ?? []).filter((name) => !allowed.includes(name));
  const named = old?.one_collection_field ?? 'collection';
  const counts = await Promise.all(
    gone.map(async (name) => ({ name, count: await tally(look, collection, { [named]: { _eq: name } }) })),
  );
  return counts
    .filter(({ count }) => count !== 0)
    .map(
      ({ name, count }) =>
        `${name} would no longer be allowed, and ${rowsOf(count, collection)} would lead nowhere`,
    );
}

/** The parts of a relation's settings that name a field, and where that field must be. */
async function checkNames(look: Looking, relation: Relation, meta: Row): Promise<void> {
  const { collection, related_collection: target } = relation;
  const places: [string, string | null][] = [
    ['one_field', target],
    ['sort_field', collection],
    ['junction_field', collection],
    ['one_collection_field', collection],
  ];
  for (const [part, place] of places) {
    const name = meta[part];
    if (name === undefined || name === null || place === null) continue;
    const fields = await look.schema.fields(place, look.signal);
    const found = fields.find((one) => one.field === name);
    if (!found)
      throw noField(
        place,
        String(name),
        fields.map((one) => one.field),
        `meta.${part}`,
      );
    if (part === 'one_field' && found.type !== 'alias')
      throw refused(`meta.one_field: ${place}.${name} is of type ${found.type}; a list is of type alias.`);
  }
  if (
    meta.one_deselect_action !== undefined &&
    !['nullify', 'delete'].includes(String(meta.one_deselect_action))
  )
    throw refused('meta.one_deselect_action takes nullify or delete.');
}
