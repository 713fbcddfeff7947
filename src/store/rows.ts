import { type Directus, type Reader, SURE_ROWS } from '../directus/connection.ts';
import { DirectusError, UnreachableError } from '../directus/errors.ts';
import { endpointOf } from '../directus/path.ts';

/** Rows asked for at once where not all are wanted; no Directus is likely to be set to give fewer. */
const PAGE = 100;

/** Largest body of a request; Directus takes 1 MB unless it is set to more. */
const REQUEST_BYTES = 600_000;

/**
 * Reads rows to their end, or `limit` of them, in the order of `sort`. By SEARCH, since a Directus with a cache answers
 * a GET with what was there some minutes ago.
 */
export async function readRows<T>(
  directus: Reader,
  collection: string,
  query: { limit?: number; sort: string[]; [key: string]: unknown },
): Promise<T[]> {
  const { limit } = query;
  const rows: T[] = [];
  for (;;) {
    const wanted = limit === undefined ? -1 : Math.min(limit - rows.length, PAGE);
    const page = await directus.request<T[]>('SEARCH', endpointOf(collection), {
      body: { query: { ...query, limit: wanted, offset: rows.length } },
    });
    rows.push(...page);
    if (page.length < SURE_ROWS || rows.length === limit) return rows;
  }
}

/** Adds rows, all or none of them. */
export async function addRows(directus: Directus, collection: string, rows: object[]): Promise<void> {
  await directus.request('POST', endpointOf(collection), { query: { fields: ['id'] }, body: rows });
}

/** Whether Directus refused rows because one with that key is there already. */
export const isTaken = (error: unknown): boolean =>
  error instanceof DirectusError && error.code === 'RECORD_NOT_UNIQUE';

/** Whether Directus refused because of rights, or because there is nothing of that name or key: it tells neither. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof DirectusError && error.status === 403;

/** Divides rows among requests that are small enough; one group at least. */
export function groupsOf<T>(rows: readonly T[]): T[][] {
  const groups: T[][] = [[]];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row)) + 1;
    if (bytes > 0 && bytes + size > REQUEST_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(row);
    bytes += size;
  }
  return groups;
}

/** Runs `work`; what Directus answers becomes an Error for people. @param what it was about: `the conversations` */
export async function inWords<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const words = wordsFor(what, error);
    throw words === undefined ? error : new Error(words, { cause: error });
  }
}

function wordsFor(what: string, error: unknown): string | undefined {
  if (error instanceof UnreachableError) return `${error.message} Try again once it is back.`;
  if (!(error instanceof DirectusError)) return undefined;
  if (error.status === 401) return 'The sign-in to Directus has ended. Sign in again.';
  if (error.status === 403 || error.code === 'INVALID_FOREIGN_KEY') {
    return `Directus does not let this account reach ${what}: they were removed, or a right is missing. An admin sees which with: directus-assistant store check`;
  }
  if (error.status === 413) {
    return `Directus takes no request of ${REQUEST_BYTES / 1000} KB. Set its MAX_PAYLOAD_SIZE to 1mb or more.`;
  }
  return `Directus could not read or write ${what} (${error.code}). Try again, or look at its log.`;
}
