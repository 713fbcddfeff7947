import { readAll } from '../../../directus/connection.ts';
import { primaryKey } from '../../../directus/schema.ts';
import type { Field } from '../../../directus/types.ts';
import type { Context } from '../../define.ts';
import { readable } from './activity.ts';

export type Row = Record<string, unknown>;

/** A revision of a row. `activity` is null for those of others whom this user may not see. */
export type Revision = {
  id: number;
  item: string;
  data?: Row | null;
  delta?: Row | null;
  activity: { id: number; action: string } | null;
};

const LIGHT = ['id', 'item', 'activity.id', 'activity.action'];
/** Databases take only so many values in one query. */
const KEYS_AT_ONCE = 200;

type Reading = Pick<Context, 'directus' | 'schema' | 'signal'>;

/** Revisions of which `name` is one of `values`, oldest first; those of versions left out. */
export async function readRevisions(
  { directus, signal }: Reading,
  name: 'id' | 'activity' | 'item',
  values: (string | number)[],
  { fields = ['data', 'delta'], collection }: { fields?: string[]; collection?: string } = {},
): Promise<Revision[]> {
  const found: Revision[] = [];
  for (let from = 0; from < values.length; from += KEYS_AT_ONCE) {
    const filter = {
      _and: [
        { version: { _null: true } },
        { [name]: { _in: values.slice(from, from + KEYS_AT_ONCE) } },
        ...(collection ? [{ collection: { _eq: collection } }] : []),
      ],
    };
    const query = { fields: [...LIGHT, ...fields], filter, sort: ['id'] };
    found.push(...(await readable(readAll<Revision>(directus, '/revisions', query, signal))));
  }
  return found;
}

/** What is asked of the past of a row. */
export type Question = {
  item: string;
  /** The first revision that is too new; absent when all count. */
  before?: number | undefined;
  fields: Field[];
};

/** What a row held, as far as revisions tell. */
export type Past = { values: Row; unknown: string[]; hasRevisions: boolean };

/** What rows of a collection held at a moment of their past. */
export async function pastOf(
  context: Reading,
  collection: string,
  questions: Question[],
): Promise<Map<string, Past>> {
  const { schema, signal } = context;
  const [fields, relations] = await Promise.all([
    schema.fields(collection, signal),
    schema.relations(signal),
  ]);
  const pk = primaryKey(fields)?.field ?? 'id';
  const pointing = relations.filter((one) => one.collection === collection).map(({ field }) => field);
  const items = questions.map(({ item }) => item);
  const all = await readRevisions(context, 'item', items, { fields: [], collection });
  const before = new Map(
    questions.map(({ item, before: end }) => [
      item,
      all.filter((one) => one.item === item && (end === undefined || one.id < end)).map(({ id }) => id),
    ]),
  );
  // The last one tells the whole row, unless it is the first as well. Keys of other rows stand only in deltas.
  const last = await readRevisions(
    context,
    'id',
    [...before.values()].flatMap((ids) => ids.at(-1) ?? []),
  );
  const answer = ({ item, fields: asked }: Question, known: Revision[]): Past => {
    const values: Row = {};
    const unknown: string[] = [];
    for (const field of asked) {
      const value = told(known, field, item, pk, pointing.includes(field.field));
      if (value === undefined) unknown.push(field.field);
      else values[field.field] = value;
    }
    return { values, unknown, hasRevisions: (before.get(item)?.length ?? 0) > 0 };
  };
  const pasts = new Map(
    questions.map((one) => [
      one.item,
      answer(
        one,
        last.filter(({ item }) => item === one.item),
      ),
    ]),
  );
  const open = questions.filter(({ item }) => (pasts.get(item)?.unknown.length ?? 0) > 0);
  const earlier = await readRevisions(
    context,
    'id',
    open.flatMap(({ item }) => before.get(item)?.slice(0, -1) ?? []),
  );
  for (const one of open) {
    const known = [...earlier, ...last].filter(({ item }) => item === one.item);
    pasts.set(
      one.item,
      answer(
        one,
        known.sort((a, b) => a.id - b.id),
      ),
    );
  }
  return pasts;
}

/** What the newest revision that says anything of a field says; undefined when none does. */
function told(revisions: Revision[], field: Field, item: string, pk: string, points: boolean): unknown {
  for (const one of revisions.toReversed()) {
    const value = valueIn(one, field.field, item, pk);
    if (value !== undefined) return value;
    // Of a new row there is what was given; the rest it got by default, and nobody had changed it yet.
    if (isFirst(one, pk)) return points && !isStamp(field) ? undefined : defaultOf(field);
  }
  return undefined;
}

/** What a revision says of a field. */
export function valueIn({ data, delta }: Revision, name: string, item: string, pk: string): unknown {
  // Directus 11 puts rows of one request under each other's keys, so that a row is taken only for the one it names.
  const isOwn = data && (data[pk] === undefined || String(data[pk]) === item);
  if (isOwn && name in data) return data[name];
  return delta && name in delta ? delta[name] : undefined;
}

function isFirst({ activity, data, delta }: Revision, pk: string): boolean {
  if (activity) return activity.action === 'create';
  return data?.[pk] === undefined || JSON.stringify(data) === JSON.stringify(delta);
}

/** Fields that Directus fills in with every change, whatever is sent. */
export function isStamp({ meta }: Field): boolean {
  return meta?.special?.some((special) => /^(user|date|role)-updated$/.test(special)) ?? false;
}

/** Fields that Directus fills in for every new row, whatever is sent. */
export function isBirthStamp({ meta }: Field): boolean {
  return meta?.special?.some((special) => /^(user|date|role)-created$/.test(special)) ?? false;
}

/** What a new row holds in a field that was not given; undefined when that depends on the moment. */
export function defaultOf({ schema, meta }: Field): unknown {
  if (meta?.special?.some((special) => /^(uuid|(user|date|role)-created)$/.test(special))) return undefined;
  const value = schema?.default_value ?? null;
  return typeof value === 'string' && /\(|^CURRENT_/i.test(value) ? undefined : value;
}
