import { UnseenError } from '../../directus/errors.ts';
import { primaryKey } from '../../directus/schema.ts';
import type { Context } from '../define.ts';

/** A collection and the endpoint that serves its rows (`articles` at `/items/articles`, `directus_files` at `/files`). */
export type Target = { collection: string; endpoint: string };

export type Row = Record<string, unknown>;

/** The name of the primary key. @throws ToolError when there is no such collection for this user */
export async function keyField(context: Context, { collection }: Target): Promise<string> {
  const { schema, signal } = context;
  await schema.renew(signal);
  const pk = primaryKey(await schema.fields(collection, signal));
  if (pk) return pk.field;
  throw new UnseenError(
    'FORBIDDEN',
    `There is no collection "${collection}" that you may see.`,
    { collection },
    'Call schema without keys for a list of collections.',
  );
}
