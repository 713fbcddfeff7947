import type { Row } from './reply.ts';

const LONGEST = 60;

/** Rows as a Markdown table, in the order of `columns`. */
export function table(rows: Row[], columns: string[]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((name) => cell(row[name])))),
  ].join('\n');
}

/** A value in a table cell: without tags, and with nothing that would end the cell. */
export function cell(value: unknown): string {
  return oneLine(typeof value === 'string' ? value.replace(/<[^>]+>/g, ' ') : value).replaceAll('|', '\\|');
}

/** A value in a sentence, set off from it. */
export function said(value: unknown): string {
  return `\`${oneLine(value).replaceAll('`', "'")}\``;
}

function oneLine(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  const line = (typeof value === 'object' ? JSON.stringify(value) : String(value))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** `1 row`, `3 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Bytes as people read them. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${amount.toFixed(amount < 10 ? 1 : 0)} ${unit}`;
}

/** What somebody else has said, at most the beginning of it. */
export function quote(text: string): string {
  return text
    .trim()
    .slice(0, 1500)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
