import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Settings } from '../../settings/schema.ts';
import type { Refusal } from './refusal.ts';

/** What one caller may ask of one instance. */
export type Limits = {
  /**
   * Counts requests of a caller.
   * @returns why they are not answered now, and when they would be
   */
  count(caller: string, requests: number): Promise<Refusal | undefined>;
  /** Takes a place among the requests that are being read. @returns how to give it back, or why there is none */
  read(caller: string): Leave | Refusal;
  /** Takes places among the calls that are worked on at once. */
  work(caller: string, calls: number): Leave | Refusal;
  /** Takes places among the streams on which clients listen without a session. */
  listen(caller: string, streams: number): Leave | Refusal;
};

/** Gives places back; the first time counts. */
export type Leave = () => void;

const PERIOD_S = 60;
/** How soon a place is likely to be free. */
const SOON_S = 1;
/** Streams of one caller, who may be a team that shares a key: a hundred such callers take nothing from others. */
const MOST_LISTENING = 200;
/** Streams of all callers. */
export const MOST_STREAMS = 20_000;

/** @param settings the settings in force now */
export function createLimits(settings: () => Settings['http']): Limits {
  let limiter: RateLimiterMemory | undefined;
  const current = () => {
    const points = settings().ratePerMinute;
    if (limiter?.points !== points) limiter = new RateLimiterMemory({ points, duration: PERIOD_S });
    return limiter;
  };
  const most = () => settings().concurrency;

  return {
    async count(caller, requests) {
      try {
        await current().consume(caller, requests);
        return undefined;
      } catch (stopped) {
        if (!(stopped instanceof RateLimiterRes)) throw stopped;
        // It is over in that time, also where the clock was put back since.
        const seconds = Math.min(PERIOD_S, Math.max(1, Math.ceil(stopped.msBeforeNext / 1000)));
        const message = `More than ${settings().ratePerMinute} requests in a minute. Go on in ${seconds} s.`;
        return { status: 429, message, headers: { 'Retry-After': String(seconds) } };
      }
    },
    // Apart, so that an answer to a question still comes through when all calls wait for their answers.
    read: places(most, 'are being read'),
    work: places(most, 'are being worked on'),
    listen: places(() => MOST_LISTENING, 'listen'),
  };
}

/** Places for each caller. */
function places(most: () => number, what: string) {
  const taken = new Map<string, number>();
  return (caller: string, wanted = 1): Leave | Refusal => {
    const now = taken.get(caller) ?? 0;
    if (now + wanted > most()) {
      const message = `At most ${most()} requests of one caller ${what} at once. Wait for one of them.`;
      return { status: 429, message, headers: { 'Retry-After': String(SOON_S) } };
    }
    taken.set(caller, now + wanted);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const rest = (taken.get(caller) ?? wanted) - wanted;
      if (rest > 0) taken.set(caller, rest);
      else taken.delete(caller);
    };
  };
}
