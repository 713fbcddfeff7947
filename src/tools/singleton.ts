import { ToolError } from '../directus/errors.ts';
import { receipt } from '../result/receipt.ts';
import type { Reply } from '../result/reply.ts';
import type { Context } from './define.ts';
import { keyField, type Target } from './rows/target.ts';
import { inspectRows, noting } from './rows/write.ts';

type Row = Record<string, unknown>;

/** Whether a collection holds exactly one item. */
export async function isSingleton({ schema, signal }: Context, target: Target): Promise<boolean> {
  await schema.renew(signal);
  return (await schema.collection(target.collection, signal))?.meta?.singleton === true;
}

/** Sets fields of a singleton's one item, which comes into being with the first write. */
export async function writeSingleton(context: Context, target: Target, given: Row[]): Promise<Reply> {
  if (given.length > 1 || Object.keys(given[0] ?? {}).length === 0) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${target.collection} is a singleton: data must be one object with at least one field.`,
    );
  }
  const { rows, readFromText } = await inspectRows(context, target, given);
  const [data = {}] = rows;
  const pk = await keyField(context, target);
  const query = { fields: [...new Set([pk, ...Object.keys(data)])] };
  const { directus, signal } = context;
  const before = await directus.request<Row>('GET', target.endpoint, { query, signal });
  const after = await directus.request<Row | undefined>('PATCH', target.endpoint, {
    query,
    body: data,
    signal,
  });
  const key = after?.[pk] ?? before[pk];
  return noting(
    receipt('updated', pk, [{ ...data, [pk]: key }], after ? [after] : [], [{ ...before, [pk]: key }]),
    readFromText,
  );
}
