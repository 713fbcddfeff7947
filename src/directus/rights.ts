import type { Reader } from './connection.ts';
import { DirectusError } from './errors.ts';
import { isSystem } from './schema.ts';
import { readSpecs } from './specs.ts';

export const PERMISSION_ACTIONS = ['create', 'read', 'update', 'delete', 'share'] as const;
export type PermissionAction = (typeof PERMISSION_ACTIONS)[number];

/** What a user may do with the rows of one collection in one way. */
export type Grant = {
  /** `partial` is: only rows that a rule chooses. */
  access: 'none' | 'partial' | 'full';
  /** Fields by name, or `*` for all. */
  fields?: string[];
  /** Values that Directus fills in. */
  presets?: Record<string, unknown>;
};

/** By collection, then by action; what is absent is not allowed. */
export type Grants = Record<string, Partial<Record<PermissionAction, Grant>>>;

/** What the user of a connection may do, as Directus itself reports it. */
export type Rights = {
  admin: boolean;
  /** May this user do `action` on at least some items of `collection`? */
  may(collection: string, action: PermissionAction): boolean;
  /** May this user do `action` on at least one collection that is not Directus's own? */
  mayAny(action: PermissionAction): boolean;
};

const ADMIN: Rights = { admin: true, may: () => true, mayAny: () => true };

/**
 * Asks Directus what this user may do. Admins cost one small request.
 * Rights are for leaving out what could not work; Directus enforces them on every request all the same.
 */
export async function readRights(directus: Reader, signal?: AbortSignal): Promise<Rights> {
  const globals = await directus.request<{ admin_access?: boolean }>('GET', '/policies/me/globals', {
    signal,
  });
  if (globals.admin_access) return ADMIN;
  const { grants } = await readGrants(directus, signal);
  const may = (collection: string, action: PermissionAction) =>
    grantOf(grants, collection, action).access !== 'none';
  return {
    admin: false,
    may,
    mayAny: (action) => Object.keys(grants).some((name) => !isSystem(name) && may(name, action)),
  };
}

/** Everything this user may do. @returns `anonymous` when nobody is signed in, and these are the rights of everybody */
export async function readGrants(
  directus: Reader,
  signal?: AbortSignal,
): Promise<{ grants: Grants; anonymous: boolean }> {
  try {
    const grants = await directus.request<Grants>('GET', '/permissions/me', { signal });
    return { grants, anonymous: false };
  } catch (error) {
    // Only who is somebody has permissions of their own; the OpenAPI document tells of those of everybody.
    if (!(error instanceof DirectusError) || error.status !== 403) throw error;
    return { grants: (await readSpecs(directus, signal)).grants, anonymous: true };
  }
}

const NONE: Grant = { access: 'none' };

export function grantOf(grants: Grants, collection: string, action: PermissionAction): Grant {
  return (Object.hasOwn(grants, collection) ? grants[collection]?.[action] : undefined) ?? NONE;
}

/** Whether a grant covers a field. */
export function coversField({ access, fields = [] }: Grant, field: string): boolean {
  return access !== 'none' && (fields.includes('*') || fields.includes(field));
}

/** Whether these are the rights of an administrator, who may do everything. */
export function areAdmins(grants: Grants): boolean {
  const all = Object.values(grants);
  return (
    all.length > 0 && all.every((one) => PERMISSION_ACTIONS.every((action) => one[action]?.access === 'full'))
  );
}
