import { keptOf, LOST, NO_WAY_BACK, UNSET } from '../../../guard/undoable.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import { type Change, changesIn, numbersOf, type Span } from './activity.ts';
import { type Touch, touchesOf } from './touches.ts';
import { isRowUndone, isUndone, type Undone, undoneBy, undoneSince } from './undone.ts';
import { didOf, nameOf } from './words.ts';

const LIMIT = 10;

/** What this assistant did as this user, newest first: a number for each call, what it did, whether it can be undone. */
export async function listChanges(
  context: Context,
  span: Span,
  { limit = LIMIT, offset = 0 }: { limit?: number | undefined; offset?: number | undefined } = {},
): Promise<Reply> {
  await context.schema.renew(context.signal);
  const found: Change[] = [];
  for await (const change of changesIn(context, span)) {
    found.push(change);
    if (found.length > offset + limit) break;
  }
  const shown = found.slice(offset, offset + limit);
  const oldest = shown.at(-1);
  const undone: Undone = oldest ? await undoneSince(context, oldest.number) : new Map();
  const rows = [];
  for (const change of shown) {
    const cannot = await noWayBack(context, change);
    const status = statusOf(undone, change);
    rows.push({
      change: change.number,
      at: change.at,
      did: didOf(change, await undidBy(context, change)),
      ...(status ? { undone: status } : {}),
      ...(cannot.length > 0 ? { cannotBeUndone: cannot } : {}),
    });
  }
  return { data: rows, page: { offset, more: found.length > offset + limit } };
}

/** When a change was undone, or that a part of it was. */
function statusOf(undone: Undone, change: Change): string | undefined {
  const [newest] = undone.get(change.call) ?? [];
  if (isUndone(undone, change)) return (undoneBy(undone, change.call) ?? newest)?.at;
  const isBack = ({ collection, item }: Touch) => isRowUndone(undone, change.call, collection, item);
  return touchesOf(change).some(isBack) ? 'in part' : undefined;
}

/** The numbers of the changes that a call took back, when that is what it did. */
async function undidBy(context: Context, { entries }: Change): Promise<string | undefined> {
  const calls = new Set(entries.flatMap(({ mark }) => mark.undo?.call ?? []));
  if (calls.size === 0) return undefined;
  return (await numbersOf(context, [...calls])).join(', ');
}

/** What of a change nothing leads back from, as far as it shows without looking at every row. */
async function noWayBack(context: Context, change: Change): Promise<string[]> {
  const phrases: string[] = [];
  for (const touch of touchesOf(change)) {
    const why = await whyNot(context, touch);
    if (why) phrases.push(`${nameOf(touch.collection)}: ${why}`);
  }
  return [...new Set(phrases)];
}

async function whyNot(context: Context, { collection, did }: Touch): Promise<string | undefined> {
  if (did === 'saved') return 'a saved draft';
  if (did === 'ran') return 'what the flow did beside changing rows';
  if (did === 'deleted') {
    if (collection === 'directus_collections') return LOST.collection;
    if (collection === 'directus_fields') return LOST.field;
    if (NO_WAY_BACK[collection]) return NO_WAY_BACK[collection];
  }
  if (did !== 'deleted' && did !== 'updated') return undefined;
  const [unset] = did === 'updated' ? Object.values(UNSET[collection] ?? {}) : [];
  if (unset) return unset;
  return (await keptOf(context, collection)) === 'revisions' ? undefined : 'keeps no revisions';
}
