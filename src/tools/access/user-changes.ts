import { readMany } from '../../directus/connection.ts';
import type { Context } from '../define.ts';
import type { Row } from '../rows/target.ts';
import { type Holders, isAdmin, plainName } from './holders.ts';
import type { Change, Consequences } from './simulate.ts';

type User = { id: string; email: string | null; role: string | null; status: string };

async function usersBefore({ directus, signal }: Context, change: Change): Promise<User[]> {
  if (change.action === 'create') return [];
  const ids = change.action === 'delete' ? change.keys : change.rows.map(({ id }) => id);
  const query = { fields: ['id', 'email', 'role', 'status'], filter: { id: { _in: ids } }, limit: -1 };
  return readMany<User>(directus, '/users', query, { signal });
}

/** What becomes of users who are new, who go, or whose role or status changes. */
export async function ofUsers(context: Context, holders: Holders, change: Change): Promise<Consequences> {
  const before = await usersBefore(context, change);
  const named = (id: unknown) => plainName(holders.roles.find((role) => role.id === id)?.name ?? 'none');
  if (change.action === 'delete')
    return {
      phrases: before.map(({ email, role }) => `${email ?? 'a user'} (role ${named(role)}) would be gone`),
      risks: [],
    };
  const phrases: string[] = [];
  const risks: string[] = [];
  for (const row of change.rows) {
    const was = before.find(({ id }) => id === row.id);
    const who = String(row.email ?? was?.email ?? 'a user');
    const role = roleIn(row, was);
    if (!was) phrases.push(`${who} would get the role ${named(role)}`);
    else if (role !== was.role)
      phrases.push(`${who} would go from the role ${named(was.role)} to ${named(role)}`);
    const had = was !== undefined && isAdmin(holders, { user: was.id, role: was.role });
    const has = isAdmin(holders, { user: was?.id, role });
    if (has && !had) risks.push(`${who} would become administrator, and may do everything`);
    if (had && !has) phrases.push(`${who} would be administrator no more`);
    if (was && typeof row.status === 'string' && row.status !== was.status)
      phrases.push(`${who} would go from ${was.status} to ${row.status}`);
    if (row.invite === true) risks.push(`Directus would send ${who} a mail with an invitation`);
  }
  return { phrases, risks };
}

function roleIn({ role }: Row, was: User | undefined): string | null {
  if (role === undefined) return was?.role ?? null;
  return typeof role === 'string' ? role : null;
}
