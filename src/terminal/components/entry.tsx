import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { costText, numberText } from '../../host/costs/words.ts';
import { Markdown, MarkdownBlock } from '../markdown/markdown.tsx';
import type { Entry } from '../session/view.ts';
import { count, duration, oneLine, printable } from '../text.ts';
import { tone } from '../theme.ts';
import { CallCard } from './call.tsx';

/** Lines longer than this are hard to read, however wide the terminal. */
const WIDEST = 100;

export const readableWidth = (columns: number): number => Math.max(20, Math.min(columns, WIDEST));

/** One finished thing in the scrollback. `before` is the one above it, which decides the space between. */
export function EntryView({
  entry,
  before,
  width,
}: {
  entry: Entry;
  before: Entry | undefined;
  width: number;
}): ReactNode {
  const close =
    before === undefined ||
    (entry.kind === before.kind && (entry.kind === 'call' || entry.kind === 'notice'));
  return (
    <Box flexDirection="column" marginTop={close ? 0 : 1} width={width}>
      <Content entry={entry} width={width} />
    </Box>
  );
}

function Content({ entry, width }: { entry: Entry; width: number }): ReactNode {
  switch (entry.kind) {
    case 'banner':
    case 'page':
      return <Markdown text={entry.text} width={width} />;
    case 'person':
      return <Person text={entry.text} along={entry.along ?? []} width={width} />;
    case 'answer':
      return <MarkdownBlock raw={entry.raw} width={width} />;
    case 'thought':
      return <Text dimColor>{entry.ms === undefined ? 'Thought' : `Thought for ${duration(entry.ms)}`}</Text>;
    case 'call':
      return <CallCard call={entry.call} width={width} />;
    case 'notice':
      return <Notice tone={entry.tone} text={entry.text} />;
    case 'turn':
      return <Text dimColor>{turnText(entry)}</Text>;
  }
}

type PersonProps = { text: string; along: readonly string[]; width: number };

function Person({ text, along, width }: PersonProps) {
  return (
    <Box>
      <Text bold {...tone('person')}>
        {'› '}
      </Text>
      <Box flexDirection="column" width={width - 2}>
        <Text bold>{printable(text)}</Text>
        {along.length > 0 ? (
          <Text dimColor>{`with ${along.map((label) => oneLine(label)).join(', ')}`}</Text>
        ) : null}
      </Box>
    </Box>
  );
}

/** How long a turn took, and what it used: `~` where it is an estimate. */
function turnText({ ms, usage }: Extract<Entry, { kind: 'turn' }>): string {
  const { inputTokens, outputTokens, cachedTokens, cost, incomplete } = usage;
  const about = incomplete ? '~' : '';
  const cached = cachedTokens > 0 ? ` (${numberText(cachedTokens)} cached)` : '';
  const tokens = `${about}${count(inputTokens, 'token')} in${cached}, ${about}${numberText(outputTokens)} out`;
  return [
    duration(ms),
    ...(inputTokens + outputTokens > 0 ? [tokens] : []),
    ...(cost === undefined ? [] : [costText(usage)]),
  ].join(' · ');
}

const WORDS = { info: '', warning: 'Warning: ', error: 'Error: ' };

function Notice(entry: { tone: 'info' | 'warning' | 'error'; text: string }) {
  const style = entry.tone === 'info' ? { dimColor: true } : tone(entry.tone);
  return (
    <Text>
      <Text bold {...style}>
        {WORDS[entry.tone]}
      </Text>
      <Text {...(entry.tone === 'info' ? style : {})}>{printable(entry.text)}</Text>
    </Text>
  );
}
