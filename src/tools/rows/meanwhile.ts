import { ToolError } from '../../directus/errors.ts';
import type { Context } from '../define.ts';
import type { Row, Target } from './target.ts';

/**
 * Refuses to pass a write off as made from which Directus may have left fields out. It leaves out without a word those
 * that were deleted since they were looked at, and gives nothing back then, as it does to who may not read the result.
 * Costs no request while something came back.
 * @param fields that were written
 */
export async function refuseVanished(
  { schema, signal }: Context,
  { collection }: Target,
  fields: string[],
  stored: Row[] | undefined,
): Promise<void> {
  if (stored && stored.length > 0) return;
  schema.forget();
  const names = (await schema.fields(collection, signal)).map(({ field }) => field);
  const gone = fields.filter((field) => !names.includes(field));
  if (names.length === 0 || gone.length === 0) return;
  throw new ToolError(
    'CHANGED_MEANWHILE',
    `${collection} has no ${gone.join(', ')} any more that you may see: it, or your right to it, went during this call. The change may or may not have been made, or a part of it.`,
    'Read what is there now before you try again.',
  );
}
