const WORD = /"(?:[^"\\]|\\.)*"/.source;
const LIST_OF_WORDS = new RegExp(`\\[\\n\\s+(${WORD}(?:,\\n\\s+${WORD})*)\\n\\s+\\]`, 'g');

/** JSON as people write it: lists of words on one line. */
export function json(value: unknown): string {
  const onOneLine = (_: string, words: string) => `[${words.replace(/\n\s+/g, ' ')}]`;
  return JSON.stringify(value, null, 2).replace(LIST_OF_WORDS, onOneLine);
}

/** A command line from words, for the shell of the platform. */
export function shellLine(words: string[], windows: boolean): string {
  return words.map(windows ? quoteForWindows : quoteForShell).join(' ');
}

function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function quoteForWindows(text: string): string {
  return /^[\w@+=:,./-]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}
