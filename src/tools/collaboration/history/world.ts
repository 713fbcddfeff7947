import { readAll } from '../../../directus/connection.ts';
import { DirectusError } from '../../../directus/errors.ts';
import { endpointOf } from '../../../directus/path.ts';
import { isSystem, primaryKey } from '../../../directus/schema.ts';
import type { Key } from '../../../directus/types.ts';
import type { Context } from '../../define.ts';
import type { Row } from './past.ts';
import { isModel, type Step } from './step.ts';

type Reading = Pick<Context, 'directus' | 'schema' | 'signal'>;

/** Directus as it is, with the steps that are planned to be made before. */
export type World = {
  /** Rows by key as text; those that are not there, or would not be, are absent. */
  rows(collection: string, keys: Key[], fields: string[]): Promise<Map<string, Row>>;
  /**
   * Rows whose field holds one of these keys, as text; undefined when this user may not know.
   * @param also what their other fields hold
   */
  pointing(collection: string, field: string, keys: Key[], also?: Row): Promise<string[] | undefined>;
  /** The keys of all rows of a collection. */
  all(collection: string): Promise<Key[]>;
  /** The keys of rows whose field holds something that counts. */
  filled(collection: string, field: string, counts: (value: unknown) => boolean): Promise<Key[]>;
  /** Takes steps as made. */
  make(steps: Step[]): void;
};

/** Databases take only so many values in one query. */
const KEYS_AT_ONCE = 200;

export function createWorld(context: Reading): World {
  const { directus, schema, signal } = context;
  /** What planned steps make of rows; `null` for those they remove. */
  const planned = new Map<string, Map<string, Row | null>>();

  const read = async (collection: string, query: { fields: string[]; filter: object }): Promise<Row[]> => {
    const { fields } = query;
    if (isModel(collection)) return readModel(context, collection);
    if (!isSingleton(await schema.collection(collection, signal)))
      return readAll<Row>(directus, endpointOf(collection), { ...query, sort: fields.slice(0, 1) }, signal);
    // A singleton answers with its one row whatever is asked, or with defaults where there is none.
    const row = await directus.request<Row | undefined>('GET', endpointOf(collection), {
      query: { fields },
      signal,
    });
    return row && row[fields[0] ?? ''] !== null ? [row] : [];
  };
  const pkOf = async (collection: string) =>
    primaryKey(await schema.fields(collection, signal))?.field ?? (isSystem(collection) ? 'id' : '');

  return {
    async rows(collection, keys, fields) {
      const pk = await pkOf(collection);
      const found = new Map<string, Row>();
      for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
        const some = keys.slice(from, from + KEYS_AT_ONCE);
        const query = { fields: [...new Set([pk, ...fields])], filter: { [pk]: { _in: some } } };
        const texts = new Set(some.map(String));
        for (const row of await read(collection, query))
          if (texts.has(String(row[pk]))) found.set(String(row[pk]), row);
      }
      for (const key of keys.map(String)) {
        const change = planned.get(collection)?.get(key);
        if (change === null) found.delete(key);
        else if (change) found.set(key, { ...found.get(key), ...change });
      }
      return found;
    },
    async pointing(collection, field, keys, also = {}) {
      const texts = keys.map(String);
      const pk = await pkOf(collection);
      if (!pk) return undefined;
      const changes = planned.get(collection) ?? new Map<string, Row | null>();
      try {
        const others = Object.entries(also).filter(([, value]) => value !== undefined);
        const filter = {
          _and: [{ [field]: { _in: keys } }, ...others.map(([name, value]) => ({ [name]: { _eq: value } }))],
        };
        const isOne = (row: Row | null | undefined) =>
          texts.includes(String(row?.[field])) && others.every(([name, value]) => row?.[name] === value);
        const fields = [pk, field, ...others.map(([name]) => name)];
        const rows = (await read(collection, { fields, filter })).filter(isOne);
        const still = rows
          .map((row) => String(row[pk]))
          .filter((key) => {
            const change = changes.get(key);
            return change === undefined || (change !== null && (!(field in change) || isOne(change)));
          });
        return [...new Set([...still, ...[...changes].flatMap(([key, row]) => (isOne(row) ? [key] : []))])];
      } catch (error) {
        if (error instanceof DirectusError) return undefined;
        throw error;
      }
    },
    async all(collection) {
      const pk = await pkOf(collection);
      // A folder of collections holds no rows.
      if (!pk) return [];
      const rows = await read(collection, { fields: [pk], filter: {} });
      return rows
        .map((row) => row[pk] as Key)
        .filter((key) => planned.get(collection)?.get(String(key)) !== null);
    },
    async filled(collection, field, counts) {
      const pk = await pkOf(collection);
      const rows = await read(collection, { fields: [pk, field], filter: { [field]: { _nnull: true } } });
      return rows
        .map((row): Row => ({ ...row, ...planned.get(collection)?.get(String(row[pk])) }))
        .filter((row) => planned.get(collection)?.get(String(row[pk])) !== null)
        .filter((row) => row[field] !== null && counts(row[field]))
        .map((row) => row[pk] as Key);
    },
    make(steps) {
      for (const { collection, key, kind, values, stamps } of steps) {
        const changes = planned.get(collection) ?? new Map<string, Row | null>();
        const before = kind === 'restore' ? changes.get(String(key)) : undefined;
        changes.set(String(key), kind === 'remove' ? null : { ...before, ...values, ...stamps?.then });
        planned.set(collection, changes);
      }
    },
  };
}

/** Settings of collections and fields as the rows they are, which have endpoints of another kind. */
async function readModel({ directus, schema, signal }: Reading, collection: string): Promise<Row[]> {
  if (collection === 'directus_collections')
    return (await schema.collections(signal)).flatMap(({ collection: name, meta }) =>
      meta ? [{ ...meta, collection: name }] : [],
    );
  const all = await directus.request<{ meta: Row | null }[]>('GET', '/fields', { signal });
  return all.flatMap(({ meta }) => (meta && typeof meta.id === 'number' ? [meta] : []));
}

function isSingleton(collection: { meta: { singleton?: boolean } | null } | undefined): boolean {
  return collection?.meta?.singleton === true;
}
