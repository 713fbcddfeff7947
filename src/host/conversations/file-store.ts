import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../../settings/error-code.ts';
import { type Lock, takeLock } from '../../settings/lock.ts';
import { remedyFor } from '../../settings/remedy.ts';
import { attachmentFiles } from './attachment-files.ts';
import { syncFolder } from './durable.ts';
import { exportStory } from './export.ts';
import { isId, newId } from './ids.ts';
import { openJournalFile, readJournal, readJournalFile } from './journal-file.ts';
import { readStory, replay } from './replay.ts';
import { findIn, type Match, wordsOf } from './search.ts';
import {
  type ConversationStore,
  type ConversationSummary,
  NoConversationError,
  type OpenConversation,
} from './store.ts';
import { JOURNAL, readSummaries } from './summary-index.ts';

/** How many conversations a search gives when nobody says. */
const FOUND = 20;

/**
 * Conversations in a folder of this machine, one folder each. Nothing is touched before the first is made.
 * @param folder see `dataFolder`
 */
export function openConversations({ folder }: { folder: string }): ConversationStore {
  const root = join(folder, 'conversations');
  const folderOf = (id: string) => join(root, id);
  const journalOf = (id: string) => join(root, id, JOURNAL);

  /** File systems say EACCES; people are told what it means. */
  async function inWords<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      throw new Error(
        `The conversations in ${root} cannot be read or written (${code}). ${remedyFor(code, root)} Or set XDG_DATA_HOME to another folder.`,
        { cause: error },
      );
    }
  }

  async function mustExist(id: string): Promise<void> {
    const there = isId(id) && (await stat(folderOf(id)).catch(() => undefined));
    if (!there) throw new NoConversationError(`There is no conversation ${id}.`);
  }

  async function hold(id: string): Promise<Lock> {
    const { lock, holder } = await takeLock(join(folderOf(id), 'lock'));
    if (lock) return lock;
    const elsewhere = holder && holder.host !== hostname() ? ` on ${holder.host}` : '';
    const who = holder ? ` (process ${holder.pid}${elsewhere})` : '';
    throw new Error(`Conversation ${id} is open in another chat${who}. Close it there first.`);
  }

  async function openHeld(id: string, lock: Lock): Promise<OpenConversation> {
    const file = journalOf(id);
    const bytes = await readFile(file).catch((error) => {
      if (codeOf(error) === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    const { entries, broken, end } = readJournal(bytes);
    const story = readStory(id, entries);
    const recorded = replay(story, broken.length > 0);
    const journal = await openJournalFile(file, end, lock);
    let used = entries.length > 0;
    const write: typeof journal.write = async (entry) => {
      await journal.write(entry);
      used = true;
    };
    // From here on it was said, and what is said next does not take its place.
    if (story.unsettled.length > 0) {
      await write({ type: 'said', at: new Date().toISOString(), messages: story.unsettled });
    }
    return {
      id,
      recorded,
      journal: { write },
      attachments: attachmentFiles(join(folderOf(id), 'attachments')),
      warnings: broken.map((line) => `Line ${line} of ${file} cannot be read and was left out.`),
      isOurs: lock.isHeld,
      async close() {
        await journal.close();
        if (!used && (await lock.isHeld())) await rm(folderOf(id), { recursive: true, force: true });
        await lock.release();
      },
    };
  }

  async function open(id: string): Promise<OpenConversation> {
    await mustExist(id);
    const lock = await hold(id);
    return openHeld(id, lock).catch(async (error) => {
      await lock.release();
      throw error;
    });
  }

  async function list(): Promise<ConversationSummary[]> {
    return (await readSummaries(root)).sort(lastUsedFirst);
  }

  return {
    create: () =>
      inWords(async () => {
        const id = newId();
        await mkdir(root, { recursive: true, mode: 0o700 });
        // By itself, since "recursive" says ENOENT of a disk that can only be read.
        await mkdir(folderOf(id), { mode: 0o700 });
        const conversation = await open(id).catch(async (error) => {
          await rm(folderOf(id), { recursive: true, force: true });
          throw error;
        });
        await syncFolder(folderOf(id));
        await syncFolder(root);
        return conversation;
      }),
    open: (id) => inWords(() => open(id)),
    list: ({ limit, before } = {}) =>
      inWords(async () => {
        const all = await list();
        const rest = before ? all.filter((one) => lastUsedFirst(before, one) < 0) : all;
        return rest.slice(0, limit);
      }),
    search: (text, limit = FOUND) =>
      inWords(async () => {
        const words = wordsOf(text);
        const matches: Match[] = [];
        for (const summary of words.length > 0 ? await list() : []) {
          // Removed meanwhile.
          const bytes = await readFile(journalOf(summary.id)).catch(() => undefined);
          const match = bytes && findIn(bytes, summary, words);
          if (match) matches.push(match);
        }
        matches.sort((a, b) => b.score - a.score);
        return matches.slice(0, limit).map(({ score: _score, ...found }) => found);
      }),
    rename: (id, title) =>
      inWords(async () => {
        const conversation = await open(id);
        try {
          await conversation.journal.write({ type: 'titled', at: new Date().toISOString(), title });
        } finally {
          await conversation.close();
        }
      }),
    remove: (id) =>
      inWords(async () => {
        await mustExist(id);
        const lock = await hold(id);
        try {
          await rm(folderOf(id), { recursive: true, force: true });
        } finally {
          await lock.release();
        }
      }),
    exportAs: (id, format) =>
      inWords(async () => {
        await mustExist(id);
        const { entries, broken } = await readJournalFile(journalOf(id));
        return exportStory(readStory(id, entries), format, broken.length);
      }),
  };
}

function lastUsedFirst(
  a: Pick<ConversationSummary, 'id' | 'updatedAt'>,
  b: Pick<ConversationSummary, 'id' | 'updatedAt'>,
): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}
