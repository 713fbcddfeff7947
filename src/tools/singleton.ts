import { ToolError } from '../directus/errors.ts';
import { refuseWithoutRight } from '../directus/forbidden.ts';
import { effectsOf } from '../guard/limits.ts';
import { leftOut } from '../guard/replaced.ts';
import { permanence } from '../guard/undoable.ts';
import { receipt } from '../result/receipt.ts';
import type { Context } from './define.ts';
import type { Plan } from './plan.ts';
import { inspectRows, noting } from './rows/inspect.ts';
import { keyField, type Target } from './rows/target.ts';
import { becoming } from './rows/update.ts';

type Row = Record<string, unknown>;

/** Whether a collection holds exactly one item. */
export async function isSingleton({ schema, signal }: Context, target: Target): Promise<boolean> {
  await schema.renew(signal);
  return (await schema.collection(target.collection, signal))?.meta?.singleton === true;
}

/** Plans to set fields of a singleton's one item, which comes into being with the first write. */
export async function planSingleton(context: Context, target: Target, given: Row[]): Promise<Plan> {
  if (given.length > 1 || Object.keys(given[0] ?? {}).length === 0) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${target.collection} is a singleton: data must be one object with at least one field.`,
    );
  }
  const found = await inspectRows(context, target, given);
  const { rows, readFromText, nested, deletes, replaced, systemWrites } = found;
  const [data = {}] = rows;
  const pk = await keyField(context, target);
  const query = { fields: [...new Set([pk, ...Object.keys(data)])] };
  const { signal } = context;
  const read = (fields: string[]) =>
    context.directus.request<Row>('GET', target.endpoint, { query: { fields }, signal });
  const before = await read(query.fields);
  const keys = [before[pk]].filter((key) => typeof key === 'string' || typeof key === 'number');
  const lost = await leftOut(context, replaced, keys);
  return {
    what: `set ${Object.keys(data).join(', ')} of ${target.collection}`,
    rows: 1 + nested + lost.unlinked,
    also: effectsOf([target.collection, ...systemWrites]),
    deletes: [...deletes, ...lost.deletes],
    async preview() {
      const { collection } = target;
      const action = keys.length > 0 ? 'update' : 'create';
      await refuseWithoutRight(context, { collection, action, fields: Object.keys(data), keys });
      return {
        changes: [{ changed: becoming(before, data) }],
        permanent: await permanence(context, collection, action, keys, Object.keys(data)),
      };
    },
    state: async () => [await read(['*']), lost],
    async apply(directus) {
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
    },
  };
}
