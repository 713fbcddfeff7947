import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lately } from '../../../../src/server/http/lately.ts';

const MINUTE = 60_000;
const BEGIN = Date.parse('2026-01-01T00:00:00Z');
beforeEach(() => void vi.useFakeTimers({ now: BEGIN }));
afterEach(() => void vi.useRealTimers());

test('a word is remembered for its time, and let go of within twice that', () => {
  const words = lately(MINUTE);
  vi.setSystemTime(BEGIN + 0.5 * MINUTE);
  words.add('first');
  for (const minutes of [1, 1.4]) {
    vi.setSystemTime(BEGIN + minutes * MINUTE);
    words.add(`at ${minutes}`);
    expect(words.has('first')).toBe(true);
  }
  vi.setSystemTime(BEGIN + 2.4 * MINUTE);
  words.add('last');
  expect(words.has('first')).toBe(false);
  expect(words.has('at 1.4')).toBe(true);
  expect(words.has('never')).toBe(false);
});

test('nothing is let go of while the clock is put back', () => {
  const words = lately(MINUTE);
  words.add('first');
  for (const back of [1, 2, 3]) {
    vi.setSystemTime(BEGIN - back * MINUTE);
    words.add(`back ${back}`);
  }
  expect(words.has('first')).toBe(true);
});
