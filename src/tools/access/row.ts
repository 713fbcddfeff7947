import { endpointOf } from '../../directus/path.ts';
import { primaryKey } from '../../directus/schema.ts';
import type { Key } from '../../directus/types.ts';
import type { Context } from '../define.ts';
import { checkKeys, readKeyed } from '../rows/select.ts';
import type { Target } from '../rows/target.ts';

/** Whether this user can read a row. */
export async function hasRow(context: Context, collection: string, key: Key): Promise<boolean> {
  const target: Target = { collection, endpoint: endpointOf(collection) };
  await checkKeys(context, target, [key]);
  const pk = primaryKey(await context.schema.fields(collection, context.signal))?.field ?? 'id';
  return (await readKeyed(context, target, { fields: [pk], limit: 1 }, [key])).length > 0;
}
