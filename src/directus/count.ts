import { type Reader, readMany } from './connection.ts';

/** Counts the rows at an endpoint for lists that match a filter and a search, in one cheap query. */
export async function countRows(
  directus: Reader,
  endpoint: string,
  { filter, search }: { filter?: unknown; search?: unknown },
  signal?: AbortSignal,
): Promise<number> {
  const counted = await readMany<{ count: number | string }>(
    directus,
    endpoint,
    { aggregate: { count: ['*'] }, ...(filter ? { filter } : {}), ...(search ? { search } : {}) },
    { signal },
  );
  // A singleton answers with one object instead of a list.
  const [row] = [counted].flat();
  return Number(row?.count ?? 0);
}
