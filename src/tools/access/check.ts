import { ToolError } from '../../directus/errors.ts';
import type { Context } from '../define.ts';
import type { Row } from '../rows/target.ts';
import { checkPermissions } from './check-permissions.ts';
import type { Holders } from './holders.ts';
import type { Kind } from './kinds.ts';
import { refuseSecrets } from './secrets.ts';
import { findUser, isPublic, notFound, policyId, roleId } from './subjects.ts';
import { wrong } from './wrong.ts';

/** What to do instead of setting a list of related rows. */
const LISTS: Record<string, string> = {
  policies: 'Give a policy with kind access: {"policy":…,"role":…} or {"policy":…,"user":…}.',
  permissions: 'Create them with kind permissions.',
  users: 'Set role with kind users, or give the policy with kind access.',
  roles: 'Give the policy with kind access.',
  children: 'Set parent on the other roles.',
};

/**
 * Refuses rows that Directus would take and that would not do what they seem to, and puts ids where roles, policies
 * and users are named.
 * @param isNew whether they are to be created
 */
export async function checkData(
  context: Context,
  holders: Holders,
  kind: Kind,
  given: Row[],
  isNew: boolean,
): Promise<Row[]> {
  refuseSecrets(given);
  if (kind !== 'permissions') refuseLists(given);
  const rows: Row[] = [];
  for (const row of given) rows.push(await withIds(context, holders, kind, row));
  if (kind === 'users') await checkUsers(context, rows, isNew);
  if (kind === 'roles' || kind === 'policies') checkNames(rows, isNew);
  if (kind === 'access') checkAccess(holders, rows, isNew);
  return kind === 'permissions' ? checkPermissions(context, rows, isNew) : rows;
}

function refuseLists(rows: Row[]): void {
  const list = rows.flatMap((row) => Object.keys(row)).find((name) => Object.hasOwn(LISTS, name));
  if (list) throw wrong(list, 'is not set here', LISTS[list]);
}

async function withIds(context: Context, holders: Holders, kind: Kind, row: Row): Promise<Row> {
  const known = { ...row };
  if (kind === 'access' && isPublic(row.role)) Object.assign(known, { role: null, user: null });
  else if (isNamed(row.role)) known.role = roleId(holders, row.role);
  if (isNamed(row.parent)) known.parent = roleId(holders, row.parent);
  if (isNamed(row.policy)) known.policy = policyId(holders, row.policy);
  if (kind === 'access' && isNamed(row.user)) {
    const user = await findUser(context, row.user);
    if (!user) throw notFound('user', row.user, []);
    known.user = user.id;
  }
  return known;
}

function isNamed(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** As long as addresses get; a longer text would be tried for very long. */
const LONGEST_EMAIL = 320;

async function checkUsers({ directus, signal }: Context, rows: Row[], isNew: boolean): Promise<void> {
  for (const { email } of rows) {
    if (email === undefined && !isNew) continue;
    if (typeof email !== 'string' || email.length > LONGEST_EMAIL || !EMAIL.test(email))
      throw wrong('email', 'must be an email address, such as ada@example.com');
  }
  if (!isNew) return;
  const emails = rows.map(({ email }) => String(email).toLowerCase());
  const twice = emails.find((email, index) => emails.indexOf(email) !== index);
  if (twice) throw wrong('email', `holds "${twice}" twice`);
  const query = { fields: ['email'], filter: { email: { _in: emails } }, limit: 1 };
  const [had] = await directus.request<{ email: string }[]>('GET', '/users', { query, signal });
  if (had) throw wrong('email', `is taken: there is a user with ${had.email}`, 'Update that user.');
}

function checkNames(rows: Row[], isNew: boolean): void {
  for (const { name } of rows) {
    if (name === undefined && !isNew) continue;
    if (typeof name !== 'string' || !name.trim()) throw wrong('name', 'must be a text');
  }
}

function checkAccess({ access }: Holders, rows: Row[], isNew: boolean): void {
  for (const row of rows) {
    const { role = null, user = null, policy } = row;
    if (!isNew) {
      throw new ToolError(
        'INVALID_PAYLOAD',
        'An assignment of a policy is not changed. Nothing was changed.',
        'Create another, and delete this one.',
      );
    }
    if (!policy) throw wrong('policy', 'is required: id or name of a policy');
    if (role && user) throw wrong('user', 'and data.role exclude each other', 'Make one row for each.');
    if (!role && !user && !(Object.hasOwn(row, 'role') && Object.hasOwn(row, 'user')))
      throw wrong('role', 'or data.user is required', 'To give it to everybody: role "public".');
    const had = access.find((one) => one.policy === policy && one.role === role && one.user === user);
    if (had) throw wrong('policy', `is given to them already (${had.id})`);
  }
}
