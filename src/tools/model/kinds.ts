import type { Relation } from '../../directus/types.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { refused, takenBy } from '../../guard/model.ts';
import { checkColumn, checkRule } from '../../guard/relation-change.ts';
import type { Context } from '../define.ts';
import type { Draft } from './draft.ts';
import type { RelationSpec } from './entries.ts';
import { addJunction } from './junction.ts';
import { fieldOf, onlyTarget, ruleFor, sortField } from './parts.ts';

type Row = Record<string, unknown>;

/** Adds a relation to the draft with all it needs, set as Studio sets it. */
export async function addRelation(
  context: Context,
  draft: Draft,
  collection: string,
  spec: RelationSpec,
): Promise<void> {
  await draft.key(collection);
  checkRule(spec.on_delete, spec.schema?.is_nullable !== false, `${collection}.${spec.field}`);
  refuseStray(spec);
  switch (spec.kind) {
    case 'm2o':
    case 'file':
      return addToOne(draft, collection, spec);
    case 'o2m':
      return addToMany(context, draft, collection, spec);
    default:
      return addJunction(draft, collection, spec);
  }
}

/** Arguments that mean nothing for a kind are more likely a misunderstanding than idle. */
const TAKES: Record<string, RelationSpec['kind'][]> = {
  junction: ['m2m', 'files', 'm2a', 'translations'],
  junction_fields: ['m2m', 'files', 'm2a', 'translations'],
  sort_field: ['o2m', 'm2m', 'files', 'm2a'],
  related_field: ['m2o', 'file', 'o2m', 'm2m', 'files'],
  schema: ['m2o', 'file'],
};

function refuseStray(spec: RelationSpec): void {
  const given: Row = spec;
  const stray = Object.keys(TAKES).find(
    (name) => given[name] !== undefined && !TAKES[name]?.includes(spec.kind),
  );
  if (stray) throw refused(`${stray} says nothing for the kind ${spec.kind}.`, 'Leave it out.');
  const isColumn = spec.kind === 'm2o' || spec.kind === 'file';
  if (spec.type && spec.type !== 'alias' && !isColumn)
    throw refused(`A field of the kind ${spec.kind} is of type alias, not ${spec.type}.`, 'Leave type out.');
}

async function addToOne(draft: Draft, collection: string, spec: RelationSpec): Promise<void> {
  const target = onlyTarget(spec, spec.kind === 'file' ? 'directus_files' : undefined);
  const key = await draft.key(target);
  if (spec.type && spec.type !== key.type)
    throw refused(
      `${spec.field} is of type ${key.type}, as the keys of ${target}, not ${spec.type}.`,
      'Leave type out.',
    );
  await draft.addField(collection, fieldOf(spec, key));
  if (spec.related_field) await draft.addField(target, fieldOf({ field: spec.related_field, kind: 'o2m' }));
  draft.addRelation({
    collection,
    field: spec.field,
    related_collection: target,
    schema: { on_delete: ruleFor(spec, collection, target) },
    meta: { one_field: spec.related_field ?? null, sort_field: null, one_deselect_action: 'nullify' },
  });
}

async function addToMany(
  context: Context,
  draft: Draft,
  collection: string,
  spec: RelationSpec,
): Promise<void> {
  const target = onlyTarget(spec);
  checkSystemCollection(target, context.settings);
  await draft.key(target);
  const key = await draft.key(collection);
  const back = spec.related_field ?? `${collection}_${key.field}`;
  await draft.addField(collection, fieldOf(spec));
  if (spec.sort_field && !(await draft.fields(target)).includes(spec.sort_field))
    await draft.addField(target, sortField(spec.sort_field));
  const existing = takenBy(back, await draft.fields(target));
  const known = existing ? await listable(context, { collection, target, back: existing }) : undefined;
  if (known) {
    if (spec.on_delete && spec.on_delete !== known.schema?.on_delete)
      throw refused(
        `The relation at ${target}.${existing} is there already, with on_delete ${known.schema?.on_delete}.`,
        'Leave on_delete out; relations update changes it.',
      );
    return draft.addList(known, spec.field, spec.sort_field);
  }
  if (!existing) {
    const column = fieldOf({ field: back, kind: 'm2o' }, key);
    await draft.addField(target, { ...column, meta: { ...column.meta, hidden: true } });
  }
  draft.addRelation({
    collection: target,
    field: existing ?? back,
    related_collection: collection,
    schema: { on_delete: ruleFor(spec, collection, target) },
    meta: { one_field: spec.field, sort_field: spec.sort_field ?? null, one_deselect_action: 'nullify' },
  });
}

/** The relation that starts at an existing field, if there is one and its list is still to be made. */
async function listable(
  { directus, schema, signal }: Context,
  { collection, target, back }: { collection: string; target: string; back: string },
): Promise<Relation | undefined> {
  const relation = (await schema.relations(signal)).find(
    (one) => one.collection === target && one.field === back,
  );
  const column = (await schema.fields(target, signal)).find((one) => one.field === back);
  if (!relation && column) await checkColumn({ directus, schema, signal }, column, collection);
  if (!relation || (relation.related_collection === collection && !relation.meta?.one_field)) return relation;
  throw refused(
    relation.related_collection === collection
      ? `${target}.${back} is listed at ${collection}.${relation.meta?.one_field} already.`
      : `${target}.${back} leads to ${relation.related_collection ?? 'any of several collections'}, not to ${collection}.`,
    'Name another related_field.',
  );
}
