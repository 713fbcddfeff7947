import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { each } from '../each.ts';
import { oneLine } from '../text.ts';

/** More of them are only counted. */
const SHOWN = 2;

/** The lines that wait for the end of what goes on, at most three rows. */
export function Queued({ lines, width }: { lines: readonly string[]; width: number }): ReactNode {
  if (lines.length === 0) return null;
  const more = lines.length > SHOWN ? `${lines.length - SHOWN} more · ` : '';
  return (
    <Box flexDirection="column">
      {each(lines.slice(0, SHOWN), (line) => (
        <Text dimColor>{oneLine(`› ${line}`, width)}</Text>
      ))}
      <Text dimColor>{oneLine(`${more}waits for the end of this · Esc gives it back`, width)}</Text>
    </Box>
  );
}
