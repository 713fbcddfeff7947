import { primaryKey } from '../../../directus/schema.ts';
import type { Field, Key, Relation } from '../../../directus/types.ts';
import { isSecret, keptOf, LOST, NO_WAY_BACK } from '../../../guard/undoable.ts';
import type { Context } from '../../define.ts';
import { type Change, isRowUndone, type Touch, touchesOf, type Undone } from './activity.ts';
import { pastOf, type Question, type Revision, type Row, readRevisions, valueIn } from './past.ts';

/** How what a change did to one row is taken back. */
export type Step = {
  collection: string;
  key: Key;
  kind: 'restore' | 'recreate' | 'remove';
  /** What is to be written. */
  values: Row;
  /** What the change left there, which must still be so. */
  left: Row;
  /** No revision tells what a new row was made with. */
  isBlind?: boolean;
};

/** What a change did, as steps that take it back, and what has no way back, each as a phrase. */
export type Steps = { steps: Step[]; lost: string[] };

/** What is known of a collection whose rows were touched. */
type About = {
  collection: string;
  pk: Field;
  fields: Field[];
  relations: Relation[];
  /** What Directus keeps of its rows. */
  kept: 'nothing' | 'activity' | 'revisions';
};

/** Whether rows of this collection are settings of collections or fields. */
export const isModel = (collection: string): boolean =>
  ['directus_collections', 'directus_fields'].includes(collection);

/** The steps that take back what a change did to rows, as far as that was not done before. */
export async function stepsOf(context: Context, change: Change, undone: Undone): Promise<Steps> {
  const open = touchesOf(change).filter(
    ({ collection, item, did }) => did !== 'nothing' && !isRowUndone(undone, change.call, collection, item),
  );
  const columns = change.entries.flatMap(({ mark }) => mark.was?.columns ?? []);
  const all: Steps = { steps: [], lost: [...new Set(columns)].map((name) => `${LOST.column} (${name})`) };
  for (const [collection, touches] of Map.groupBy(open, (one) => one.collection)) {
    const { steps, lost } = await stepsIn(context, change, collection, touches);
    all.steps.push(...steps);
    all.lost.push(...lost);
  }
  all.steps.push(...(await unlinked(context, change, open)));
  // A row that was written without a change, such as the one that new parts were added to, has nothing to take back.
  const real = all.steps.filter(({ kind, values }) => kind !== 'restore' || Object.keys(values).length > 0);
  return { ...all, steps: real.length > 0 || all.lost.length > 0 ? real : all.steps };
}

async function stepsIn(
  context: Context,
  change: Change,
  collection: string,
  touches: Touch[],
): Promise<Steps> {
  const { schema, signal } = context;
  const [fields, relations] = await Promise.all([
    schema.fields(collection, signal),
    schema.relations(signal),
  ]);
  const pk = primaryKey(fields);
  if (!pk) return { steps: [], lost: [`${collection}: the collection is gone, or you may not see it`] };
  const about = { collection, pk, fields, relations, kept: await keptOf(context, collection) };
  const entries = touches.flatMap((touch) => touch.entries.map(({ id }) => id));
  const revisions = await readRevisions(context, 'activity', entries);
  const parts = await Promise.all([
    removals(about, touches, revisions),
    restorations(context, about, change, touches, revisions),
    recreations(context, about, change, touches, revisions),
  ]);
  const beside = touches.flatMap(({ did, item }) => {
    if (did === 'ran') return [`what the flow ${item} did beside changing rows`];
    return did === 'saved'
      ? [`the draft saved of ${collection} ${item}: save it again, or delete the version`]
      : [];
  });
  return {
    steps: parts.flatMap(({ steps }) => steps),
    lost: [...parts.flatMap(({ lost }) => lost), ...beside],
  };
}

function removals({ collection, pk }: About, touches: Touch[], revisions: Revision[]): Steps {
  const steps = touches
    .filter(({ did }) => did === 'created')
    .map(({ item, entries }): Step => {
      const own = revisionsOf(entries, revisions);
      const left = Object.assign({}, ...own.map(({ data, delta }) => delta ?? data ?? {})) as Row;
      return {
        collection,
        key: keyOf(item, pk),
        kind: 'remove',
        values: {},
        left,
        isBlind: own.length === 0,
      };
    });
  return { steps, lost: [] };
}

async function restorations(
  context: Context,
  about: About,
  change: Change,
  touches: Touch[],
  revisions: Revision[],
): Promise<Steps> {
  const { collection, pk, fields } = about;
  const lost: string[] = [];
  const found: { touch: Touch; own: Revision[]; names: string[]; was: Row; question: Question }[] = [];
  for (const touch of touches.filter(({ did }) => did === 'updated')) {
    const own = revisionsOf(touch.entries, revisions);
    if (own.length === 0) {
      const why = about.kept === 'activity' ? `${collection} keeps no revisions` : 'its revision is gone';
      lost.push(`${collection} ${touch.item}: ${why}`);
      continue;
    }
    const touched = new Set(own.flatMap(({ delta }) => Object.keys(delta ?? {})));
    touched.delete(pk.field);
    const known = fields.filter(({ field }) => touched.has(field));
    for (const { field } of known.filter(isSecret))
      lost.push(`${field} of ${collection} ${touch.item}: nobody can read what it was`);
    const stamps = known.filter(isStamp).map(({ field }) => field);
    // A field stays what it is called and where it is.
    if (collection === 'directus_fields') for (const name of ['collection', 'field']) touched.delete(name);
    const names = [...touched].filter(
      (name) => !stamps.includes(name) && !known.some((one) => one.field === name && isSecret(one)),
    );
    const was = rememberedOf(change, collection, touch.item, 'changed');
    const asked = known.filter(({ field }) => names.includes(field) && !(field in was));
    found.push({ touch, own, names, was, question: { item: touch.item, before: own[0]?.id, fields: asked } });
  }
  const pasts = await pastOf(
    context,
    collection,
    found.filter(({ question }) => question.fields.length > 0).map(({ question }) => question),
  );
  const steps = found.map(({ touch: { item }, own, names, was }): Step => {
    const past = pasts.get(item);
    for (const name of past?.unknown ?? [])
      lost.push(`${name} of ${collection} ${item}: no revision tells what it was`);
    const values = { ...past?.values, ...pick(was, names) };
    const newest = own.toReversed();
    // A field that is gone has no value, and that is found when the step is checked.
    const left = names.map((name) => [
      name,
      newest.map((one) => valueIn(one, name, item, pk.field)).find(isSaid),
    ]);
    const restored = left.filter(
      ([name]) => String(name) in values || !fields.some(({ field }) => field === name),
    );
    return { collection, key: keyOf(item, pk), kind: 'restore', values, left: Object.fromEntries(restored) };
  });
  return { steps, lost };
}

