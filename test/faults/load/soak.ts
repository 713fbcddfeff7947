import { expect, vi } from 'vitest';
import { FULL } from '../length.ts';
import { randomFrom } from '../random.ts';
import type { Figures } from './probe.ts';

/** How long is warmed up, and how long the load goes on after that: fifteen minutes in all. */
const WARM_MS = FULL ? 300_000 : 5_000;
const LOAD_MS = FULL ? 600_000 : 10_000;
export const TIMEOUT_MS = WARM_MS + LOAD_MS + 120_000;
/**
 * The heap after the load, by the heap before it, both without the code in it, which V8 goes on compiling for longer than
 * anything warms up. In a short time there is more of what goes with code, and fewer calls that could leave something.
 */
const MOST_GROWTH = FULL ? 1.05 : 1.12;
/** Bytes outside of the heap: pools of buffers come and go. */
const MOST_BUFFERS = 4_000_000;
/** Connections that are kept for a while. */
const MOST_KEPT = 8;
/** What is closed after a while has this long. */
const SETTLE_MS = 40_000;
const LOOKS = 4;

/** One round of a client. @param chance a number from 0 to 1 @param nth tells it from all other rounds */
export type Round = (chance: number, nth: number) => Promise<void>;

/**
 * Loads a program with several clients, each of which makes one round after the other, and looks at what it holds
 * before and after, while nothing is under way.
 */
export async function soak(name: string, clients: number, round: Round, look: () => Promise<Figures>) {
  let rounds = 0;
  const randoms = Array.from({ length: clients }, (_, nth) => randomFrom(nth + 1));
  const loadFor = async (ms: number) => {
    const end = performance.now() + ms;
    await Promise.all(
      randoms.map(async (random) => {
        while (performance.now() < end) {
          rounds += 1;
          await round(random(), rounds);
        }
      }),
    );
  };
  await loadFor(WARM_MS);
  const before = await look();
  const warm = rounds;
  const heaps = [before.heap];
  for (let nth = 0; nth < LOOKS; nth++) {
    await loadFor(LOAD_MS / LOOKS);
    heaps.push((await look()).heap);
  }
  const after = await vi.waitFor(
    async () => {
      const now = await look();
      expectSettled(before, now);
      return now;
    },
    { timeout: SETTLE_MS, interval: 2_000 },
  );
  const shown = heaps.map((heap) => (heap / 1e6).toFixed(2)).join(' ');
  process.stderr.write(
    `soak of ${name}: ${rounds - warm} rounds after ${warm}; heap in MB: ${shown}, at the end ${(after.heap / 1e6).toFixed(2)}; of that code ${(before.code / 1e6).toFixed(2)} and ${(after.code / 1e6).toFixed(2)}; files ${before.files} and ${after.files}\n`,
  );
  const dataOf = ({ heap, code }: Figures) => heap - code;
  expect(dataOf(after) / dataOf(before), `the heap in MB: ${shown}`).toBeLessThan(MOST_GROWTH);
}

/** Nothing stays open that was not open before. */
function expectSettled(before: Figures, now: Figures): void {
  expect(now.files, 'open files').toBeLessThanOrEqual(before.files + MOST_KEPT);
  expect(now.children, 'processes').toBeLessThanOrEqual(before.children);
  expect(now.buffers, 'bytes of buffers').toBeLessThan(before.buffers + MOST_BUFFERS);
  for (const [kind, count] of Object.entries(now.counts))
    expect(count, kind).toBeLessThanOrEqual((before.counts[kind] ?? 0) + MOST_KEPT);
}
