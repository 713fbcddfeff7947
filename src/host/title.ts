import type { UserContent } from 'ai';

const LONGEST = 60;

/** A title for a conversation from the first thing a person says; undefined when that has no words. */
export function titleOf(content: UserContent): string | undefined {
  const text = typeof content === 'string' ? content : content.map(wordsOf).join(' ');
  const line = text.replace(/\s+/g, ' ').trim();
  if (!line) return undefined;
  if (line.length <= LONGEST) return line;
  const cut = line.slice(0, LONGEST - 1);
  const space = cut.lastIndexOf(' ');
  return `${space > LONGEST / 2 ? cut.slice(0, space) : cut}…`;
}

const wordsOf = (part: Exclude<UserContent, string>[number]): string => {
  if (part.type === 'text') return part.text;
  return part.type === 'file' ? (part.filename ?? '') : '';
};
