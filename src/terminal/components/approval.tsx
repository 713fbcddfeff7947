import { Box, Text, useInput, usePaste } from 'ink';
import type { ReactNode } from 'react';
import wrapAnsi from 'wrap-ansi';
import { callKey, type Decision, type PendingCall } from '../../host/index.ts';
import { each } from '../each.ts';
import { type ApprovalKey, noMarks, pressApproval } from '../input/marks.ts';
import { inline, isRecord } from '../summary.ts';
import { oneLine, printable } from '../text.ts';
import { type Tone, tone } from '../theme.ts';
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

const EFFECTS: Record<PendingCall['effect'], { says: string; tone: Tone }> = {
  read: { says: 'reads', tone: 'good' },
  write: { says: 'changes content', tone: 'warning' },
  delete: { says: 'deletes', tone: 'error' },
  schema: { says: 'changes the data model', tone: 'error' },
  automation: { says: 'runs or changes automation', tone: 'error' },
  access: { says: 'changes access rights', tone: 'error' },
  unknown: { says: 'does not say what it does', tone: 'warning' },
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
        <Several pending={pending} marks={marks.now()} width={width - 4} rows={rows} />
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

type SeveralProps = {
  pending: readonly PendingCall[];
  marks: ReturnType<typeof noMarks>;
  width: number;
  rows: number;
};

/** A line each, with what the server says of it below; as many as there is room for, around the cursor. */
function Several({ pending, marks, width, rows }: SeveralProps) {
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

function Effect({ call }: { call: PendingCall }) {
  const { says, tone: name } = EFFECTS[call.effect];
  return <Text {...tone(name)}>{says}</Text>;
}

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

function inlineArguments({ input }: PendingCall): string {
  if (!isRecord(input)) return JSON.stringify(input) ?? '';
  const { action: _action, ...rest } = input;
  return inline(rest);
}

/** A long line as several, so that what is hidden is counted in lines. */
function wrapped(line: string, width: number): string[] {
  return wrapAnsi(line, width, { hard: true, trim: false }).split('\n');
}
