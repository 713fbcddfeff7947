import { isSystem } from '../../../directus/schema.ts';
import type { Field, Key, Relation } from '../../../directus/types.ts';
import { isSecret } from '../../../guard/undoable.ts';
import type { Context } from '../../define.ts';
import { isKnown, type Known, type Later, laterOn } from './later.ts';
import { modelConflicts } from './model.ts';
import { defaultOf, isBirthStamp, isStamp, type Row, readRevisions } from './past.ts';
import { same } from './same.ts';
import { isModel, type Step } from './step.ts';
import { listed, rowName } from './words.ts';
import type { World } from './world.ts';

/** Why a step cannot be made: what the change left is no longer what is there. */
export type Conflict = {
  /** The row it is about: `articles 12`. */
  row: string;
  /** In words of ours. */
  why: string;
  /** Who changed it since and when, where this user may know. */
  by?: string | undefined;
  at?: string | undefined;
};

/**
 * Compares what a change left with what is there now, and looks at what else its steps would touch. Takes the steps
 * as made.
 * @param after the change's own newest entry of activity
 */
export async function conflictsOf(
  context: Context,
  world: World,
  steps: Step[],
  { after, known }: { after: number; known: Known },
): Promise<Conflict[]> {
  const found: Conflict[] = [];
  for (const [collection, own] of Map.groupBy(steps, (step) => step.collection))
    found.push(...(await changedSince(context, world, collection, own, { after, known })));
  world.make(steps);
  found.push(...(await modelConflicts(context, world, steps, after)));
  for (const [collection, own] of Map.groupBy(steps, (step) => step.collection)) {
    if (isModel(collection)) continue;
    found.push(...(await stillPointedAt(context, world, collection, own)));
    found.push(...(await pointingAtNothing(context, world, collection, own)));
  }
  return found;
}

async function changedSince(
  context: Context,
  world: World,
  collection: string,
  steps: Step[],
  { after, known }: { after: number; known: Known },
): Promise<Conflict[]> {
  const { schema, signal } = context;
  const fields = (await schema.fields(collection, signal)).filter(({ type }) => type !== 'alias');
  const relations = (await schema.relations(signal)).filter((one) => one.collection === collection);
  const keys = steps.map(({ key }) => key);
  const rows = await world.rows(collection, keys, comparedIn(steps, fields));
  const later = await laterOn(context, collection, keys, after);
  const unseen = await editedUnseen(context, collection, steps);
  return steps.flatMap((step): Conflict[] => {
    const row = rows.get(String(step.key));
    // Who has changed the row since in what the change had not touched, stays the one who did.
    if (step.stamps && !hasAll(row ?? {}, step.stamps.now)) delete step.stamps;
    const all = later.get(String(step.key)) ?? [];
    const edits = all.filter((one) => !isKnown(known, one.mark));
    // Where nothing was done since that this user may see, stamps still tell of what others did.
    const ignored = fields.filter((one) => isSecret(one) || (all.length > 0 && isStamp(one)));
    const why =
      faultOf(step, row, fields, { relations, ignored: ignored.map(({ field }) => field) }) ??
      (step.kind === 'remove' && (edits.length > 0 || unseen.has(String(step.key))) && 'it was edited since');
    return why ? [{ row: rowName(collection, step.name ?? step.key), why, ...whoIn(edits[0]) }] : [];
  });
}

/** New rows with revisions by people whose activity this user may not see. */
async function editedUnseen(context: Context, collection: string, steps: Step[]): Promise<Set<string>> {
  const made = steps.filter(({ kind }) => kind === 'remove').map(({ key }) => String(key));
  const revisions = await readRevisions(context, 'item', made, { fields: [], collection });
  return new Set(revisions.filter(({ activity }) => activity === null).map(({ item }) => item));
}

/** Fields that are looked at: all of new rows, of others those that are to be put back. */
function comparedIn(steps: Step[], fields: Field[]): string[] {
  const known = fields.map(({ field }) => field);
  if (steps.some(({ kind }) => kind === 'remove')) return known;
  const named = steps.flatMap(({ left, values, stamps }) =>
    Object.keys({ ...left, ...values, ...stamps?.now }),
  );
  return known.filter((name) => named.includes(name));
}

const hasAll = (row: Row, values: Row): boolean =>
  Object.entries(values).every(([name, value]) => same(row[name], value));

function whoIn(edit: Later | undefined): Pick<Conflict, 'by' | 'at'> {
  if (!edit) return {};
  return { by: edit.mark ? `${edit.by} through this assistant (change ${edit.id})` : edit.by, at: edit.at };
}

