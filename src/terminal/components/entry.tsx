import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { Markdown, MarkdownBlock } from '../markdown/markdown.tsx';
import type { Entry } from '../session/view.ts';
import { count, duration, printable } from '../text.ts';
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
      return (
        <Box>
          <Text bold {...tone('person')}>
            {'› '}
          </Text>
          <Text bold>{printable(entry.text)}</Text>
        </Box>
      );
    case 'answer':
      return <MarkdownBlock raw={entry.raw} width={width} />;
    case 'thought':
      return <Text dimColor>{`Thought for ${duration(entry.ms)}`}</Text>;
    case 'call':
      return <CallCard call={entry.call} width={width} />;
    case 'notice':
      return <Notice tone={entry.tone} text={entry.text} />;
    case 'turn': {
      const { inputTokens, outputTokens, estimated } = entry;
      const about = estimated ? 'at least ' : '';
      const tokens = `${about}${count(inputTokens, 'token')} in, ${outputTokens.toLocaleString('en-US')} out`;
      const known = inputTokens + outputTokens > 0;
      return <Text dimColor>{known ? `${duration(entry.ms)} · ${tokens}` : duration(entry.ms)}</Text>;
    }
  }
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
