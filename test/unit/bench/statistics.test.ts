import { expect, test } from 'vitest';
import { inTurnFrom } from '../../../bench/race.ts';
import { median, quantile } from '../../../bench/statistics.ts';

test('quantiles, in whatever order the samples come', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([10, 9, 100])).toBe(10);
  expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5);
  expect(quantile([5, 1], 0)).toBe(1);
  expect(median([])).toBeNaN();
});

test('each round begins with another contestant', () => {
  const rounds = [0, 1, 2, 3].map((round) => inTurnFrom(round, ['a', 'b', 'c']).join(''));
  expect(rounds).toEqual(['abc', 'bca', 'cab', 'abc']);
});
