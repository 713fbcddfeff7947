import { DirectusError } from '../directus/errors.ts';
import type { Context } from './define.ts';

/** Whether an extension is installed that may bring things of this kind; their ids are told nowhere. */
export async function mayBeExtension({ directus, signal }: Context, kind: string): Promise<boolean> {
  type Extension = { schema?: { type?: string } | null };
  try {
    const all = await directus.request<Extension[]>('GET', '/extensions', { signal });
    return all.some(({ schema }) => [kind, 'bundle'].includes(schema?.type ?? ''));
  } catch (error) {
    // Only administrators may look; for others Directus would take any name.
    if (error instanceof DirectusError && error.status === 403) return false;
    throw error;
  }
}
