import { Box, Text } from 'ink';
import type { Tokens } from 'marked';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import { each } from '../each.ts';
import { Inline, Prose, plain } from './inline.tsx';

const GAP = 2;
/** Narrower columns break every word; then the rows are shown one under the other. */
const READABLE = 8;

/** A table as wide as its cells need, at most `width` columns. */
export function Table({ token, width }: { token: Tokens.Table; width: number }): ReactNode {
  const rows = [token.header, ...token.rows];
  const natural = token.header.map((_, column) =>
    Math.max(1, ...rows.map((row) => widestLine(row[column]?.tokens ?? []))),
  );
  const columns = shareOut(natural, width - GAP * (natural.length - 1));
  if (!columns) return <Records token={token} />;
  const widths = columns.map((columnWidth, column) => ({ columnWidth, align: token.align[column] }));
  const total = columns.reduce((sum, column) => sum + column, GAP * (columns.length - 1));
  return (
    <Box flexDirection="column">
      <Row cells={token.header} widths={widths} bold />
      <Text dimColor>{'─'.repeat(total)}</Text>
      {each(token.rows, (row) => (
        <Row cells={row} widths={widths} />
      ))}
    </Box>
  );
}

type Column = { columnWidth: number; align: 'center' | 'left' | 'right' | null | undefined };

function Row({ cells, widths, bold }: { cells: Tokens.TableCell[]; widths: Column[]; bold?: boolean }) {
  return (
    <Box columnGap={GAP}>
      {each(widths, ({ columnWidth, align }, index) => (
        <Box
          width={columnWidth}
          flexShrink={0}
          justifyContent={align === 'right' ? 'flex-end' : align === 'center' ? 'center' : 'flex-start'}
        >
          {bold ? (
            <Text bold>
              <Inline tokens={cells[index]?.tokens ?? []} />
            </Text>
          ) : (
            <Prose tokens={cells[index]?.tokens ?? []} />
          )}
        </Box>
      ))}
    </Box>
  );
}

/** Each row as `name: value` lines. */
function Records({ token }: { token: Tokens.Table }) {
  return (
    <Box flexDirection="column" rowGap={1}>
      {each(token.rows, (row) => (
        <Box flexDirection="column">
          {each(token.header, (head, column) => (
            <Text>
              <Text bold>
                <Inline tokens={head.tokens} />
              </Text>
              {': '}
              <Inline tokens={row[column]?.tokens ?? []} />
            </Text>
          ))}
        </Box>
      ))}
    </Box>
  );
}

/**
 * Shares `room` among columns: narrow ones get what they need, the others the same each.
 * @returns nothing when the wide ones would become unreadable.
 */
export function shareOut(natural: number[], room: number): number[] | undefined {
  const columns = new Array<number>(natural.length).fill(0);
  let left = room;
  const order = natural.map((_, index) => index).sort((a, b) => (natural[a] ?? 0) - (natural[b] ?? 0));
  for (const [done, index] of order.entries()) {
    const wanted = natural[index] ?? 0;
    const share = Math.floor(left / (order.length - done));
    if (wanted > share && share < READABLE) return undefined;
    columns[index] = Math.min(wanted, share);
    left -= columns[index];
  }
  return columns;
}

function widestLine(tokens: Tokens.TableCell['tokens']): number {
  return Math.max(
    ...plain(tokens)
      .split('\n')
      .map((line) => stringWidth(line)),
  );
}
