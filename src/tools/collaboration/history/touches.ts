import type { Change, Entry } from './activity.ts';

/** What a change did to one row, whatever the number of requests that did it. */
export type Touch = {
  collection: string;
  item: string;
  did: 'created' | 'updated' | 'deleted' | 'nothing' | 'saved' | 'ran';
  /** Oldest first; none for a row that the database deleted along with another. */
  entries: Entry[];
};

/** The rows that a change touched, each once, in the order in which it touched them first. */
export function touchesOf({ entries }: Change): Touch[] {
  const touches = new Map<string, Touch>();
  for (const entry of entries) {
    const { collection, item, mark } = entry;
    // Versions are saved and flows run beside what is done to the row itself.
    const beside = BESIDE[entry.action];
    const id = `${collection}:${item}${beside ?? ''}`;
    const known = touches.get(id)?.entries ?? [];
    const all = [...known, entry];
    touches.set(id, { collection, item, entries: all, did: beside ?? netOf(all) });
    for (const [along, rows] of Object.entries(mark.was?.gone ?? {})) {
      for (const key of Object.keys(rows)) {
        if (!touches.has(`${along}:${key}`))
          touches.set(`${along}:${key}`, { collection: along, item: key, did: 'deleted', entries: [] });
      }
    }
  }
  return [...touches.values()];
}

const BESIDE: Record<string, 'saved' | 'ran'> = { version_save: 'saved', run: 'ran' };

function netOf(entries: Entry[]): Touch['did'] {
  const isNew = entries[0]?.action === 'create';
  const isGone = entries.at(-1)?.action === 'delete';
  if (isGone) return isNew ? 'nothing' : 'deleted';
  return isNew ? 'created' : 'updated';
}
