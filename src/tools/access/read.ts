import { isObject } from '../../directus/objects.ts';
import type { Key } from '../../directus/types.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Query } from '../params.ts';
import { numberOf } from '../rows/counts.ts';
import { readRows } from '../rows/read.ts';
import type { Row } from '../rows/target.ts';
import { assignmentsOf, plainName, policiesOf, readHolders } from './holders.ts';
import { type Kind, targetOf } from './kinds.ts';
import { withOwnRows } from './own-rows.ts';
import { refuseSecretNames, withoutSecrets } from './secrets.ts';
import { findSomebody } from './subjects.ts';

/** What is read of each kind where the call names no fields, and the line it becomes. */
const LINES: Record<Kind, { fields: string[]; line: (row: Row) => Row }> = {
  users: {
    fields: ['id', 'first_name', 'last_name', 'email', 'status', 'role.name', 'last_access'],
    line: ({ first_name, last_name, role, ...row }) => ({
      ...row,
      name: [first_name, last_name].filter(Boolean).join(' '),
      role: nameOf(role),
    }),
  },
  roles: {
    fields: ['id', 'name', 'description', 'parent.name', 'policies.policy.name', 'count(users)'],
    line: ({ parent, policies, users_count, ...row }) => ({
      ...row,
      parent: nameOf(parent),
      policies: listOf(policies).map(({ policy }) => nameOf(policy)),
      users: numberOf(users_count),
    }),
  },
  policies: {
    fields: [
      'id',
      'name',
      'admin_access',
      'app_access',
      'ip_access',
      'enforce_tfa',
      'roles.role.name',
      'roles.user.email',
      'count(permissions)',
    ],
    line: ({ name, roles, permissions_count, ...row }) => ({
      ...row,
      name: plainName(String(name)),
      for: listOf(roles).map(holder),
      permissions: numberOf(permissions_count),
    }),
  },
  permissions: {
    fields: ['id', 'policy.name', 'collection', 'action', 'fields', 'permissions', 'validation', 'presets'],
    line: ({ policy, fields, ...row }) => ({
      ...row,
      policy: nameOf(policy),
      fields: Array.isArray(fields) && fields.includes('*') ? null : fields,
    }),
  },
  access: {
    fields: ['id', 'policy.name', 'role.name', 'user.email'],
    line: ({ id, policy, ...row }) => ({ id, policy: nameOf(policy), for: holder(row) }),
  },
};

function nameOf(row: unknown): string | undefined {
  return isObject(row) && typeof row.name === 'string' ? plainName(row.name) : undefined;
}

function listOf(rows: unknown): Row[] {
  return Array.isArray(rows) ? rows.filter(isObject) : [];
}

/** Who has a policy, by an assignment. */
function holder({ role, user }: Row): string {
  if (isObject(role)) return `role ${nameOf(role)}`;
  if (isObject(user)) return `user ${user.email ?? 'without email'}`;
  return 'public';
}

/** Reads users, roles, policies, permissions or who has which policy; never a secret. */
export async function readKind(
  asked: Context,
  {
    kind,
    keys,
    query: given,
    user,
  }: {
    kind: Kind;
    keys?: Key[] | undefined;
    query?: Query | undefined;
    /** Only what this user, this role or the public has. */
    user?: string | undefined;
  },
): Promise<Reply> {
  refuseSecretNames(given);
  const context = withOwnRows(asked);
  const query = user === undefined ? given : { ...given, filter: await having(context, kind, user, given) };
  const asIs = query?.fields || query?.aggregate || query?.groupBy;
  const { fields, line } = LINES[kind];
  const reply = await readRows(context, targetOf(kind), {
    keys,
    query: asIs ? query : { ...query, fields },
  });
  if (!Array.isArray(reply.data)) return { ...reply, data: withoutSecrets(reply.data) };
  const rows = listOf(reply.data);
  return { ...reply, data: withoutSecrets(asIs ? rows : dense(rows.map(line))) };
}

/** A filter for what somebody has, by role and in person. */
async function having(context: Context, kind: Kind, user: string, query: Query | undefined): Promise<Row> {
  const holders = await readHolders(context.directus, context.signal);
  const somebody = await findSomebody(context, holders, user);
  const policies = policiesOf(holders, somebody).map(({ id }) => id);
  const filters: Record<Kind, Row> = {
    users: somebody.user ? { id: { _eq: somebody.user } } : { role: { _eq: somebody.role ?? '' } },
    roles: { id: { _in: somebody.roles } },
    policies: { id: { _in: policies } },
    permissions: { policy: { _in: policies } },
    access: { id: { _in: assignmentsOf(holders, somebody).map(({ id }) => id) } },
  };
  return query?.filter ? { _and: [query.filter, filters[kind]] } : filters[kind];
}

/** Without what no row has, and, where rows are not all alike anyway, without what a row has not. */
function dense(rows: Row[]): Row[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const some = names.filter((name) => rows.some((row) => !isNothing(row[name])));
  const flat = rows.every((row) => some.every((name) => !isObject(row[name])));
  return rows.map((row) =>
    Object.fromEntries(
      some.filter((name) => flat || !isNothing(row[name])).map((name) => [name, row[name] ?? null]),
    ),
  );
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
