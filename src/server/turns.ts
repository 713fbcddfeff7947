import { abortable } from '../directus/abortable.ts';

/** The last call of each Directus that changes its data model, as it goes on. */
const last = new Map<string, Promise<unknown>>();

/**
 * Lets changes of one data model follow each other: models ask for several at once, and Directus cannot do two. On
 * Postgres what one of them made then stays unknown to it (items are refused to everybody until its cache is cleared);
 * on SQLite it locks itself up.
 * @param at the address of the Directus
 * @throws what `work` throws, or that the call was given up while it waited
 */
export async function inTurnAt<T>(at: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const before = last.get(at);
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const mine = (before ?? Promise.resolve()).then(() => done);
  last.set(at, mine);
  try {
    await abortable(before ?? Promise.resolve(), signal);
    return await work();
  } finally {
    resolve();
    if (last.get(at) === mine) last.delete(at);
  }
}
