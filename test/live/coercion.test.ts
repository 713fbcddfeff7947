import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshArticle, rest } from './helpers.ts';
import { type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.close());

const read = (args: Row) => server.call('items', { action: 'read', collection: 'articles', ...args });
const stored = async (id: unknown, fields: string) =>
  (await asAdmin('GET', `/items/articles/${id}?fields=${fields}`)).data as Row;

describe('A7 a query that came as text is read, and the answer says so', () => {
  const plain = { fields: ['id', 'title'], sort: ['-id'], limit: 2, filter: { id: { _lte: 20 } } };
  const texts: [string, unknown, string[]][] = [
    ['query', JSON.stringify(plain), ['query']],
    ['fields', { ...plain, fields: 'id,title' }, ['query.fields']],
    ['fields as JSON', { ...plain, fields: '["id","title"]' }, ['query.fields']],
    ['sort', { ...plain, sort: '-id' }, ['query.sort']],
    ['limit', { ...plain, limit: '2' }, ['query.limit']],
    ['filter', { ...plain, filter: JSON.stringify(plain.filter) }, ['query.filter']],
    ['a condition', { ...plain, filter: { id: '{"_lte":20}' } }, ['query.filter.id']],
    ['a group', { ...plain, filter: { _and: '[{"id":{"_lte":20}}]' } }, ['query.filter._and']],
    [
      'a flag',
      { ...plain, filter: { _and: [{ id: { _lte: 20 } }, { title: { _null: 'false' } }] } },
      ['query.filter._and.1.title._null'],
    ],
    ['a truth value', { ...plain, backlink: 'false' }, ['query.backlink']],
  ];
  test.each(texts)('A7 %s', async (_, query, readFromText) => {
    const [asText, asIs] = await Promise.all([read({ query }), read({ query: plain })]);
    expect(asText.isError, asText.text).toBe(false);
    expect(asText.data).toEqual(asIs.data);
    expect(asText.info.readFromText).toEqual(readFromText);
    expect(asIs.info.readFromText).toBeUndefined();
  });

  test('A7 deep and aggregate', async () => {
    const answer = await read({
      query: { groupBy: 'status', aggregate: '{"count":["*"]}', filter: '{"id":{"_lt":20}}' },
    });
    expect(answer.isError, answer.text).toBe(false);
    expect((answer.data as Row[])[0]).toHaveProperty('count');
    const deep = await read({
      keys: '[1]',
      query: { fields: 'id,tags.id', deep: '{"tags":{"_limit":1}}' },
    });
    expect((deep.data as { tags: unknown[] }[])[0]?.tags).toHaveLength(1);
  });
});

describe('A7 keys in every shape', () => {
  test.each<[unknown, string]>([
    [1, 'one number'],
    ['1', 'one text'],
    ['[1]', 'JSON'],
    ['["1"]', 'JSON of texts'],
    [[1], 'a list of numbers'],
    [['1'], 'a list of texts'],
  ])('A7 keys %j: %s', async (keys) => {
    const answer = await read({ keys, query: { fields: ['id'] } });
    expect(answer.data, answer.text).toEqual([{ id: 1 }]);
  });
});

test('A7 data as JSON text creates and updates what it says', async () => {
  const created = await server.call('items', {
    action: 'create',
    collection: 'articles',
    data: '{"title":"From text","featured":"true","sort":"7"}',
  });
  expect(created.isError, created.text).toBe(false);
  expect(created.info.readFromText).toEqual(['data', 'articles.featured']);
  const [{ key } = { key: 0 }] = created.data as { key: number }[];
  expect(await stored(key, 'title,featured,sort')).toEqual({ title: 'From text', featured: true, sort: 7 });
  const updated = await server.call('items', {
    action: 'update',
    collection: 'articles',
    keys: String(key),
    data: '[{"featured":"false"}]',
  });
  expect(updated.isError, updated.text).toBe(false);
  expect(updated.data).toEqual([{ key, changed: { featured: [true, false] } }]);
  expect(await stored(key, 'featured')).toEqual({ featured: false });
});

test('A7 related rows as JSON text are related rows', async () => {
  const { id } = await freshArticle();
  const answer = await server.call('items', {
    action: 'update',
    collection: 'articles',
    keys: [id],
    data: { tags: '{"create":[{"tags_id":1}]}' },
  });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.info.readFromText).toEqual(['articles.tags']);
  expect(await stored(id, 'tags.tags_id')).toEqual({ tags: [{ tags_id: 1 }] });
});

test('A7 a JSON text meant for a text field stays a text', async () => {
  const texts = { title: '["a"]', body: '{"x":1}', summary: '5', editor_note: 'true' };
  const answer = await server.call('items', {
    action: 'create',
    collection: 'articles',
    data: { ...texts, key_facts: [{ label: '["b"]', value: '{"y":2}' }] },
  });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.info).toEqual({ created: 1 });
  const [{ key } = { key: 0 }] = answer.data as { key: number }[];
  expect(await stored(key, 'title,body,summary,editor_note,key_facts')).toEqual({
    ...texts,
    key_facts: [{ label: '["b"]', value: '{"y":2}' }],
  });
  const found = await read({ query: { filter: { title: { _eq: '["a"]' } }, fields: ['title'], limit: 1 } });
  expect(found.data).toEqual([{ title: '["a"]' }]);
});

describe('A7 text that is not what is due is an error', () => {
  test.each([
    ['a broken query', { query: '{"limit":' }, /"query" must be/],
    ['a list as query', { query: '[1]' }, /"query" must be/],
    ['a word as limit', { query: { limit: 'all' } }, /"query.limit" must be/],
    ['a broken filter', { query: { filter: '{status' } }, /"query.filter" must be/],
    ['a word as flag', { query: { filter: { title: { _null: 'yes' } } } }, /true or false/],
    ['a word as truth value', { query: { backlink: 'yes' } }, /"query.backlink"/],
  ])('A7 %s', async (_, args, says) => {
    const answer = await read(args);
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(says);
  });
});
