import * as z from 'zod';
import { isObject } from '../../directus/objects.ts';
import { checkNewName, checkTemplate, noField, refused, settingsOf } from '../../guard/model.ts';
import type { Context } from '../define.ts';
import { parseStrictly } from '../input.ts';
import { object, objects } from '../params.ts';
import type { Plan } from '../plan.ts';
import { type Made, planAdditions } from './additions.ts';
import { checkFolder } from './collection-settings.ts';
import { addEntries, hintFor } from './create-fields.ts';
import { type Draft, draftModel } from './draft.ts';
import { isRelation, metaOf, type RelationSpec, readEntry } from './entries.ts';
import type { NewField } from './steps.ts';

type Row = Record<string, unknown>;

const entry = z.strictObject({
  collection: z.string(),
  schema: object.nullish(),
  meta: object.nullish(),
  fields: objects.or(z.tuple([])).nullish(),
});

type NewOne = { name: string; table: boolean; meta: Row; fields: (RelationSpec | NewField)[] };

/** Plans new collections with their fields, relations among them: all or none. */
export async function planCollections(context: Context, data: Row[]): Promise<Plan> {
  const { schema, signal } = context;
  const known = {
    collections: await settingsOf(schema, 'collections', signal),
    fields: await settingsOf(schema, 'fields', signal),
  };
  const all = foldersFirst(data.map((one) => readCollection(one, known)));
  const draft = draftModel(context);
  // Collections first: they may lead to one another.
  for (const { name, table, meta, fields } of all) {
    const plain = fields.filter((one): one is NewField => !isRelation(one));
    await draft.addCollection({
      collection: name,
      schema: table ? {} : null,
      meta,
      ...(table ? { fields: withKey(name, plain) } : {}),
    });
  }
  const relations: Made[] = [];
  for (const { name, meta, fields } of all) {
    relations.push(...(await addEntries(context, draft, name, fields.filter(isRelation))));
    await checkSettings(context, draft, name, meta);
  }
  return planAdditions(context, draft, {
    what: `create the ${all.length === 1 ? 'collection' : 'collections'} ${all.map(({ name }) => name).join(', ')}`,
    created: all.map(({ name }) => ({ name, full: name })),
    relations,
    next: hintFor(
      all.flatMap(({ fields }) => fields),
      draft,
    ),
  });
}

/** What stands in a folder is made after it. */
function foldersFirst(all: NewOne[]): NewOne[] {
  const left = [...all];
  const ordered: NewOne[] = [];
  while (left.length > 0) {
    const next = left.findIndex(
      (one) => !left.some((other) => other !== one && other.name === one.meta.group),
    );
    ordered.push(...left.splice(Math.max(next, 0), 1));
  }
  return ordered;
}

function readCollection(given: Row, known: { collections: string[]; fields: string[] }): NewOne {
  checkNewName(given.collection, 'collection');
  const name = given.collection;
  const { schema, meta, fields } = parseStrictly(entry, given, name) as z.output<typeof entry>;
  const table = isObject(schema);
  if ((fields ?? []).length > 0 && !table) {
    throw refused(
      `${name} has fields but no schema, and without one it would be a folder.`,
      'Add "schema":{}.',
    );
  }
  return {
    name,
    table,
    meta: metaOf(meta, known.collections, { collection: name }) ?? {},
    fields: (fields ?? []).map((one) => readEntry(one, name, known.fields)),
  };
}

const STANDARD_KEY: NewField = {
  field: 'id',
  type: 'integer',
  schema: { is_primary_key: true, has_auto_increment: true },
  meta: { hidden: true, interface: 'input', readonly: true },
};

/** The fields with the primary key among them; without one Directus would ignore the collection. */
function withKey(name: string, fields: NewField[]): NewField[] {
  const keys = fields.filter(({ schema }) => schema?.is_primary_key || schema?.has_auto_increment);
  if (keys.length > 1) throw refused(`${name} would have ${keys.length} primary keys.`);
  const [key] = keys;
  if (!key) {
    if (fields.some(({ field }) => field.toLowerCase() === 'id'))
      throw refused(`${name}.id needs schema {"is_primary_key":true} to be the primary key.`);
    return [STANDARD_KEY, ...fields];
  }
  const counts = ['integer', 'bigInteger'].includes(key.type);
  if (key.schema?.has_auto_increment && !counts)
    throw refused(`${name}.${key.field} is of type ${key.type} and cannot count up (has_auto_increment).`);
  const special = [key.meta.special ?? []].flat();
  // Nobody types a UUID: Directus makes it.
  const made = key.type === 'uuid' && !special.includes('uuid') ? { special: ['uuid', ...special] } : {};
  const whole = { ...key, schema: { ...key.schema, is_primary_key: true }, meta: { ...key.meta, ...made } };
  return fields.map((one) => (one === key ? whole : one));
}

/** Refuses settings that name what is not there. */
async function checkSettings(context: Context, draft: Draft, name: string, meta: Row): Promise<void> {
  const names = await draft.fields(name);
  for (const part of ['sort_field', 'archive_field']) {
    const field = meta[part];
    if (typeof field === 'string' && !names.includes(field))
      throw noField(name, field, names, `meta.${part}`);
  }
  checkTemplate(meta.display_template, name, names);
  await checkFolder(context, name, meta.group, (folder) => draft.has(folder));
}
