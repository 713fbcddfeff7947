import { readJournal } from './journal-file.ts';
import { readStory } from './replay.ts';
import type { ConversationSummary, FoundConversation } from './store.ts';
import { saidIn, textIn } from './summaries.ts';

/** A word in the title says more than one somewhere in the text. */
const TITLE_WEIGHT = 5;
const EXCERPT_BEFORE = 40;
const EXCERPT_LENGTH = 120;

export type Match = FoundConversation & { score: number };

/** The words of a search, in lower case. */
export const wordsOf = (text: string): string[] => [
  ...new Set(text.toLowerCase().split(/\s+/).filter(Boolean)),
];

/**
 * Looks for words in one conversation.
 * @returns nothing when one of them is neither in the title nor in what the person or the model said
 */
export function findIn(
  bytes: Buffer,
  summary: ConversationSummary,
  words: readonly string[],
): Match | undefined {
  // Most journals lack a word somewhere, and to see that they need not be taken apart.
  const raw = bytes.toString('utf8').toLowerCase();
  if (!words.every((word) => raw.includes(asInJson(word)))) return undefined;
  const title = summary.title.toLowerCase();
  const said = saidIn(readStory(summary.id, readJournal(bytes).entries))
    .map(textIn)
    .join('\n');
  const text = said.toLowerCase();
  let score = 0;
  for (const word of words) {
    const inText = text.split(word).length - 1;
    const inTitle = title.includes(word);
    if (inText === 0 && !inTitle) return undefined;
    score += Math.log2(1 + inText) + (inTitle ? TITLE_WEIGHT : 0);
  }
  return { ...summary, score, excerpt: excerptOf(said, text, words) };
}

const asInJson = (word: string): string => JSON.stringify(word).slice(1, -1);

function excerptOf(said: string, text: string, words: readonly string[]): string {
  const first = Math.min(...words.map((word) => text.indexOf(word)).filter((at) => at >= 0));
  // Changing the case of a text can change its length; then the excerpt is a little off.
  const from = Number.isFinite(first) ? Math.max(0, first - EXCERPT_BEFORE) : 0;
  const cut = said
    .slice(from, from + EXCERPT_LENGTH)
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .trim();
  return `${from > 0 ? '…' : ''}${cut}${from + EXCERPT_LENGTH < said.length ? '…' : ''}`;
}
