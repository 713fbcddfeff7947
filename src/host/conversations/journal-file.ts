import { open, readFile } from 'node:fs/promises';
import type { Lock } from '../../settings/lock.ts';
import { entryLine, parseEntry } from './entries.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { TakenOverError } from './store.ts';

export type JournalText = {
  entries: JournalEntry[];
  /** Numbers of lines that are no entries, from 1. */
  broken: number[];
  /** Bytes up to the end of the last whole line; what comes after was being written when a process ended. */
  end: number;
};

/** Takes a journal apart. Entries of a newer version are passed over. */
export function readJournal(bytes: Buffer): JournalText {
  const entries: JournalEntry[] = [];
  const broken: number[] = [];
  let end = 0;
  for (let number = 1; ; number++) {
    const newline = bytes.indexOf(0x0a, end);
    if (newline < 0) return { entries, broken, end };
    const entry = parseEntry(bytes.toString('utf8', end, newline));
    if (entry === 'broken') broken.push(number);
    else if (entry !== 'unknown') entries.push(entry);
    end = newline + 1;
  }
}

export const readJournalFile = async (file: string): Promise<JournalText> =>
  readJournal(await readFile(file));

export type JournalFile = Journal & { close(): Promise<void> };

/**
 * Opens a journal to write to it; what comes after the first `end` bytes is cut off. Entries that are written at once
 * reach the disk together. One that could not be written is not in the journal, and may be tried again.
 */
export async function openJournalFile(file: string, end: number, lock: Lock): Promise<JournalFile> {
  const handle = await open(file, 'a', 0o600);
  let size = end;
  let torn = true;
  /** What is being written, and what is written after that. */
  let last: Promise<void> = Promise.resolve();
  let next: { lines: string[]; written: Promise<void> } | undefined;

  async function append(text: string): Promise<void> {
    if (!(await lock.isHeld())) throw new TakenOverError();
    const bytes = Buffer.from(text);
    if (torn) await handle.truncate(size);
    torn = true;
    await handle.appendFile(bytes);
    await handle.datasync();
    torn = false;
    size += bytes.length;
  }

  function batch(): NonNullable<typeof next> {
    const lines: string[] = [];
    const written = last.then(() => {
      next = undefined;
      return append(lines.join(''));
    });
    last = written.catch(() => {});
    return { lines, written };
  }

  return {
    async write(entry) {
      const line = entryLine(entry);
      next ??= batch();
      next.lines.push(line);
      await next.written;
    },
    async close() {
      await last;
      await handle.close();
    },
  };
}
