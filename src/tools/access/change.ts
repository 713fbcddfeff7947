import type { Directus } from '../../directus/connection.ts';
import { HalfDoneError, ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import type { Key } from '../../directus/types.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import { isPlan, type Plan } from '../plan.ts';
import { planCreate } from '../rows/create.ts';
import { planDelete } from '../rows/delete.ts';
import type { Row } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';
import { checkData } from './check.ts';
import { consequencesOf } from './consequences.ts';
import { refuseLockOut, refuseOpenDoor } from './guard-rails.ts';
import { readHolders } from './holders.ts';
import { counted, type Kind, targetOf } from './kinds.ts';
import { ownRowsOf, withOwnRows } from './own-rows.ts';
import { withoutSecrets } from './secrets.ts';
import type { Change } from './simulate.ts';
import { readMe } from './whoami.ts';

export type CreateInput = { kind: Kind; data: Row[] };
export type UpdateInput = CreateInput & { keys?: Key[] | undefined };
export type DeleteInput = { kind: Kind; keys: Key[] };

/** Plans to create users, roles, policies, permissions or assignments of policies. */
export async function planToCreate(asked: Context, { kind, data }: CreateInput): Promise<Plan> {
  const context = withOwnRows(asked);
  const holders = await readHolders(context.directus, context.signal);
  const rows = await checkData(context, holders, kind, data, true);
  const stored = rows.map(({ invite, ...row }) => (invite === true ? { ...row, status: 'invited' } : row));
  const plan = await planCreate(context, targetOf(kind), stored);
  const invited = kind === 'users' ? rows.filter(({ invite }) => invite === true) : [];
  return guarded(context, { kind, action: 'create', rows }, withInvitations(plan, invited));
}

/** Plans to change some of them: the same for all `keys`, or each row by the id that it holds. */
export async function planToUpdate(asked: Context, { kind, data, keys }: UpdateInput): Promise<Plan | Reply> {
  const context = withOwnRows(asked);
  if (!keys && data.some(({ id }) => typeof id !== 'string' && typeof id !== 'number')) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      'Which are to be changed is not said. Nothing was changed.',
      'Give keys with one object as data, or put "id" into every row of data.',
    );
  }
  const [first = {}, ...others] = data;
  if (keys && others.length > 0)
    throw new ToolError('INVALID_PAYLOAD', 'With keys, data is one object. Nothing was changed.');
  const holders = await readHolders(context.directus, context.signal);
  const given = keys ? keys.map((id) => ({ ...first, id })) : data;
  const rows = await checkData(context, holders, kind, given, false);
  const { id: _id, ...same } = rows[0] ?? {};
  const plan = await planUpdate(context, targetOf(kind), keys ? { keys, rows: [same] } : { rows });
  const changed = rows.map((row) => ({ ...row, id: String(row.id) }));
  return isPlan(plan) ? guarded(context, { kind, action: 'update', rows: changed }, plan) : plan;
}

/** Plans to delete some of them. */
export async function planToDelete(asked: Context, { kind, keys }: DeleteInput): Promise<Plan | Reply> {
  const context = withOwnRows(asked);
  const plan = await planDelete(context, targetOf(kind), { keys });
  return isPlan(plan) ? guarded(context, { kind, action: 'delete', keys }, plan) : plan;
}

/** The plan with all that is due where it decides over who may do what. */
async function guarded(context: Context, change: Change, plan: Plan): Promise<Plan> {
  const { directus, signal } = context;
  const now = async () => {
    const holders = await readHolders(directus, signal);
    return { holders, consequences: await consequencesOf(context, holders, change) };
  };
  const me = await readMe(directus, signal);
  const { holders, consequences } = await now();
  if (me) refuseLockOut(holders, change, me);
  refuseOpenDoor(holders, change);
  const count = change.action === 'delete' ? change.keys.length : change.rows.length;
  return {
    ...plan,
    what: `${change.action} ${counted(count, change.kind)}`,
    also: ['access'],
    risks: [...(plan.risks ?? []), ...consequences.risks],
    async preview() {
      const { changes, cascades = [], ...rest } = await plan.preview();
      const phrases = [...consequences.phrases, ...cascades];
      return { ...rest, changes: shown(changes), cascades: phrases };
    },
    state: async () => [await plan.state(), await now()],
    apply: async (writer) => withoutSecrets(await plan.apply(ownRowsOf(writer))),
  };
}

/** What would change, without secrets and, of rows that go, without what they do not hold. */
function shown(changes: unknown): unknown {
  if (!Array.isArray(changes)) return withoutSecrets(changes);
  return withoutSecrets(changes).map((change: Row) => {
    if (!isObject(change.deleted)) return change;
    const held = Object.entries(change.deleted).filter(([, value]) => value !== null);
    return { deleted: Object.fromEntries(held) };
  });
}

/** The plan with the mails that Directus sends to new users, by which they choose a password. */
function withInvitations(plan: Plan, invited: Row[]): Plan {
  if (invited.length === 0) return plan;
  return {
    ...plan,
    async apply(directus) {
      const reply = await plan.apply(directus);
      try {
        for (const { email, role } of invited) await invite(directus, email, role);
      } catch (error) {
        throw new HalfDoneError(
          'created',
          invited.map(({ email }) => String(email)),
          error,
        );
      }
      const note = 'Directus sends the invitations, when it is set up to send mail.';
      return { ...reply, info: { ...reply.info, note } };
    },
  };
}

/** For a user who is there already and invited, Directus only sends the mail. */
async function invite(directus: Directus, email: unknown, role: unknown): Promise<void> {
  await directus.request('POST', '/users/invite', { body: { email, role } });
}
