import type { Reader } from './connection.ts';
import { DirectusError } from './errors.ts';
import { readSpecs } from './specs.ts';

export const PERMISSION_ACTIONS = ['create', 'read', 'update', 'delete', 'share'] as const;
export type PermissionAction = (typeof PERMISSION_ACTIONS)[number];

/** What one user may do with the rows of one collection in one way. */
export type Permission = {
  /** `partial` is: only rows that a rule chooses. */
  access: 'none' | 'partial' | 'full';
  /** Fields by name, or `*` for all. */
  fields?: string[];
  /** Values that Directus fills in. */
  presets?: Record<string, unknown>;
};

/** What one user may do in one collection: by action, on all or some of its rows, and with which fields. */
export type CollectionPermissions = Partial<Record<string, Permission>>;

/** By the name of the collection; where this user may do nothing there is no entry. */
export type Permissions = Partial<Record<string, CollectionPermissions>>;

/** What the user of this connection may do, as Directus itself reports it; of nobody, what everybody may do. */
export async function readPermissions(directus: Reader, signal?: AbortSignal): Promise<Permissions> {
  return (await readOwnPermissions(directus, signal)).permissions;
}

/** The same. @returns `anonymous` when nobody is signed in */
export async function readOwnPermissions(
  directus: Reader,
  signal?: AbortSignal,
): Promise<{ permissions: Permissions; anonymous: boolean }> {
  try {
    const permissions = await directus.request<Permissions>('GET', '/permissions/me', { signal });
    return { permissions, anonymous: false };
  } catch (error) {
    // Only who is somebody has permissions of their own; the OpenAPI document tells of those of everybody.
    if (!(error instanceof DirectusError) || error.status !== 403) throw error;
    return { permissions: (await readSpecs(directus, signal)).permissions, anonymous: true };
  }
}

const NONE: Permission = { access: 'none' };

export function permissionOf(
  permissions: Permissions,
  collection: string,
  action: PermissionAction,
): Permission {
  return (Object.hasOwn(permissions, collection) ? permissions[collection]?.[action] : undefined) ?? NONE;
}

/** Whether a permission covers a field. */
export function coversField({ access, fields = [] }: Permission, field: string): boolean {
  return access !== 'none' && (fields.includes('*') || fields.includes(field));
}

/** Whether these are the permissions of an administrator, who may do everything. */
export function areAdmins(permissions: Permissions): boolean {
  const all = Object.values(permissions);
  return (
    all.length > 0 &&
    all.every((one) => PERMISSION_ACTIONS.every((action) => one?.[action]?.access === 'full'))
  );
}
