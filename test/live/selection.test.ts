import { afterAll, beforeAll, expect, test } from 'vitest';
import { checksum, freshCollection, rest } from './helpers.ts';
import { type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);
let server: TestServer;
let own: { name: string; remove(): Promise<void> };
const state = () => checksum(`/items/${own.name}?limit=-1&sort=id`);

beforeAll(async () => {
  [server, own] = await Promise.all([
    startServer({ flags: ['--allow-deletes'], settings: { limits: { changeRows: 100 } } }),
    freshCollection('chosen', [
      { field: 'title', type: 'string' },
      { field: 'status', type: 'string' },
      { field: 'rank', type: 'integer' },
    ]),
  ]);
  const rows = Array.from({ length: 30 }, (_, index) => ({
    title: `Row ${index}`,
    status: index % 2 ? 'draft' : 'published',
    rank: 100 + index,
  }));
  await asAdmin('POST', `/items/${own.name}`, rows);
});
afterAll(async () => {
  await Promise.all([server?.close(), own?.remove()]);
});

const nothing: [string, Row][] = [
  ['no keys and no query', {}],
  ['keys null', { keys: null }],
  ['keys empty', { keys: [] }],
  ['keys as empty JSON', { keys: '[]' }],
  ['keys of spaces', { keys: '   ' }],
  ['an empty key', { keys: [''] }],
  ['a key of spaces', { keys: [' '] }],
  ['a star as key', { keys: ['*'] }],
  ['query empty', { query: {} }],
  ['query as JSON', { query: '{}' }],
  ['filter empty', { query: { filter: {} } }],
  ['filter as JSON', { query: { filter: '{}' } }],
  ['filter as spaced JSON', { query: { filter: ' {\n } ' } }],
  ['filter null', { query: { filter: null } }],
  ['filter as empty text', { query: { filter: '' } }],
  ['filter as list', { query: { filter: [] } }],
  ['_and empty', { query: { filter: { _and: [] } } }],
  ['_or empty', { query: { filter: { _or: [] } } }],
  ['_and of nothing', { query: { filter: { _and: [{}] } } }],
  ['_or of nothing', { query: { filter: { _or: [{}] } } }],
  ['groups of nothing', { query: { filter: { _and: [{ _or: [{ _and: [{}] }] }] } } }],
  ['nothing beside something', { query: { filter: { _or: [{ status: { _eq: 'draft' } }, {}] } } }],
  ['an empty condition', { query: { filter: { status: {} } } }],
  ['a quantifier on no field', { query: { filter: { _some: { status: { _eq: 'draft' } } } } }],
  ['an operator on no field', { query: { filter: { _eq: 1 } } }],
  ['a key of spaces in the filter', { query: { filter: { ' ': { _eq: 1 } } } }],
  ['an operator with a space', { query: { filter: { status: { ' _eq': 'draft' } } } }],
  ['a typo in filter', { query: { filters: { status: { _eq: 'draft' } } } }],
  ['only search', { query: { search: 'Row' } }],
  ['only a limit', { query: { limit: 5 } }],
  ['keys beside a filter', { keys: [1], query: { filter: { status: { _eq: 'draft' } } } }],
  ['a filter and no row wanted', { query: { filter: { status: { _eq: 'draft' } }, limit: 0 } }],
  ['an alias that renames the key', { query: { filter: { id: { _lt: 3 } }, alias: { id: 'rank' } } }],
  ['an aggregate', { query: { filter: { id: { _lt: 3 } }, aggregate: { max: ['id'] } } }],
  ['a group', { query: { filter: { id: { _lt: 3 } }, groupBy: ['status'] } }],
  ['keys that do not exist', { keys: [1, 999_999] }],
];

test.each(nothing)('A8 update with %s is refused, and nothing changes', async (_, args) => {
  const before = await state();
  const answer = await server.call('items', {
    action: 'update',
    collection: own.name,
    data: { title: 'Overwritten' },
    ...args,
  });
  expect(answer.isError, answer.text).toBe(true);
  expect(answer.text).not.toMatch(/INTERNAL/);
  expect(await state()).toBe(before);
});

test.each(nothing)('A8 delete with %s is refused, and nothing goes', async (_, args) => {
  const before = await state();
  const answer = await server.call('items', { action: 'delete', collection: own.name, ...args });
  expect(answer.isError, answer.text).toBe(true);
  expect(answer.text).not.toMatch(/INTERNAL/);
  expect(await state()).toBe(before);
});

test('A8 a list of rows of which one has no key is refused', async () => {
  const before = await state();
  for (const data of [
    [{ id: 1, title: 'A' }, { title: 'B' }],
    [{ id: null, title: 'A' }],
    [
      { id: 1, title: 'A' },
      { id: 1, title: 'B' },
    ],
    [{ id: {}, title: 'A' }],
    [{ id: ' ', title: 'A' }],
    [{}],
    {},
  ]) {
    const answer = await server.call('items', { action: 'update', collection: own.name, data });
    expect(answer.isError, answer.text).toBe(true);
  }
  expect(await state()).toBe(before);
});

test('A8 a key in data does not move a row to another key', async () => {
  const before = await state();
  const answer = await server.call('items', {
    action: 'update',
    collection: own.name,
    keys: [1],
    data: { id: 77, title: 'Moved' },
  });
  expect(answer.isError).toBe(true);
  expect(answer.text).toContain('cannot be changed');
  expect(await state()).toBe(before);
});

test('A8 a filter that matches nothing changes nothing and says so', async () => {
  const before = await state();
  const query = { filter: { status: { _eq: 'nowhere' } } };
  const [update, remove] = await Promise.all([
    server.call('items', { action: 'update', collection: own.name, data: { title: 'X' }, query }),
    server.call('items', { action: 'delete', collection: own.name, query }),
  ]);
  expect(update.info).toEqual({ updated: 0, note: expect.stringContaining('Nothing was changed') });
  expect(remove.info).toEqual({ deleted: 0, note: expect.stringContaining('Nothing was deleted') });
  expect(await state()).toBe(before);
});

test('A8 a filter with a condition changes those rows and no others', async () => {
  const answer = await server.call('items', {
    action: 'update',
    collection: own.name,
    data: { title: 'Changed' },
    query: { filter: { rank: { _in: [101, 103] } } },
  });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.info).toEqual({ updated: 2 });
  const { data } = await asAdmin(
    'GET',
    `/items/${own.name}?filter[title][_eq]=Changed&fields=rank&sort=rank`,
  );
  expect(data).toEqual([{ rank: 101 }, { rank: 103 }]);
});
