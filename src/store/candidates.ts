import type { Reader } from '../directus/connection.ts';
import { CONVERSATIONS, ENTRIES } from './layout.ts';
import { readRows } from './rows.ts';

/**
 * Ids of conversations that may have every word: those of which the database finds a piece of each in an entry or in
 * the title. More than there are, and never fewer.
 * @param words in lower case
 */
export async function candidates(
  directus: Reader,
  user: string,
  words: readonly string[],
): Promise<string[]> {
  const found = await Promise.all(words.map((word) => withPiece(directus, user, pieceOf(word))));
  const [first = new Set<string>(), ...others] = found;
  return [...first].filter((id) => others.every((ids) => ids.has(id)));
}

/**
 * The longest piece that databases compare alike whatever their language: letters and digits of ASCII, as they stand
 * in JSON. Without one, everything is a candidate.
 */
const pieceOf = (word: string): string =>
  (word.match(/[a-z0-9]+/g) ?? []).toSorted((a, b) => b.length - a.length)[0] ?? '';

async function withPiece(directus: Reader, user: string, piece: string): Promise<Set<string>> {
  const mine = { user: { _eq: user } };
  const has = (field: string) => (piece ? { [field]: { _icontains: piece } } : {});
  const [said, titled] = await Promise.all([
    readRows<{ conversation: string }>(directus, ENTRIES, {
      filter: { _and: [mine, has('entry')] },
      groupBy: ['conversation'],
      aggregate: { count: '*' },
      sort: ['conversation'],
    }),
    readRows<{ id: string }>(directus, CONVERSATIONS, {
      filter: { _and: [mine, has('title')] },
      fields: ['id'],
      sort: ['id'],
    }),
  ]);
  return new Set([...said.map(({ conversation }) => conversation), ...titled.map(({ id }) => id)]);
}
