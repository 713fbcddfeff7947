import { setTimeout } from 'node:timers/promises';

/** Waits that long are waited out; a longer one is the person's to decide on. */
export const longestWait = 60_000;

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Milliseconds that an endpoint asks to wait, in `retry-after-ms` or `retry-after` (seconds or an HTTP date); undefined
 * when it does not say. `now` is in epoch milliseconds.
 */
export function askedWait(headers: Headers, now = Date.now()): number | undefined {
  const ms = number(headers['retry-after-ms']);
  if (ms !== undefined) return ms;
  const text = headers['retry-after'];
  const seconds = number(text);
  if (seconds !== undefined) return seconds * 1000;
  // A bare number that is no wait would be read as a year.
  const date = text && /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return value >= 0 ? value : undefined;
}

/** Milliseconds before the next attempt where nothing is asked for: about 2 s, 4 s, 8 s, never at the same moment. */
export const backoff = (attempt: number): number =>
  Math.min(longestWait, 2000 * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2);

/** Waits; rejects at once when `signal` is aborted. */
export async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(ms, undefined, signal ? { signal } : {});
}
