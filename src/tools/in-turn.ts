import { HalfDoneError } from '../directus/errors.ts';

/**
 * Does one piece of work after the other, for what Directus cannot do in one request.
 * @param verb what was done to the finished ones, in a word: `deleted`
 * @throws HalfDoneError when one fails after others were done: they stay done, and the error names them
 */
export async function inTurn<A, B>(
  all: A[],
  verb: string,
  work: (one: A) => Promise<B>,
  nameOf: (one: A, done: B) => string,
): Promise<B[]> {
  const done: B[] = [];
  const names: string[] = [];
  for (const one of all) {
    try {
      const result = await work(one);
      done.push(result);
      names.push(nameOf(one, result));
    } catch (error) {
      throw names.length > 0 ? new HalfDoneError(verb, names, error) : error;
    }
  }
  return done;
}
