import { primaryKey } from '../../../directus/schema.ts';
import { keptOf, LOST, UNSET } from '../../../guard/undoable.ts';
import type { Context } from '../../define.ts';
import type { Change } from './activity.ts';
import { type Row, readRevisions } from './past.ts';
import { recreations } from './recreate.ts';
import { restorations } from './restore.ts';
import { keyOf, nameOf, omit, ownOf, type Part, pick, type Step, type Steps } from './step.ts';
import { type Touch, touchesOf } from './touches.ts';
import { isRowUndone, type Undone } from './undone.ts';

/** The steps that take back what a change did, as far as that was not done before. */
export async function stepsOf(
  context: Context,
  change: Change,
  { undone, stamps = false }: { undone: Undone; stamps?: boolean | undefined },
): Promise<Steps> {
  const open = touchesOf(change).filter(
    ({ collection, item, did }) => did !== 'nothing' && !isRowUndone(undone, change.call, collection, item),
  );
  // A draft is kept in the row of its version, of which the change tells as well.
  const isTold = open.some(({ collection }) => collection === 'directus_versions');
  const beside = open.filter(({ did }) => !(isTold && did === 'saved')).flatMap(besideOf);
  const columns = change.entries.flatMap(({ mark }) => mark.was?.columns ?? []);
  const lostColumns = [...new Set(columns)].map((name) => `${LOST.column} (${name})`);
  const all: Steps = { steps: [], lost: [...lostColumns, ...beside] };
  for (const [collection, touches] of Map.groupBy(open, (one) => one.collection)) {
    const { steps, lost } = await stepsIn(context, change, { collection, touches, stamps });
    all.steps.push(...steps);
    all.lost.push(...lost);
  }
  all.steps.push(...(await unlinked(context, change, open)));
  // A row that was written without a change, such as the one that new parts were added to, has nothing to take back.
  const real = all.steps.filter(
    (step) => step.kind !== 'restore' || step.stamps || Object.keys(step.values).length > 0,
  );
  return { ...all, steps: real.length > 0 || all.lost.length > 0 ? real : all.steps };
}

async function stepsIn(
  context: Context,
  change: Change,
  { collection, touches, stamps }: Pick<Part, 'collection' | 'touches' | 'stamps'>,
): Promise<Steps> {
  const fields = await context.schema.fields(collection, context.signal);
  const pk = primaryKey(fields);
  if (!pk) return { steps: [], lost: [`${collection}: the collection is gone, or you may not see it`] };
  const entries = touches.flatMap((touch) => touch.entries.map(({ id }) => id));
  const revisions = await readRevisions(context, 'activity', entries);
  const kept = await keptOf(context, collection);
  const part: Part = { change, collection, touches, revisions, pk, fields, kept, stamps };
  const all = [removals(part), await restorations(context, part), await recreations(context, part)];
  return {
    steps: all.flatMap(({ steps }) => steps),
    lost: all.flatMap(({ lost }) => lost),
  };
}

function removals(part: Part): Steps {
  const { collection, pk, touches } = part;
  const steps = touches
    .filter(({ did }) => did === 'created')
    .map((touch): Step => {
      const own = ownOf(touch, part);
      const left = Object.assign({}, ...own.map(({ data, delta }) => delta ?? data ?? {})) as Row;
      // What nobody can set, Directus gives in another form than it keeps it in.
      const known = omit(left, [...Object.keys(UNSET[collection] ?? {}), 'hash']);
      const isBlind = own.length === 0;
      const key = keyOf(touch.item, pk);
      return { collection, key, ...nameOf(touch), kind: 'remove', values: {}, left: known, isBlind };
    });
  return { steps, lost: [] };
}

/** What was done beside changing rows. */
function besideOf({ did, collection, item }: Touch): string[] {
  if (did === 'ran') return [`what the flow ${item} did beside changing rows`];
  return did === 'saved' ? [`the draft saved of ${collection} ${item}`] : [];
}

/** Rows that lost their link when the database deleted what they pointed at, which leaves no activity. */
async function unlinked({ schema, signal }: Context, change: Change, open: Touch[]): Promise<Step[]> {
  const relations = await schema.relations(signal);
  const known = new Set(open.map(({ collection, item }) => `${collection}:${item}`));
  const steps: Step[] = [];
  for (const { mark } of change.entries) {
    const { changed = {}, gone = {} } = mark.was ?? {};
    for (const [collection, rows] of Object.entries(changed)) {
      const pk = primaryKey(await schema.fields(collection, signal));
      const own = relations.filter((one) => one.collection === collection);
      for (const [item, row] of Object.entries(rows)) {
        if (!pk || known.has(`${collection}:${item}`)) continue;
        const led = (name: string, target: string | null) =>
          row[name] !== null && Object.hasOwn(gone[target ?? ''] ?? {}, String(row[name]));
        const names = own.filter((one) => led(one.field, one.related_collection)).map(({ field }) => field);
        if (names.length === 0) continue;
        known.add(`${collection}:${item}`);
        const left = Object.fromEntries(names.map((name) => [name, null]));
        steps.push({ collection, key: keyOf(item, pk), kind: 'restore', values: pick(row, names), left });
      }
    }
  }
  return steps;
}
