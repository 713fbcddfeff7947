import type { Directus } from '../directus/connection.ts';
import { path } from '../directus/path.ts';
import { entryLine } from '../host/conversations/entries.ts';
import { exportStory } from '../host/conversations/export.ts';
import { createdAtOf, isId, newId } from '../host/conversations/ids.ts';
import { readStory, replay } from '../host/conversations/replay.ts';
import { findIn, type Match, wordsOf } from '../host/conversations/search.ts';
import {
  type ConversationStore,
  type ListOptions,
  NoConversationError,
  type OpenConversation,
} from '../host/conversations/store.ts';
import { attachmentsIn } from './attachments.ts';
import { candidates } from './candidates.ts';
import { type Head, headOf, readEntries, summaryFrom } from './entries.ts';
import { journalIn } from './journal.ts';
import { CONVERSATIONS, ENTRIES } from './layout.ts';
import { inWords, isForbidden, readRows } from './rows.ts';

/** How many conversations a search gives when nobody says. */
const FOUND = 20;

/** Where a person's conversations are, and whose they are. */
export type Place = {
  /** Directus, with rights that reach them now. Tokens change, so it is asked for each time. */
  directus: () => Promise<Directus>;
  /** Id of the user. Admins and the server may read more than their own, so each request names whose it wants. */
  user: string;
};

/**
 * Conversations of one person in the Directus database, for any number of instances. Whoever writes to one holds it:
 * of two that have it open, the one that writes first goes on, and the other is told so when it writes.
 */
export function directusConversations(place: Place): ConversationStore {
  const { directus, user } = place;
  const mine = { user: { _eq: user } };
  const guarded = <T>(work: () => Promise<T>) => inWords('the conversations', work);

  async function headsWhere(filter: object, limit?: number): Promise<Head[]> {
    return readRows<Head>(await directus(), CONVERSATIONS, {
      filter: { _and: [mine, filter] },
      sort: ['-updated', '-created'],
      ...(limit !== undefined && { limit }),
    });
  }

  async function headOfMine(id: string): Promise<Head> {
    const [head] = isId(id) ? await headsWhere({ id: { _eq: id } }, 1) : [];
    if (!head) throw new NoConversationError(`There is no conversation ${id}.`);
    return head;
  }

  async function read(id: string) {
    const head = await headOfMine(id);
    const { entries, lost, next } = await readEntries(await directus(), id, user);
    // A name is given without the journal, which somebody may be writing to.
    const story = { ...readStory(id, entries), title: head.title ?? undefined };
    return { entries, lost, next, story };
  }

  async function open(id: string): Promise<OpenConversation> {
    const { entries, lost, next, story } = await read(id);
    const settled = story.unsettled;
    const journal = journalIn({
      place,
      id,
      next,
      entries,
      // What was only heard was said from the first write on. Who only looks takes nothing from who still writes it.
      first: settled.length > 0 ? [{ type: 'said', at: story.updatedAt, messages: settled }] : [],
    });
    return {
      id,
      recorded: replay(story, lost.length > 0),
      journal,
      attachments: attachmentsIn(place, id),
      warnings: lost.map(
        (n) => `Entry ${n} of this conversation in Directus cannot be read and was left out.`,
      ),
      isOurs: () => guarded(journal.isNewest),
      close: () =>
        guarded(async () => {
          await journal.settled();
          if (entries.length === 0 && !journal.used()) await removeUnused(id);
        }),
    };
  }

  /** It may have been used elsewhere. */
  async function removeUnused(id: string): Promise<void> {
    const filter = { conversation: { _eq: id } };
    const some = await readRows(await directus(), ENTRIES, {
      filter,
      fields: ['id'],
      sort: ['id'],
      limit: 1,
    });
    if (some.length === 0) await removeHead(id);
  }

  async function removeHead(id: string): Promise<void> {
    await (await directus()).request('DELETE', path`/items/${CONVERSATIONS}/${id}`).catch((error) => {
      // Somebody else was faster.
      if (!isForbidden(error)) throw error;
    });
  }

  return {
    create: () =>
      guarded(async () => {
        const id = newId();
        const body = { id, user, created: Date.parse(createdAtOf(id)), ...headOf(readStory(id, [])) };
        await (await directus()).request('POST', path`/items/${CONVERSATIONS}`, {
          query: { fields: ['id'] },
          body,
        });
        return open(id);
      }),
    open: (id) => guarded(() => open(id)),
    list: (options = {}) =>
      guarded(async () => (await headsWhere(pageOf(options), options.limit)).map(summaryFrom)),
    search: (text, limit = FOUND) =>
      guarded(async () => {
        const words = wordsOf(text);
        const ids = words.length > 0 ? await candidates(await directus(), user, words) : [];
        const heads = ids.length > 0 ? await headsWhere({ _and: [{ id: { _in: ids } }, pageOf({})] }) : [];
        const matches: Match[] = [];
        for (const head of heads) {
          const { entries } = await readEntries(await directus(), head.id, user);
          const titled = head.title === null ? [] : [{ type: 'titled' as const, at: '', title: head.title }];
          const text = [...entries, ...titled].map(entryLine).join('');
          const match = findIn(Buffer.from(text), summaryFrom(head), words);
          if (match) matches.push(match);
        }
        matches.sort((a, b) => b.score - a.score);
        return matches.slice(0, limit).map(({ score: _score, ...found }) => found);
      }),
    rename: (id, title) =>
      guarded(async () => {
        await headOfMine(id);
        const body = { title };
        const query = { fields: ['id'] };
        await (await directus()).request('PATCH', path`/items/${CONVERSATIONS}/${id}`, { query, body });
      }),
    remove: (id) =>
      guarded(async () => {
        await headOfMine(id);
        await removeHead(id);
      }),
    exportAs: (id, format) =>
      guarded(async () => {
        const { story, lost } = await read(id);
        return exportStory(story, format, lost.length);
      }),
  };
}

/** Those in which something was said, behind the last of the page before. */
function pageOf({ before }: ListOptions): object {
  const used = { messages: { _gt: 0 } };
  if (!before) return used;
  const updated = Date.parse(before.updatedAt);
  const sameTime = { updated: { _eq: updated }, created: { _lt: Date.parse(createdAtOf(before.id)) } };
  return { _and: [used, { _or: [{ updated: { _lt: updated } }, { _and: [sameTime] }] }] };
}
