import { isObject } from '../directus/query.ts';
import { toTable } from './columns.ts';
import { estimateTokens } from './tokens.ts';

export type Fitted = {
  /** JSON of what is shown. */
  text: string;
  /** Rows shown, when the data is a list. */
  shown?: number;
  /** Names of the fields with a text that was cut, and after how many characters. */
  cut?: { fields: string[]; at: number };
};

/** No text is cut shorter than this; below it, rows are left out instead. */
const SHORTEST_TEXT = 200;

/**
 * Fits data into a number of tokens: first by cutting long texts, then by leaving out rows from the end.
 * What is shown is always whole JSON, and what was cut is always told.
 * @param textOffset where texts begin, in characters, to read on in one that was cut
 */
export function fitToBudget(data: unknown, budget: number, textOffset = 0): Fitted {
  const from = textOffset > 0 ? cutTexts(data, textOffset, Number.POSITIVE_INFINITY).value : data;
  const whole = show(from);
  if (estimateTokens(whole) <= budget) return withRows(from, { text: whole });

  const at = longestThatFits(from, budget, textOffset);
  const { value, fields } = cutTexts(from, 0, at, textOffset);
  const cut = fields.size > 0 ? { cut: { fields: [...fields], at: at + textOffset } } : {};
  if (!Array.isArray(value)) return { text: show(value), ...cut };
  const rows = rowsThatFit(value, budget);
  return { text: show(value.slice(0, rows)), shown: rows, ...cut };
}

function withRows(data: unknown, fitted: Fitted): Fitted {
  return Array.isArray(data) ? { ...fitted, shown: data.length } : fitted;
}

/** Compact JSON, as a table where that is shorter. */
function show(data: unknown): string {
  return JSON.stringify((Array.isArray(data) ? toTable(data) : undefined) ?? data ?? null);
}

function longestThatFits(data: unknown, budget: number, textOffset: number): number {
  let low = SHORTEST_TEXT;
  let high = budget * 5;
  while (high - low > 50) {
    const middle = Math.floor((low + high) / 2);
    if (estimateTokens(show(cutTexts(data, 0, middle, textOffset).value)) <= budget) low = middle;
    else high = middle;
  }
  return low;
}

function rowsThatFit(rows: unknown[], budget: number): number {
  let spent = 20;
  for (const [index, row] of rows.entries()) {
    spent += estimateTokens(JSON.stringify(row)) + 1;
    // One row is always shown, however long, so that reading on makes headway.
    if (spent > budget && index > 0) return index;
  }
  return rows.length;
}

/**
 * Shows texts from character `from`, and at most `most` of them, saying how many are left.
 * A text that ends before `from` is shown whole: it is not the one being read on.
 */
function cutTexts(
  data: unknown,
  from: number,
  most: number,
  before = 0,
): { value: unknown; fields: Set<string> } {
  const fields = new Set<string>();
  const walk = (value: unknown, field: string): unknown => {
    if (typeof value === 'string') {
      const rest = from > 0 && value.length > from ? value.slice(from) : value;
      if (rest.length <= most) return rest;
      fields.add(field);
      return `${safeSlice(rest, most)}… [${rest.length - most} more of ${rest.length + before} characters]`;
    }
    if (Array.isArray(value)) return value.map((entry) => walk(entry, field));
    if (isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, walk(entry, field ? `${field}.${key}` : key)]),
      );
    }
    return value;
  };
  return { value: walk(data, ''), fields };
}

/** The first `length` characters, without half a surrogate pair at the end. */
function safeSlice(text: string, length: number): string {
  const code = text.charCodeAt(length - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? length - 1 : length);
}
