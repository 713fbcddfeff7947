import type { Reader } from './connection.ts';

/** The first number of Directus's version: 11, 12. For what differs between them and shows nowhere else. */
export async function majorVersion(directus: Reader, signal?: AbortSignal): Promise<number> {
  const { version } = await directus.request<{ version?: string }>('GET', '/server/info', { signal });
  return Number.parseInt(version ?? '', 10) || 0;
}
