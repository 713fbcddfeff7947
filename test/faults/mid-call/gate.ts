import { vi } from 'vitest';
import type { Passed, TestProxy } from '../../live/proxy.ts';

/** Something that is done while a call is on its way to Directus. */
export type Gate = {
  /** Lets all pass again. @returns whether it came to be done; fails as it failed */
  open(): Promise<boolean>;
};

/**
 * Does something while the nth request from now on waits before Directus, and all later ones with it. Those before it
 * have their answers by then: nothing else is under way in Directus meanwhile.
 */
export function actAt(proxy: TestProxy, nth: number, act: () => Promise<void>): Gate {
  const from = proxy.passed.length;
  let count = -1;
  let acting: Promise<void> | undefined;
  proxy.interfere(async () => {
    count += 1;
    if (count < nth) return false;
    acting ??= answered(proxy.passed.slice(from, from + nth)).then(act);
    await acting.catch(() => {});
    return false;
  });
  return {
    async open() {
      proxy.interfere();
      await acting;
      return acting !== undefined;
    },
  };
}

const answered = (requests: Passed[]) =>
  vi.waitFor(
    () => {
      if (requests.some(({ status }) => status === undefined))
        throw new Error('A request has no answer yet.');
    },
    { timeout: 20_000, interval: 5 },
  );
