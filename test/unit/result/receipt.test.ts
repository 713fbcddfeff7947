import { describe, expect, test } from 'vitest';
import { receipt } from '../../../src/result/receipt.ts';

describe('created', () => {
  test('tells the key and the stored values of each row', () => {
    const reply = receipt('created', 'id', [{ title: 'A' }], [{ id: 7, title: 'A' }]);
    expect(reply).toEqual({ info: { created: 1 }, data: [{ key: 7, values: { title: 'A' } }] });
  });

  test('warns of what is stored otherwise, by field', () => {
    const reply = receipt('created', 'id', [{ title: 'A', slug: 'x' }], [{ id: 7, title: 'a', slug: 'x' }]);
    expect(reply.info?.warning).toMatch(/otherwise than asked: title\./);
  });

  test('rows that come back in another order are told apart', () => {
    const asked = [{ title: 'A' }, { title: 'B' }, { title: 'C' }];
    const after = [
      { id: 'x', title: 'C' },
      { id: 'y', title: 'A' },
      { id: 'z', title: 'B' },
    ];
    expect(receipt('created', 'id', asked, after).info?.warning).toBeUndefined();
    after[0] = { id: 'x', title: 'D' };
    expect(receipt('created', 'id', asked, after).info?.warning).toContain('title');
  });

  test('what may not be read back is said, and is no silence', () => {
    const reply = receipt('created', 'id', [{ title: 'A' }, { title: 'B' }], []);
    expect(reply).toEqual({ info: { created: 2, warning: expect.stringContaining('may not read') } });
  });
});

test('rows that cannot be read back are counted and told of, so that nobody writes them again', () => {
  const made = receipt('created', 'id', [{ title: 'A' }, { title: 'B' }], [{ id: 7, title: 'A' }]);
  expect(made.info).toEqual({
    created: 2,
    warning: 'All 2 were created; 1 of them you may not read back. Do not create them again.',
  });
  const asked = [1, 2, 3].map((id) => ({ id, title: 'A' }));
  const { info } = receipt('updated', 'id', asked, asked.slice(0, 1), asked);
  expect(info?.updated).toBe(3);
  expect(info?.warning).toMatch(/^2 cannot be read back \("2", "3"\): deleted meanwhile, or you may not see/);
});

describe('updated', () => {
  const update = (asked: object, before: object, after: object) =>
    receipt('updated', 'id', [{ id: 1, ...asked }], [{ id: 1, ...after }], [{ id: 1, ...before }]);

  test('shows before and after of what changed, and nothing else', () => {
    const reply = update(
      { title: 'B', status: 'draft' },
      { title: 'A', status: 'draft' },
      { title: 'B', status: 'draft' },
    );
    expect(reply.data).toEqual([{ key: 1, changed: { title: ['A', 'B'] } }]);
    expect(JSON.parse(JSON.stringify(reply.info))).toEqual({ updated: 1 });
  });

  test('counts rows that stayed as they were', () => {
    expect(update({ title: 'A' }, { title: 'A' }, { title: 'A' }).info).toMatchObject({ unchanged: 1 });
  });

  test('A10 a value that reads back otherwise is a warning', () => {
    expect(update({ title: 'B' }, { title: 'A' }, { title: 'A' }).info?.warning).toContain('title');
    expect(
      update({ title: '2026-01-01: a title' }, { title: 'A' }, { title: '2026-01-02: it' }).info?.warning,
    ).toContain('title');
  });

  test('another form of the same value is no warning', () => {
    for (const [asked, stored] of [
      ['5', 5],
      [5, '5.00'],
      ['2026-01-31T14:30:00Z', '2026-01-31T14:30:00'],
      ['2026-01-31', '2026-01-31T00:00:00.000Z'],
      ['$NOW', '2026-01-31T14:30:00'],
      ['secret', '**********'],
      [{ a: 1 }, { a: 1, b: 2 }],
      [
        [1, 2],
        [1, 2, 3],
      ],
      [null, null],
      [true, true],
    ]) {
      expect(update({ f: asked }, { f: 'x' }, { f: stored }).info?.warning).toBeUndefined();
    }
  });

  test('rows are matched by key, not by their order, whatever the type of the key', () => {
    const reply = receipt(
      'updated',
      'id',
      [
        { id: '1', title: 'one' },
        { id: '2', title: 'two' },
      ],
      [
        { id: 2, title: 'two' },
        { id: 1, title: 'one' },
      ],
      [
        { id: 1, title: 'a' },
        { id: 2, title: 'b' },
      ],
    );
    expect(reply.info?.warning).toBeUndefined();
    expect(reply.data).toEqual([
      { key: 2, changed: { title: ['b', 'two'] } },
      { key: 1, changed: { title: ['a', 'one'] } },
    ]);
  });
});
