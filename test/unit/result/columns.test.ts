import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { toTable } from '../../../src/result/columns.ts';

/** What a reader makes of a table again. */
const toRows = ({ columns, rows }: NonNullable<ReturnType<typeof toTable>>) =>
  rows.map((cells) => Object.fromEntries(columns.map((column, index) => [column, cells[index]])));

const flatRows = fc
  .uniqueArray(fc.string(), { minLength: 1, maxLength: 6 })
  .chain((names) =>
    fc.array(
      fc.record(
        Object.fromEntries(
          names.map((name) => [name, fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null))]),
        ),
        { noNullPrototype: true },
      ),
      { minLength: 5, maxLength: 30 },
    ),
  )
  // As it comes from Directus.
  .map((rows): Record<string, unknown>[] => JSON.parse(JSON.stringify(rows)));

test('a table holds exactly the rows it was made of, and is shorter', () => {
  let tables = 0;
  fc.assert(
    fc.property(flatRows, (rows) => {
      const table = toTable(rows);
      if (!table) return;
      tables += 1;
      expect(toRows(table)).toEqual(rows);
      expect(JSON.stringify(table).length).toBeLessThan(JSON.stringify(rows).length);
    }),
  );
  expect(tables).toBeGreaterThan(50);
});

test('rows of another shape, or with objects in them, stay rows', () => {
  const row = { identifier: 1, title: 'a' };
  const five = [row, row, row, row, row];
  expect(toTable(five)).toBeDefined();
  expect(toTable(five.slice(1))).toBeUndefined();
  for (const odd of [
    { identifier: 1 },
    { identifier: 1, title: 'a', more: 1 },
    { identifier: 1, name: 'a' },
    { identifier: 1, title: { a: 1 } },
    { identifier: 1, title: [{ a: 1 }] },
    { identifier: 1, title: undefined },
    null,
    5,
    [],
  ]) {
    expect(toTable([...five, odd])).toBeUndefined();
    expect(toTable([odd, ...five])).toBeUndefined();
  }
  expect(toTable([...five, { title: 'b', identifier: 2 }])?.rows.at(-1)).toEqual([2, 'b']);
  expect(toTable([{}, {}, {}, {}, {}])).toBeUndefined();
});

test('names that every object inherits are no columns of a row that has them not', () => {
  const row = JSON.parse('{"constructor":1,"identifier":2}');
  const other = { identifier: 2, title: 'x' };
  expect(toTable([row, row, row, row, row, other])).toBeUndefined();
});

test('where the names are so short that a table would not win, rows stay rows', () => {
  expect(toTable([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }, { a: 5 }])).toBeUndefined();
});

test('lists of plain values are cells', () => {
  const row = { identifier: 1, tags: ['a', 'b'] };
  expect(toTable([row, row, row, row, row])?.rows[0]).toEqual([1, ['a', 'b']]);
});

test('25 rows of 6 flat fields cost at most 0.80 of the tokens of the same rows as objects', () => {
  const rows = Array.from({ length: 25 }, (_, id) => ({
    id: id + 1,
    title: `Council votes to open the harbour, part ${id + 1}`,
    status: id % 3 ? 'published' : 'draft',
    date_published: `2026-05-${String(id + 1).padStart(2, '0')}T08:30:00`,
    author: (id % 5) + 1,
    views: id * 137,
  }));
  const table = countTokens(JSON.stringify(toTable(rows)));
  expect(table / countTokens(JSON.stringify(rows))).toBeLessThanOrEqual(0.8);
});
