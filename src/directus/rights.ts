import type { Reader } from './connection.ts';
import { type PermissionAction, permissionOf, readPermissions } from './permissions.ts';
import { isSystem } from './schema.ts';

export type { PermissionAction } from './permissions.ts';

/** What the user of a connection may do, as Directus itself reports it. */
export type Rights = {
  admin: boolean;
  /** What they were read from: the same rights have the same. */
  from: string;
  /** May this user do `action` on at least some items of `collection`? */
  may(collection: string, action: PermissionAction): boolean;
  /** May this user do `action` on at least one collection that is not Directus's own? */
  mayAny(action: PermissionAction): boolean;
};

const ADMIN: Rights = { admin: true, from: 'admin', may: () => true, mayAny: () => true };

/**
 * Asks Directus what this user may do. Admins cost one small request.
 * Rights are for leaving out what could not work; Directus enforces them on every request all the same.
 */
export async function readRights(directus: Reader, signal?: AbortSignal): Promise<Rights> {
  const globals = await directus.request<{ admin_access?: boolean }>('GET', '/policies/me/globals', {
    signal,
  });
  if (globals.admin_access) return ADMIN;
  const permissions = await readPermissions(directus, signal);
  const may = (collection: string, action: PermissionAction) =>
    permissionOf(permissions, collection, action).access !== 'none';
  return {
    admin: false,
    from: JSON.stringify(permissions),
    may,
    mayAny: (action) => Object.keys(permissions).some((name) => !isSystem(name) && may(name, action)),
  };
}
