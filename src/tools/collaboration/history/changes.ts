import { keptOf, LOST, NO_WAY_BACK } from '../../../guard/undoable.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import {
  type Change,
  changesIn,
  isUndone,
  type Span,
  type Touch,
  touchesOf,
  type Undone,
  undoneBy,
  undoneSince,
} from './activity.ts';
import { didOf, nameOf } from './words.ts';

const LIMIT = 10;

/** What this assistant did as this user, newest first: a number for each call, what it did, whether it can be undone. */
export async function listChanges(
  context: Context,
  { limit = LIMIT, offset = 0, ...span }: Span & { limit?: number | undefined; offset?: number | undefined },
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
    const by = undoneBy(undone, change.call);
    rows.push({
      change: change.number,
      at: change.at,
      did: didOf(change, undidOf(change)),
      ...(isUndone(undone, change) ? { undone: by?.at ?? true } : {}),
      ...(!by && undone.has(change.call) && !isUndone(undone, change) ? { undone: 'in part' } : {}),
      ...(cannot.length > 0 ? { cannotBeUndone: cannot } : {}),
    });
  }
  const more = found.length > offset + limit;
  return { info: more ? { more: `offset ${offset + limit}` } : {}, data: rows };
}

/** What a call took back, when that is what it did. */
function undidOf({ entries }: Change): string | undefined {
  return entries.some(({ mark }) => mark.undo) ? 'earlier changes' : undefined;
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
  return (await keptOf(context, collection)) === 'revisions' ? undefined : 'keeps no revisions';
}
