import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { each } from '../each.ts';
import { tone } from '../theme.ts';

/** The keys that work here, wrapping between and not within them. */
export function Keys({ keys }: { keys: [string, string][] }): ReactNode {
  return (
    <Box flexWrap="wrap" columnGap={2} marginTop={1}>
      {each(keys, ([key, does]) => (
        <Text>
          <Text bold {...tone('accent')}>
            {key}
          </Text>{' '}
          <Text dimColor>{does}</Text>
        </Text>
      ))}
    </Box>
  );
}
