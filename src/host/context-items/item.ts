import { textOf } from '../mcp/output.ts';
import type { Servers } from '../mcp/servers.ts';
import { dataBlock } from './block.ts';
import { dataIn } from './data.ts';

/** Something that goes along with a message as text: how people see it, and the block that the model reads. */
export type ContextItem = { label: string; text: string };

/**
 * An item of a collection for the context of a message, read with the rights of the person.
 * @param item without `key` the one item of a singleton
 * @throws an Error for people: not there, or what the server says
 */
export async function itemContext(
  servers: Pick<Servers, 'read'>,
  item: { collection: string; key?: string | number; fields?: string[] },
  signal?: AbortSignal,
): Promise<ContextItem> {
  const { collection, key, fields } = item;
  const query = fields && { query: { fields } };
  const keys = key === undefined ? {} : { keys: [key] };
  const result = await servers.read('items', { action: 'read', collection, ...keys, ...query }, signal);
  const found = dataIn(result);
  if (Array.isArray(found) && key === undefined)
    throw new Error(`${collection} has many items: say which one by its key.`);
  if (found === undefined || (Array.isArray(found) && found.length === 0))
    throw new Error(`There is no item ${key} in ${collection}, or you may not read it.`);
  const label = key === undefined ? collection : `${collection} ${key}`;
  const attributes = { collection, ...(key !== undefined && { key: String(key) }) };
  return { label, text: dataBlock('item', attributes, textOf(result)) };
}
