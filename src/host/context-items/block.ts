import { createHash } from 'node:crypto';

/**
 * What others wrote, in a block that it cannot close: the mark in its tags does not occur in it, also not in letters
 * that only look like it. The same content always gets the same mark, so that providers can cache what is sent again.
 */
export function dataBlock(tag: string, attributes: Record<string, string>, content: string): string {
  const mark = `${tag}-${markFor(content)}`;
  const said = Object.entries(attributes).map(([name, value]) => ` ${name}="${inAttribute(value)}"`);
  return `<${mark}${said.join('')}>\n${content}\n</${mark}>`;
}

/** A name or title for a place among our own words: on one line, and not too long. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}

/** A name among our own words, in quotes that it cannot leave: it is the name of something, and says nothing to a model. */
export const quoted = (name: string): string => JSON.stringify(oneLine(name).slice(0, 100));

/**
 * A mark of hex digits that does not occur in a content. Made from it, so it cannot be guessed while writing it; and
 * looked for, as whoever has time could write a content that holds the very mark it leads to.
 */
export function markFor(content: string, digits = 12): string {
  const plain = content.normalize('NFKC').toLowerCase();
  for (let round = 0; ; round++) {
    const mark = createHash('sha256').update(`${round} ${content}`).digest('hex').slice(0, digits);
    if (!plain.includes(mark)) return mark;
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const inAttribute = (value: string): string =>
  oneLine(value).replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
