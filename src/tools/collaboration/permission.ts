import { ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import { type PermissionAction, readRights } from '../../directus/rights.ts';
import type { Context } from '../define.ts';

/** Refuses before anything is previewed what Directus would refuse in the end. `to` says what it is for. */
export async function requireRight(
  { directus, signal }: Context,
  collection: string,
  action: PermissionAction,
  to: string,
): Promise<void> {
  if (!(await readRights(directus, signal)).may(collection, action)) throw lacking(collection, action, to);
}

type OnItem = Record<'update' | 'delete', { access: boolean }>;

/** The same for one row that exists, with the rules that the user's policies have for rows. */
export async function requireRightOn(
  { directus, signal }: Context,
  collection: string,
  key: string,
  action: keyof OnItem,
  to: string,
): Promise<void> {
  const rights = await directus.request<OnItem>('GET', path`/permissions/me/${collection}/${key}`, {
    signal,
  });
  if (!rights[action].access) throw lacking(`${collection} ${key}`, action, to);
}

function lacking(what: string, action: string, to: string): ToolError {
  return new ToolError(
    'FORBIDDEN',
    `Your Directus user has no permission to ${action} ${what}, which it takes to ${to}. Nothing was changed.`,
    'An administrator can add the permission to a policy of the user. Do not try again before.',
  );
}
