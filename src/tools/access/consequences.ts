import { countRows } from '../../directus/count.ts';
import type { Context } from '../define.ts';
import type { Row } from '../rows/target.ts';
import {
  type Holders,
  inWords,
  type Policy,
  plainName,
  policiesOf,
  type Reach,
  type Somebody,
} from './holders.ts';
import { ofPermissions } from './permission-changes.ts';
import { after, type Change, type Consequences } from './simulate.ts';
import { ofUsers } from './user-changes.ts';

/** Says who would gain or lose what by a change. */
export async function consequencesOf(
  context: Context,
  holders: Holders,
  change: Change,
): Promise<Consequences> {
  switch (change.kind) {
    case 'permissions':
      return ofPermissions(context, holders, change);
    case 'users':
      return ofUsers(context, holders, change);
    default:
      return ofPolicies(context, holders, change);
  }
}

/** Roles, users in person and the public, with the policies that each would gain or lose. */
async function ofPolicies(context: Context, holders: Holders, change: Change): Promise<Consequences> {
  const { directus, signal } = context;
  const then = after(holders, change);
  const phrases: string[] = [];
  const risks: string[] = [];
  for (const { subject, reach } of subjectsIn(holders, then)) {
    const found = difference(policiesOf(holders, subject), policiesOf(then, subject), reach.everybody);
    if (found.phrases.length + found.risks.length === 0) continue;
    const people = await inWords(directus, holders, reach, signal);
    phrases.push(...found.phrases.map((phrase) => `${people} ${phrase}`));
    risks.push(...found.risks.map((risk) => `${people} ${risk}`));
  }
  if (change.kind === 'policies' && change.action === 'create' && change.rows.some(makesAdmins))
    risks.push('whoever gets this policy becomes administrator, and may do everything');
  if (change.kind === 'roles' && change.action === 'delete')
    risks.push(...(await suspended(context, holders, change.keys.map(String))));
  return { phrases, risks };
}

function makesAdmins(row: Row): boolean {
  return row.admin_access === true;
}

/** What having other policies means, as words that follow those who have them. */
function difference(was: Policy[], is: Policy[], everybody: boolean): Consequences {
  const without = (list: Policy[], other: Policy[]) =>
    list.filter(({ id }) => !other.some((one) => one.id === id)).map(({ name }) => plainName(name));
  const [gained, lost] = [without(is, was).join(', '), without(was, is).join(', ')];
  const admin = (list: Policy[]) => list.some(({ admin_access }) => admin_access);
  const studio = (list: Policy[]) => admin(list) || list.some(({ app_access }) => app_access);
  const phrases = [
    gained && `would gain the policy ${gained}`,
    lost && `would lose the policy ${lost}`,
    admin(was) && !admin(is) && 'would be administrator no more',
    studio(is) && !studio(was) && 'would gain access to Studio',
    studio(was) && !studio(is) && 'would lose access to Studio',
  ];
  const risks = [
    everybody && gained && `would have the policy ${gained}`,
    admin(is) && !admin(was) && 'would become administrator, and may do everything',
  ];
  const said = (list: (string | false)[]) => list.filter((one): one is string => Boolean(one));
  return { phrases: said(phrases), risks: said(risks) };
}

/** Everybody whose policies hang on roles, policies and assignments, each once. */
function subjectsIn(before: Holders, then: Holders): { subject: Somebody; reach: Reach }[] {
  const roles = before.roles.filter(({ id }) => then.roles.some((role) => role.id === id));
  const users = new Set([...before.access, ...then.access].flatMap(({ user }) => user ?? []));
  const nobody = { roles: [], users: [], everybody: false };
  return [
    ...roles.map(({ id }) => ({ subject: { role: id }, reach: { ...nobody, roles: [id] } })),
    ...[...users].map((user) => ({
      subject: { user, role: NO_ROLE },
      reach: { ...nobody, users: [user] },
    })),
    { subject: {}, reach: { ...nobody, everybody: true } },
  ];
}

/** Stands for a role that is not looked at: what a user has in person is told apart from what comes with the role. */
const NO_ROLE = 'none';

/** What Directus does to the users of a role that goes. */
async function suspended(
  { directus, signal }: Context,
  holders: Holders,
  roles: string[],
): Promise<string[]> {
  const count = await countRows(directus, '/users', { filter: { role: { _in: roles } } }, signal);
  if (count === 0) return [];
  const names = holders.roles.filter(({ id }) => roles.includes(id)).map(({ name }) => plainName(name));
  return [
    `${count} ${count === 1 ? 'user' : 'users'} with the role ${names.join(', ')} would be suspended, and could not sign in`,
  ];
}
