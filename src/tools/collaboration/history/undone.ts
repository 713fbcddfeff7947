import { type Change, type Entry, newestFirst, type Reading } from './activity.ts';
import { touchesOf } from './touches.ts';

/** What was taken back, by call: the entries of the requests that did it. */
export type Undone = Map<string, Entry[]>;

/** Everything that was taken back since an entry of activity. */
export async function undoneSince(context: Reading, number: number): Promise<Undone> {
  const undone: Undone = new Map();
  const verbs = ['; undoes ', '; undid '].map((words) => ({ user_agent: { _contains: words } }));
  for await (const entry of newestFirst(context, [{ id: { _gt: number } }, { _or: verbs }])) {
    const { undo } = entry.mark;
    if (undo) undone.set(undo.call, [...(undone.get(undo.call) ?? []), entry]);
  }
  return undone;
}

/** The call that took a change back as a whole and was not taken back itself. */
export function undoneBy(undone: Undone, call: string): Entry | undefined {
  return undone.get(call)?.find(({ mark }) => mark.undo?.whole && !undoneBy(undone, mark.call));
}

/** Whether what a change did to a row was taken back, be it that the rest was not. */
export function isRowUndone(undone: Undone, call: string, collection: string, item: string): boolean {
  const back = undone.get(call)?.filter((one) => one.collection === collection && one.item === item) ?? [];
  return back.some(({ mark }) => !undoneBy(undone, mark.call));
}

/** Whether nothing is left of a change that could be taken back. */
export function isUndone(undone: Undone, change: Change): boolean {
  if (undoneBy(undone, change.call)) return true;
  const rows = touchesOf(change).filter(({ did }) => ['created', 'updated', 'deleted'].includes(did));
  return (
    rows.length > 0 &&
    rows.every(({ collection, item }) => isRowUndone(undone, change.call, collection, item))
  );
}
