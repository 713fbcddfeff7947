/*
 * What was said, called and given back may hold anything. Here it is put into Markdown so that it stays where it is
 * put: it opens no block, closes none, and drives no terminal on which the text is shown.
 */

// Tabs and newlines stay. The bidirectional overrides make text read as something it is not.
const CONTROLS = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
const HTML = /<[A-Za-z/!?]/;

const plain = (text: string): string => text.replaceAll('\r\n', '\n').replace(CONTROLS, '\ufffd');

/** A text in a fence that is longer than any in it. */
export function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${plain(text)}\n${fence}`;
}

/** Markdown that somebody wrote, as a quotation; in a fence where it holds HTML, which knows no end of a quotation. */
export function quoted(text: string): string {
  if (HTML.test(text)) return fenced(text, 'markdown');
  return plain(text)
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** A text within a line, as it is. */
export const inline = (text: string): string =>
  plain(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
