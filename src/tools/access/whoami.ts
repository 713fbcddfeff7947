import { type Reader, readMany } from '../../directus/connection.ts';
import { DirectusError } from '../../directus/errors.ts';
import {
  PERMISSION_ACTIONS,
  type PermissionAction,
  type Permissions,
  permissionOf,
  readOwnPermissions,
} from '../../directus/permissions.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import { plainName } from './holders.ts';

export type Me = {
  id: string;
  first_name?: string | null;
  last_name?: string | null;
  email?: string | null;
  role?: string | null;
};
type Named = { id: string; name?: string };
type Globals = { admin_access?: boolean; app_access?: boolean; enforce_tfa?: boolean };

/** Answers who is signed in, and what this user may do where. */
export async function whoAmI({ directus, signal }: Context): Promise<Reply> {
  const me = await readMe(directus, signal);
  if (!me) {
    const { permissions } = await readOwnPermissions(directus, signal);
    return {
      info: { you: 'nobody: no token is set, so the public policy applies' },
      data: { may: byLetters(permissions) ?? 'nothing' },
    };
  }
  const globals = await directus.request<Globals>('GET', '/policies/me/globals', { signal });
  const [roles, policies, permissions] = await Promise.all([
    directus.request<Named[]>('GET', '/roles/me', { query: { fields: ['id', 'name'] }, signal }),
    globals.admin_access ? policyNames(directus, me, signal) : undefined,
    globals.admin_access ? undefined : readOwnPermissions(directus, signal),
  ]);
  const may = permissions && byLetters(permissions.permissions);
  const letters = Object.keys(may ?? {}).join('');
  const marks = [
    ...(letters.includes('~') ? ['~ only some rows'] : []),
    ...(letters.includes('*') ? ['* only some fields'] : []),
  ];
  return {
    info: {
      admin: globals.admin_access === true,
      studio: globals.app_access === true,
      ...(globals.enforce_tfa ? { secondFactor: 'required' } : {}),
      ...(marks.length > 0 ? { marks: `${marks.join(', ')}: explain says which` } : {}),
    },
    data: {
      id: me.id,
      name: [me.first_name, me.last_name].filter(Boolean).join(' ') || undefined,
      email: me.email ?? undefined,
      roles: roles?.map(({ id, name }) => name ?? id),
      policies,
      may: globals.admin_access ? 'everything' : (may ?? 'nothing'),
    },
  };
}

/** The user who is signed in; undefined for nobody. Who may not read users is known by id alone. */
export async function readMe(directus: Reader, signal?: AbortSignal): Promise<Me | undefined> {
  const query = { fields: ['id', 'first_name', 'last_name', 'email', 'role'] };
  try {
    return await directus.request<Me>('GET', '/users/me', { query, signal });
  } catch (error) {
    if (!(error instanceof DirectusError) || error.code !== 'INVALID_CREDENTIALS') throw error;
    // A wrong token is refused in the same words; nobody is asked for nothing.
    await directus.request('GET', '/policies/me/globals', { signal });
    return undefined;
  }
}

async function policyNames(directus: Reader, { id, role }: Me, signal?: AbortSignal): Promise<string[]> {
  const filter = { _or: [{ user: { _eq: id } }, ...(role ? [{ role: { _eq: role } }] : [])] };
  const query = { fields: ['policy.name'], filter, limit: -1 };
  const rows = await readMany<{ policy: { name: string } | null }>(directus, '/access', query, { signal });
  return [...new Set(rows.flatMap(({ policy }) => (policy ? [plainName(policy.name)] : [])))];
}

/** Rights in collections that only keep Studio going, as everybody with access to Studio has them. */
const STUDIO: Record<string, string> = {
  directus_collections: 'R',
  directus_fields: 'R',
  directus_relations: 'R',
  directus_translations: 'R',
  directus_settings: 'R',
  directus_activity: 'R',
  directus_roles: 'R',
  directus_shares: 'R',
  directus_presets: 'CRUD',
  directus_notifications: 'RU',
};

/** The collections by what may be done there: `{"CRU": "articles, tags", "R~": "directus_users"}`; undefined for none. */
function byLetters(permissions: Permissions): Record<string, string> | undefined {
  const groups = new Map<string, string[]>();
  for (const collection of Object.keys(permissions).sort()) {
    const letters = PERMISSION_ACTIONS.map((action) => letter(permissions, collection, action)).join('');
    const plain = letters.replace(/[~*]/g, '');
    if (!plain || (Object.hasOwn(STUDIO, collection) && STUDIO[collection] === plain)) continue;
    groups.set(letters, [...(groups.get(letters) ?? []), collection]);
  }
  if (groups.size === 0) return undefined;
  return Object.fromEntries([...groups].map(([letters, names]) => [letters, names.join(', ')]));
}

function letter(permissions: Permissions, collection: string, action: PermissionAction): string {
  const { access, fields = [] } = permissionOf(permissions, collection, action);
  if (access === 'none') return '';
  // What is deleted or shared is whole rows.
  const someFields = !fields.includes('*') && action !== 'delete' && action !== 'share';
  return `${action.charAt(0).toUpperCase()}${access === 'partial' ? '~' : ''}${someFields ? '*' : ''}`;
}
