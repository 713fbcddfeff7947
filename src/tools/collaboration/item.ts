import { ToolError } from '../../directus/errors.ts';
import { endpointOf } from '../../directus/path.ts';
import type { Key } from '../../directus/types.ts';
import { requireCollection } from '../../guard/model.ts';
import type { Context } from '../define.ts';
import { checkKeys, readKeyed, refuseMissing } from '../rows/select.ts';
import { keyField, type Row, type Target } from '../rows/target.ts';
import { isSingleton } from '../singleton.ts';

/** An item that exists: where it is read, and its key as Directus writes it. */
export type Item = { target: Target; pk: string; key: string; singleton: boolean };

/**
 * The item that a comment or version is about. Directus takes both for items that do not exist.
 * @param key may be left out for a singleton, which has one item
 */
export async function findItem(context: Context, collection: string, key: Key | undefined): Promise<Item> {
  const { directus, schema, signal } = context;
  await schema.renew(signal);
  await requireCollection(schema, collection, signal);
  const target: Target = { collection, endpoint: endpointOf(collection) };
  const pk = await keyField(context, target);
  const singleton = await isSingleton(context, target);
  const query = { fields: [pk], limit: 1 };
  if (key === undefined && !singleton) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `key is missing: which item of ${collection}? Nothing was changed.`,
    );
  }
  if (key !== undefined) await checkKeys(context, target, [key]);
  const rows = singleton
    ? [await directus.request<Row>('GET', target.endpoint, { query: { fields: [pk] }, signal })]
    : await readKeyed(context, target, query, key === undefined ? [] : [key]);
  if (key !== undefined) refuseMissing([key], rows, pk, target, 'changed');
  const found = rows[0]?.[pk];
  if (found === undefined || found === null)
    throw new ToolError(
      'NOT_FOUND',
      `${collection} holds no item yet. Nothing was changed.`,
      'Write it first.',
    );
  return { target, pk, key: String(found), singleton };
}
