import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, join } from '../../src/store/pieces.ts';

test('any text comes back from its pieces, none of which is too long or ends within a character', () => {
  const words = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 20 });
  fc.assert(
    fc.property(words, (some) => {
      const text = some.join(' ').toWellFormed();
      const pieces = cut(text, 40);
      expect(join(pieces).map((one) => one.text)).toEqual([text]);
      for (const piece of pieces) {
        expect(piece.text.length).toBeLessThanOrEqual(40);
        expect(piece.text.isWellFormed()).toBe(true);
      }
    }),
  );
});

test('no word is cut that a piece has room for', () => {
  const text = Array.from({ length: 50 }, (_, index) => `word${index}`).join(' ');
  for (const piece of cut(text, 40))
    for (const word of piece.text.trim().split(' ')) expect(text.split(' ')).toContain(word);
});

test('pieces without an end are left out, and do not spoil what comes after', () => {
  const [first, second, ...rest] = cut('x'.repeat(100), 40);
  if (!first || !second) throw new Error('two');
  expect(join([first, second, ...cut('whole', 40), ...rest]).map(({ text }) => text)).toEqual(['whole']);
});
