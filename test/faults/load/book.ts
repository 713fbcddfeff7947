import { expect } from 'vitest';
import type { Answer } from '../../live/server.ts';

/** What a client knows of a row that it has made, or may have made. */
export type Known = {
  title: string;
  /** Its key, where the row was acknowledged. */
  id?: number;
  there: 'yes' | 'no' | 'maybe';
  /** What may stand in its note: one value, or more where it is not known whether one was written. */
  notes: Set<string>;
  /** Changes that were acknowledged, and those of which nobody knows. */
  updates: { sure: number; unsure: number };
};

/** What a client has heard of its writes, by the titles of its rows. */
export type Book = Map<string, Known>;

/** What an answer says of a write: `unknown` must be said in words, else an error means that nothing was written. */
export type Fate = 'done' | 'not done' | 'unknown';

const UNKNOWN = /may or may not|whether anything changed|whether it was made|was made, or a part of it/;
/** Words of programs, and of what stands between. */
const FROM_WITHIN = /INTERNAL: |<html|\n\s+at |SQLITE|ECONN|\[object Object\]|undefined/;

/** What becomes of a write by its answer. Every error has a code and a next step, and tells nothing from within. */
export function fateOf({ isError, text }: Answer): Fate {
  if (!isError) return 'done';
  expect(text).toMatch(/^[A-Z][A-Z_0-9]+: .+\n./);
  expect(text).not.toMatch(FROM_WITHIN);
  return UNKNOWN.test(text) ? 'unknown' : 'not done';
}

export type Stored = { id: number; title: string; note: string };

/** Each row of the book is stored as it says; a row of which nobody knew may be there once. */
export function expectAsNoted(book: Book, stored: readonly Stored[]): void {
  for (const { title, id, there, notes } of book.values()) {
    const found = stored.filter((row) => row.title === title);
    expect(found.length, `${title} is there: ${there}`).toBeLessThanOrEqual(1);
    if (there !== 'maybe') expect(found.length, `${title} is there: ${there}`).toBe(there === 'yes' ? 1 : 0);
    for (const row of found) {
      if (id !== undefined) expect(row.id, title).toBe(id);
      expect([...notes], title).toContain(row.note);
    }
  }
  for (const { title } of stored) expect(book.has(title), `${title} was asked for`).toBe(true);
}

export type Activity = { action: string; item: string };

/** Directus notes each change: none of those in the book was made twice. */
export function expectMadeOnce(book: Book, activity: readonly Activity[]): void {
  const times = (action: string, id: number) =>
    activity.filter((one) => one.action === action && one.item === String(id)).length;
  for (const { title, id, there, updates } of book.values()) {
    if (id === undefined) continue;
    expect(times('create', id), `${title} created`).toBe(1);
    expect(times('update', id), `${title} updated`).toBeGreaterThanOrEqual(updates.sure);
    expect(times('update', id), `${title} updated`).toBeLessThanOrEqual(updates.sure + updates.unsure);
    expect(times('delete', id), `${title} deleted`).toBeLessThanOrEqual(there === 'yes' ? 0 : 1);
  }
}
