import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Extra } from '../../host/attachments/message.ts';
import { each } from '../each.ts';
import { labelOf } from '../session/along.ts';
import { oneLine, size } from '../text.ts';
import { tone } from '../theme.ts';

/** What goes along with the next message, by the numbers that `/detach` takes; at most `rows` lines. */
export function Along({
  along,
  width,
  rows,
}: {
  along: readonly Extra[];
  width: number;
  rows: number;
}): ReactNode {
  if (along.length === 0) return null;
  const shown = along.length > rows ? along.slice(0, Math.max(1, rows - 1)) : along;
  return (
    <Box flexDirection="column">
      {each(shown, (extra, index) => {
        const facts = factsOf(extra);
        return (
          <Text wrap="truncate">
            <Text {...tone('accent')}>{`[${index + 1}] `}</Text>
            {oneLine(labelOf(extra), Math.max(8, width - 5 - facts.length - 2))}
            <Text dimColor>{`  ${facts}`}</Text>
          </Text>
        );
      })}
      {shown.length < along.length ? (
        <Text dimColor>{`… and ${along.length - shown.length} more`}</Text>
      ) : null}
    </Box>
  );
}

function factsOf(extra: Extra): string {
  if ('bytes' in extra) return `${oneLine(extra.mediaType)} · ${size(extra.bytes.length)}`;
  return `text · ${size(Buffer.byteLength(extra.text))}`;
}
