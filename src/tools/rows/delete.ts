import { refuseWithoutRight } from '../../directus/forbidden.ts';
import type { Key } from '../../directus/types.ts';
import { cascades } from '../../guard/cascades.ts';
import { effectsOf, requireSelection } from '../../guard/limits.ts';
import { permanence } from '../../guard/undoable.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Query } from '../params.ts';
import type { Plan } from '../plan.ts';
import { writeInChunks } from './chunks.ts';
import { SAMPLE } from './create.ts';
import { checkKeys, readKeyed, refuseMissing, selectKeys } from './select.ts';
import { keyField, type Target } from './target.ts';
import { counted } from './words.ts';

/** Plans to delete rows by keys, or those that match `query.filter`. Rows that do not exist are an error. */
export async function planDelete(
  context: Context,
  target: Target,
  input: { keys?: Key[] | undefined; query?: Query | undefined },
): Promise<Plan | Reply> {
  requireSelection(input.keys, input.query, 'delete');
  const pk = await keyField(context, target);
  const keys = await selectKeys(context, target, input, pk, 'delete');
  if (keys.length === 0)
    return { info: { deleted: 0, note: 'No row matches query.filter. Nothing was deleted.' } };
  await checkKeys(context, target, keys);
  const before = await readKeyed(context, target, { fields: [pk], limit: -1 }, keys);
  refuseMissing(keys, before, pk, target, 'deleted');
  const whole = (some: Key[]) => readKeyed(context, target, { fields: ['*'], limit: -1 }, some);
  return {
    what: `delete ${counted(keys.length, target.collection)}`,
    rows: keys.length,
    also: effectsOf([target.collection]),
    preview: async () => {
      await refuseWithoutRight(context, { collection: target.collection, action: 'delete', keys });
      const [rows, along, permanent] = await Promise.all([
        whole(keys.slice(0, SAMPLE)),
        cascades(context, target.collection, keys),
        permanence(context, target.collection, 'delete', keys),
      ]);
      return { changes: rows.map((row) => ({ deleted: row })), cascades: along, permanent };
    },
    state: () => whole(keys),
    async apply(directus) {
      const reply = await writeInChunks(context, keys, 'deleted', pk, async (part) => {
        await directus.request('DELETE', target.endpoint, { body: part, signal: context.signal });
        return { info: { deleted: part.length }, data: part.map((key) => ({ key })) };
      });
      return { info: { ...reply.info, ...(keys.length > NAMED ? {} : { deleted: keys }) } };
    },
  };
}

/** Keys that a receipt names; of more it gives the number. */
const NAMED = 100;
