import { Box, Text } from 'ink';
import type { MarkedToken, Token, Tokens } from 'marked';
import type { ReactNode } from 'react';
import { each } from '../each.ts';
import { printable } from '../text.ts';
import { tone } from '../theme.ts';
import { allBlocks, lex } from './blocks.ts';
import { Inline, Prose } from './inline.tsx';
import { Table } from './table.tsx';

/** A whole Markdown text; `width` in columns. */
export function Markdown({ text, width }: { text: string; width: number }): ReactNode {
  return (
    <Box flexDirection="column" rowGap={1}>
      {each(allBlocks(printable(text)), (raw) => (
        <MarkdownBlock raw={raw} width={width} />
      ))}
    </Box>
  );
}

/** One block, as `settle` hands it out; its text must be printable already. */
export function MarkdownBlock({ raw, width }: { raw: string; width: number }): ReactNode {
  return <Blocks tokens={lex(raw)} width={width} />;
}

function Blocks({ tokens, width, tight }: { tokens: Token[]; width: number; tight?: boolean }) {
  return (
    <Box flexDirection="column" rowGap={tight ? 0 : 1} flexGrow={1}>
      {each(
        (tokens as MarkedToken[]).filter((token) => token.type !== 'space'),
        (token) => (
          <Block token={token} width={width} />
        ),
      )}
    </Box>
  );
}

function Block({ token, width }: { token: MarkedToken; width: number }): ReactNode {
  switch (token.type) {
    case 'heading':
      return (
        <Text bold underline={token.depth === 1} {...tone('accent')}>
          <Inline tokens={token.tokens} />
        </Text>
      );
    case 'paragraph':
      return <Prose tokens={token.tokens} />;
    case 'code':
      return (
        <Box
          borderStyle="single"
          borderDimColor
          borderTop={false}
          borderBottom={false}
          borderRight={false}
          paddingLeft={1}
        >
          <Text {...tone('code')}>{token.text}</Text>
        </Box>
      );
    case 'blockquote':
      return (
        <Box
          borderStyle="bold"
          borderDimColor
          borderTop={false}
          borderBottom={false}
          borderRight={false}
          paddingLeft={1}
        >
          <Blocks tokens={token.tokens} width={width - 2} />
        </Box>
      );
    case 'list':
      return <List token={token} width={width} />;
    case 'table':
      return <Table token={token} width={width} />;
    case 'hr':
      return <Text dimColor>{'─'.repeat(Math.max(1, Math.min(width, 40)))}</Text>;
    case 'text':
      return <Prose tokens={[token]} />;
    default:
      return <Text>{token.raw.trim()}</Text>;
  }
}

function List({ token, width }: { token: Tokens.List; width: number }) {
  const first = token.start === '' ? 1 : token.start;
  const marks = token.items.map((_, index) => (token.ordered ? `${first + index}.` : '•'));
  const indent = Math.max(...marks.map((mark) => mark.length)) + 1;
  return (
    <Box flexDirection="column" rowGap={token.loose ? 1 : 0}>
      {each(token.items, (item, index) => (
        <Box>
          <Box width={indent} flexShrink={0} justifyContent="flex-start">
            <Text {...tone('accent')}>{marks[index]}</Text>
          </Box>
          <Blocks tokens={joined(item.tokens)} width={width - indent} tight={!token.loose} />
        </Box>
      ))}
    </Box>
  );
}

/** The checkbox of a task stands beside its text, but the lexer gives it as a block of its own. */
function joined(tokens: Token[]): Token[] {
  const [box, next, ...rest] = tokens as MarkedToken[];
  if (box?.type !== 'checkbox' || next?.type !== 'text') return tokens;
  return [{ ...next, tokens: [box, ...(next.tokens ?? [])] }, ...rest];
}
