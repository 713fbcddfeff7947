import { ToolError } from '../../directus/errors.ts';
import { type Holders, isAdmin, type Policy, policiesOf } from './holders.ts';
import { after, type Change } from './simulate.ts';
import type { Me } from './whoami.ts';

/**
 * Refuses what would take from whoever asks the means to take it back: an administrator who stays one can mend
 * everything else, and is the one that Directus needs to have.
 */
export function refuseLockOut(holders: Holders, change: Change, me: Me): void {
  if (change.kind === 'users') refuseOnSelf(holders, change, me);
  const who = { user: me.id, role: me.role };
  if (!isAdmin(holders, who)) return;
  if (
    change.kind === 'roles' &&
    change.action === 'delete' &&
    change.keys.map(String).includes(me.role ?? '')
  )
    throw refused('delete your own role');
  const then = after(holders, change);
  const sure = policiesOf(then, who).filter(
    (policy) => policy.admin_access && !isNarrowed(policy, holders.policies),
  );
  if (sure.length === 0) throw refused('take from you the rights of an administrator');
}

function refuseOnSelf(holders: Holders, change: Change, me: Me): void {
  if (change.action === 'create') return;
  if (change.action === 'delete') {
    if (change.keys.map(String).includes(me.id)) throw refused('delete your own user');
    return;
  }
  const own = change.rows.find(({ id }) => String(id) === me.id);
  if (!own) return;
  if (own.status !== undefined && own.status !== 'active') throw refused('keep you from signing in');
  if (own.role === undefined || own.role === me.role) return;
  const role = typeof own.role === 'string' ? own.role : null;
  if (isAdmin(holders, { user: me.id, role: me.role }) && !isAdmin(holders, { user: me.id, role }))
    throw refused('take from you the rights of an administrator');
}

/** Whether a policy would newly hold only from some addresses, which may leave out this one. */
function isNarrowed({ id, ip_access }: Policy, before: Policy[]): boolean {
  if (!ip_access || ip_access.length === 0) return false;
  const was = before.find((policy) => policy.id === id)?.ip_access;
  return JSON.stringify(was) !== JSON.stringify(ip_access);
}

function refused(what: string): ToolError {
  return new ToolError(
    'LOCK_OUT',
    `This would ${what}. Nothing was changed.`,
    'Another administrator can do it.',
  );
}

/** Refuses to make administrators of everybody. */
export function refuseOpenDoor(holders: Holders, change: Change): void {
  if (isAdmin(holders, {}) || !isAdmin(after(holders, change), {})) return;
  throw new ToolError(
    'TOO_OPEN',
    'This would make everybody an administrator, without signing in. Nothing was changed.',
    'Give the public single permissions.',
  );
}
