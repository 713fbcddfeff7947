import { expect, test } from 'vitest';
import { same } from '../../../src/tools/collaboration/history/same.ts';

test.each([
  [undefined, null],
  [1, '1'],
  ['5.00', 5],
  [true, 1],
  [false, '0'],
  ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00.000Z'],
  ['2026-01-31T10:00:00Z', '2026-01-31T11:00:00+01:00'],
  [
    { a: 1, b: [2] },
    { b: [2], a: 1 },
  ],
  ['{"a":1}', { a: 1 }],
])('%j and %j are the same value', (a, b) => {
  expect(same(a, b)).toBe(true);
  expect(same(b, a)).toBe(true);
});

test.each([
  [null, ''],
  [null, 0],
  [null, false],
  ['a', 'A'],
  ['1', '01 '],
  [true, false],
  [
    [1, 2],
    [2, 1],
  ],
  [{ a: 1 }, { a: 2 }],
  ['2026-01-31T10:00:00Z', '2026-01-31T10:00:01Z'],
  ['2026-01-31', '2026-02-01'],
])('%j and %j are different values', (a, b) => {
  expect(same(a, b)).toBe(false);
});
