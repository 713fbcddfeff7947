import { ToolError } from '../../../directus/errors.ts';
import type { Context } from '../../define.ts';
import { type Change, changeOf, changesIn, type Span } from './activity.ts';
import { isUndone, type Undone, undoneBy, undoneSince } from './undone.ts';

/** Which changes are to be undone: one by its number, all of a span, or the last one that is in force. */
export type Choice = { change?: number | undefined; span?: Span | undefined };

/** The changes, newest first, with what is known of undoings since. */
export type Chosen = { changes: Change[]; undone: Undone };

/** @throws ToolError when there is no such change, or it was undone already */
export async function choose(context: Context, { change: number, span }: Choice): Promise<Chosen> {
  if (number !== undefined) return numbered(context, number);
  if (!span) return last(context);
  const changes: Change[] = [];
  for await (const change of changesIn(context, span)) if (!isUndoing(change)) changes.push(change);
  const undone = await undoneSince(context, changes.at(-1)?.number ?? Number.MAX_SAFE_INTEGER);
  return { changes: changes.filter((change) => !isUndone(undone, change)), undone };
}

async function numbered(context: Context, number: number): Promise<Chosen> {
  const change = await changeOf(context, number);
  const undone = await undoneSince(context, change.number);
  const by = undoneBy(undone, change.call);
  if (!by) return { changes: [change], undone };
  throw new ToolError(
    'UNDONE',
    `Change ${change.number} was undone already, on ${by.at}. Nothing was changed.`,
    'history {"action":"changes"} says which changes are in force.',
  );
}

/** Entries of activity that one look at what was undone goes back. */
const STRIDE = 2000;

async function last(context: Context): Promise<Chosen> {
  let undone: Undone = new Map();
  let from = Number.POSITIVE_INFINITY;
  for await (const change of changesIn(context, {})) {
    if (isUndoing(change)) continue;
    if (change.number <= from) {
      // What was undone is read in strides: there may be a long row of changes that were.
      from = Math.max(0, change.number - STRIDE);
      undone = await undoneSince(context, from);
    }
    if (!isUndone(undone, change)) return { changes: [change], undone };
  }
  return { changes: [], undone };
}

/** Whether a change itself took others back. It is undone only when it is named. */
export const isUndoing = ({ entries }: Change): boolean => entries.some(({ mark }) => mark.undo);
