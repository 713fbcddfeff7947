import type { Context } from '../define.ts';

type Info = { version?: string; license?: { source?: string | null } };

/**
 * What to say beside "no" where it may be the license: Directus 12 without one passes over permissions that have a
 * rule of their own, and does not show them.
 */
export async function withoutLicense(context: Context): Promise<{ note?: string }> {
  if (!(await isUnlicensed(context))) return {};
  return {
    note: 'This Directus has no license: permissions for only some fields or rows, with validation or with presets are out of force.',
  };
}

/** Whether Directus says of itself that it is without a license; versions before 12 need none. */
export async function isUnlicensed({ directus, signal }: Context): Promise<boolean> {
  // That this cannot be read is no reason to answer nothing.
  const info = await directus.request<Info>('GET', '/server/info', { signal }).catch((): Info => ({}));
  return info.license !== undefined && !info.license.source;
}