/** What fields are not compared by, and which lead to other rows. */
type Compared = { relations: Relation[]; ignored: string[] };

function faultOf(
  { kind, left, values, isBlind = false }: Step,
  row: Row | undefined,
  fields: Field[],
  compared: Compared,
): string | undefined {
  if (kind === 'recreate') return row ? 'there is a row with this key again' : undefined;
  if (!row) return 'it was deleted since';
  const known = fields.map(({ field }) => field);
  const missing = Object.keys({ ...left, ...values }).filter((name) => !known.includes(name));
  if (missing.length > 0) return `the field ${missing.join(', ')} is gone, or you may not see it`;
  // Where somebody has put it back already, there is nothing to fear.
  const isBack = (name: string) => name in values && same(row[name], values[name]);
  const changed = Object.keys(left).filter((name) => !same(row[name], left[name]) && !isBack(name));
  if (kind === 'remove') changed.push(...filledSince(row, left, fields, { ...compared, isBlind }));
  const counted = changed.filter((name) => !compared.ignored.includes(name));
  return counted.length > 0 ? `changed since: ${counted.join(', ')}` : undefined;
}

/** Fields that nothing was given for when the row was made, and that hold something else than their default. */
function filledSince(
  row: Row,
  left: Row,
  fields: Field[],
  { relations, isBlind }: Pick<Compared, 'relations'> & { isBlind: boolean },
): string[] {
  return fields
    .filter((one) => {
      // Directus itself fills in much of its own rows, and what a new row points at is in no revision.
      if (isSystem(one.collection) || one.field in left || one.schema?.is_primary_key) return false;
      if (isBirthStamp(one) || relations.some(({ field }) => field === one.field)) return false;
      if (isBlind && !isStamp(one)) return false;
      const usual = isStamp(one) ? null : defaultOf(one);
      return usual !== undefined && !same(row[one.field], usual);
    })
    .map(({ field }) => field);
}

/** Rows of Directus's own that it looks after itself when what they point at goes. */
const OWN_CARE = ['activity', 'notifications', 'presets', 'revisions', 'sessions'].map(
  (name) => `directus_${name}`,
);

/** Rows that other rows point at are not removed: more would go, or be changed, than the change had made. */
async function stillPointedAt(
  { schema, signal }: Context,
  world: World,
  collection: string,
  steps: Step[],
): Promise<Conflict[]> {
  const removed = steps.filter(({ kind }) => kind === 'remove').map(({ key }) => key);
  if (removed.length === 0) return [];
  const found: Conflict[] = [];
  const conflict = (why: string) => found.push({ row: `${collection} ${listed(removed.map(String))}`, why });
  for (const relation of await schema.relations(signal)) {
    const { collection: from, field, meta } = relation;
    const isAny = meta?.one_allowed_collections?.includes(collection) ?? false;
    if ((relation.related_collection !== collection && !isAny) || OWN_CARE.includes(from)) continue;
    const pointing = await world.pointing(from, field, isAny ? removed.map(String) : removed, {
      [meta?.one_collection_field ?? '']: isAny ? collection : undefined,
    });
    if (pointing && pointing.length > 0)
      conflict(`${from} ${listed(pointing)} ${pointing.length > 1 ? 'point' : 'points'} at it`);
    else if (!pointing && relation.schema?.on_delete?.toUpperCase() === 'CASCADE')
      conflict(`rows of ${from} that you may not see could go with it`);
  }
  return found;
}

/** What a row pointed at may be gone by now. */
async function pointingAtNothing(
  { schema, signal }: Context,
  world: World,
  collection: string,
  steps: Step[],
): Promise<Conflict[]> {
  const found: Conflict[] = [];
  for (const { collection: from, field, related_collection: target } of await schema.relations(signal)) {
    if (from !== collection || !target) continue;
    const wanted = steps.filter(({ values }) => (values[field] ?? null) !== null);
    if (wanted.length === 0) continue;
    const keys = [...new Set(wanted.map(({ values }) => values[field] as Key))];
    // Who may not see what is pointed at learns from Directus whether it is there.
    const there = await world.rows(target, keys, []).catch(() => undefined);
    for (const { key, values } of wanted) {
      if (there && !there.has(String(values[field])))
        found.push({
          row: rowName(collection, key),
          why: `${rowName(target, values[field] as Key)}, which its ${field} was, is gone`,
        });
    }
  }
  return found;
}
