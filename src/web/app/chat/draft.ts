import type { Extra } from './extras.ts';

/** What is typed and not sent. It outlives a reload of its window, and a new sign-in. */
export type Draft = { text: string; extras: Extra[] };

const nameOf = (id: string | undefined) => `draft:${id ?? 'new'}`;

/** @param id of the conversation; undefined for the one that has not begun */
export function readDraft(id: string | undefined): Draft {
  try {
    const kept = sessionStorage.getItem(nameOf(id));
    if (kept) return JSON.parse(kept) as Draft;
  } catch {
    // Nothing is kept where the browser does not allow it.
  }
  return { text: '', extras: [] };
}

export function keepDraft(id: string | undefined, { text, extras }: Draft): void {
  const ready = extras.filter(({ state }) => state === 'ready');
  try {
    if (text === '' && ready.length === 0) sessionStorage.removeItem(nameOf(id));
    else sessionStorage.setItem(nameOf(id), JSON.stringify({ text, extras: ready }));
  } catch {
    // As above, or there is no room for so long a text.
  }
}
