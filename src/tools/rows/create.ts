import { countRows } from '../../directus/count.ts';
import { refuseWithoutRight } from '../../directus/forbidden.ts';
import { effectsOf } from '../../guard/limits.ts';
import { leftOut } from '../../guard/replaced.ts';
import { permanence } from '../../guard/undoable.ts';
import { receipt } from '../../result/receipt.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { writeInChunks } from './chunks.ts';
import { fieldsOf, inspectRows, noting, refuseEmpty } from './inspect.ts';
import { refuseVanished } from './meanwhile.ts';
import { keyField, type Row, type Target } from './target.ts';
import { counted } from './words.ts';

/** Plans to create rows; the answer holds them as Directus has stored them. */
export async function planCreate(context: Context, target: Target, given: Row[]): Promise<Plan> {
  refuseEmpty(given, 'store');
  const found = await inspectRows(context, target, given, true);
  const { rows, readFromText, nested, systemWrites } = found;
  // Rows within the new ones may be there already, and have lists of their own.
  const lost = await leftOut(context, found.replaced, []);
  const pk = await keyField(context, target);
  const query = { fields: fieldsOf(rows, pk) };
  return {
    what: `create ${counted(rows.length, target.collection)}`,
    rows: rows.length + nested + lost.unlinked,
    deletes: [...found.deletes, ...lost.deletes],
    also: effectsOf([target.collection, ...systemWrites]),
    async preview() {
      const { collection } = target;
      const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      await refuseWithoutRight(context, { collection, action: 'create', fields });
      return {
        changes: rows.slice(0, SAMPLE).map((row) => ({ new: row })),
        permanent: await permanence(context, collection, 'create', []),
      };
    },
    // What was created meanwhile may be just these rows.
    state: async () => [await countRows(context.directus, target.endpoint, {}, context.signal), lost],
    async apply(directus) {
      const reply = await writeInChunks(context, rows, 'created', pk, async (part) => {
        const stored = await directus.request<Row[] | undefined>('POST', target.endpoint, {
          query,
          body: part,
          signal: context.signal,
        });
        await refuseVanished(context, target, query.fields, stored);
        return receipt('created', pk, part, stored ?? []);
      });
      return noting(reply, readFromText);
    },
  };
}

/** Rows a preview shows. */
export const SAMPLE = 5;
