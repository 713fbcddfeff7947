import type { Directus } from '../directus/connection.ts';
import { CONVERSATIONS } from './layout.ts';
import { inWords, isForbidden, readRows } from './rows.ts';

/**
 * Gives the Directus in which a person's conversations are written: with their own rights where these reach so far,
 * so that Directus itself keeps people apart; else with the server's, by requests that name whose rows they want.
 * @param own with the token the person has now
 */
export function reaching(own: () => Directus, server: () => Directus): () => Promise<Directus> {
  let reachesOwn: Promise<boolean> | undefined;
  return async () => {
    const directus = own();
    reachesOwn ??= inWords('the conversations', () => reaches(directus)).catch((error) => {
      reachesOwn = undefined;
      throw error;
    });
    return (await reachesOwn) ? directus : server();
  };
}

async function reaches(directus: Directus): Promise<boolean> {
  try {
    await readRows(directus, CONVERSATIONS, { fields: ['id'], sort: ['id'], limit: 1 });
    return true;
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}
