import { toTable } from './columns.ts';
import { type Limits, shorten } from './shorten.ts';
import { estimateTokens } from './tokens.ts';

export type Fitted = {
  /** JSON of what is shown. */
  text: string;
  /** Rows shown, when the data is a list. */
  shown?: number;
  /** Fields with a text that was cut, and after how many characters. */
  cut?: { fields: string[]; at: number };
  /** Fields with a list or object that was cut, and after how many entries. */
  shortened?: { fields: string[]; to: number };
};

/** No text is cut shorter than this while leaving out rows would do. */
const SHORTEST_TEXT = 200;
/** What is left of a text when nothing else helps. */
const STUMP = 20;
const ALL = Number.POSITIVE_INFINITY;

/**
 * Fits data into a number of tokens: first by cutting long texts, then by leaving out rows from the end, and where
 * one row alone is too much, by cutting what is inside it. What is shown is always whole JSON, at least one row of
 * a list is shown, and what was cut is always told.
 * @param textOffset where texts begin, in characters, to read on in one that was cut
 */
export function fitToBudget(data: unknown, budget: number, textOffset = 0): Fitted {
  const attempt = (value: unknown, limits: Partial<Limits>) => {
    const all = { from: textOffset, text: ALL, entries: ALL, ...limits };
    const short = shorten(value, all);
    const text = show(short.value);
    return { ...short, text, limits: all, fits: estimateTokens(text) <= budget };
  };
  type Attempt = ReturnType<typeof attempt>;
  const told = ({ text, texts, lists, limits }: Attempt, rows?: number): Fitted => ({
    text,
    ...(rows === undefined ? {} : { shown: rows }),
    ...(texts.size > 0 ? { cut: { fields: [...texts], at: limits.text + textOffset } } : {}),
    ...(lists.size > 0 ? { shortened: { fields: [...lists], to: limits.entries } } : {}),
  });
  const isList = Array.isArray(data);

  const whole = attempt(data, {});
  if (whole.fits) return told(whole, isList ? data.length : undefined);

  const withShortTexts = attempt(data, { text: SHORTEST_TEXT });
  if (withShortTexts.fits) {
    const text = largest(SHORTEST_TEXT, budget * 5, 50, (most) => attempt(data, { text: most }).fits);
    return told(attempt(data, { text }), isList ? data.length : undefined);
  }

  const rows = isList ? rowsThatFit(withShortTexts.value as unknown[], budget) : undefined;
  const kept = isList ? data.slice(0, rows) : data;
  const withFewRows = attempt(kept, { text: SHORTEST_TEXT });
  if (withFewRows.fits) return told(withFewRows, rows);

  for (const shortest of [SHORTEST_TEXT, STUMP]) {
    const entries = largest(
      1,
      LONGEST_LIST,
      1,
      (most) => attempt(kept, { text: shortest, entries: most }).fits,
    );
    const withFewEntries = attempt(kept, { text: shortest, entries });
    if (withFewEntries.fits) return told(withFewEntries, rows);
  }
  // Nothing reasonable nests like this: its JSON is shown as a text.
  const json = JSON.stringify(kept);
  const length = largest(0, json.length, 50, (most) => attempt(json, { text: most, from: 0 }).fits);
  return told(attempt(json, { text: length, from: 0 }), rows);
}

/** Longer lists inside a row are cut at once. */
const LONGEST_LIST = 4096;

/** The largest number from `low` to `high`, give or take `step`, for which `fits` holds; `low` when none does. */
function largest(low: number, high: number, step: number, fits: (most: number) => boolean): number {
  let [from, to] = [low, high];
  while (to - from > step) {
    const middle = Math.floor((from + to) / 2);
    if (fits(middle)) from = middle;
    else to = middle;
  }
  return from;
}

/** Compact JSON, as a table where that is shorter. */
function show(data: unknown): string {
  return JSON.stringify((Array.isArray(data) ? toTable(data) : undefined) ?? data ?? null);
}

/** How many rows from the first on fit; one at least, so that reading on makes headway. */
function rowsThatFit(rows: unknown[], budget: number): number {
  let spent = 1;
  for (const [index, row] of rows.entries()) {
    spent += estimateTokens(JSON.stringify(row)) + 1;
    if (spent > budget && index > 0) return index;
  }
  return Math.max(1, rows.length);
}
