import { randomUUID } from 'node:crypto';
import { path } from '../directus/path.ts';
import { entryLine } from '../host/conversations/entries.ts';
import type { Journal, JournalEntry } from '../host/conversations/journal.ts';
import { readStory } from '../host/conversations/replay.ts';
import { TakenOverError } from '../host/conversations/store.ts';
import type { Place } from './conversations.ts';
import { asPiece, type EntryRow, type Head, headOf } from './entries.ts';
import { CONVERSATIONS, ENTRIES } from './layout.ts';
import { cut, join } from './pieces.ts';
import { groupsOf, inWords, isTaken, readRows } from './rows.ts';

export type JournalOptions = {
  place: Place;
  /** The conversation. */
  id: string;
  /** The number of the next row. */
  next: number;
  /** What is written already. */
  entries: readonly JournalEntry[];
  /** Entries that go before the first that is written. */
  first: readonly JournalEntry[];
};

export type DirectusJournal = Journal & {
  /** Whether something was written, or tried to be. */
  used(): boolean;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
  /** Whether nobody else has written since. */
  isNewest(): Promise<boolean>;
};

type Line = { entry: JournalEntry; text: string };

const lineOf = (entry: JournalEntry): Line => ({ entry, text: entryLine(entry).trimEnd() });

/**
 * Writes to a conversation. Entries that are written at once go in one request, and the conversation's row in lists is
 * brought up to date with them: Directus takes all of a request or nothing. An entry that could not be written may be
 * tried again, also when nobody knows whether Directus took it.
 */
export function journalIn({
  place,
  id,
  next: start,
  entries: before,
  first,
}: JournalOptions): DirectusJournal {
  const writer = randomUUID();
  let next = start;
  let entries = [...before];
  let ahead: string[] = [];
  let opening = first.map(lineOf);
  let used = false;
  let lost = false;
  let last: Promise<void> = Promise.resolve();
  let batch: { lines: Line[]; written: Promise<void> } | undefined;

  async function append(lines: Line[]): Promise<void> {
    if (lost) throw new TakenOverError();
    const all = [...opening, ...lines];
    const after = [...entries, ...all.map(({ entry }) => entry)];
    // What an earlier try has brought to Directus is not written a second time.
    const there = [...ahead];
    const missing = all.filter(({ text }) => text !== there[0] || there.shift() === undefined);
    await writeRows(rowsOf(missing), changesOf(id, all, after));
    entries = after;
    opening = [];
    ahead = there;
  }

  const rowsOf = (lines: Line[]): EntryRow[] =>
    lines
      .flatMap(({ text }) => cut(text))
      .map(({ part, parts, text }, index) => ({
        id: `${id}:${next + index}`,
        conversation: id,
        user: place.user,
        n: next + index,
        writer,
        part,
        parts,
        entry: text,
      }));

  /** The row in lists is changed with the last request, when everything is there. */
  async function writeRows(rows: EntryRow[], changes: Partial<Head>): Promise<void> {
    const groups = groupsOf(rows);
    const written: EntryRow[] = [];
    try {
      for (const [index, create] of groups.entries()) {
        await save({ ...(index === groups.length - 1 && changes), entries: { create } });
        written.push(...create);
      }
    } catch (error) {
      const there = isTaken(error) ? await rowsFrom(next + written.length) : [];
      if (isTaken(error) && (there.length === 0 || there.some((row) => row.writer !== writer))) {
        lost = true;
        throw new TakenOverError();
      }
      written.push(...there);
      ahead = [...ahead, ...join(written.map(asPiece)).map(({ text }) => text)];
      throw error;
    } finally {
      next += written.length;
    }
  }

  async function save(body: object): Promise<void> {
    const directus = await place.directus();
    await directus.request('PATCH', path`/items/${CONVERSATIONS}/${id}`, { query: { fields: ['id'] }, body });
  }

  async function rowsFrom(n: number, limit?: number): Promise<EntryRow[]> {
    const filter = { conversation: { _eq: id }, user: { _eq: place.user }, n: { _gte: n } };
    return readRows(await place.directus(), ENTRIES, {
      filter,
      sort: ['n'],
      ...(limit !== undefined && { limit }),
    });
  }

  /** Once more where an earlier try turns out to have reached Directus: now it is known what is there. */
  async function appendOrAgain(lines: Line[]): Promise<void> {
    try {
      await append(lines);
    } catch (error) {
      if (!isTaken(error)) throw error;
      await append(lines);
    }
  }

  function newBatch(): NonNullable<typeof batch> {
    const lines: Line[] = [];
    const written = last.then(() => {
      batch = undefined;
      return inWords('the conversations', () => appendOrAgain(lines));
    });
    last = written.catch(() => {});
    return { lines, written };
  }

  return {
    async write(entry) {
      used = true;
      batch ??= newBatch();
      batch.lines.push(lineOf(entry));
      await batch.written;
    },
    used: () => used,
    settled: () => last,
    async isNewest() {
      await last;
      return !lost && (await rowsFrom(next, 1)).length === 0;
    },
  };
}

/** What changes in lists. Parts of an answer and states of calls change only the time of the last use. */
function changesOf(id: string, lines: readonly Line[], after: readonly JournalEntry[]): Partial<Head> {
  const titled = lines.findLast(({ entry }) => entry.type === 'titled')?.entry;
  const title = titled?.type === 'titled' ? { title: titled.title } : {};
  const small = lines.every(({ entry }) => entry.type === 'heard' || entry.type === 'call');
  const at = lines.at(-1)?.entry.at;
  return {
    ...title,
    ...(small && at !== undefined ? { updated: Date.parse(at) } : headOf(readStory(id, after))),
  };
}
