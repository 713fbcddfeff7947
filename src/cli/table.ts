import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { oneLine } from '../terminal/text.ts';

export type Column = { title: string; align?: 'left' | 'right' };

/**
 * Rows in columns that are as wide as what is in them; the last takes what is left of `width`, in columns.
 * @returns lines, the first with the titles
 */
export function table(
  columns: readonly Column[],
  rows: readonly string[][],
  width = terminalWidth(),
): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map((cell) => oneLine(cell)))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => stringWidth(row[at] ?? ''))));
  const taken = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  const lines = cells.map((row) =>
    columns
      .map(({ align }, at) => {
        const isLast = at === columns.length - 1;
        const cell = isLast ? oneLine(row[at] ?? '', Math.max(20, width - taken)) : (row[at] ?? '');
        const space = ' '.repeat(Math.max(0, (widths[at] ?? 0) - stringWidth(cell)));
        return align === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line, at) => (at === 0 ? styleText('bold', line) : line));
}

const terminalWidth = (): number => process.stdout.columns || Number.POSITIVE_INFINITY;
