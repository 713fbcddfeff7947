import { setTimeout as wait } from 'node:timers/promises';
import { version } from '../version.ts';
import { UnreachableError } from './errors.ts';

/** Sent with every request, so that Directus's activity shows what this assistant did. */
export const USER_AGENT = `directus-assistant/${version}`;

/** A read that is refused with 429 or 503 is tried this often in all, and waits this long at most in between. */
const READ_ATTEMPTS = 4;
const LONGEST_WAIT_MS = 20_000;
/** Longest time for one answer; bulk writes on slow databases take minutes. */
const TIMEOUT_MS = 300_000;

/**
 * `fetch` for Directus: names us, bounds the time, and repeats reads that Directus asked to repeat later.
 * A request that may change something is sent exactly once.
 * @throws UnreachableError when no answer came; the reason of the caller's signal when that fired.
 */
export async function directusFetch(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  const reads = isRead(init.method ?? 'GET');
  const headers = { ...(init.headers as Record<string, string>), 'User-Agent': USER_AGENT };
  for (let attempt = 1; ; attempt++) {
    const response = await once(url, { ...init, headers }, reads);
    const again = reads && (response.status === 429 || response.status === 503) && attempt < READ_ATTEMPTS;
    const pause = retryAfter(response, attempt);
    if (!again || pause > LONGEST_WAIT_MS) return response;
    await response.body?.cancel();
    await wait(pause, undefined, init.signal ? { signal: init.signal } : {});
  }
}

async function once(url: URL, init: RequestInit, reads: boolean): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    return await fetch(url, { ...init, signal });
  } catch (error) {
    init.signal?.throwIfAborted();
    const sent = !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ERR_INVALID_URL'].includes(codeOf(error));
    throw new UnreachableError(url.origin, reasonOf(error), sent && !reads);
  }
}

/** Requests that change nothing, whatever happens to them. */
export function isRead(method: string): boolean {
  return method === 'GET' || method === 'SEARCH' || method === 'HEAD';
}

/** Milliseconds to wait, from Retry-After in seconds or as a date; without it a little more each time. */
function retryAfter(response: Response, attempt: number): number {
  const header = response.headers.get('retry-after');
  if (!header) return 250 * 2 ** (attempt - 1);
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 1000;
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  return cause?.code ?? '';
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there (connection refused)';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its host name is not known';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'the connection was cut';
    default:
      if (error instanceof Error && error.name === 'TimeoutError')
        return `no answer within ${TIMEOUT_MS / 1000} s`;
      return code || (error instanceof Error ? error.message : String(error));
  }
}
