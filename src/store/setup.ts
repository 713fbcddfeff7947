import type { Directus } from '../directus/connection.ts';
import { path } from '../directus/path.ts';
import { inspectStore, namesOfStore, type Part } from './inspect.ts';
import { CONVERSATIONS, ownPolicy, policies, serverPolicy } from './layout.ts';

/** What the store consists of in this Directus, and what has to be known of it. */
export type StoreState = {
  parts: Part[];
  /** Without a licence, Directus 12 has no rules for rows: then the server alone reaches conversations. */
  withoutRules: boolean;
};

/** Says what is there, missing or different. @param directus as an admin @throws the errors of `Directus.request` */
export async function checkStore(directus: Directus): Promise<StoreState> {
  const withoutRules = await isUnlicensed(directus);
  const parts = await inspectStore(directus, withoutRules ? [serverPolicy] : policies);
  return { parts, withoutRules };
}

/**
 * Makes what is missing of the store and mends what can be mended; what is there stays as it is.
 * @param directus as an admin
 * @param done told of each part as it is made
 * @returns how it stood before
 * @throws the errors of `Directus.request`; what was made until then stays, and the next try goes on from there
 */
export async function createStore(directus: Directus, done: (part: Part) => void): Promise<StoreState> {
  const before = await checkStore(directus);
  for (const part of before.parts) {
    if (!part.make) continue;
    await part.make();
    done(part);
  }
  return before;
}

/**
 * Removes the store: its collections with all conversations, usage and settings, and its policies.
 * @param directus as an admin
 * @returns the names of what was removed
 */
export async function removeStore(directus: Directus): Promise<string[]> {
  const [collections, found] = await Promise.all([
    directus.request<{ collection: string }[]>('GET', '/collections'),
    directus.request<{ id: string; name: string }[]>('GET', '/policies', {
      query: { fields: ['id', 'name'], filter: { id: { _in: policies.map(({ id }) => id) } } },
    }),
  ]);
  const removed: string[] = [];
  const there = new Set(collections.map(({ collection }) => collection));
  // What refers to conversations goes before them.
  for (const name of namesOfStore.toReversed().filter((one) => there.has(one))) {
    await directus.request('DELETE', path`/collections/${name}`);
    removed.push(name);
  }
  for (const { id, name } of found) {
    await directus.request('DELETE', path`/policies/${id}`);
    removed.push(`policy "${name}"`);
  }
  return removed;
}

/** How many conversations there are; 0 where there is no store. */
export async function countConversations(directus: Directus): Promise<number> {
  const there = await directus.request<{ collection: string }[]>('GET', '/collections');
  if (!there.some(({ collection }) => collection === CONVERSATIONS)) return 0;
  const [{ count = 0 } = {}] = await directus.request<{ count?: number }[]>(
    'GET',
    `/items/${CONVERSATIONS}`,
    {
      query: { aggregate: { count: '*' } },
    },
  );
  return Number(count);
}

export type Role = { id: string; name: string };

/** Roles by name or id. @throws Error when there is none of a name */
export async function findRoles(directus: Directus, names: readonly string[]): Promise<Role[]> {
  const roles = await directus.request<Role[]>('GET', '/roles', {
    query: { fields: ['id', 'name'], limit: -1 },
  });
  return names.map((name) => {
    const role = roles.find((one) => one.name === name || one.id === name);
    if (role) return role;
    const all = roles.map((one) => one.name).join(', ');
    throw new Error(`There is no role "${name}". Give one of these: ${all}. Nothing was changed.`);
  });
}

/** Gives a role the policy of own conversations. @returns false when it has it already */
export const giveToRole = (directus: Directus, role: Role): Promise<boolean> =>
  give(directus, { role: role.id }, ownPolicy.id);

/** Gives the policy of the server to the account it uses. @returns false when it has it already */
export const giveToServer = (directus: Directus, user: string): Promise<boolean> =>
  give(directus, { user }, serverPolicy.id);

async function give(
  directus: Directus,
  to: { role: string } | { user: string },
  policy: string,
): Promise<boolean> {
  const filter = Object.fromEntries(Object.entries({ ...to, policy }).map(([key, is]) => [key, { _eq: is }]));
  const had = await directus.request<unknown[]>('GET', '/access', { query: { filter, limit: 1 } });
  if (had.length > 0) return false;
  await directus.request('POST', '/access', { body: { ...to, policy } });
  return true;
}

type Info = { license?: { source?: string | null } };

/** Versions before 12 need none. */
async function isUnlicensed(directus: Directus): Promise<boolean> {
  const { license } = await directus.request<Info>('GET', '/server/info');
  return license !== undefined && !license.source;
}
