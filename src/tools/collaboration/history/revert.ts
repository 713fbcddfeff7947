import { readName } from '../../../directus/agent.ts';
import { readAll } from '../../../directus/connection.ts';
import { DirectusError, ToolError } from '../../../directus/errors.ts';
import { endpointOf, path } from '../../../directus/path.ts';
import { primaryKey } from '../../../directus/schema.ts';
import type { Key } from '../../../directus/types.ts';
import { checkSystemCollection } from '../../../guard/limits.ts';
import { isSecret } from '../../../guard/undoable.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import { isPlan, type Plan } from '../../plan.ts';
import { planUpdate } from '../../rows/update.ts';
import { isSingleton, planSingleton } from '../../singleton.ts';
import { readable } from './activity.ts';
import { deletesOfSteps } from './deleting.ts';
import { isBirthStamp, isStamp, pastOf, type Row } from './past.ts';
import { same } from './same.ts';
import { keyOf } from './step.ts';
import { rowName } from './words.ts';
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
      'schema without keys lists the collections you may see.',
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
      `${rowName(collection, item)} is not there any more, or you may not see it. Nothing was changed.`,
      'What this assistant deleted comes back with undo.',
    );
  }
  const later = await changedLater(context, { collection, item, id }, past?.unknown ?? []);
  const told = { ...past?.values, ...later.values };
  const then = Object.entries(told).filter(([name, value]) => !same(now[name], value));
  const untold = later.unknown;
  const note = untold.length > 0 ? { asItIs: `${untold.join(', ')}: no revision tells what it was` } : {};
  if (then.length === 0)
    return {
      info: { updated: 0, note: `${rowName(collection, item)} is as it was. Nothing was changed.`, ...note },
    };
  return planned(context, { collection, id, data: Object.fromEntries(then), key }, note);
}

async function planned(
  context: Context,
  { collection, id, data, key }: { collection: string; id: number; data: Row; key: Key },
  note: Row,
): Promise<Plan | Reply> {
  const target = { collection, endpoint: endpointOf(collection) };
  const plan = (await isSingleton(context, target))
    ? await planSingleton(context, target, [data])
    : await planUpdate(context, target, { keys: [key], rows: [data] });
  if (!isPlan(plan)) return plan;
  const deletes = await deletesOfSteps(context, [
    { collection, key, kind: 'restore', values: data, left: {} },
  ]);
  return {
    ...plan,
    what: `put ${rowName(collection, key)} back to revision ${id} (${Object.keys(data).join(', ')})`,
    deletes: [...(plan.deletes ?? []), ...deletes],
    async apply(directus) {
      const reply = await plan.apply(directus);
      return { ...reply, info: { ...reply.info, ...note } };
    },
  };
}

type Later = { id: number; delta: Row | null; activity: { user_agent: string | null } | null };

/** Of fields that no earlier revision tells: those that were changed since, with what the change remembered of them. */
async function changedLater(
  { directus, signal }: Context,
  { collection, item, id }: { collection: string; item: string; id: number },
  names: string[],
): Promise<{ values: Row; unknown: string[] }> {
  const values: Row = {};
  const unknown: string[] = [];
  if (names.length === 0) return { values, unknown };
  const filter = {
    _and: [
      { collection: { _eq: collection } },
      { item: { _eq: item } },
      { version: { _null: true } },
      { id: { _gt: id } },
    ],
  };
  const query = { fields: ['id', 'delta', 'activity.user_agent'], filter, sort: ['id'] };
  const later = await readable(readAll<Later>(directus, '/revisions', query, signal));
  for (const name of names) {
    const first = later.find(({ delta }) => delta && name in delta);
    const was = readName(first?.activity?.user_agent ?? null)?.was?.changed[collection]?.[item];
    if (was && name in was) values[name] = was[name];
    else if (first) unknown.push(name);
  }
  return { values, unknown };
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
