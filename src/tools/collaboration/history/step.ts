import type { Field, Key } from '../../../directus/types.ts';
import type { keptOf } from '../../../guard/undoable.ts';
import type { Change } from './activity.ts';
import type { Revision, Row } from './past.ts';
import type { Touch } from './touches.ts';

/** How what a change did to one row is taken back. */
export type Step = {
  collection: string;
  key: Key;
  /** What people call it, where that is not its key: `articles.title`. */
  name?: string;
  kind: 'restore' | 'recreate' | 'remove';
  /** What is to be written. */
  values: Row;
  /** What the change left there, which must still be so. */
  left: Row;
  /** No revision tells what a new row was made with. */
  isBlind?: boolean;
  /** What Directus had filled in with the change, and what stood there before; where that is to be put back, too. */
  stamps?: { now: Row; then: Row };
};

/** What a change did, as steps that take it back, and what has no way back, each as a phrase. */
export type Steps = { steps: Step[]; lost: string[] };

/** What a change did to the rows of one collection, and all that is known of it. */
export type Part = {
  change: Change;
  collection: string;
  touches: Touch[];
  /** Those of the change itself. */
  revisions: Revision[];
  pk: Field;
  fields: Field[];
  /** What Directus keeps of its rows. */
  kept: Awaited<ReturnType<typeof keptOf>>;
  /** Whether what Directus fills in with every change is to be put back as well. */
  stamps: boolean;
};

/** Whether rows of this collection are settings of collections or fields. */
export const isModel = (collection: string): boolean =>
  ['directus_collections', 'directus_fields'].includes(collection);

/** The key as Directus takes it: activity holds all of them as text. */
export const keyOf = (item: string, pk: Field): Key =>
  pk.type === 'integer' || pk.type === 'bigInteger' ? Number(item) : item;

/** What people call a row, where that is not its key. */
export const nameOf = ({ entries }: Touch): Pick<Step, 'name'> =>
  entries[0]?.name ? { name: entries[0].name } : {};

/** The revisions of a change that are about one row, oldest first. */
export const ownOf = ({ entries }: Touch, { revisions }: Part): Revision[] =>
  revisions.filter(({ activity }) => entries.some(({ id }) => id === activity?.id));

/** What the requests of a change remembered of a row: as it was before the first of them. */
export function rememberedOf(
  { change, collection }: Part,
  item: string,
  ...parts: ('changed' | 'gone')[]
): Row {
  const rows = change.entries.flatMap(({ mark }) =>
    parts.map((part) => mark.was?.[part][collection]?.[item] ?? {}),
  );
  return Object.assign({}, ...rows.toReversed()) as Row;
}

export const pick = (row: Row, names: string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));

export const omit = (row: Row, names: string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
