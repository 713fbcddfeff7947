import type { Key } from '../../../directus/types.ts';
import type { Context } from '../../define.ts';
import type { Conflict } from './check.ts';
import { laterOn } from './later.ts';
import { defaultOf } from './past.ts';
import { type Place, placesOf } from './places.ts';
import { same } from './same.ts';
import type { Step } from './step.ts';
import type { World } from './world.ts';

/*
 * A new collection or field is taken away again only when nothing goes with it that somebody else has made since.
 * Called when the steps of rows before it are taken as made.
 */

/** Why new collections and fields cannot be taken away. */
export async function modelConflicts(
  context: Context,
  world: World,
  steps: Step[],
  after: number,
): Promise<Conflict[]> {
  const removed = steps.filter(({ kind }) => kind === 'remove');
  const found: Conflict[] = [];
  for (const { collection, key } of removed) {
    if (collection === 'directus_collections') {
      const why = await faultOfDrop(context, world, String(key));
      if (why) found.push({ row: `collection ${key}`, why });
    }
  }
  const dropped = removed
    .filter((one) => one.collection === 'directus_collections')
    .map(({ key }) => String(key));
  const fields = removed.filter((one) => one.collection === 'directus_fields').map(({ key }) => key);
  for (const place of (await placesOf(context, fields)).values()) {
    if (dropped.includes(place.collection)) continue;
    const why = await faultOfField(context, world, place, after);
    if (why) found.push({ row: `field ${place.collection}.${place.field}`, why });
  }
  return found;
}

async function faultOfDrop(context: Context, world: World, name: string): Promise<string | undefined> {
  const { schema, signal } = context;
  const relations = await schema.relations(signal);
  const remaining = await world.all(name);
  if (remaining.length > 0 && !(await areOwn(context, name, remaining)))
    return `it holds ${remaining.length} rows that are not all this assistant's own`;
  for (const { field } of await schema.fields(name, signal)) {
    // A column without settings came with its table.
    if (!(await isOwnField(context, world, { collection: name, field }, true)))
      return `somebody else has made or changed its field ${field}`;
  }
  const inside = (await schema.collections(signal)).filter(({ meta }) => meta?.group === name);
  const grouped = await world.rows(
    'directus_collections',
    inside.map(({ collection }) => collection),
    [],
  );
  if (grouped.size > 0) return `it holds the collections ${[...grouped.keys()].join(', ')}`;
  for (const { collection, field, related_collection, meta } of relations) {
    // Directus takes away the fields that lead there, and those that list its rows.
    const others = [
      ...(related_collection === name ? [{ collection, field }] : []),
      ...(collection === name && related_collection && meta?.one_field
        ? [{ collection: related_collection, field: meta.one_field }]
        : []),
    ].filter((place) => place.collection !== name);
    for (const place of others) {
      if (!(await isOwnField(context, world, place)))
        return `${place.collection}.${place.field}, which somebody else has made, would go with it`;
    }
  }
  return undefined;
}

async function faultOfField(
  context: Context,
  world: World,
  { collection, field: name }: Place,
  after: number,
): Promise<string | undefined> {
  const { schema, signal } = context;
  const fields = await schema.fields(collection, signal);
  const field = fields.find((one) => one.field === name);
  if (!field) return undefined;
  const inside = fields.filter(({ meta }) => meta?.group === name);
  for (const { field: other } of inside) {
    if (!(await isOwnField(context, world, { collection, field: other }))) return `it groups ${other}`;
  }
  for (const { collection: from, field: at, related_collection, meta } of await schema.relations(signal)) {
    if (from !== collection || at !== name || !related_collection || !meta?.one_field) continue;
    if (!(await isOwnField(context, world, { collection: related_collection, field: meta.one_field })))
      return `${related_collection}.${meta.one_field}, which somebody else has made, would go with it`;
  }
  if (field.type === 'alias') return undefined;
  const usual = defaultOf(field) ?? null;
  const filled = await world.filled(collection, name, (value) => !same(value, usual));
  const later = await laterOn(context, collection, filled, after);
  const others = filled.filter((key) => {
    const edits = later.get(String(key)) ?? [];
    return edits.length === 0 || edits.some(({ mark }) => !mark);
  });
  return others.length > 0
    ? `${others.length} rows of ${collection} hold values in it that would go`
    : undefined;
}

/** Whether this assistant has made these rows and nobody else has touched any. */
async function areOwn(context: Context, collection: string, keys: Key[]): Promise<boolean> {
  const all = await laterOn(context, collection, keys, 0);
  return keys.every((key) => {
    const edits = all.get(String(key)) ?? [];
    return edits.at(-1)?.isNew === true && edits.every(({ mark }) => mark);
  });
}

/** Whether a field would be gone by then, or is this assistant's own and untouched. */
async function isOwnField(
  context: Context,
  world: World,
  place: Place,
  withoutSettings = false,
): Promise<boolean> {
  const fields = await context.schema.fields(place.collection, context.signal);
  const found = fields.find(({ field }) => field === place.field);
  const id = (found?.meta as { id?: number } | null | undefined)?.id;
  if (!found) return true;
  if (id === undefined) return withoutSettings;
  return (
    (await world.rows('directus_fields', [id], [])).size === 0 || areOwn(context, 'directus_fields', [id])
  );
}
