import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/**
 * Counts tries to sign in that failed. Those for an account count by where they come from: a stranger somewhere else
 * cannot lock somebody out.
 */
export type Tries = {
  /** Seconds until another try is taken; undefined when it is now. */
  waitFor(address: string, account: string): Promise<number | undefined>;
  failed(address: string, account: string): Promise<void>;
  succeeded(address: string, account: string): Promise<void>;
};

const MINUTES = 60;

export function countTries(): Tries {
  const ofAccount = new RateLimiterMemory({ points: 8, duration: 10 * MINUTES });
  // Many people may come from one address.
  const ofAddress = new RateLimiterMemory({ points: 80, duration: 10 * MINUTES });
  const keyOf = (address: string, account: string) =>
    createHash('sha256').update(`${address} ${account.trim().toLowerCase()}`).digest('base64url');

  return {
    async waitFor(address, account) {
      const states = await Promise.all([ofAccount.get(keyOf(address, account)), ofAddress.get(address)]);
      const [longest] = states
        .flatMap((state) => (state && state.remainingPoints <= 0 ? [state.msBeforeNext] : []))
        .sort((a, b) => b - a);
      return longest === undefined ? undefined : Math.max(1, Math.ceil(longest / 1000));
    },
    async failed(address, account) {
      const counted = [ofAccount.consume(keyOf(address, account)), ofAddress.consume(address)];
      for (const result of await Promise.allSettled(counted)) {
        if (result.status === 'rejected' && !(result.reason instanceof RateLimiterRes)) throw result.reason;
      }
    },
    async succeeded(address, account) {
      await ofAccount.delete(keyOf(address, account));
    },
  };
}
