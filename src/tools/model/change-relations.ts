import type { Relation } from '../../directus/types.ts';
import { refused, requireRelation, settingsOf } from '../../guard/model.ts';
import { inspectRelationChange } from '../../guard/relation-change.ts';
import { filled, rowsOf } from '../../guard/tally.ts';
import { LOST } from '../../guard/undoable.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { becomingSettings, changedSettings, storedOtherwise, warningOf } from './receipts.ts';
import { type Place, type RelationData, readRelation } from './relation-data.ts';
import { changeRelation, deleteRelation } from './steps.ts';

/** Plans new settings of a relation; what is not named stays. */
export async function planRelationUpdate(
  context: Context,
  { collection, field }: Place,
  given: Record<string, unknown>,
): Promise<Plan> {
  const { schema, signal } = context;
  const at = `${collection}.${field}`;
  const data = readRelation(given, { collection, field }, await settingsOf(schema, 'relations', signal));
  const before = await requireRelation(schema, collection, field, signal);
  refuseOtherPlace(before, data);
  const asked = settingsIn(before, data);
  const risks = await inspectRelationChange(context, before, asked);
  const find = async () =>
    (await schema.relations(signal)).find((one) => one.collection === collection && one.field === field);
  return {
    what: `change the relation ${at}`,
    rows: 0,
    risks,
    preview: async () => ({
      changes: { relation: at, changed: becomingSettings(before, asked) },
      permanent: [LOST.relation],
    }),
    state: async () => ({ before, risks }),
    async apply(directus) {
      try {
        await changeRelation(directus, before, asked, signal);
      } finally {
        schema.forget();
      }
      const after = await find();
      const changed = changedSettings(before, after);
      return {
        info: {
          updated: at,
          ...(Object.keys(changed).length === 0 ? { unchanged: true } : {}),
          ...warningOf(storedOtherwise(asked, after)),
        },
        ...(Object.keys(changed).length > 0 ? { data: { changed } } : {}),
      };
    },
  };
}

/** A relation cannot be led elsewhere: Directus ends over some such requests, and others it half obeys. */
function refuseOtherPlace(before: Relation, { related_collection: wanted }: RelationData): void {
  const { collection, field, related_collection: target } = before;
  if (wanted === undefined || wanted === target) return;
  throw refused(
    `The relation at ${collection}.${field} leads to ${target ?? 'any of several collections'}; related_collection cannot be changed.`,
    'Delete it and create another.',
  );
}

function settingsIn(before: Relation, { schema, meta }: RelationData) {
  const same = (key: string) =>
    ({
      many_collection: before.collection,
      many_field: before.field,
      one_collection: before.related_collection,
    })[key];
  const settings = Object.entries(meta ?? {}).filter(([key, value]) => {
    const own = same(key);
    if (own === undefined || (key !== 'one_collection' && own === null)) return key !== 'id';
    if (own === value) return false;
    throw refused(`meta.${key} cannot be changed.`, 'Delete the relation and create another.');
  });
  const asked = {
    ...(schema && Object.keys(schema).length > 0 ? { schema } : {}),
    ...(settings.length > 0 ? { meta: Object.fromEntries(settings) } : {}),
  };
  if (Object.keys(asked).length > 0) return asked;
  throw refused(
    'data is empty: there is nothing to change.',
    'Give schema.on_delete, or meta with new settings.',
  );
}

/** Plans to delete a relation; the field it starts at stays, with its values. */
export async function planRelationDelete(context: Context, { collection, field }: Place): Promise<Plan> {
  const { schema, signal } = context;
  const at = `${collection}.${field}`;
  const relation = await requireRelation(schema, collection, field, signal);
  const { related_collection: target, meta } = relation;
  const values = await filled(context, collection, field);
  const find = async () =>
    (await schema.relations(signal)).some((one) => one.collection === collection && one.field === field);
  return {
    what: `delete the relation ${at}`,
    rows: 0,
    preview: async () => ({
      changes: { deleted: { relation: at, leadsTo: target ?? meta?.one_allowed_collections } },
      cascades: [
        ...(values === 0
          ? []
          : [
              `${rowsOf(values, collection)} keep their value in ${at}, and nothing checks or follows it any more`,
            ]),
        ...(meta?.one_field ? [`the list ${target}.${meta.one_field} stays and leads nowhere`] : []),
      ],
      permanent: ['a relation that was deleted is not restored; it can be created again'],
    }),
    state: async () => ({ relation, values }),
    async apply(directus) {
      try {
        signal.throwIfAborted();
        await deleteRelation(directus, collection, field);
      } finally {
        schema.forget();
      }
      return { info: { deleted: at, ...((await find()) ? { warning: LEFT } : {}) } };
    },
  };
}

/** SQLite cannot drop a foreign key by itself. */
const LEFT =
  "The database still has the foreign key; only Directus's own settings of the relation are gone. Deleting the field removes both.";
