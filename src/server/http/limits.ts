import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Settings } from '../../settings/schema.ts';
import type { Refusal } from './refusal.ts';

/** What one caller may ask of one instance. */
export type Limits = {
  /**
   * Counts messages of a caller.
   * @returns why they are not answered now, and when they would be
   */
  count(caller: string, messages: number): Promise<Refusal | undefined>;
  /** Takes a place among those worked on at once. @returns how to give it back, or why there is none */
  enter(caller: string): (() => void) | Refusal;
};

/** How soon a place among those worked on at once is likely to be free. */
const SOON_S = 1;

/** @param settings the settings in force now */
export function createLimits(settings: () => Settings['http']): Limits {
  let limiter: RateLimiterMemory | undefined;
  const working = new Map<string, number>();

  const current = () => {
    const points = settings().ratePerMinute;
    if (limiter?.points !== points) limiter = new RateLimiterMemory({ points, duration: 60 });
    return limiter;
  };

  return {
    async count(caller, messages) {
      try {
        await current().consume(caller, messages);
        return undefined;
      } catch (stopped) {
        if (!(stopped instanceof RateLimiterRes)) throw stopped;
        const seconds = Math.max(1, Math.ceil(stopped.msBeforeNext / 1000));
        const message = `More than ${settings().ratePerMinute} requests in a minute. Go on in ${seconds} s.`;
        return { status: 429, message, headers: { 'Retry-After': String(seconds) } };
      }
    },
    enter(caller) {
      const now = working.get(caller) ?? 0;
      const { concurrency } = settings();
      if (now >= concurrency) {
        const message = `${concurrency} requests of this caller are being worked on. Wait for one of them.`;
        return { status: 429, message, headers: { 'Retry-After': String(SOON_S) } };
      }
      working.set(caller, now + 1);
      return () => {
        const left = (working.get(caller) ?? 1) - 1;
        if (left > 0) working.set(caller, left);
        else working.delete(caller);
      };
    },
  };
}
