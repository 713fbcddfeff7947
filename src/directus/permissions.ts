import type { Reader } from './connection.ts';

/** What one user may do in one collection: by action, on all or some of its rows, and with which fields. */
export type CollectionPermissions = Partial<
  Record<string, { access: 'none' | 'partial' | 'full'; fields?: string[] }>
>;

/** By the name of the collection; where this user may do nothing there is no entry. */
export type Permissions = Partial<Record<string, CollectionPermissions>>;

/** What the user of this connection may do, as Directus itself reports it. */
export async function readPermissions(directus: Reader, signal?: AbortSignal): Promise<Permissions> {
  return directus.request<Permissions>('GET', '/permissions/me', { signal });
}
