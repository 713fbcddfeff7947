import { type Reader, readAll, readMany } from '../../directus/connection.ts';
import { countRows } from '../../directus/count.ts';

export type Role = { id: string; name: string; parent: string | null };
export type Policy = {
  id: string;
  name: string;
  admin_access: boolean;
  app_access: boolean;
  ip_access: string[] | null;
};
/** A policy given to a role, to a user, or, with neither, to everybody who has no role. */
export type Assignment = { id: string; role: string | null; user: string | null; policy: string };

/** Who has which policies. */
export type Holders = { roles: Role[]; policies: Policy[]; access: Assignment[] };

/** Somebody who has policies: a user by id, with the role, or everybody. */
export type Somebody = { user?: string | undefined; role?: string | null | undefined };

export async function readHolders(directus: Reader, signal?: AbortSignal): Promise<Holders> {
  const [roles, policies, access] = await Promise.all([
    readAll<Role>(directus, '/roles', { fields: ['id', 'name', 'parent'], sort: ['id'] }, signal),
    readAll<Policy>(
      directus,
      '/policies',
      { fields: ['id', 'name', 'admin_access', 'app_access', 'ip_access'], sort: ['id'] },
      signal,
    ),
    readAll<Assignment>(
      directus,
      '/access',
      { fields: ['id', 'role', 'user', 'policy'], sort: ['id'] },
      signal,
    ),
  ]);
  return { roles, policies, access };
}

/** The role and those above it, whose policies it has as well. */
export function lineage({ roles }: Holders, role: string | null | undefined): string[] {
  const line: string[] = [];
  let next = role;
  while (next && !line.includes(next)) {
    line.push(next);
    next = roles.find(({ id }) => id === next)?.parent;
  }
  return line;
}

/** By what somebody has policies: by role and in person. Who has no role has those of the public. */
export function assignmentsOf(holders: Holders, { user, role }: Somebody): Assignment[] {
  const line = lineage(holders, role);
  return holders.access.filter((one) => {
    if (user && one.user === user) return true;
    if (one.user) return false;
    return one.role ? line.includes(one.role) : line.length === 0;
  });
}

/** The policies that somebody has. */
export function policiesOf(holders: Holders, somebody: Somebody): Policy[] {
  const assigned = assignmentsOf(holders, somebody);
  return holders.policies.filter(({ id }) => assigned.some(({ policy }) => policy === id));
}

export function isAdmin(holders: Holders, who: Somebody): boolean {
  return policiesOf(holders, who).some(({ admin_access }) => admin_access);
}

/** Who has a policy: roles with those below them, users in person, and whether everybody has it. */
export type Reach = { roles: string[]; users: string[]; everybody: boolean };

export function reachOf(holders: Holders, policy: string): Reach {
  const rows = holders.access.filter((one) => one.policy === policy);
  const direct = rows.flatMap(({ role }) => role ?? []);
  return {
    roles: holders.roles
      .filter(({ id }) => lineage(holders, id).some((one) => direct.includes(one)))
      .map(({ id }) => id),
    users: rows.flatMap(({ user }) => user ?? []),
    everybody: rows.some(({ role, user }) => !role && !user),
  };
}

const LONGEST_NAME = 60;

/** Names of roles and policies, on one line; Directus's own are written as keys of translations. */
export function plainName(name: string): string {
  return name === '$t:public_label' ? 'Public' : name.replace(/\s+/g, ' ').slice(0, LONGEST_NAME);
}

const MOST_NAMES = 5;

/** Who that is, in words, with how many of a role can sign in: `12 users (role Editor)`. */
export async function inWords(
  directus: Reader,
  holders: Holders,
  { roles, users, everybody }: Reach,
  signal?: AbortSignal,
): Promise<string> {
  const [count, emails] = await Promise.all([
    roles.length > 0 ? countUsers(directus, roles, signal) : 0,
    users.length > 0 ? emailsOf(directus, users, signal) : [],
  ]);
  const names = roles.flatMap((id) => holders.roles.find((role) => role.id === id)?.name ?? []);
  const people = `${count} ${count === 1 ? 'user' : 'users'} (role${names.length > 1 ? 's' : ''} ${few(names)})`;
  const parts = [
    ...(everybody ? ['everybody without signing in'] : []),
    ...(roles.length > 0 ? [people] : []),
    ...(users.length > 0 ? [few(emails)] : []),
  ];
  return parts.join(' and ') || 'nobody yet';
}

function countUsers(directus: Reader, roles: string[], signal?: AbortSignal): Promise<number> {
  const filter = { _and: [{ status: { _eq: 'active' } }, { role: { _in: roles } }] };
  return countRows(directus, '/users', { filter }, signal);
}

/** Emails of users, or where they have none, their ids. */
async function emailsOf(directus: Reader, users: string[], signal?: AbortSignal): Promise<string[]> {
  const query = { fields: ['id', 'email'], filter: { id: { _in: users } }, limit: -1 };
  const rows = await readMany<{ id: string; email: string | null }>(directus, '/users', query, { signal });
  return rows.map(({ id, email }) => email ?? id);
}

function few(names: string[]): string {
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return names.slice(0, MOST_NAMES).join(', ') + more;
}
