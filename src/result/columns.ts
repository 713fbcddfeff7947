import { isObject } from '../directus/objects.ts';

/** Rows as a table: each field's name once, instead of once a row. */
export type Table = { columns: string[]; rows: unknown[][] };

const FEWEST_ROWS = 5;

/** The rows as a table, when all are flat objects of the same shape and the table is shorter; else undefined. */
export function toTable(rows: unknown[]): Table | undefined {
  const [first] = rows;
  if (rows.length < FEWEST_ROWS || !isObject(first)) return undefined;
  const columns = Object.keys(first);
  const table: unknown[][] = [];
  for (const row of rows) {
    if (!isObject(row) || Object.keys(row).length !== columns.length) return undefined;
    if (!columns.every((column) => Object.hasOwn(row, column))) return undefined;
    const cells = columns.map((column) => row[column]);
    if (cells.some((cell) => cell === undefined || isObject(cell) || isListOfObjects(cell))) return undefined;
    table.push(cells);
  }
  // A row saves its names and their colons, as `{"a":1}` becomes `[1]`; the table names them once, in a frame.
  const names = JSON.stringify(columns).length - 2;
  const saved = rows.length * (names - (columns.length - 1) + columns.length);
  const frame = '{"columns":[],"rows":}'.length + names;
  return columns.length > 0 && saved > frame ? { columns, rows: table } : undefined;
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.some((entry) => typeof entry === 'object' && entry !== null);
}
