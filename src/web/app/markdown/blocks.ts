import { Lexer, type Token } from 'marked';

/** A growing text in blocks of Markdown: `settled` are those that no later text changes, `rest` is what follows them. */
export type Grown = { text: string; settled: string[]; taken: number; rest: string };

export const nothing: Grown = { text: '', settled: [], taken: 0, rest: '' };

/**
 * Goes on with a text that has grown: only what follows the settled blocks is read again. A text that does not begin
 * with the one before is read from its start.
 */
export function grow(before: Grown, text: string): Grown {
  const { settled, taken } = text.startsWith(before.text) ? before : nothing;
  const tail = text.slice(taken);
  // Half a line says nothing yet: "2" may become "2. item" of the list before it.
  const lines = tail.slice(0, tail.lastIndexOf('\n') + 1);
  const tokens = lexer().blockTokens(lines, []);
  const last = tokens.findLastIndex(isBlock);
  const more = tokens.slice(0, Math.max(0, last));
  const length = more.reduce((sum, { raw }) => sum + raw.length, 0);
  const rest = tail.slice(length);
  return { text, settled: [...settled, ...rawOf(more)], taken: taken + length, rest };
}

/** All of it in blocks. */
export const blocksOf = ({ settled, rest }: Grown): string[] => [
  ...settled,
  ...rawOf(lexer().blockTokens(rest, [])),
];

/** What stands in one block. */
export const lex = (raw: string): Token[] => lexer().lex(raw);

const lexer = () => new Lexer({ gfm: true });
const isBlock = (token: Token): boolean => token.type !== 'space';
const rawOf = (tokens: Token[]): string[] => tokens.filter(isBlock).map(({ raw }) => raw);
