import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Activity, Status } from '../session/view.ts';
import { oneLine } from '../text.ts';
import { tone } from '../theme.ts';

/** What is waited for, for how long, and how to stop it. */
export function Waiting({
  activity,
  mark,
  width,
}: {
  activity: Activity;
  mark: string;
  width: number;
}): ReactNode {
  const elapsed = Math.floor((performance.now() - activity.since) / 1000);
  const head = `${activity.label} · ${elapsed} s · Esc stops`;
  const thought = activity.thought ? oneLine(activity.thought, width - 2) : '';
  return (
    <Box flexDirection="column">
      {thought ? <Text dimColor italic>{`  ${thought}`}</Text> : null}
      <Text wrap="truncate">
        <Text {...tone('accent')}>{mark} </Text>
        <Text dimColor>{head}</Text>
      </Text>
    </Box>
  );
}

/** Model, tokens used, and how full the context window is. */
export function StatusLine({ status }: { status: Status }): ReactNode {
  const { model, tokens, estimated, context } = status;
  const used =
    tokens > 0 ? `${estimated ? 'at least ' : ''}${tokens.toLocaleString('en-US')} tokens` : undefined;
  const full = context > 0.005 ? `context ${Math.round(context * 100)}%` : undefined;
  return (
    <Text dimColor wrap="truncate">
      {[model, used, full, '/help'].filter(Boolean).join(' · ')}
    </Text>
  );
}
