import { readMany } from '../../directus/connection.ts';
import { isObject } from '../../directus/objects.ts';
import type { Key } from '../../directus/types.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import { readRows } from '../rows/read.ts';
import type { Row, Target } from '../rows/target.ts';
import { ownData, requireVersioning } from '../versioning.ts';
import { findItem } from './item.ts';
import { usersWith } from './people.ts';
import { type Found, findVersioned } from './version.ts';

export const versionRows: Target = { collection: 'directus_versions', endpoint: '/versions' };

const FIELDS = [
  ...['id', 'key', 'name', 'item', 'delta'],
  ...['date_created', 'date_updated', 'user_created', 'user_updated'],
];

/** The versions of an item, or of all items of a collection, the last saved first, with the fields they change. */
export async function listVersions(
  context: Context,
  input: { collection: string; key?: Key | undefined; query?: Row | undefined },
): Promise<Reply> {
  const { collection } = input;
  await findVersioned(context, collection);
  const item = input.key === undefined ? undefined : String(input.key);
  const reply = await readRows(context, versionRows, {
    query: {
      fields: FIELDS,
      filter: {
        _and: [{ collection: { _eq: collection } }, ...(item === undefined ? [] : [{ item: { _eq: item } }])],
      },
      sort: ['-date_updated', 'id'],
      ...input.query,
    },
  });
  const rows = Array.isArray(reply.data) ? reply.data.filter(isObject) : [];
  if (rows.length === 0) {
    if (item !== undefined) await findItem(context, collection, item);
    await requireVersioning(context, collection);
  }
  const described = await describe(context, rows);
  return {
    ...reply,
    data: described.map(({ key, data, ...row }) => ({
      ...(item === undefined ? { key } : {}),
      ...row,
      fields: Object.keys(data),
    })),
  };
}

/** One version with all that it holds. */
export async function readVersion(context: Context, { id }: Found): Promise<Reply> {
  const { directus, signal } = context;
  const query = { fields: FIELDS, filter: { id: { _eq: id } } };
  const rows = await readMany<Row>(directus, versionRows.endpoint, query, { signal });
  const [described] = await describe(context, rows);
  return { data: described };
}

async function describe(context: Context, rows: Row[]) {
  const whoOf = ({ user_updated, user_created }: Row) => user_updated ?? user_created;
  const names = await usersWith(context, rows.map(whoOf));
  return rows.map((row) => ({
    key: row.item,
    version: row.key,
    // By this alone a version without an item can be named.
    ...(row.item === null ? { id: row.id } : {}),
    ...(row.name ? { name: row.name } : {}),
    by: names.get(whoOf(row)) ?? whoOf(row),
    at: row.date_updated ?? row.date_created,
    data: ownData(isObject(row.delta) ? row.delta : {}),
  }));
}
