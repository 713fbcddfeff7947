/** Characters of a piece: 60,000 bytes at most in UTF-8, which every database holds in a text. */
const PIECE = 20_000;

export type Piece = { part: number; parts: number; text: string };

/**
 * Cuts a text into pieces that fit into a row; behind a blank where there is one near the end, so that no word that
 * somebody looks for is cut in two, and never within a character.
 */
export function cut(text: string, length = PIECE): Piece[] {
  const texts: string[] = [];
  let from = 0;
  while (text.length - from > length) {
    const end = from + length;
    const tail = text.slice(end - length / 4, end);
    const afterBlank = tail.length - 1 - tail.lastIndexOf(' ');
    const to = end - (afterBlank < tail.length ? afterBlank : isHalf(text, end) ? 1 : 0);
    texts.push(text.slice(from, to));
    from = to;
  }
  texts.push(text.slice(from));
  return texts.map((one, part) => ({ part, parts: texts.length, text: one }));
}

const isHalf = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text[at] ?? '');

/**
 * Puts pieces together, in the order in which they were written. What was not written to its end is left out: nobody
 * was told that it was written.
 */
export function join<P extends Piece>(pieces: Iterable<P>): { text: string; last: P }[] {
  const whole: { text: string; last: P }[] = [];
  let open: string[] = [];
  for (const piece of pieces) {
    if (piece.part === 0) open = [];
    if (piece.part !== open.length) continue;
    open.push(piece.text);
    if (open.length === piece.parts) whole.push({ text: open.join(''), last: piece });
  }
  return whole;
}
