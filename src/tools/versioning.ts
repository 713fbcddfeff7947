import { readAll, readMany } from '../directus/connection.ts';
import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import { requireCollection } from '../guard/model.ts';
import { didYouMean } from '../settings/suggest.ts';
import type { Context } from './define.ts';

type Row = Record<string, unknown>;

/** A version of an item: what it changes, beside the item itself (`main`). */
export type Version = {
  id: string;
  key: string;
  name: string | null;
  /** The key of the item; null for a new item that is not in the collection yet (Directus 12). */
  item: string | null;
  /** The fields it changes, with notes of Directus's own in them; see `ownData`. */
  delta: Row | null;
};

/** Versions of items of a collection that meet all conditions, as far as this user may see them. */
export function readVersions(
  { directus, signal }: Pick<Context, 'directus' | 'signal'>,
  collection: string,
  conditions: Row[],
  query: Row = {},
): Promise<Version[]> {
  const filter = { _and: [{ collection: { _eq: collection } }, ...conditions] };
  const whole = { fields: ['id', 'key', 'name', 'item', 'delta'], sort: ['id'], ...query, filter };
  return query.limit
    ? readMany<Version>(directus, '/versions', whole, { signal })
    : readAll<Version>(directus, '/versions', whole, signal);
}

/** Directus notes in every object of a version who saved it and when, and takes that out again when it is used. */
export const MARKS = ['_user', '_date'];

/** The data of a version as it was saved. */
export function ownData<T>(value: T): T {
  if (Array.isArray(value)) return value.map(ownData) as T;
  if (!isObject(value)) return value;
  const own = Object.entries(value).filter(([name]) => !MARKS.includes(name));
  return Object.fromEntries(own.map(([name, entry]) => [name, ownData(entry)])) as T;
}

/** Whether a name that people chose is one that cannot be taken for words of ours. */
export function isPlain(name: string): boolean {
  return /^[\w.:-]{1,64}$/.test(name);
}

/** Versions and items that an error names. */
const NAMED = 20;

/**
 * What to say when there is no such version: which there are instead, or how to switch versions on.
 * @param items whose versions were looked for; those of all items when left out
 * @param where the part of the call that names the version, when it is not `version`
 */
export async function unknownVersion(
  context: Context,
  collection: string,
  version: string,
  items?: string[],
  where = '',
): Promise<ToolError> {
  const query = { fields: ['key', 'item'], limit: 100, sort: ['-date_created'] };
  const known = await readVersions(context, collection, items ? [{ item: { _in: items } }] : [], query);
  const names = [...new Set(known.map(({ key }) => key))].filter(isPlain);
  const [one] = items?.length === 1 ? items : [];
  const none = items ? 'none of these items has' : `no item of ${collection} has`;
  const has = one === undefined ? `${none} a` : `${collection} ${one} has no`;
  const message = `${where}${has} version "${version.slice(0, 60)}".${didYouMean(version, names)}`;
  if (known.length > 0) {
    const listed = names.slice(0, NAMED).map((name) => `${name} (${itemsWith(known, name)})`);
    const some =
      listed.length > 0 ? `There are, each with its items: ${listed.join(', ')}` : 'There are others';
    return new ToolError('NOT_FOUND', message, `${some}. The tool versions reads them all.`);
  }
  await requireCollection(context.schema, collection, context.signal);
  await requireVersioning(context, collection, `${message} `);
  const only = 'There is only main, the item itself';
  return new ToolError('NOT_FOUND', message, `${only}: ${where ? 'leave version out' : 'create one first'}.`);
}

function itemsWith(known: Pick<Version, 'key' | 'item'>[], name: string): string {
  const all = known.filter(({ key }) => key === name).map(({ item }) => item ?? 'new');
  const items = all.filter(isPlain);
  return items.length > NAMED ? `${items.slice(0, NAMED).join(' ')} ...` : items.join(' ');
}

/**
 * Refuses where versions are switched off. Who may not look at the data model learns that from Directus.
 * @param before words to begin with
 */
export async function requireVersioning(
  { schema, signal }: Context,
  collection: string,
  before = '',
): Promise<void> {
  const isOff = async () => (await schema.collection(collection, signal))?.meta?.versioning === false;
  if (!(await isOff())) return;
  // Nothing is refused for what may be old.
  schema.forget();
  if (!(await isOff())) return;
  const data = JSON.stringify({ collection, meta: { versioning: true } });
  throw new ToolError(
    'NOT_AVAILABLE',
    `${before}Content versioning is switched off for ${collection}, so its items have no versions.`,
    `An administrator switches it on: collections {"action":"update","data":${data}}.`,
  );
}
