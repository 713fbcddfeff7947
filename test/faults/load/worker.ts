import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Row } from '../../live/server.ts';
import { type Book, expectAsNoted, fateOf, type Known, type Stored } from './book.ts';
import type { Call } from './callers.ts';

/** Somebody who reads and writes rows of their own, one call after the other. */
export type Worker = {
  name: string;
  call: Call;
  book: Book;
  /** Writes that were acknowledged, and calls that failed. */
  counts: { done: number; failed: number; unknown: number };
  /** What it was told when a call failed last. */
  lastError(): string;
  /** Makes one call, or two where the first must be confirmed. @param chance a number from 0 to 1 */
  step(chance: number): Promise<void>;
};

/** Rows that are read at once. */
const NEWEST = 10;
/** Who was refused does not come back at once. */
const BREATH_MS = 30;

/** @param collection has the fields `title` and `note`, and nobody else writes rows whose titles begin with `name` */
export function startWorker(name: string, collection: string, call: Call): Worker {
  const book: Book = new Map();
  const counts = { done: 0, failed: 0, unknown: 0 };
  let numbers = 0;
  let lastError = '';
  const next = () => {
    numbers += 1;
    return numbers;
  };

  const items = async (args: Row) => {
    const answer = await call('items', { collection, ...args });
    if (answer.isError && answer.info.confirm === undefined) {
      expect(fateOf(answer)).not.toBe('done');
      counts.failed += 1;
      lastError = answer.text;
      await wait(BREATH_MS);
    }
    return answer;
  };
  /** The same for a write. */
  const write = async (args: Row) => {
    const answer = await items(args);
    const fate = fateOf(answer);
    if (fate === 'done') counts.done += 1;
    if (fate === 'unknown') counts.unknown += 1;
    return { ...answer, fate };
  };
  const mine = () => [...book.values()].filter((row) => row.id !== undefined && row.there !== 'no');

  /** Few enough that a reply has room for all of them. */
  async function read(): Promise<void> {
    const newest = [...book].slice(-NEWEST);
    const filter = { title: { _in: newest.map(([title]) => title) } };
    const { isError, data } = await items({
      action: 'read',
      query: { filter, fields: ['id', 'title', 'note'], limit: 2 * NEWEST },
    });
    if (!isError) expectAsNoted(new Map(newest), data as Stored[]);
  }

  async function create(): Promise<void> {
    const title = `${name}-${next()}`;
    const { fate, data, text } = await write({ action: 'create', data: { title, note: 'first' } });
    const known: Known = {
      title,
      there: 'maybe',
      notes: new Set(['first']),
      updates: { sure: 0, unsure: 0 },
    };
    book.set(title, known);
    if (fate === 'not done') known.there = 'no';
    if (fate !== 'done') return;
    const [made] = data as { key: number; values: Row }[];
    expect(made?.values, text).toMatchObject({ title, note: 'first' });
    if (made) Object.assign(known, { there: 'yes', id: made.key });
  }

  async function update(known: Known): Promise<void> {
    const note = `note ${next()}`;
    const { fate, data, text } = await write({ action: 'update', keys: [known.id], data: { note } });
    if (fate === 'unknown') {
      known.notes.add(note);
      known.updates.unsure += 1;
    }
    if (fate !== 'done') return;
    const [made] = data as { key: number; changed: { note: [string, string] } }[];
    expect([...known.notes], text).toContain(made?.changed.note[0]);
    expect(made?.changed.note[1], text).toBe(note);
    known.there = 'yes';
    known.notes = new Set([note]);
    known.updates.sure += 1;
  }

  async function remove(known: Known): Promise<void> {
    const args = { action: 'delete', keys: [known.id] };
    const held = await items(args);
    if (held.info.confirm === undefined) return;
    const { fate } = await write({ ...args, confirm: held.info.confirm });
    if (fate === 'done') known.there = 'no';
    if (fate === 'unknown') known.there = 'maybe';
  }

  return {
    name,
    call,
    book,
    counts,
    lastError: () => lastError,
    async step(chance) {
      const rows = mine();
      const row = rows[Math.floor(chance * 7919) % Math.max(1, rows.length)];
      if (row && chance < 0.2) return read();
      if (!row || chance < 0.55) return create();
      return chance < 0.85 ? update(row) : remove(row);
    },
  };
}
