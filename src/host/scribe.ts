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
  /**
   * The same for what may go on unwritten.
   * @returns what to tell of a journal that cannot be written, once until it can be again
   * @throws Halt when somebody else goes on with the conversation
   */
  tried(): Promise<string | undefined>;
};

/** @param journal where to; without one nothing is kept */
export function createScribe(journal: Journal | undefined): Scribe {
  const waiting: JournalEntry[] = [];
  let writing: Promise<void> | undefined;
  let told = false;

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

  async function written(): Promise<void> {
    while (writing || waiting.length > 0) await start();
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
        await written();
      } catch (error) {
        throw new Halt(wordsFor(error), 'failed', { cause: error });
      }
    },
    async tried() {
      try {
        await written();
        told = false;
        return undefined;
      } catch (error) {
        if (error instanceof TakenOverError) throw new Halt(wordsFor(error), 'failed', { cause: error });
        if (told) return undefined;
        told = true;
        return `This conversation is not kept at present, because it cannot be written down (${rootCause(error)}). It goes on, without changes, and is kept as soon as it can be.`;
      }
    },
  };
}

const wordsFor = (error: unknown): string =>
  error instanceof TakenOverError
    ? `${error.message} It does not go on here: open it again to see what was said there.`
    : `The conversation cannot be written down (${rootCause(error)}), so nothing is changed in it. Mend that, then try again.`;
