import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

export const DAY_MS = 24 * 3_600_000;
/** Longer than anything here is remembered, and far shorter than the jump. */
const SOON_MS = 20_000;

const preload = new URL('../fixtures/shifted-clock.ts', import.meta.url).href;

/** A clock that processes of a test run by. */
export type Clock = {
  /** How a program is started so that it runs by this clock. */
  node: string[];
  env: Record<string, string>;
  /** It jumps to so many days from the real time: at once, for all that run. */
  jumpTo(days: number): void;
};

export function wrongClock(): Clock {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'shift');
  const jumpTo = (days: number) => {
    // In one step, so that nobody reads half a number.
    writeFileSync(`${file}.next`, String(days * DAY_MS));
    renameSync(`${file}.next`, file);
  };
  jumpTo(0);
  return {
    node: ['--disable-warning=ExperimentalWarning', '--experimental-strip-types', '--import', preload],
    env: { CLOCK_FILE: file },
    jumpTo,
  };
}

/** Waits until it is so, as long as it would take without a jump, and not until the clock is right again. */
export const soon = (check: () => Promise<void> | void): Promise<void> =>
  vi.waitFor(check, { timeout: SOON_MS, interval: 200 });
