import { isId } from './ids.ts';
import type { ConversationStore } from './store.ts';

/** Shorter than this, a piece of an id fits by chance. */
const SHORTEST = 4;

/** What lists show of an id: its end, since ids of one minute begin alike. */
export const shortId = (id: string): string => id.slice(-8);

/**
 * The id of the conversation that people mean by a whole id, or by a start or an end that only one has.
 * @throws an Error for people when there is none or several
 */
export async function findId(store: Pick<ConversationStore, 'list'>, text: string): Promise<string> {
  const wanted = text.trim().toLowerCase();
  if (isId(wanted)) return wanted;
  if (wanted.length < SHORTEST) {
    throw new Error(
      `"${text}" is too short for an id: give at least ${SHORTEST} characters of its start or end.`,
    );
  }
  const found = (await store.list()).filter(({ id }) => id.startsWith(wanted) || id.endsWith(wanted));
  const [one] = found;
  if (one && found.length === 1) return one.id;
  if (!one) {
    throw new Error(`There is no conversation "${text}". \`directus-assistant history\` lists them.`);
  }
  const some = found.slice(0, 5).map(({ id, title }) => `\n  ${id}  ${title}`);
  throw new Error(`"${text}" fits ${found.length} conversations, give more of the id:${some.join('')}`);
}