async function recreations(
  context: Context,
  about: About,
  change: Change,
  touches: Touch[],
  revisions: Revision[],
): Promise<Steps> {
  const { collection, pk, fields, kept } = about;
  const gone = touches.filter(({ did }) => did === 'deleted');
  if (gone.length === 0) return { steps: [], lost: [] };
  const named = (why: string) => gone.map(({ item }) => `${collection} ${item}: ${why}`);
  const why = NO_WAY_BACK[collection];
  if (collection === 'directus_collections') return { steps: [], lost: named(LOST.collection) };
  if (collection === 'directus_fields') return { steps: [], lost: named(LOST.field) };
  if (why) return { steps: [], lost: named(why) };
  if (kept !== 'revisions') return { steps: [], lost: named(`${collection} keeps no revisions`) };
  const columns = fields.filter((one) => one.type !== 'alias' && one.field !== pk.field);
  const lost: string[] = [];
  const steps: Step[] = [];
  const asked = gone.map(({ item, entries }) => {
    const was = {
      ...rememberedOf(change, collection, item, 'gone'),
      ...rememberedOf(change, collection, item, 'changed'),
    };
    const before = revisionsOf(entries, revisions)[0]?.id;
    return { item, before, was, fields: columns.filter((one) => !isSecret(one) && !(one.field in was)) };
  });
  const pasts = await pastOf(context, collection, asked);
  for (const { item, was } of asked) {
    const past = pasts.get(item);
    if (!past?.hasRevisions) {
      lost.push(`${collection} ${item}: Directus holds no revision of it`);
      continue;
    }
    for (const { field } of columns.filter(isSecret))
      lost.push(`${field} of ${collection} ${item}: nobody can read it`);
    for (const name of past.unknown)
      lost.push(`${name} of ${collection} ${item}: no revision tells what it was`);
    const key = keyOf(item, pk);
    steps.push({
      collection,
      key,
      kind: 'recreate',
      values: { ...past.values, ...was, [pk.field]: key },
      left: {},
    });
  }
  return { steps, lost };
}

/** Rows that lost their link when the database deleted what they pointed at, which leaves no activity. */
async function unlinked({ schema, signal }: Context, change: Change, open: Touch[]): Promise<Step[]> {
  const relations = await schema.relations(signal);
  const steps: Step[] = [];
  for (const { mark } of change.entries) {
    for (const [collection, rows] of Object.entries(mark.was?.changed ?? {})) {
      const pk = primaryKey(await schema.fields(collection, signal));
      for (const [item, row] of Object.entries(rows)) {
        const known = [...open, ...steps.map((one) => ({ ...one, item: String(one.key) }))];
        if (!pk || known.some((one) => one.collection === collection && one.item === item)) continue;
        const lost = relations.filter((one) => {
          const target = mark.was?.gone[one.related_collection ?? ''];
          return one.collection === collection && target && String(row[one.field]) in target;
        });
        const names = lost.map(({ field }) => field).filter((name) => row[name] !== null);
        if (names.length === 0) continue;
        const left = Object.fromEntries(names.map((name) => [name, null]));
        steps.push({ collection, key: keyOf(item, pk), kind: 'restore', values: pick(row, names), left });
      }
    }
  }
  return steps;
}

/** What the requests of a change remembered of a row: as it was before the first of them. */
function rememberedOf(change: Change, collection: string, item: string, part: 'changed' | 'gone'): Row {
  const rows = change.entries.map(({ mark }) => mark.was?.[part][collection]?.[item] ?? {});
  return Object.assign({}, ...rows.toReversed()) as Row;
}

/** Fields that Directus fills in with every change, whatever is sent. */
export function isStamp({ meta }: Field): boolean {
  return meta?.special?.some((special) => /^(user|date|role)-updated$/.test(special)) ?? false;
}

/** Fields that Directus fills in for every new row, whatever is sent. */
export function isBirthStamp({ meta }: Field): boolean {
  return meta?.special?.some((special) => /^(user|date|role)-created$/.test(special)) ?? false;
}

/** @returns the key as Directus takes it: activity holds all of them as text */
export function keyOf(item: string, pk: Field): Key {
  return pk.type === 'integer' || pk.type === 'bigInteger' ? Number(item) : item;
}

const revisionsOf = (entries: { id: number }[], revisions: Revision[]): Revision[] =>
  revisions.filter(({ activity }) => entries.some(({ id }) => id === activity?.id));

const isSaid = (value: unknown): boolean => value !== undefined;

const pick = (row: Row, names: string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
