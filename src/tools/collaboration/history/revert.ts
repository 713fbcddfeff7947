import { DirectusError, ToolError } from '../../../directus/errors.ts';
import { endpointOf, path } from '../../../directus/path.ts';
import { primaryKey } from '../../../directus/schema.ts';
import type { Key } from '../../../directus/types.ts';
import { checkFlow, checkOperation } from '../../../guard/flows.ts';
import { checkSystemCollection } from '../../../guard/limits.ts';
import { isSecret } from '../../../guard/undoable.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import { isPlan, type Plan } from '../../plan.ts';
import { planUpdate } from '../../rows/update.ts';
import { isSingleton, planSingleton } from '../../singleton.ts';
import { readable } from './activity.ts';
import { EFFECTS } from './effects.ts';
import { pastOf, type Row } from './past.ts';
import { same } from './same.ts';
import { isBirthStamp, isStamp, keyOf } from './steps.ts';
import { createWorld } from './world.ts';

/** Collections of Directus's own whose rows other tools change as well. */
const COVERED = ['files', 'folders', 'flows', 'operations', 'dashboards', 'panels', 'translations'].map(
  (name) => `directus_${name}`,
);

/**
 * Plans to put an item back to what it was with a revision: only the fields that differ are written. (Directus's own
 * revert writes all that a revision holds, stars in the place of passwords and, in version 11, at times another row.)
 */
export async function planRevert(
  context: Context,
  { revision: id }: { revision: number },
): Promise<Plan | Reply> {
  const { schema, signal } = context;
  await schema.renew(signal);
  const { collection, item } = await findRevision(context, id);
  if (!COVERED.includes(collection)) checkSystemCollection(collection, context.settings);
  const fields = await schema.fields(collection, signal);
  const pk = primaryKey(fields);
  if (!pk) {
    throw new ToolError(
      'FORBIDDEN',
      `The revision is of "${collection}", and there is no such collection that you may see. Nothing was changed.`,
    );
  }
  const columns = fields.filter(
    (one) => one.type !== 'alias' && one !== pk && !isStamp(one) && !isBirthStamp(one) && !isSecret(one),
  );
  const key = keyOf(item, pk);
  const past = (await pastOf(context, collection, [{ item, before: id + 1, fields: columns }])).get(item);
  const now = (
    await createWorld(context).rows(
      collection,
      [key],
      columns.map(({ field }) => field),
    )
  ).get(item);
  if (!now) {
    throw new ToolError(
      'NOT_FOUND',
      `${collection} ${item} is not there any more, or you may not see it. Nothing was changed.`,
      'What this assistant deleted comes back with undo.',
    );
  }
  const then = Object.entries(past?.values ?? {}).filter(([name, value]) => !same(now[name], value));
  const untold = past?.unknown ?? [];
  const note = untold.length > 0 ? { asItIs: `${untold.join(', ')}: no revision tells what it was` } : {};
  if (then.length === 0)
    return {
      info: { updated: 0, note: `${collection} ${item} is as it was. Nothing was changed.`, ...note },
    };
  return planned(context, { collection, id, data: Object.fromEntries(then), key }, note);
}

async function planned(
  context: Context,
  { collection, id, data, key }: { collection: string; id: number; data: Row; key: Key },
  note: Row,
): Promise<Plan | Reply> {
  if (collection === 'directus_flows') await checkFlow(context, data);
  if (collection === 'directus_operations') await checkOperation(context, data);
  const target = { collection, endpoint: endpointOf(collection) };
  const plan = (await isSingleton(context, target))
    ? await planSingleton(context, target, [data])
    : await planUpdate(context, target, { keys: [key], rows: [data] });
  if (!isPlan(plan)) return plan;
  const effect = EFFECTS[collection];
  return {
    ...plan,
    what: `put ${collection} ${key} back to revision ${id} (${Object.keys(data).join(', ')})`,
    ...(effect ? { effects: [effect] } : {}),
    async apply(directus) {
      const reply = await plan.apply(directus);
      return { ...reply, info: { ...reply.info, ...note } };
    },
  };
}

type Found = { collection: string; item: string; version: string | null };

async function findRevision({ directus, signal }: Context, id: number): Promise<Found> {
  const query = { fields: ['collection', 'item', 'version'] };
  const missing = new ToolError(
    'NOT_FOUND',
    `There is no revision ${id}. Nothing was changed.`,
    'history {"action":"read"} lists the revisions of an item.',
  );
  try {
    const found = await directus.request<Found | undefined>('GET', path`/revisions/${id}`, { query, signal });
    if (!found) throw missing;
    if (found.version === null) return { ...found, item: String(found.item) };
  } catch (error) {
    const isMissing =
      error instanceof DirectusError && error.status === 403 && !/directus_/.test(error.message);
    if (isMissing) throw missing;
    return readable(Promise.reject(error));
  }
  throw new ToolError(
    'INVALID_PAYLOAD',
    `Revision ${id} is one of a draft version, not of the item itself. Nothing was changed.`,
    'Use the tool versions.',
  );
}
