import { readAll } from '../directus/connection.ts';
import { DirectusError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import type { Field, Relation } from '../directus/types.ts';
import type { Looking } from './cascades.ts';
import { filled, rowsOf, tally } from './tally.ts';

/*
 * What hangs on a collection or field, found before it is deleted. Names of collections and fields are said; what
 * people named otherwise (flows, bookmarks) is only counted, since these words are ours.
 */

type Row = Record<string, unknown>;

/** What goes with a collection when it is deleted, or leads nowhere from then on; each a phrase. */
export async function usesOfCollection(look: Looking, name: string, going: string[]): Promise<string[]> {
  const relations = await look.schema.relations(look.signal);
  const others = (relation: Relation) => !going.includes(relation.collection);
  const found = await Promise.all([
    ...relations
      .filter((one) => one.related_collection === name && others(one))
      .map((relation) => pointing(look, relation)),
    ...relations
      .filter((one) => one.meta?.one_allowed_collections?.includes(name) && others(one))
      .map((relation) => pointingAtAny(look, relation, name)),
    belongings(look, name),
    flowsThatName(look, name),
    inFolder(look, name, going),
  ]);
  const lists = relations.filter(
    (one) => one.collection === name && one.meta?.one_field && !going.includes(one.related_collection ?? ''),
  );
  return [
    ...found.filter((one) => one !== undefined),
    ...lists.map((one) => `the list ${one.related_collection}.${one.meta?.one_field} would be deleted`),
  ];
}

/** Directus deletes the fields that point at a deleted collection; their rules work on their rows before that. */
async function pointing(look: Looking, { collection, field, schema }: Relation): Promise<string> {
  const count = await filled(look, collection, field);
  const at = `${collection}.${field}`;
  if (count === 0) return `the empty field ${at} would be deleted`;
  const rows = rowsOf(count, collection);
  return schema?.on_delete?.toUpperCase() === 'CASCADE'
    ? `${rows} may be deleted with it (${at}, CASCADE), and the field ${at} would be`
    : `the field ${at} would be deleted, with its value in ${rows}`;
}

async function pointingAtAny(look: Looking, relation: Relation, name: string): Promise<string> {
  const { collection, field, meta } = relation;
  const count = await tally(look, collection, {
    [meta?.one_collection_field ?? 'collection']: { _eq: name },
  });
  return `${collection}.${field} could no longer lead to it${count === 0 ? '' : `, and ${rowsOf(count, collection)} that do would lead nowhere`}`;
}

/** Kinds of Directus's own rows that go with a collection. */
const BELONGINGS = ['permissions', 'presets', 'comments', 'versions', 'shares'];

async function belongings(look: Looking, name: string): Promise<string | undefined> {
  const counted = await Promise.all(
    BELONGINGS.map(async (kind) => ({ kind, rows: await ownRows(look, `/${kind}`, name, ['id']) })),
  );
  const some = counted.filter(({ rows }) => rows.length > 0);
  if (some.length === 0) return undefined;
  return `${some.map(({ kind, rows }) => rowsOf(rows.length, `directus_${kind}`)).join(', ')} would be deleted`;
}

/** Rows of Directus's own that belong to a collection; none where this user may not see them. */
async function ownRows(
  { directus, signal }: Looking,
  endpoint: string,
  name: string,
  fields: string[],
): Promise<Row[]> {
  const query = { fields, filter: { collection: { _eq: name } } };
  return readAll<Row>(directus, endpoint, query, signal).catch(noneWhenRefused);
}

async function flowsThatName({ directus, signal }: Looking, name: string): Promise<string | undefined> {
  const read = (endpoint: string) =>
    readAll<{ options?: unknown }>(directus, endpoint, { fields: ['options'] }, signal).catch(
      noneWhenRefused,
    );
  const [flows, operations] = await Promise.all([read('/flows'), read('/operations')]);
  const names = (rows: { options?: unknown }[], part: string) =>
    rows.filter(({ options }) => isObject(options) && [options[part]].flat().includes(name)).length;
  const count = names(flows, 'collections') + names(operations, 'collection');
  return count > 0
    ? `${count} ${count === 1 ? 'flow or operation names' : 'flows or operations name'} it and would no longer work`
    : undefined;
}

async function inFolder(
  { schema, signal }: Looking,
  name: string,
  going: string[],
): Promise<string | undefined> {
  const inside = (await schema.collections(signal)).filter(
    (one) => one.meta?.group === name && !going.includes(one.collection),
  );
  return inside.length > 0
    ? `${inside.map((one) => one.collection).join(', ')} would move out of it`
    : undefined;
}

function noneWhenRefused(error: unknown): never[] {
  if (error instanceof DirectusError) return [];
  throw error;
}

/** What uses a field and would change or break when it is deleted; each a phrase. */
export async function usesOfField(look: Looking, field: Field): Promise<string[]> {
  const [relations, about, fields, permissions] = await Promise.all([
    look.schema.relations(look.signal),
    look.schema.collection(field.collection, look.signal),
    look.schema.fields(field.collection, look.signal),
    ownRows(look, '/permissions', field.collection, ['fields', 'permissions', 'validation', 'presets']),
  ]);
  const { collection, field: name } = field;
  const meta = about?.meta;
  const counts: [number, string][] = [
    [fields.filter((one) => one.field !== name && mentions(one.meta, name)).length, 'other fields'],
    [
      permissions.filter((one) => [one.fields].flat().includes(name) || mentions(one, name)).length,
      'permissions',
    ],
  ];
  return [
    ...relations.flatMap((one) => usesInRelation(one, collection, name)),
    ...(meta?.sort_field === name ? [`${collection} would no longer be sorted by hand (sort_field)`] : []),
    ...(meta?.archive_field === name ? [`${collection} could no longer be archived (archive_field)`] : []),
    ...(namedIn(meta?.display_template, name) ? [`the display template of ${collection} names it`] : []),
    ...counts.flatMap(([count, what]) =>
      count > 0 ? [`it is named in ${count} of the ${what} of ${collection}`] : [],
    ),
  ];
}

function usesInRelation(relation: Relation, collection: string, name: string): string[] {
  const { meta } = relation;
  const at = `${relation.collection}.${relation.field}`;
  const list = meta?.one_field ? `${relation.related_collection}.${meta.one_field}` : undefined;
  if (relation.collection === collection && relation.field === name) {
    return [
      `the relation to ${relation.related_collection ?? 'any collection'} would go with it`,
      ...(list ? [`the list ${list} would be deleted`] : []),
    ];
  }
  if (relation.related_collection === collection && meta?.one_field === name) {
    const junction = meta.junction_field
      ? `the junction ${relation.collection} and its rows stay`
      : `${at} stays`;
    return [`only the list is deleted: ${junction}`];
  }
  if (relation.collection !== collection) return [];
  const parts = [
    [meta?.sort_field, 'keeps the order of'],
    [meta?.junction_field, 'is the other end of'],
    [meta?.one_collection_field, 'says where rows lead in'],
  ] as const;
  return parts.flatMap(([part, does]) => (part === name ? [`it ${does} the relation ${at}`] : []));
}

function namedIn(template: unknown, name: string): boolean {
  return typeof template === 'string' && new RegExp(`\\{\\{\\s*${name}\\b`).test(template);
}

/** Whether settings mention a field: in a template, a rule, a condition, a group. */
function mentions(settings: unknown, name: string): boolean {
  const text = JSON.stringify(settings) ?? '';
  return text.includes(`"${name}":{`) || text.includes(`"group":"${name}"`) || namedIn(text, name);
}
