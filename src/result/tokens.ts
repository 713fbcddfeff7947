/**
 * About how many tokens a text costs a model, without a tokenizer: those weigh megabytes, and a server that is
 * started often must not load one. The weights were fitted to o200k on JSON, prose, HTML, code, ids and several
 * scripts; test/unit/tokens.test.ts holds the estimate between 0.7 and 1.6 of the true count on each.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let previous = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const kind = kindOf(code);
    tokens += WEIGHT[kind] ?? 0;
    // Ids mix letters and digits, base64 mixes cases as well: every such change starts a new token.
    if ((isLetter(kind) && previous === DIGIT) || (kind === DIGIT && isLetter(previous))) tokens += 0.5;
    else if (kind === UPPER && previous === LETTER) tokens += 0.4;
    previous = kind;
  }
  return Math.ceil(tokens);
}

const LETTER = 0;
const DIGIT = 1;
const MARK = 2;
const FOREIGN = 3;
const WIDE = 4;
const UPPER = 5;
const SPACE = 6;
/** Lao, Tibetan and Ethiopic: tokenizers have seen so little of them that a letter is cut into bytes. */
const RARE = 7;
const WEIGHT = [0.22, 0.44, 0.58, 0.34, 0.9, 0.3, 0.22, 1.6];

function isLetter(kind: number): boolean {
  return kind === LETTER || kind === UPPER;
}

function kindOf(code: number): number {
  if (code > 0x2e7f) return WIDE;
  if ((code >= 0x0e80 && code <= 0x0fff) || (code >= 0x1200 && code <= 0x139f)) return RARE;
  if (code > 0x7f) return FOREIGN;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code >= 97 && code <= 122) return LETTER;
  if (code >= 65 && code <= 90) return UPPER;
  if (code === 32) return SPACE;
  return MARK;
}
