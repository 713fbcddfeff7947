import { refused, requireCollection, requireField, settingsOf } from '../../guard/model.ts';
import { checkColumn, inspectRelationChange } from '../../guard/relation-change.ts';
import { filled } from '../../guard/tally.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { planAdditions } from './additions.ts';
import { hintFor } from './create-fields.ts';
import { draftModel } from './draft.ts';
import { isRelation, readEntry } from './entries.ts';
import { addRelation } from './kinds.ts';
import { type Place, type RelationData, readRelation } from './relation-data.ts';
import type { NewRelation } from './steps.ts';

type Row = Record<string, unknown>;

/** Plans a relation with all it needs: fields, junction, relations. */
export async function planRelation(context: Context, { collection, field }: Place, spec: Row): Promise<Plan> {
  const { schema, signal } = context;
  await requireCollection(schema, collection, signal);
  const entry = readEntry({ ...spec, field }, collection, await settingsOf(schema, 'fields', signal));
  if (!isRelation(entry)) throw refused('kind is missing.');
  const draft = draftModel(context);
  await addRelation(context, draft, collection, entry);
  const at = `${collection}.${field}`;
  return planAdditions(context, draft, {
    what: `create ${at} (${entry.kind})`,
    created: [{ name: at, full: at }],
    relations: [{ collection, field }],
    next: hintFor([entry], draft),
  });
}

/** Plans a relation over fields that exist, in Directus's own shape. */
export async function planBareRelation(context: Context, place: Place, given: Row): Promise<Plan> {
  const { schema, signal } = context;
  const { collection, field } = place;
  const at = `${collection}.${field}`;
  const data = readRelation(given, place, await settingsOf(schema, 'relations', signal));
  const column = await requireField(schema, collection, field, signal);
  if ((await schema.relations(signal)).some((one) => one.collection === collection && one.field === field))
    throw refused(`A relation starts at ${at} already.`, 'Use update to change it.');
  const target = await targetOf(context, data);
  if (target === null) {
    if (column.type === 'alias') throw refused(`${at} holds no value, so no relation can start there.`);
  } else await checkColumn(context, column, target);
  const { id: _id, ...meta } = data.meta ?? {};
  const risks = await risksOf(context, { ...place, related_collection: target }, { ...data, meta });
  const body: NewRelation = {
    ...place,
    related_collection: target,
    schema: target === null ? null : (data.schema ?? {}),
    meta,
  };
  const draft = draftModel(context);
  draft.addRelation(body);
  const plan = await planAdditions(context, draft, {
    what: `create the relation ${at}`,
    created: [{ name: at, full: at }],
    relations: [place],
    next: await missingList(context, body),
  });
  return {
    ...plan,
    risks,
    state: async () => ({ column, risks, relations: await schema.relations(signal) }),
  };
}

/** What the new rules would do to rows that are there; a list may be named before there is one. */
async function risksOf(
  context: Context,
  relation: Place & { related_collection: string | null },
  { schema, meta }: RelationData,
): Promise<string[]> {
  const { one_field: _list, ...settings } = meta ?? {};
  const change = { schema, meta: settings };
  const found = await inspectRelationChange(context, { ...relation, schema: null, meta: null }, change);
  return (await filled(context, relation.collection, relation.field)) === 0 ? [] : found;
}

/** Where the relation leads: one collection, or null for any of several, which must all exist. */
async function targetOf({ schema, signal }: Context, { related_collection: target, meta }: RelationData) {
  if (typeof target === 'string') {
    await requireCollection(schema, target, signal);
    return target;
  }
  const allowed = meta?.one_allowed_collections;
  if (target === null && Array.isArray(allowed) && allowed.length > 0) {
    for (const name of allowed) await requireCollection(schema, String(name), signal);
    return null;
  }
  throw refused(
    'data.related_collection must name a collection, or be null with meta.one_allowed_collections for many-to-any.',
    'To have the fields made as well, give kind and related instead of data.',
  );
}

/** Directus takes the name of a list that does not exist; it shows once there is a field of that name. */
async function missingList({ schema, signal }: Context, { related_collection, meta }: NewRelation) {
  const { one_field: list } = meta;
  if (typeof list !== 'string' || related_collection === null) return undefined;
  const known = (await schema.fields(related_collection, signal)).some((one) => one.field === list);
  return known
    ? undefined
    : `Create the field ${list} in ${related_collection} (alias, meta.special ["o2m"]), which shows it.`;
}
