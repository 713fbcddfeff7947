import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Who tries to sign in, as far as one can tell before they are in. */
export type Trying = {
  /** Where from. */
  address: string;
  /** The email they give; undefined for a token, which nobody guesses. */
  account: string | undefined;
  /** The browser, when somebody has signed in to this very account there before. */
  browser: string | undefined;
};

/**
 * Counts tries to sign in. A browser in which an account was signed in before has tries of its own, so strangers cannot
 * lock people out, not even where all come from one address, that of a proxy.
 */
export type Tries = {
  /** Takes one try, before it is known what comes of it: many at once get no more than one after the other. */
  take(who: Trying): Promise<Taken>;
};

export type Taken =
  /** No try is left for so many seconds. */
  | { waitS: number }
  /** `giveBack` for what was no guess; `succeeded` forgets earlier failures for the account as well. */
  | { giveBack(): Promise<void>; succeeded(): Promise<void> };

const MINUTES = 60;

export function countTries(): Tries {
  const ofBrowser = new RateLimiterMemory({ points: 10, duration: 5 * MINUTES });
  const ofAccountThere = new RateLimiterMemory({ points: 8, duration: 5 * MINUTES });
  /** From wherever: short, because anybody can use it up. */
  const ofAccount = new RateLimiterMemory({ points: 30, duration: MINUTES });
  /** Many people may come from one address. */
  const ofAddress = new RateLimiterMemory({ points: 80, duration: 5 * MINUTES });

  /** What a try counts in, their own first. */
  const countersOf = ({ address, account, browser }: Trying): [own: Counter, ...Counter[]] => {
    if (browser !== undefined) return [counter(ofBrowser, browser)];
    const there = counter(ofAddress, address);
    if (account === undefined) return [there];
    return [counter(ofAccountThere, `${address} ${account}`), counter(ofAccount, account), there];
  };

  return {
    async take(who) {
      const counters = countersOf(who);
      const taken: Counter[] = [];
      for (const one of counters) {
        const waitS = await one.take();
        if (waitS !== undefined) {
          await giveBack(taken);
          return { waitS };
        }
        taken.push(one);
      }
      return {
        giveBack: () => giveBack(taken),
        async succeeded() {
          await giveBack(taken);
          if (who.account !== undefined) await counters[0].forget();
        },
      };
    },
  };
}

async function giveBack(counters: Counter[]): Promise<void> {
  await Promise.all(counters.map((one) => one.giveBack()));
}

type Counter = ReturnType<typeof counter>;

/** Tries of somebody in one limit; what they are called is kept as a digest. */
function counter(limiter: RateLimiterMemory, name: string) {
  const key = createHash('sha256').update(name).digest('base64url');
  return {
    /** @returns seconds to wait, when none is left */
    async take(): Promise<number | undefined> {
      try {
        await limiter.consume(key);
        return undefined;
      } catch (full) {
        if (!(full instanceof RateLimiterRes)) throw full;
        // It is over in that time, also where the clock was put back since.
        return Math.min(limiter.duration, Math.max(1, Math.ceil(full.msBeforeNext / 1000)));
      }
    },
    giveBack: () => limiter.reward(key),
    forget: () => limiter.delete(key),
  };
}
