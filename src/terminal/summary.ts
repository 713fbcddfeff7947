import { count, oneLine, printable } from './text.ts';

const MARK = /^<\/?data-[0-9a-f]+>$/;
const MOST_CHANGES = 8;

/**
 * A tool's result in a few lines for people, each at most `width` columns. Tables and lists of rows are counted,
 * the changes of a receipt are told one by one, anything else is shortened as it is.
 */
export function summarise(text: string, width: number): string[] {
  const lines = printable(text)
    .split('\n')
    .filter((line) => line.trim() !== '' && !MARK.test(line.trim()));
  const told = lines.flatMap((line) => {
    const value = parsed(line);
    return value === undefined ? [line] : tell(value);
  });
  const most = told.some((line) => line.includes(ARROW)) ? MOST_CHANGES : 3;
  const shown = told.slice(0, most).map((line) => oneLine(line, width));
  return told.length > most ? [...shown, `… ${count(told.length - most, 'more line')}`] : shown;
}

const ARROW = ' → ';

function parsed(line: string): unknown {
  if (!/^[[{]/.test(line)) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function tell(value: unknown): string[] {
  if (Array.isArray(value)) {
    const changes = value.flatMap((row) => (isRecord(row) ? changesOf(row) : []));
    return changes.length > 0 ? changes : rows(value.length, value[0]);
  }
  if (!isRecord(value)) return [JSON.stringify(value)];
  if (Array.isArray(value.columns) && Array.isArray(value.rows)) {
    const [first] = value.rows;
    const row = Array.isArray(first)
      ? Object.fromEntries(value.columns.map((column, index) => [String(column), first[index]]))
      : undefined;
    return rows(value.rows.length, row);
  }
  const changes = changesOf(value);
  if (changes.length > 0) return changes;
  // How to read on is for the model; the rows are counted anyway.
  const { shown, more, ...rest } = value;
  const told = shown !== undefined && typeof more === 'string' ? rest : value;
  return Object.keys(told).length > 0 ? [inline(told)] : [];
}

function rows(number: number, first: unknown): string[] {
  if (number === 0) return ['no rows'];
  const more = number > 1 ? ', …' : '';
  return [
    `${count(number, 'row')}: ${isRecord(first) ? `{ ${inline(first)} }` : JSON.stringify(first)}${more}`,
  ];
}

/** `12 title: "Old" → "New"` for each changed field of a receipt's row. */
function changesOf(row: Record<string, unknown>): string[] {
  if (!isRecord(row.changed)) return [];
  return Object.entries(row.changed).flatMap(([field, pair]) =>
    Array.isArray(pair) && pair.length === 2
      ? [
          `${row.key === undefined ? '' : `${plain(row.key)} `}${field}: ${short(pair[0])}${ARROW}${short(pair[1])}`,
        ]
      : [],
  );
}

const short = (value: unknown) => oneLine(JSON.stringify(value) ?? 'nothing', 60);

const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** `collection: articles, limit: 5`: an object's content on one line. */
export function inline(value: Record<string, unknown>): string {
  return Object.entries(value)
    .map(([key, each]) => `${key}: ${plain(each) ?? 'nothing'}`)
    .join(', ');
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
