import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathOf } from '../../host/attachments/path.ts';
import type { ConversationSummary, FoundConversation } from '../../host/conversations/store.ts';
import { costText, numberText } from '../../host/costs/words.ts';
import { codeOf } from '../../settings/error-code.ts';
import { count, when } from '../text.ts';
import { choose, type Parts } from './parts.ts';
import { statusOf } from './turns.ts';

/** Conversations that are offered at once. */
const LISTED = 50;

/**
 * `/history`: goes on with an earlier conversation, one of those last used or of those in which words were said.
 * @throws an Error for people
 */
export async function openEarlier(parts: Parts, words: string): Promise<void> {
  const { store, turns, leave, recorded } = parts;
  const conversations = keptIn(parts);
  const found = await turns.work<(ConversationSummary | FoundConversation)[]>(
    'Looking for conversations',
    () => (words ? conversations.search(words, LISTED) : conversations.list({ limit: LISTED })),
  );
  const others = found?.filter((one) => one.id !== recorded?.id);
  if (!others) return;
  if (others.length === 0) {
    const none = words
      ? 'No other conversation has all of these words. Try fewer.'
      : 'There is no other conversation yet.';
    return store.tell('info', none);
  }
  const chosen = await choose(
    store,
    'Go on with',
    others.map((one) => ({ value: one.id, label: one.title, note: noteOf(one) })),
  );
  if (chosen !== undefined) leave({ resume: chosen });
}

function noteOf(conversation: ConversationSummary | FoundConversation): string {
  const { updatedAt, messages, usage } = conversation;
  const facts = [when(updatedAt), count(messages, 'message')];
  if (usage.cost !== undefined) facts.push(costText(usage));
  if ('excerpt' in conversation) facts.push(conversation.excerpt);
  return facts.join(' · ');
}

/** `/new`: leaves this conversation where it is kept; where none is, it is forgotten. */
export function openNew({ chat, conversations, leave, store }: Parts): void {
  if (conversations) {
    leave({ fresh: true });
    return;
  }
  chat.clear();
  store.set({ status: statusOf(chat), along: [] });
  store.tell('info', 'A new conversation begins here. The one before is not kept.');
}

/** `/rename`. @throws an Error for people without a title */
export async function rename({ chat, store }: Parts, title: string): Promise<void> {
  await chat.rename(title);
  store.set({ status: statusOf(chat) });
  store.tell('info', `This conversation is called "${chat.title}" now.`);
}

/**
 * `/export`: writes the conversation to a file, as JSON when that is its name, else as Markdown. A file that is there
 * already is written over only when the person says so.
 * @throws an Error for people
 */
export async function exportTo(parts: Parts, typed: string): Promise<void> {
  const { recorded, chat, store, turns } = parts;
  const conversations = keptIn(parts);
  if (!recorded || chat.messages.length === 0) throw new Error('There is nothing to export yet.');
  const file = pathOf(typed || `${fileName(chat.title ?? 'conversation')}.md`);
  const format = /\.json$/i.test(file) ? 'json' : 'markdown';
  const text = await turns.work('Reading the conversation', () =>
    conversations.exportAs(recorded.id, format),
  );
  if (text === undefined) return;
  if (!(await write(file, text, 'wx'))) {
    const chosen = await choose(store, `${basename(file)} is there already.`, [
      { value: 'keep', label: 'Keep it' },
      { value: 'over', label: 'Write over it' },
    ]);
    if (chosen !== 'over') return store.tell('info', 'Nothing was written.');
    await write(file, text, 'w');
  }
  store.tell('info', `The conversation is in ${file} (${numberText(Buffer.byteLength(text))} bytes).`);
}

/** @returns false when the file is there already and must not be written over */
async function write(file: string, text: string, flag: 'w' | 'wx'): Promise<boolean> {
  try {
    // What was said is nobody else's business.
    await writeFile(file, text, { flag, mode: 0o600 });
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    throw new Error(`${file} cannot be written (${code ?? String(error)}). Give another name: /export FILE`);
  }
}

/** A title as the name of a file everywhere. */
const fileName = (title: string): string =>
  title
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '') || 'conversation';

function keptIn({ conversations }: Parts) {
  if (conversations) return conversations;
  throw new Error(
    'This chat is not kept: ai.history is off in the settings, or it was started with --no-history.',
  );
}
