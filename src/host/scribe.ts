import { rootCause } from './cause.ts';
import type { Journal, JournalEntry } from './conversations/journal.ts';
import { TakenOverError } from './conversations/store.ts';
import { Halt } from './halt.ts';

type Untimed<T> = T extends { at: string } ? Omit<T, 'at'> : never;

/** An entry as it is noted; the time is put to it. */
export type Note = Untimed<JournalEntry>;

/** Writes down what happens in a conversation, in its order. */
export type Scribe = {
  note(entry: Note): void;
  /**
   * Resolves when all that was noted is written. What could not be written is tried again the next time.
   * @throws Halt when the journal cannot be written
   */
  settled(): Promise<void>;
};

/** @param journal where to; without one nothing is kept */
export function createScribe(journal: Journal | undefined): Scribe {
  const waiting: JournalEntry[] = [];
  let writing: Promise<void> | undefined;

  async function drain(to: Journal): Promise<void> {
    for (let entry = waiting[0]; entry; entry = waiting[0]) {
      await to.write(entry);
      waiting.shift();
    }
  }

  function start(): Promise<void> {
    if (!journal) return Promise.resolve();
    writing ??= drain(journal).finally(() => {
      writing = undefined;
    });
    return writing;
  }

  return {
    note(entry) {
      if (!journal) return;
      // What an entry holds goes on changing, as records of calls do.
      waiting.push(structuredClone({ ...entry, at: new Date().toISOString() }));
      start().catch(() => {
        // `settled` says so.
      });
    },
    async settled() {
      try {
        while (writing || waiting.length > 0) await start();
      } catch (error) {
        throw new Halt(wordsFor(error), 'failed', { cause: error });
      }
    },
  };
}

const wordsFor = (error: unknown): string =>
  error instanceof TakenOverError
    ? `${error.message} It does not go on here: open it again to see what was said there.`
    : `The conversation cannot be written down (${rootCause(error)}), so it does not go on. Mend that, then try again.`;
