import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../../src/settings/suggest.ts';

const known = ['items', 'items.delete', 'files', 'folders', 'flows', 'collections', 'date_published'];

test.each([
  ['item', 'items'],
  ['itmes', 'items'],
  ['Items', 'items'],
  ['flow', 'flows'],
  ['items.delte', 'items.delete'],
  ['collection', 'collections'],
  ['publish_date', 'date_published'],
])('%s -> %s', (word, expected) => {
  expect(nearest(word, known)[0]).toBe(expected);
});

test('nothing is near what nobody could have meant, however long', () => {
  expect(nearest('xyzzyplugh', known)).toEqual([]);
  expect(didYouMean('xyzzyplugh', known)).toBe('');
  const began = performance.now();
  expect(nearest('q'.repeat(5_000_000), known)).toEqual([]);
  expect(performance.now() - began).toBeLessThan(1000);
});

test('at most three names, as a sentence', () => {
  expect(nearest('aaa1', ['aaa2', 'aaa3', 'aaa4', 'aaa5'])).toHaveLength(3);
  expect(didYouMean('flow', known)).toMatch(/^ Did you mean "flows"( or "[a-z]+")*\?$/);
});
