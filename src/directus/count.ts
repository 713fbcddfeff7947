import { LONGEST_ADDRESS, type Reader, readMany } from './connection.ts';
import { ToolError } from './errors.ts';
import { isObject } from './objects.ts';

/**
 * Counts the rows at an endpoint for lists that match a filter and a search, in one cheap query. Not by `aggregate`:
 * with a filter on a to-many relation Directus 11 counts a row there as often as it has related ones.
 */
export async function countRows(
  directus: Reader,
  endpoint: string,
  { filter, search }: { filter?: unknown; search?: unknown },
  signal?: AbortSignal,
): Promise<number> {
  const text = filter ? JSON.stringify(filter) : '';
  const words = search ? { search: String(search) } : {};
  const answer =
    text.length < LONGEST_ADDRESS
      ? await directus.fetch('GET', endpoint, {
          params: {
            meta: 'filter_count',
            limit: '0',
            ...(text ? { filter: text } : {}),
            ...words,
          },
          signal,
        })
      : await directus.fetch('SEARCH', endpoint, {
          body: { query: { meta: 'filter_count', limit: 0, filter, ...words } },
          signal,
        });
  // A page, or half of an answer, holds no count.
  const given: unknown = await answer.json().catch(() => undefined);
  const { meta, data } = isObject(given) ? given : {};
  const count = isObject(meta) ? Number(meta.filter_count) : Number.NaN;
  if (Number.isInteger(count)) return count;
  // Lists of shares come without a count of themselves.
  if (Array.isArray(data)) return countByAggregate(directus, endpoint, { filter, ...words }, signal);
  throw noCount();
}

async function countByAggregate(
  directus: Reader,
  endpoint: string,
  { filter, search }: { filter?: unknown; search?: unknown },
  signal?: AbortSignal,
): Promise<number> {
  const query = {
    aggregate: { count: ['*'] },
    ...(filter ? { filter } : {}),
    ...(search ? { search } : {}),
  };
  const [row] = await readMany<{ count?: unknown }>(directus, endpoint, query, { signal });
  const count = Number(row?.count ?? Number.NaN);
  if (Number.isInteger(count)) return count;
  throw noCount();
}

function noCount(): ToolError {
  return new ToolError(
    'UNREACHABLE',
    'No count came: something other than Directus may have answered.',
    'Check DIRECTUS_URL, then try again.',
  );
}
