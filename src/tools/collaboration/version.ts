import type { Reader } from '../../directus/connection.ts';
import { ToolError } from '../../directus/errors.ts';
import { endpointOf, path } from '../../directus/path.ts';
import type { Key } from '../../directus/types.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { requireCollection } from '../../guard/model.ts';
import type { Context } from '../define.ts';
import { keyField, type Row, type Target } from '../rows/target.ts';
import { isSingleton } from '../singleton.ts';
import { isPlain, ownData, readVersions, unknownVersion } from '../versioning.ts';
import { findItem } from './item.ts';

/** A collection whose items may have versions. */
export type Versioned = { target: Target; pk: string; singleton: boolean };

/** A version that exists, with what it changes as it was saved. */
export type Found = Versioned & {
  id: string;
  key: string;
  /** The key of its item; null for a new item that is nothing but this version (Directus 12). */
  item: string | null;
  data: Row;
  /** In words: `version "draft" of articles 5`. */
  words: string;
};

export async function findVersioned(context: Context, collection: string): Promise<Versioned> {
  const { schema, settings, signal } = context;
  checkSystemCollection(collection, settings);
  await schema.renew(signal);
  await requireCollection(schema, collection, signal);
  const target = { collection, endpoint: endpointOf(collection) };
  return { target, pk: await keyField(context, target), singleton: await isSingleton(context, target) };
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The version of an item.
 * @param key of the item; may be left out for a singleton, and when `version` is an id
 * @param version its key (`draft`), or its id, by which alone a version without an item can be named
 */
export async function findVersion(
  context: Context,
  collection: string,
  key: Key | undefined,
  version: string,
): Promise<Found> {
  const versioned = await findVersioned(context, collection);
  const byId = ID.test(version);
  if (key === undefined && !versioned.singleton && !byId) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `key is missing: the version "${version}" of which item of ${collection}? Nothing was changed.`,
      'A new item that is nothing but a version has no key: give the id of the version as version.',
    );
  }
  const named = { key: { _eq: version } };
  const items = key === undefined ? undefined : [String(key)];
  const [found, second] = await readVersions(context, collection, [
    byId ? { _or: [named, { id: { _eq: version } }] } : named,
    ...(items ? [{ item: { _in: items } }] : []),
  ]);
  if (!found) {
    if (key !== undefined) await findItem(context, collection, key);
    throw await unknownVersion(context, collection, version, items);
  }
  if (second) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `There is more than one version "${version}" in ${collection}. Nothing was changed.`,
      'Name the item with key, or give the id of the version as version.',
    );
  }
  const { id, item, delta } = found;
  const words = wordsFor(isPlain(found.key) ? found.key : id, collection, item);
  return { ...versioned, id, key: found.key, item, data: ownData(delta ?? {}), words };
}

/** A version in words of ours. */
export function wordsFor(version: string, collection: string, item: string | null): string {
  const plain = item === null || isPlain(item) ? item : '(see key)';
  return `version "${version}" of ${item === null ? `a new item of ${collection}` : `${collection} ${plain}`}`;
}

/** What a version holds now. */
export async function dataOf(directus: Reader, { id, target }: Found, signal: AbortSignal): Promise<Row> {
  const [now] = await readVersions({ directus, signal }, target.collection, [{ id: { _eq: id } }]);
  return ownData(now?.delta ?? {});
}

/** Fields of an item as they are in main; none of an item that is not there yet. */
export async function readMain(
  directus: Reader,
  { target, singleton }: Versioned,
  item: string | null,
  fields: string[],
  signal: AbortSignal,
): Promise<Row> {
  if (item === null) return {};
  const address = singleton ? target.endpoint : target.endpoint + path`/${item}`;
  return directus.request<Row>('GET', address, { query: { fields }, signal });
}
