import { readMany } from '../../directus/connection.ts';
import { ToolError } from '../../directus/errors.ts';
import { didYouMean } from '../../settings/suggest.ts';
import type { Context } from '../define.ts';
import { type Holders, lineage, plainName, type Somebody } from './holders.ts';

/** Somebody whose rights are asked for. */
export type Subject = Somebody & {
  /** The role and those above it. */
  roles: string[];
  /** Ours, safe to show outside of data: what was asked for, not what Directus holds. */
  words: string;
  note?: string;
};

/** Everybody who is not signed in. */
export const PUBLIC = 'public';

type User = { id: string; role: string | null; status: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds whom a call names: a user by id or email, a role by id or name, or the public. */
export async function findSomebody(context: Context, holders: Holders, named: string): Promise<Subject> {
  if (isPublic(named)) return { roles: [], words: 'The public' };
  const role = holders.roles.find(({ id, name }) => id === named || same(name, named));
  if (role) return { role: role.id, roles: lineage(holders, role.id), words: 'The role' };
  const user = await findUser(context, named);
  if (!user) throw notFound('user or role', named, [...holders.roles.map(({ name }) => name), PUBLIC]);
  const { id, status } = user;
  return {
    user: id,
    role: user.role,
    roles: lineage(holders, user.role),
    words: 'The user',
    ...(status === 'active' ? {} : { note: `This user is ${status}, and cannot sign in.` }),
  };
}

export function isPublic(named: unknown): boolean {
  return typeof named === 'string' && ['public', '$public'].includes(named.toLowerCase());
}

/** The id of the role that a call names by id or name. */
export function roleId({ roles }: Holders, named: unknown): string {
  return idOf(roles, 'role', named);
}

/** The id of the policy that a call names by id or name, or as `public`. */
export function policyId({ policies, access }: Holders, named: unknown): string {
  const ofPublic = access.find(({ role, user }) => !role && !user)?.policy;
  const known = policies.some(({ name }) => same(name, String(named)));
  if (isPublic(named) && ofPublic && !known) return ofPublic;
  return idOf(policies, 'policy', named);
}

function idOf(all: { id: string; name: string }[], what: string, named: unknown): string {
  const text = String(named);
  const byId = all.find(({ id }) => id === text);
  if (byId) return byId.id;
  const [first, second] = all.filter(({ name }) => same(name, text));
  if (second)
    throw new ToolError(
      'INVALID_PAYLOAD',
      `Several have the name "${text.slice(0, 60)}": name the ${what} by its id. Nothing was changed.`,
    );
  if (!first)
    throw notFound(
      what,
      text,
      all.map(({ name }) => plainName(name)),
    );
  return first.id;
}

/** A user by id or email. */
export async function findUser({ directus, signal }: Context, named: string): Promise<User | undefined> {
  const emails = [named, named.toLowerCase()];
  const filter = UUID.test(named) ? { id: { _eq: named } } : { email: { _in: emails } };
  const query = { fields: ['id', 'role', 'status'], filter, limit: 1 };
  return (await readMany<User>(directus, '/users', query, { signal }))[0];
}

function same(name: string, named: string): boolean {
  return plainName(name).toLowerCase() === named.toLowerCase();
}

export function notFound(what: string, named: string, known: string[]): ToolError {
  return new ToolError(
    'NOT_FOUND',
    `There is no ${what} "${named.slice(0, 60)}".${didYouMean(named, known)} Nothing was changed.`,
    known.length > 0 ? `Known: ${known.slice(0, 20).join(', ')}.` : undefined,
  );
}
