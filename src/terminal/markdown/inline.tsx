import { Text, Transform } from 'ink';
import type { MarkedToken, Token } from 'marked';
import type { ReactNode } from 'react';
import { each } from '../each.ts';
import { tone } from '../theme.ts';

// Ink keeps the space at which it broke a full line and begins the next line with it.
const BROKEN_AT = new RegExp(`^((?:${String.fromCharCode(27)}\\[[\\d;]*m)*) (?=\\S)`);

/** A paragraph of inline text. */
export function Prose({ tokens }: { tokens: Token[] }): ReactNode {
  return (
    <Transform transform={(line, index) => (index > 0 ? line.replace(BROKEN_AT, '$1') : line)}>
      <Text>
        <Inline tokens={tokens} />
      </Text>
    </Transform>
  );
}

/** Text inside a block: emphasis, code, links. */
export function Inline({ tokens }: { tokens: Token[] }): ReactNode {
  return each(tokens as MarkedToken[], (token) => <Piece token={token} />);
}

function Piece({ token }: { token: MarkedToken }): ReactNode {
  switch (token.type) {
    case 'strong':
      return (
        <Text bold>
          <Inline tokens={token.tokens} />
        </Text>
      );
    case 'em':
      return (
        <Text italic>
          <Inline tokens={token.tokens} />
        </Text>
      );
    case 'del':
      return (
        <Text strikethrough>
          <Inline tokens={token.tokens} />
        </Text>
      );
    case 'codespan':
      return <Text {...tone('code')}>{token.text}</Text>;
    case 'link':
      return <Link label={<Inline tokens={token.tokens} />} text={token.text} href={token.href} />;
    case 'image':
      return <Link label={`[image] ${token.text}`} text={token.text} href={token.href} />;
    case 'br':
      return '\n';
    case 'checkbox':
      return token.checked ? '[x] ' : '[ ] ';
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? '\n' : token.raw;
    case 'text':
      return token.tokens ? <Inline tokens={token.tokens} /> : decoded(token.text);
    case 'escape':
      return decoded(token.text);
    default:
      return token.raw;
  }
}

/** A link shows its address, because not every terminal can be clicked. */
function Link({ label, text, href }: { label: ReactNode; text: string; href: string }): ReactNode {
  const bare = href === text || href === `mailto:${text}`;
  return (
    <>
      <Text underline {...tone('link')}>
        {label}
      </Text>
      {bare ? null : <Text dimColor>{` (${href})`}</Text>}
    </>
  );
}

/** What a token reads as, without its marks: to measure a table's cells. */
export function plain(tokens: Token[]): string {
  return (tokens as MarkedToken[])
    .map((token) => {
      if (token.type === 'br') return '\n';
      if (token.type === 'link' && token.href !== token.text) return `${plain(token.tokens)} (${token.href})`;
      if ('tokens' in token && token.tokens) return plain(token.tokens);
      return 'text' in token ? decoded(token.text) : token.raw;
    })
    .join('');
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

/** The lexer leaves HTML entities as they are; these are the ones models write. */
function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,6})|([a-z]+));/g, (whole, number?: string, name?: string) => {
    if (number) return Number(number) > 31 ? String.fromCodePoint(Number(number)) : whole;
    return ENTITIES[name ?? ''] ?? whole;
  });
}
