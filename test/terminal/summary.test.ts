import { describe, expect, test } from 'vitest';
import { summarise } from '../../src/terminal/summary.ts';
import { duration, oneLine } from '../../src/terminal/text.ts';

describe('a result in a few lines', () => {
  test('rows are counted and the first is shown, without the marks around what people wrote', () => {
    const table =
      '{"shown":2,"more":"next: query.offset 2"}\n<data-0a1b2c3d>\n{"columns":["id","title"],"rows":[[1,"One"],[2,"Two"]]}\n</data-0a1b2c3d>';
    expect(summarise(table, 80)).toEqual(['2 rows: { id: 1, title: One }, …']);
    expect(summarise('[{"id":1}]', 80)).toEqual(['1 row: { id: 1 }']);
    expect(summarise('[]', 80)).toEqual(['no rows']);
  });

  test('A10 a receipt tells each change, before and after', () => {
    const receipt =
      '{"updated":2,"warning":"Stored otherwise"}\n[{"key":3,"changed":{"status":["draft","published"],"title":[null,"New"]}},{"key":"a-b","changed":{"sort":[1,2]}}]';
    expect(summarise(receipt, 80)).toEqual([
      'updated: 2, warning: Stored otherwise',
      '3 status: "draft" → "published"',
      '3 title: null → "New"',
      'a-b sort: 1 → 2',
    ]);
    // A receipt of an undoing names its rows otherwise.
    expect(summarise('[{"changed":{"status":["draft","published"]}}]', 80)).toEqual([
      'status: "draft" → "published"',
    ]);
  });

  test('what is left out is counted', () => {
    expect(summarise('one\ntwo\nthree\nfour\nfive', 80)).toEqual(['one', 'two', 'three', '… 2 more lines']);
    expect(summarise('x'.repeat(50), 10)).toEqual([`${'x'.repeat(9)}…`]);
    expect(summarise('', 80)).toEqual([]);
  });
});

test('wide characters count as the columns they take', () => {
  expect(oneLine('日本語のタイトル', 7)).toBe('日本語…');
});

test('durations read as people say them', () => {
  expect([0, 840, 3210, 64_000].map(duration)).toEqual(['0 ms', '840 ms', '3.2 s', '1 min 4 s']);
});
