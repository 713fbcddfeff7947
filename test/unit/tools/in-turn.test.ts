import { expect, test } from 'vitest';
import { HalfDoneError } from '../../../src/directus/errors.ts';
import { inTurn } from '../../../src/tools/in-turn.ts';

const work = async (one: number) => {
  if (one === 3) throw new Error('no');
  return one * 10;
};

test('does all in order', async () => {
  expect(await inTurn([1, 2], 'made', work, String)).toEqual([10, 20]);
});

test('names what was done before one failed, and goes no further', async () => {
  const done = inTurn([1, 2, 3, 4], 'made', work, String);
  await expect(done).rejects.toMatchObject({ verb: 'made', done: ['1', '2'], cause: { message: 'no' } });
  await expect(done).rejects.toBeInstanceOf(HalfDoneError);
});

test('passes the error on as it is when nothing was done', async () => {
  await expect(inTurn([3, 4], 'made', work, String)).rejects.toThrow('no');
});
