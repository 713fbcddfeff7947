import { readMany } from '../../directus/connection.ts';
import { endpointOf, path } from '../../directus/path.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { refusePrimaryKey, requireField } from '../../guard/model.ts';
import { usesOfField } from '../../guard/model-use.ts';
import { filled } from '../../guard/tally.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';

const SAMPLE = 5;

/** Plans to delete a field with its values. */
export async function planFieldDelete(context: Context, collection: string, name: string): Promise<Plan> {
  const { directus, schema, settings, signal } = context;
  checkSystemCollection(collection, settings);
  const field = await requireField(schema, collection, name, signal);
  await refusePrimaryKey(schema, collection, name, signal);
  const at = `${collection}.${name}`;
  const values = field.type === 'alias' ? 0 : ((await filled(context, collection, name)) ?? 0);
  const uses = await usesOfField(context, field);
  const sample = async () => {
    if (values === 0) return [];
    const query = { fields: [name], filter: { [name]: { _nnull: true } }, limit: SAMPLE };
    const rows = await readMany<Record<string, unknown>>(directus, endpointOf(collection), query, { signal });
    return [rows].flat().map((row) => row[name]);
  };
  return {
    what: `delete the field ${at}${values > 0 ? ` with its ${values} ${values === 1 ? 'value' : 'values'}` : ''}`,
    rows: values,
    preview: async () => ({
      changes: [
        { deleted: { field: at, type: field.type, ...(values > 0 ? { some: await sample() } : {}) } },
      ],
      cascades: uses,
      permanent: [
        values > 0
          ? 'all of it: a field that was deleted is not restored, and its values are kept only in revisions'
          : 'a field that was deleted is not restored; it can be created again',
      ],
    }),
    state: async () => ({ field, values, uses }),
    async apply(directus) {
      await directus.request('DELETE', path`/fields/${collection}/${name}`, { signal });
      schema.forget();
      return { info: { deleted: at, ...(values > 0 ? { values } : {}) } };
    },
  };
}
