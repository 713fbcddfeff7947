import { CLOCK_SKEW_MS } from '../../settings/clocks.ts';
import type { Kept } from './cookie.ts';
import type { DirectusPort } from './ports.ts';

/** So long a renewed token may still come in requests that were under way, and a refusal is not asked for again. */
const GRACE_MS = 10_000;

/**
 * Renews sign-ins of which more than half is over.
 * @returns gives what to keep in the place of what is kept: the same where nothing is to be done, or cannot be
 */
export function renewals(directus: Pick<DirectusPort, 'renew'>): (kept: Kept) => Promise<Kept> {
  const renewing = new Map<string, Promise<Kept | undefined>>();

  function renew(token: string): Promise<Kept | undefined> {
    const renewed = directus
      .renew(token)
      .then((next): Kept => ({ ...next, since: new Date().toISOString() }))
      .catch(() => undefined);
    renewing.set(token, renewed);
    setTimeout(() => renewing.delete(token), GRACE_MS).unref();
    return renewed;
  }

  return async (kept) => {
    if (!isHalfOver(kept)) return kept;
    // Requests that come at once share one renewal: Directus takes the old token for a few seconds only.
    const next = await (renewing.get(kept.token) ?? renew(kept.token));
    // What could not be renewed is good until it ends.
    return next ?? kept;
  };
}

function isHalfOver({ since, expiresAt }: Kept): boolean {
  if (!expiresAt) return false;
  const [from, to] = [Date.parse(since), Date.parse(expiresAt)];
  const now = Date.now();
  // Nobody knows how much is over of one that begins only later: the clock was put back.
  return now > from + (to - from) / 2 || now < from - CLOCK_SKEW_MS;
}
