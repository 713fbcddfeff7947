import type { Key } from '../../directus/types.ts';
import type { Row } from '../rows/target.ts';
import type { Assignment, Holders, Policy, Role } from './holders.ts';
import type { Kind } from './kinds.ts';

/** A change of rows of one kind: new ones, or some of those that there are. */
export type Change = { kind: Kind } & (
  | { action: 'create'; rows: Row[] }
  | { action: 'update'; rows: (Row & { id: Key })[] }
  | { action: 'delete'; keys: Key[] }
);

/** What a change does to people. */
export type Consequences = {
  /** Who gains or loses what, each a phrase. */
  phrases: string[];
  /** Those of them that must be seen whatever the policy is. */
  risks: string[];
};

/** Who would have which policies after a change of roles, policies or assignments. */
export function after(holders: Holders, change: Change): Holders {
  const { roles, policies, access } = holders;
  switch (change.kind) {
    case 'roles': {
      const left = changed(roles, change, newRole);
      const ids = left.map(({ id }) => id);
      return {
        policies,
        // Directus takes those below it out from under a role that goes.
        roles: left.map((role) =>
          role.parent && !ids.includes(role.parent) ? { ...role, parent: null } : role,
        ),
        access: access.filter(({ role }) => !role || ids.includes(role)),
      };
    }
    case 'policies': {
      const left = changed(policies, change, newPolicy);
      const ids = left.map(({ id }) => id);
      return { roles, policies: left, access: access.filter(({ policy }) => ids.includes(policy)) };
    }
    case 'access':
      return { roles, policies, access: changed(access, change, newAssignment) };
    default:
      return holders;
  }
}

function changed<T extends { id: string }>(
  all: T[],
  change: Change,
  make: (row: Row, index: number) => T,
): T[] {
  switch (change.action) {
    case 'create':
      return [...all, ...change.rows.map(make)];
    case 'update':
      return all.map((one) => ({ ...one, ...change.rows.find(({ id }) => String(id) === one.id) }));
    case 'delete':
      return all.filter(({ id }) => !change.keys.map(String).includes(id));
  }
}

const idOf = (row: Row, index: number) => (typeof row.id === 'string' ? row.id : `new ${index + 1}`);
const textOr = (value: unknown) => (typeof value === 'string' ? value : null);

function newRole(row: Row, index: number): Role {
  return { id: idOf(row, index), name: String(row.name), parent: textOr(row.parent) };
}

function newPolicy(row: Row, index: number): Policy {
  return {
    id: idOf(row, index),
    name: String(row.name),
    admin_access: row.admin_access === true,
    app_access: row.app_access === true,
    ip_access: null,
  };
}

function newAssignment(row: Row, index: number): Assignment {
  return {
    id: idOf(row, index),
    role: textOr(row.role),
    user: textOr(row.user),
    policy: String(row.policy),
  };
}
