import type { Change } from '../directus/connection.ts';
import { isObject } from '../directus/objects.ts';
import { endpointOf, path } from '../directus/path.ts';
import { primaryKey } from '../directus/schema.ts';
import type { Key } from '../directus/types.ts';
import type { Looking } from './cascades.ts';

type Row = Record<string, unknown>;

/** What a request is about: rows with the data that is written to them, rows that are deleted, columns that change. */
export type Touched = {
  collection: string;
  rows: { keys: Key[]; data: Row }[];
  gone: Key[];
  columns?: string[];
};

/** Endpoints of Directus whose requests are about something else than rows. */
const OTHERS = [
  'fields',
  'relations',
  'schema',
  'server',
  'auth',
  'utils',
  'assets',
  'extensions',
  'graphql',
];

/**
 * Reads from a request which rows it writes or deletes.
 * @returns undefined when it is about none
 */
export async function readTouched(
  look: Looking,
  { method, target, body }: Change,
): Promise<Touched | undefined> {
  const [room = '', ...rest] = target.replace(/^\//, '').split('/').map(decodeURIComponent);
  if (room === 'collections') return touchedCollections(rest[0], body);
  if (room === 'fields' && method === 'PATCH') return touchedFields(look, rest, body);
  if (room === 'versions' && rest[1] === 'promote') return promoted(look, rest[0] ?? '');
  const [collection = '', key, more] = room === 'items' ? rest : [`directus_${room}`, ...rest];
  if (!collection || more !== undefined || OTHERS.includes(room)) return undefined;
  if (method === 'DELETE') return { collection, rows: [], gone: key === undefined ? keysIn(body) : [key] };
  if (method === 'POST') return key === undefined ? { collection, rows: newRows(body), gone: [] } : undefined;
  return { collection, rows: await writtenRows(look, collection, key, body), gone: [] };
}

const newRows = (body: unknown) =>
  [body]
    .flat()
    .filter(isObject)
    .map((data) => ({ keys: [], data }));

async function writtenRows(look: Looking, collection: string, key: string | undefined, body: unknown) {
  if (key !== undefined) return isObject(body) ? [{ keys: [key], data: body }] : [];
  const { schema, directus, signal } = look;
  const pk = primaryKey(await schema.fields(collection, signal))?.field ?? 'id';
  if (Array.isArray(body))
    return body.filter(isObject).map((data) => ({ keys: keysIn(data[pk]), data: without(data, pk) }));
  if (!isObject(body)) return [];
  if (Array.isArray(body.keys) && isObject(body.data)) return [{ keys: keysIn(body.keys), data: body.data }];
  // What is left is the one row of a singleton, which may not be there yet.
  const row = await directus.request<Row | undefined>('GET', endpointOf(collection), {
    query: { fields: [pk] },
    signal,
  });
  return [{ keys: keysIn(row?.[pk]), data: body }];
}

/** Settings of collections are rows, too; the group that one is in is a key of another. */
function touchedCollections(name: string | undefined, body: unknown): Touched {
  const entries = [body].flat().filter(isObject);
  return {
    collection: 'directus_collections',
    rows: entries.flatMap(({ collection = name, meta }) =>
      isObject(meta) ? [{ keys: keysIn(collection), data: meta }] : [],
    ),
    gone: [],
  };
}

/** So are settings of fields; of the columns behind them nothing is kept. */
async function touchedFields(
  { schema, signal }: Looking,
  [collection = '', name]: string[],
  body: unknown,
): Promise<Touched> {
  const fields = await schema.fields(collection, signal);
  const entries = [body].flat().filter(isObject);
  return {
    collection: 'directus_fields',
    rows: entries.flatMap(({ field = name, meta }) => {
      const id = (fields.find((one) => one.field === field)?.meta as Row | null)?.id;
      return isObject(meta) ? [{ keys: keysIn(id), data: meta }] : [];
    }),
    gone: [],
    columns: entries
      .filter(({ schema: column, type }) => isObject(column) || type !== undefined)
      .map(({ field = name }) => `${collection}.${field}`),
  };
}

/** Making a version the main one writes what was saved in it. */
async function promoted({ directus, signal }: Looking, version: string): Promise<Touched> {
  const query = { fields: ['collection', 'item', 'delta'] };
  const { collection, item, delta } = await directus.request<Row>('GET', path`/versions/${version}`, {
    query,
    signal,
  });
  const rows = isObject(delta) ? [{ keys: keysIn(item), data: delta }] : [];
  return { collection: String(collection), rows, gone: [] };
}

function keysIn(list: unknown): Key[] {
  const keys = isObject(list) ? list.keys : list;
  return [keys].flat().filter((key) => typeof key === 'string' || typeof key === 'number');
}

function without(row: Row, name: string): Row {
  return Object.fromEntries(Object.entries(row).filter(([field]) => field !== name));
}
