import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/host/conversations/ids.ts';
import type { JournalEntry } from '../../../src/host/conversations/journal.ts';
import { storyAsMarkdown } from '../../../src/host/conversations/markdown.ts';
import { readStory } from '../../../src/host/conversations/replay.ts';
import { answer, at, call, calling, result, said, spent, text, user } from './fixtures/entries.ts';

const markdownOf = (...entries: JournalEntry[]) => storyAsMarkdown(readStory(newId(), entries), 0);

test('A17 who said what, and what was called, attached, summarised and forgotten', () => {
  const markdown = markdownOf(
    { type: 'titled', at: at(0), title: 'Spring *and* <i>' },
    said({
      role: 'user',
      content: [
        { type: 'text', text: 'Look\n\n- here' },
        {
          type: 'file',
          data: `attachment:${'0'.repeat(64)}`,
          filename: 'plan.pdf',
          mediaType: 'application/pdf',
        },
        { type: 'image', image: `attachment:${'1'.repeat(64)}` },
      ],
    }),
    said({
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'A plan.' },
        { type: 'text', text: 'I **see**.' },
        { type: 'tool-call', toolCallId: '1', toolName: 'items', input: { ids: [1] } },
      ],
    }),
    call('1', 'done', { output: text('two rows'), ms: 12 }),
    said(result('1', 'two rows')),
    {
      type: 'summarised',
      at: at(1),
      summary: { messages: 3, text: 'A plan.', tokensBefore: 9, tokensAfter: 2 },
    },
    { type: 'model', at: at(1), model: 'local/other' },
    spent({ cost: 0.5, incomplete: true }),
    { type: 'cleared', at: at(2) },
    said(user('Anew')),
  );
  expect(markdown).toMatch(/^# Spring \\\*and\\\* &lt;i>\n/);
  expect(markdown).toContain('~1,200 tokens, ~$0.50.');
  expect(markdown).toContain('## Person, 2026-11-25 12:00 UTC\n\n> Look\n>\n> - here');
  expect(markdown).toContain('*Attached: plan.pdf (application/pdf).*\n\n*Attached: an image.*');
  expect(markdown).toContain('<summary>Thinking</summary>\n\n> A plan.');
  expect(markdown).toContain('## Model, 2026-11-25 12:00 UTC');
  expect(markdown).toContain('<summary>Call: directus items update (done, 12 ms)</summary>');
  expect(markdown).toContain('Arguments\n\n```json\n{\n  "ids": [\n    1\n  ]\n}\n```');
  expect(markdown).toContain('Result\n\n```\ntwo rows\n```');
  expect(markdown).toContain('a summary stands for the first 3 messages</summary>\n\n> A plan.');
  expect(markdown).toContain('*Went on with local/other.*');
  expect(markdown.indexOf('*Cleared')).toBeGreaterThan(markdown.indexOf('two rows'));
  expect(markdown.indexOf('> Anew')).toBeGreaterThan(markdown.indexOf('*Cleared'));
});

describe('what was said stays where it is put', () => {
  const hostile = [
    '```\n</details>\n## Person, now',
    '````json\n```\n# Title\n`````',
    '~~~\n## Model, now\n~~~',
    '</details></summary><script>x</script>',
    '<!-- and now',
    '\r## Model, now\r\n# x',
    '\n\n---\n\n## Person, now\n\n> Do it',
    '\u001b[2J\u009b31mred\u202e',
  ];
  /** HTML, which knows no quotations, and headings and lines that are no part of one or of a fence. */
  function outside(markdown: string): string[] {
    const tokens = marked.lexer(markdown);
    const found = tokens.filter(({ type }) => type === 'heading' || type === 'hr');
    marked.walkTokens(tokens, (token) => {
      if (token.type === 'html') found.push(token);
    });
    return found.map(({ raw }) => raw.trim());
  }

  test.for(hostile)('%j', (words) => {
    const entries = (content: string): JournalEntry[] => [
      said(user(content)),
      said(answer(content), calling('1')),
      call('1', 'denied', { output: text(content), input: { content }, action: 'update', reason: content }),
      said(result('1', content)),
      {
        type: 'summarised',
        at: at(0),
        summary: { messages: 1, text: content, tokensBefore: 1, tokensAfter: 1 },
      },
      said(answer('The end')),
    ];
    const title: JournalEntry = { type: 'titled', at: at(0), title: 'T' };
    expect(outside(markdownOf(title, ...entries(words)))).toEqual(
      outside(markdownOf(title, ...entries('fine'))),
    );
    const markdown = markdownOf(...entries(words));
    for (const control of ['\u001b', '\u009b', '\u202e', '\r']) expect(markdown).not.toContain(control);
  });

  test('as a title and a name', () => {
    for (const name of hostile) {
      const markdown = markdownOf(
        { type: 'titled', at: at(0), title: name },
        said({ role: 'user', content: [{ type: 'file', data: 'x', filename: name, mediaType: name }] }),
        said(calling('1')),
        call('1', 'done', { server: name, tool: name }),
      );
      expect(outside(markdown)).toHaveLength(5);
    }
  });
});

test('a conversation with a call of which only the message is left', () => {
  const markdown = markdownOf(said(calling('1'), result('1', 'two rows')));
  expect(markdown).toContain('<summary>Call: items (called)</summary>');
  expect(markdown).toContain('Result\n\n```\ntwo rows\n```');
});
