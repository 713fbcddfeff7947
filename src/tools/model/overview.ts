import type { Collection } from '../../directus/types.ts';
import { estimateTokens } from '../../result/tokens.ts';
import { aboutCollection } from './system-notes.ts';

/** Tokens an overview may cost by our estimate, which for names lies above the true count or close below it. */
const MOST_TOKENS = 1800;

type Line = { text: string; names: number };

/**
 * A line for each collection: name, mark and note. Where there are many, names that begin alike and have the same
 * note share a line, written as in a shell: `blog_{authors,posts,tags}`; then notes are shortened, then left out.
 * @returns the lines, and how many collections are not in them because even that would be too much
 */
export function linesOf(
  collections: Collection[],
  mostTokens = MOST_TOKENS,
): { lines: string[]; left: number } {
  const ways: (() => Line[])[] = [
    () => collections.map((one) => ({ text: lineOf(one, ALL), names: 1 })),
    ...[ALL, 40, 0].map((longestNote) => () => bundled(collections, longestNote, ALL)),
    ...[200, 100, 50, 20, 10].map((most) => () => bundled(collections, 0, most)),
  ];
  let lines: Line[] = [];
  for (const way of ways) {
    lines = way();
    if (fits(lines, mostTokens)) break;
  }
  while (!fits(lines, mostTokens)) lines = lines.slice(0, Math.floor(lines.length * 0.9));
  const shown = lines.reduce((sum, { names }) => sum + names, 0);
  return { lines: lines.map(({ text }) => text), left: collections.length - shown };
}

const ALL = Number.POSITIVE_INFINITY;

function fits(lines: Line[], mostTokens: number): boolean {
  return estimateTokens(JSON.stringify(lines.map(({ text }) => text))) <= mostTokens;
}

function lineOf(collection: Collection, longestNote: number): string {
  const mark = collection.meta?.singleton ? ' (singleton)' : '';
  return `${collection.collection}${mark}${noteWithin(collection, longestNote)}`;
}

function noteWithin(collection: Collection, longest: number): string {
  const note = longest > 0 ? aboutCollection(collection) : undefined;
  if (!note) return '';
  return `: ${note.length > longest ? `${note.slice(0, longest)}…` : note}`;
}

/** Fewer names than these in a line save nothing. */
const FEWEST = 3;

/** Names that share their first word and what is said of them in a line; of each such line at most `most` names. */
function bundled(collections: Collection[], longestNote: number, most: number): Line[] {
  const groups = new Map<string, { prefix: string; note: string; members: Collection[] }>();
  for (const one of collections) {
    const word = /^[A-Za-z0-9]+[_-]+(?=.)/.exec(one.collection)?.[0];
    const prefix = one.meta?.singleton ? undefined : word;
    const note = noteWithin(one, longestNote);
    const key = prefix ? `${prefix}${note}` : ` ${one.collection}`;
    const group = groups.get(key) ?? { prefix: prefix ?? '', note, members: [] };
    group.members.push(one);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ prefix, note, members }) => {
    if (members.length < FEWEST) return members.map((one) => ({ text: lineOf(one, longestNote), names: 1 }));
    const shown = members.slice(0, most).map(({ collection }) => collection.slice(prefix.length));
    const more = members.length > most ? `,… ${members.length - most} more` : '';
    return [{ text: `${prefix}{${shown.join(',')}${more}}${note}`, names: shown.length }];
  });
}
