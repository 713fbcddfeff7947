import fc from 'fast-check';
import { renderToString } from 'ink';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { allBlocks, settle } from '../../src/terminal/markdown/blocks.ts';
import { Markdown } from '../../src/terminal/markdown/markdown.tsx';
import { printable } from '../../src/terminal/text.ts';

const show = (text: string, width = 60) =>
  renderToString(<Markdown text={text} width={width} />, { columns: width });

/** What the chat does with a stream: append, settle, go on with the rest. */
function stream(text: string, sizes: number[]): string[] {
  const blocks: string[] = [];
  let rest = '';
  let at = 0;
  for (let turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    const settled = settle(rest + text.slice(at, at + size));
    blocks.push(...settled.blocks);
    rest = settled.rest;
    at += size;
  }
  return [...blocks, ...allBlocks(rest)];
}

const line = fc.constantFrom(
  '# Title',
  '## Sub *x*',
  'para one',
  'para **bold** `code`',
  '===',
  '---',
  '***',
  '- a',
  '- b',
  '* c',
  '+ d',
  '1. one',
  '2. two',
  '10) ten',
  '  indented',
  '    four',
  '        eight',
  '```',
  '```js',
  '~~~',
  'const x = 1;',
  '> quote',
  '> - in quote',
  '>',
  '| a | b |',
  '|---|---|',
  '| 1 | 2 |',
  'a | b',
  '-|-',
  '<div>',
  '</div>',
  '<!-- open',
  'close -->',
  '[x]: http://a.b',
  '[x]',
  '[link](http://a.b)',
  '- [ ] todo',
  '- [x] done',
  '   - nested',
  '   more',
  '',
  '',
  '',
  '\\',
  '<b>x</b>',
  'http://a.b/c',
  '2',
  '-',
  '#',
  '`',
  '*',
  '&amp; 1 < 2',
);
const documents = fc.array(line, { maxLength: 14 }).map((lines) => lines.join('\n'));

describe('settle', () => {
  test('a stream gives the same blocks as the whole text, however it is cut', () => {
    fc.assert(
      fc.property(
        documents,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
        (text, sizes) => {
          expect(stream(text, sizes)).toEqual(allBlocks(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('loses no word', () => {
    fc.assert(
      fc.property(documents, (text) => {
        expect(allBlocks(text).join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Markdown', () => {
  test('shows emphasis, links, lists, quotes, code and tables', () => {
    const text = [
      '# Hi *there*',
      'See [docs](https://d.io) and https://x.y and `code`. A & B &amp; C',
      '3. one\n   - [x] done\n   - [ ] open\n4. two **bold**',
      '> quoted\n> text',
      '```js\nconst a = 1;\n  b();\n```',
      '| Title | Status | Views |\n|:--|:-:|--:|\n| Long enough that this title has to wrap somewhere, really | published | 12 |\n| B | draft | 1,234 |',
      '---\nend',
    ].join('\n\n');
    expect(show(text)).toBe(
      [
        'Hi there',
        '',
        'See docs (https://d.io) and https://x.y and code. A & B & C',
        '',
        '3. one',
        '   • [x] done',
        '   • [ ] open',
        '4. two bold',
        '',
        '┃ quoted',
        '┃ text',
        '',
        '│ const a = 1;',
        '│   b();',
        '',
        'Title                                        Status    Views',
        '─'.repeat(60),
        'Long enough that this title has to wrap     published     12',
        'somewhere, really',
        'B                                             draft    1,234',
        '',
        '─'.repeat(40),
        '',
        'end',
      ].join('\n'),
    );
  });

  test('a table with more columns than the terminal can show becomes name: value lines', () => {
    const cells = Array.from({ length: 8 }, (_, index) => `column ${index}`).join(' | ');
    const out = show(`| ${cells} |\n${'|---'.repeat(8)}|\n| ${cells} |`, 60);
    expect(out.split('\n')).toContain('column 3: column 3');
  });

  test('no line is wider than the terminal', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 30, max: 100 }), (text, width) => {
        for (const shown of show(text, width).split('\n'))
          expect(stringWidth(shown)).toBeLessThanOrEqual(width);
      }),
      { numRuns: 200 },
    );
  });

  test('escape sequences of a model never drive the terminal, and hide nothing', () => {
    const out = show('a\u001b[2Jb\u001b]0;title\u0007c\u0008d\u202ee');
    expect(out).toBe('a␛[2Jb␛]0;title␇c␈d�e');
    expect(printable('one\r\ntwo\tx')).toBe('one\ntwo    x');
  });
});
