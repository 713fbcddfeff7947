import * as z from 'zod';
import { isObject } from '../../directus/objects.ts';
import { checkKnown, checkNewName, refused } from '../../guard/model.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { parseStrictly } from '../input.ts';
import { collection, object } from '../params.ts';
import type { NewField } from './steps.ts';

export const KINDS = ['m2o', 'o2m', 'm2m', 'm2a', 'file', 'files', 'translations'] as const;

const name = z.string().min(1);
const list = z.union([collection.transform((one) => [one]), z.array(collection).min(1)]);

/** What describes a relation, beside the field that stands for it. */
const options = {
  related: list.optional(),
  related_field: name.optional(),
  junction: name.optional(),
  junction_fields: z.tuple([name, name]).optional(),
  sort_field: name.optional(),
  on_delete: z.string().optional(),
  required: z.boolean().optional(),
  note: z.string().optional(),
};

/** An entry of `data` that makes a field: a plain one by its type, or a relation by its kind. */
const entry = z.strictObject({
  field: z.string(),
  collection: z.string().optional(),
  type: z.string().optional(),
  schema: object.nullish(),
  meta: object.nullish(),
  kind: z.enum(KINDS).optional(),
  ...options,
});

type Entry = z.output<typeof entry>;

/** A relation to be made, with all it needs. */
export type RelationSpec = Omit<Entry, 'collection' | 'kind' | 'schema' | 'meta'> & {
  kind: (typeof KINDS)[number];
  schema?: Row | undefined;
  meta?: Row | undefined;
};

type Row = Record<string, unknown>;

/** Reads one entry of `data`. @param known settings of a field, as Directus keeps them */
export function readEntry(given: Row, of: string, known: string[]): RelationSpec | NewField {
  if (given.field !== undefined) checkNewName(given.field, 'field');
  const call = `${of}.${String(given.field ?? '?')}`;
  const { collection: place, schema, meta, ...rest } = parseStrictly(entry, given, call) as Entry;
  if (place !== undefined && place !== of)
    throw refused(`${call} says it belongs to ${place}.`, 'Leave collection out of it.');
  const parts = {
    schema: columnOf(schema, call),
    meta: metaOf(meta, known, { field: rest.field, collection: of }),
  };
  if (rest.kind) return { ...rest, ...parts, kind: rest.kind };
  const stray = Object.keys(options).find((key) => rest[key as keyof typeof options] !== undefined);
  if (stray)
    throw refused(
      `${call}: ${stray} is for relations, and kind is not given.`,
      `Kinds: ${KINDS.join(', ')}.`,
    );
  return plainField({ field: rest.field, type: rest.type, ...parts }, call);
}

export function isRelation(one: RelationSpec | NewField): one is RelationSpec {
  return 'kind' in one;
}

/** The types a field can have. */
const TYPES = (
  'string text integer bigInteger float decimal boolean json csv uuid hash date time dateTime timestamp binary alias ' +
  'geometry geometry.Point geometry.LineString geometry.Polygon geometry.MultiPoint geometry.MultiLineString ' +
  'geometry.MultiPolygon'
).split(' ');

export function checkType(type: string, at: string): void {
  if (TYPES.includes(type)) return;
  throw refused(
    `${at}: "type" must be one of those of Directus, not "${type.slice(0, 60)}".${didYouMean(type, TYPES)}`,
    `Types: ${TYPES.join(', ')}.`,
  );
}

type Plain = { field: string; type: string | undefined; schema: Row | undefined; meta: Row | undefined };

function plainField({ field, type, schema, meta }: Plain, at: string): NewField {
  if (type === undefined) {
    throw refused(
      `The new field ${at} needs a type, or as a relation a kind.`,
      'For example string, text, integer, boolean, dateTime, json, uuid, alias.',
    );
  }
  checkType(type, at);
  const special = specialFor(type, meta?.special);
  return {
    field,
    type,
    ...(type === 'alias' ? { schema: null } : { schema: schema ?? {} }),
    meta: { ...meta, ...(special ? { special } : {}) },
  };
}

/** How Directus knows what a column holds that the database keeps as a number or a text. */
const SPECIAL: Record<string, string> = {
  boolean: 'cast-boolean',
  json: 'cast-json',
  csv: 'cast-csv',
  hash: 'hash',
};
const LISTS = ['alias', 'o2m', 'm2m', 'm2a', 'files', 'translations'];

/** What a type needs in `special`, added to what is given; undefined when nothing is missing. */
export function specialFor(type: string, given: unknown): string[] | undefined {
  const had = [given ?? []].flat().map(String);
  if (type === 'alias') {
    if (had.length === 0) return ['alias', 'no-data'];
    return had.some((one) => LISTS.includes(one)) ? undefined : ['alias', ...had];
  }
  const due = Object.hasOwn(SPECIAL, type) ? SPECIAL[type] : undefined;
  return due && !had.includes(due) ? [due, ...had] : undefined;
}

/** Settings of a column. The second half is what Directus tells of one and takes back without a change. */
const COLUMN = [
  ...['default_value', 'is_nullable', 'is_unique', 'is_indexed', 'max_length', 'numeric_precision'],
  ...['numeric_scale', 'is_primary_key', 'has_auto_increment'],
];
const TOLD = ['name', 'table', 'schema', 'comment', 'data_type', 'is_generated', 'generation_expression'];
const FOREIGN = ['foreign_key_table', 'foreign_key_column', 'foreign_key_schema'];

/** The settings of a column that are to be sent. @param stored those it has, which may be repeated */
export function columnOf(schema: unknown, at: string, stored: Row = {}): Row | undefined {
  if (!isObject(schema)) return undefined;
  const given = Object.fromEntries(Object.entries(schema).filter(([key]) => !TOLD.includes(key)));
  const key = FOREIGN.find((one) => (given[one] ?? null) !== null && given[one] !== stored[one]);
  if (key) throw refused(`${at}: schema.${key} makes no relation.`, 'Give kind and related instead.');
  const kept = Object.fromEntries(Object.entries(given).filter(([one]) => !FOREIGN.includes(one)));
  checkKnown(kept, COLUMN, `schema of ${at}`);
  return kept;
}

/**
 * The settings that are to be sent.
 * @param self what of them names the thing itself: it may be repeated, and not changed
 */
export function metaOf(meta: unknown, known: string[], self: Row): Row | undefined {
  if (!isObject(meta)) return undefined;
  checkKnown(meta, known, `meta of ${Object.values(self).toReversed().join('.')}`);
  const { id: _id, ...rest } = meta;
  for (const [key, value] of Object.entries(self)) {
    if (rest[key] !== undefined && rest[key] !== value)
      throw refused(`meta.${key} would turn ${String(value)} into another.`, `Leave meta.${key} out.`);
    delete rest[key];
  }
  return rest;
}
