import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { type CallRecord, callKey, textOf } from '../../host/index.ts';
import { each } from '../each.ts';
import type { RunningCall } from '../session/view.ts';
import { inline, isRecord, summarise } from '../summary.ts';
import { count, duration, oneLine } from '../text.ts';
import { type Tone, tone } from '../theme.ts';

type Outcome = { mark: string; tone: Tone; lines: string[] };

/** A call that has ended: tool and action, arguments, result, time and tokens. */
export function CallCard({ call, width }: { call: CallRecord; width: number }): ReactNode {
  const outcome = outcomeOf(call, width - 4);
  const cost = [
    call.ms === undefined ? undefined : duration(call.ms),
    call.tokens === undefined ? undefined : count(call.tokens, 'token'),
  ];
  return (
    <Box flexDirection="column" width={width}>
      <Head
        mark={outcome.mark}
        markTone={outcome.tone}
        call={call}
        right={cost.filter(Boolean).join(' · ')}
        width={width}
      />
      {each(outcome.lines, (line) => (
        <Box paddingLeft={2}>
          <Text {...(outcome.tone === 'good' ? { dimColor: true } : tone(outcome.tone))} wrap="truncate">
            {line}
          </Text>
        </Box>
      ))}
    </Box>
  );
}

/** A call that has not ended; `mark` is the spinner's current frame. */
export function RunningCard({
  running,
  mark,
  width,
}: {
  running: RunningCall;
  mark: string;
  width: number;
}): ReactNode {
  const { call, progress } = running;
  const right = progress ? progressText(progress.progress, progress.total) : '';
  return (
    <Box flexDirection="column" width={width}>
      <Head mark={mark} markTone="accent" call={call} right={right} width={width} />
      {progress?.message ? (
        <Box paddingLeft={2}>
          <Text dimColor>{oneLine(progress.message, width - 2)}</Text>
        </Box>
      ) : null}
    </Box>
  );
}

type HeadProps = { mark: string; markTone: Tone; call: CallRecord; right: string; width: number };

function Head({ mark, markTone, call, right, width }: HeadProps) {
  const key = oneLine(callKey(call), width - 2);
  const room = width - 2 - key.length - 1 - (right ? right.length + 2 : 0);
  return (
    <Box justifyContent="space-between" width={width}>
      <Text wrap="truncate">
        <Text {...tone(markTone)}>{mark}</Text> <Text bold>{key}</Text>{' '}
        <Text dimColor>{oneLine(argumentsOf(call), room)}</Text>
      </Text>
      <Box flexShrink={0} paddingLeft={2}>
        <Text dimColor>{right}</Text>
      </Box>
    </Box>
  );
}

/** Arguments without the action, which is in the name already. */
function argumentsOf({ input, action }: CallRecord): string {
  if (!isRecord(input)) return input === undefined ? '' : JSON.stringify(input);
  const { action: given, ...rest } = input;
  return inline(given === action ? rest : input);
}

function outcomeOf(call: CallRecord, width: number): Outcome {
  if (call.state === 'denied') {
    return {
      mark: '−',
      tone: 'warning',
      lines: [oneLine(`not run: ${reasonOf(call)}`, width)],
    };
  }
  if (call.state === 'called' || call.state === 'running') {
    const lines = [call.state === 'called' ? 'not run' : 'stopped while it ran: look whether it took effect'];
    return { mark: '−', tone: 'warning', lines };
  }
  const lines = summarise(textOf(call.output), width);
  return call.isError ? { mark: '✗', tone: 'error', lines } : { mark: '✓', tone: 'good', lines };
}

/** The reason in the record is worded for the model. */
function reasonOf({ reason = '' }: CallRecord): string {
  if (reason.startsWith('The person denied this call')) return 'you said no';
  return reason.startsWith('The person did not answer') ? 'you said something else' : reason;
}

function progressText(done: number, total: number | undefined): string {
  if (!total) return String(done);
  const cells = Math.max(0, Math.min(10, Math.round((done / total) * 10)));
  return `${'█'.repeat(cells)}${'░'.repeat(10 - cells)} ${done}/${total}`;
}
