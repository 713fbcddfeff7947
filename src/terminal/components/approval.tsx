import { Box, Text, useInput, usePaste } from 'ink';
import type { ReactNode } from 'react';
import wrapAnsi from 'wrap-ansi';
import { callKey, type Decision, type PendingCall } from '../../host/index.ts';
import { each } from '../each.ts';
import { type ApprovalKey, noMarks, pressApproval } from '../input/marks.ts';
import { isRecord } from '../summary.ts';
import { printable } from '../text.ts';
import { type Tone, tone } from '../theme.ts';
import { Batch } from './batch.tsx';
import { Effect } from './effect.tsx';
import { Keys } from './keys.tsx';
import { useNow } from './use-now.ts';

type Props = {
  pending: readonly PendingCall[];
  width: number;
  /** Lines of arguments there is room for. */
  rows: number;
  answer(decisions: Decision[]): void;
  /** Shows the arguments in full. */
  view(call: PendingCall): void;
};

/** Asks whether calls may run: one by yes, no or always; several in one card by all, some or none. */
export function Approval({ pending, width, rows, answer, view }: Props): ReactNode {
  const marks = useNow(() => noMarks(pending));
  useInput((input, key) => {
    const current = pending[marks.now().cursor];
    if (input === 'v' && current) return view(current);
    const pressed = approvalKey(input, key);
    if (!pressed) return;
    const next = pressApproval(marks.now(), pressed, pending);
    if ('decided' in next) answer(next.decided);
    else marks.set(next.marks);
  });
  // What is pasted must not answer for anybody.
  usePaste(() => {});
  const [only] = pending;
  return (
    <Box flexDirection="column" borderStyle="round" {...borderTone('warning')} paddingX={1} width={width}>
      {pending.length === 1 && only ? (
        <One call={only} width={width - 4} rows={rows} />
      ) : (
        <Batch pending={pending} marks={marks.now()} width={width - 4} rows={rows} />
      )}
    </Box>
  );
}

function borderTone(name: Tone): { borderColor?: string } {
  const { color } = tone(name);
  return color ? { borderColor: color } : {};
}

function approvalKey(
  input: string,
  key: { upArrow: boolean; downArrow: boolean; return: boolean },
): ApprovalKey | undefined {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.return) return 'enter';
  if (input === ' ') return 'space';
  return input === 'y' || input === 'n' || input === 'a' ? input : undefined;
}

function One({ call, width, rows }: { call: PendingCall; width: number; rows: number }) {
  const lines = argumentLines(call).flatMap((line) => wrapped(line, width));
  const shown = lines.length > rows ? lines.slice(0, Math.max(1, rows - 1)) : lines;
  return (
    <>
      <Text>
        Run <Text bold>{printable(callKey(call))}</Text>? It <Effect call={call} />.
      </Text>
      {each(shown, (line) => (
        <Text wrap="truncate">{line}</Text>
      ))}
      {shown.length < lines.length ? (
        <Text {...tone('warning')}>{`… ${lines.length - shown.length} more lines: v shows all`}</Text>
      ) : null}
      <Keys
        keys={[
          ['y', 'yes'],
          ['n', 'no'],
          ['a', `always ${callKey(call)}`],
          ['v', 'view in full'],
          ['Esc', 'stop'],
        ]}
      />
    </>
  );
}

/**
 * What the server says the call would do, then its arguments one under the other, nested ones as indented JSON; every
 * character that will be sent is in it.
 */
export function argumentLines({ input, action, preview }: PendingCall): string[] {
  const said = preview === undefined ? [] : [...printable(preview).split('\n'), ''];
  if (!isRecord(input)) return [...said, ...printable(asText(input)).split('\n')];
  const given = Object.entries(input)
    .filter(([key, value]) => !(key === 'action' && value === action))
    .flatMap(([key, value]) => printable(`${key}: ${asText(value)}`).split('\n'));
  return [...said, ...given];
}

/** What is short stays on one line. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  const short = JSON.stringify(value) ?? '';
  return short.length <= 60 ? short : JSON.stringify(value, null, 2);
}

/** A long line as several, so that what is hidden is counted in lines. */
function wrapped(line: string, width: number): string[] {
  return wrapAnsi(line, width, { hard: true, trim: false }).split('\n');
}
