import { Lexer, type Token } from 'marked';

/** Text as far as its blocks are finished, and the last block, which more text may still change. */
export type Settled = { blocks: string[]; rest: string };

/**
 * Splits growing Markdown into blocks that no later text can change and the rest. Feeding `rest` plus the text
 * that follows gives the same blocks as feeding everything at once.
 */
export function settle(text: string): Settled {
  // Half a line says nothing yet: "2" may become "2. item" of the list before it.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1);
  // What stands inside the blocks takes most of the time, and does not matter here.
  const tokens = new Lexer({ gfm: true }).blockTokens(lines, []);
  const last = tokens.findLastIndex(isBlock);
  const blocks: string[] = [];
  let taken = 0;
  for (const token of tokens.slice(0, Math.max(0, last))) {
    taken += token.raw.length;
    if (isBlock(token)) blocks.push(token.raw);
  }
  return { blocks, rest: text.slice(taken) };
}

/** All blocks of a finished text. */
export function allBlocks(text: string): string[] {
  const { blocks, rest } = settle(`${text}\n`);
  return rest.trim() === '' ? blocks : [...blocks, rest];
}

/** Tokens whose `raw` add up to the text; the lexer would otherwise rewrite line ends and shift the positions. */
export function lex(text: string): Token[] {
  return new Lexer({ gfm: true }).lex(text);
}

function isBlock(token: Token): boolean {
  return token.type !== 'space';
}
