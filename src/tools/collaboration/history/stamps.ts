import type { Directus } from '../../../directus/connection.ts';
import { path } from '../../../directus/path.ts';
import { isSystem } from '../../../directus/schema.ts';
import type { Field } from '../../../directus/types.ts';
import type { Context } from '../../define.ts';
import { isStamp } from './past.ts';
import type { Step } from './step.ts';

/*
 * Directus fills in who changed a row last and when, whatever a request says. Only while the fields are not marked as
 * such can they be given earlier values, so an administrator who wants them back has the marks taken off for the
 * moment that takes.
 */

/** Fields of a collection whose marks would be taken off, for the steps that need it. */
export async function stampsOf(
  { schema, signal }: Pick<Context, 'schema' | 'signal'>,
  steps: Step[],
): Promise<Field[]> {
  const touched = steps.filter(({ kind, collection }) => kind !== 'remove' && !isSystem(collection));
  const names = [...new Set(touched.map(({ collection }) => collection))];
  const all = await Promise.all(names.map((name) => schema.fields(name, signal)));
  return all.flat().filter(isStamp);
}

/** Does work while Directus fills in no stamps, and puts the marks back whatever comes of it. */
export async function withoutStamps(
  context: Context,
  directus: Directus,
  steps: Step[],
  work: () => Promise<unknown>,
): Promise<void> {
  const fields = await stampsOf(context, steps);
  const mark = ({ collection, field }: Field, special: string[] | null) =>
    directus.request('PATCH', path`/fields/${collection}/${field}`, { body: { meta: { special } } });
  const off: Field[] = [];
  try {
    for (const field of fields) {
      off.push(field);
      const others = field.meta?.special?.filter((special) => !special.endsWith('-updated')) ?? [];
      await mark(field, others.length > 0 ? others : null);
    }
    await work();
  } finally {
    for (const field of off) await insist(() => mark(field, field.meta?.special ?? null));
  }
}

/** Tries again, once: what is left undone here would be missed by nobody for long. */
async function insist(work: () => Promise<unknown>): Promise<void> {
  await work().catch(work);
}
