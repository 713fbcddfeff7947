import type { Opened, Work } from './contestants.ts';

/** Cases that take long, because a contestant is slow, end before all rounds are done; the figure tells how many were. */
const LONGEST_MS = 45_000;
/** Node compiles in earnest what has run some hundred times. */
const WARM_UPS = 100;
const LONGEST_WARM_UP_MS = 10_000;

/**
 * Calls that follow each other before the next contestant has its turn. Call by call, a server would always be woken
 * from idling, with its caches gone cold: that measures the neighbours rather than the server.
 */
const BLOCK = 25;

export type Race = {
  rounds: number;
  /** Calls in a row, where a round of the usual number would take too long. */
  block?: number | undefined;
};

/** Times in ms for each contestant. The first of a round is another one each time, so that nobody gains by place. */
export async function race(
  { rounds, block = BLOCK }: Race,
  work: Work,
  contestants: Opened[],
): Promise<Map<string, number[]>> {
  const times = new Map(contestants.map(({ who }) => [who, [] as number[]]));
  const run = async (calls: number, longest: number, took: (who: string, ms: number) => void) => {
    const end = performance.now() + longest;
    for (let round = 0; round * block < calls && performance.now() < end; round++) {
      for (const { who, call } of inTurnFrom(round, contestants)) {
        for (let nth = 0; nth < block; nth++) {
          const began = performance.now();
          await call(work);
          took(who, performance.now() - began);
        }
      }
    }
  };
  await run(Math.min(WARM_UPS, rounds), LONGEST_WARM_UP_MS, () => {});
  await run(rounds, LONGEST_MS, (who, ms) => times.get(who)?.push(ms));
  return times;
}

/** The list begun at another place each round. */
export function inTurnFrom<T>(round: number, list: T[]): T[] {
  const from = round % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}
