import { Text } from 'ink';
import type { ReactNode } from 'react';
import { callKey, type Decision, type PendingCall } from '../../host/index.ts';
import { each } from '../each.ts';
import type { Marks } from '../input/marks.ts';
import { inline, isRecord } from '../summary.ts';
import { oneLine } from '../text.ts';
import { tone } from '../theme.ts';
import { EFFECTS, Effect } from './effect.tsx';
import { Keys } from './keys.tsx';

type BatchProps = {
  pending: readonly PendingCall[];
  marks: Marks;
  width: number;
  rows: number;
};

/** A line each, with what the server says of it below; as many as there is room for, around the cursor. */
export function Batch({ pending, marks, width, rows }: BatchProps): ReactNode {
  const lines = 1 + Number(isNarrow(width)) + Number(pending.some(({ preview }) => preview));
  const room = Math.max(1, Math.floor(rows / lines));
  const first = Math.max(0, Math.min(marks.cursor - Math.floor(room / 2), pending.length - room));
  const last = Math.min(pending.length, first + room);
  return (
    <>
      <Text>{`Run these ${pending.length} calls?`}</Text>
      {each(pending.slice(first, last), (call, index) => (
        <Candidate
          call={call}
          decision={marks.decisions[first + index] ?? 'no'}
          current={first + index === marks.cursor}
          width={width}
        />
      ))}
      {last - first < pending.length ? (
        <Text
          {...tone('warning')}
        >{`${first + 1} to ${last} of ${pending.length} shown, ↑↓ for the rest`}</Text>
      ) : null}
      <Keys
        keys={[
          ['y', 'all'],
          ['n', 'none'],
          ['↑↓ space', 'pick'],
          ['Enter', 'run the picked'],
          ['a', 'always'],
          ['v', 'view'],
          ['Esc', 'stop'],
        ]}
      />
    </>
  );
}

const BOXES: Record<Decision['decision'], string> = { no: '[ ]', yes: '[x]', always: '[always]' };

type CandidateProps = {
  call: PendingCall;
  decision: Decision['decision'];
  current: boolean;
  width: number;
};

function Candidate({ call, decision, current, width }: CandidateProps) {
  const head = `${current ? '❯' : ' '} ${BOXES[decision]} `;
  const key = oneLine(callKey(call));
  const room = width - head.length - key.length - EFFECTS[call.effect].says.length - 2;
  const says = firstLine(call);
  const narrow = isNarrow(width);
  const below = [...(narrow ? [inlineArguments(call)] : []), ...(says ? [says] : [])];
  return (
    <>
      <Text wrap="truncate">
        <Text {...tone('accent')}>{head}</Text>
        <Text bold>{key}</Text> <Effect call={call} />{' '}
        {narrow ? null : <Text dimColor>{oneLine(inlineArguments(call), room)}</Text>}
      </Text>
      {each(below, (line) => (
        <Text dimColor>{`      ${oneLine(line, width - 6)}`}</Text>
      ))}
    </>
  );
}

/** Then arguments have no room beside what the call is. */
const isNarrow = (width: number): boolean => width < 60;

/** What its server says of it, without what the question says already. */
const firstLine = ({ preview = '' }: PendingCall): string =>
  (preview.trim().split('\n')[0] ?? '').replace(/^The assistant wants to /, '');

function inlineArguments({ input }: PendingCall): string {
  if (!isRecord(input)) return JSON.stringify(input) ?? '';
  const { action: _action, ...rest } = input;
  return inline(rest);
}
