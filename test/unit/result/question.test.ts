import { expect, test } from 'vitest';
import { question } from '../../../src/result/question.ts';

test('a person reads what would become of which fields', () => {
  const text = question(
    {
      what: 'update 12 rows of articles',
      rows: 12,
      changes: [
        { key: 3, changed: { status: ['draft', 'published'], summary: [null, 'x'.repeat(500)] } },
        { key: 4, changed: {} },
        { row: 'authors 5', changed: { name: ['A', 'B'] } },
      ],
      permanent: ['2 of 12 rows: Directus holds no revision of them'],
      reasons: ['more than 10 rows (limits.changeRows)'],
    },
    'http://localhost:8055',
  );
  expect(text.split('\n')).toEqual([
    'The assistant wants to update 12 rows of articles, on http://localhost:8055.',
    'Rows in all: 12.',
    'Cannot be undone: 2 of 12 rows: Directus holds no revision of them.',
    'Asked because: more than 10 rows (limits.changeRows).',
    '  3:',
    '    status: "draft" → "published"',
    `    summary: null → "${'x'.repeat(69)}…`,
    '  4:',
    '    nothing',
    '  authors 5:',
    '    name: "A" → "B"',
  ]);
});

test('of long values that change, the part is shown where they do', () => {
  const begin = `<p>${'The library opens on Monday. '.repeat(5)}`;
  const body = [
    `${begin}Entry is free.</p>${'x'.repeat(90)}`,
    `${begin}Entry costs 500 euros.</p>${'x'.repeat(90)}`,
  ];
  const ends = ['y'.repeat(100), 'y'.repeat(90)];
  const text = question(
    { what: 'x', rows: 1, changes: [{ key: 1, changed: { body, ends } }], reasons: [] },
    'z',
  );
  expect(text).toMatch(
    /body: "…ns on Monday\. Entry is free\.<\/p>x+… → "…ns on Monday\. Entry costs 500 euros\.<\/p>x+…/,
  );
  expect(text).toMatch(/ends: "…y{30}" → "…y{20}"/);
});

test('what is given to something that runs is shown part by part', () => {
  const data = { subject: 's'.repeat(100), to: 'all@example.com' };
  const changes = [{ flow: 'Mail', data, query: { mode: 'now' } }];
  const text = question({ what: 'x', rows: 0, changes, reasons: [] }, 'z');
  expect(text).toContain('data.to: "all@example.com", query.mode: "now"');
});

test('rows that come and go are told by their first fields', () => {
  const row = { id: 1, a: null, b: 'two\nlines', c: 1, d: 2, e: 3, f: 4, g: 5 };
  const text = question(
    { what: 'x', rows: 1, changes: [{ deleted: row }, { new: { name: 'N' } }], reasons: [] },
    'y',
  );
  expect(text).toContain('  - id: 1, b: "two lines", c: 1, d: 2, e: 3, f: 4 and 1 more');
  expect(text).toContain('  + name: "N"');
});

test('whatever a preview shows, the question stays short', () => {
  for (const changes of [
    undefined,
    'words',
    ['x'],
    { a: { b: [1] } },
    Array(500).fill({ new: { a: 'b' } }),
  ]) {
    expect(question({ what: 'x', rows: 0, changes, reasons: ['y'] }, 'z').length).toBeLessThan(2600);
  }
});
