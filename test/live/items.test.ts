import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshArticle, freshCollection, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);
let server: TestServer;
let deleting: TestServer;
beforeAll(async () => {
  [server, deleting] = await Promise.all([startServer(), startServer({ flags: ['--allow-deletes'] })]);
});
afterAll(async () => {
  await Promise.all([server?.close(), deleting?.close()]);
});

const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
};
const articles = (action: string, args: Row, on = server) =>
  on.call('items', { action, collection: 'articles', ...args });

test('a change answers with before and after of what changed, as Directus stored it', async () => {
  const one = await freshArticle({ summary: 'Old', featured: false });
  const two = await freshArticle({ summary: 'New', featured: false });
  const answer = await articles('update', {
    keys: [one.id, two.id],
    data: { summary: 'New', featured: true },
  });
  expect(answer.info).toEqual({ updated: 2 });
  expect(answer.data).toEqual([
    { key: one.id, changed: { summary: ['Old', 'New'], featured: [false, true] } },
    { key: two.id, changed: { featured: [false, true] } },
  ]);
  const again = await articles('update', { keys: [one.id], data: { summary: 'New' } });
  expect(again.info).toMatchObject({ updated: 1, unchanged: 1 });
});

test('rows that each hold their key are changed each in its own way', async () => {
  const one = await freshArticle();
  const two = await freshArticle();
  const answer = await articles('update', {
    data: [
      { id: one.id, summary: 'First' },
      { id: two.id, editor_note: 'Second' },
    ],
  });
  expect(answer.isError, answer.text).toBe(false);
  const { data } = await asAdmin(
    'GET',
    `/items/articles?filter[id][_in]=${one.id},${two.id}&fields=summary,editor_note&sort=id`,
  );
  expect(data).toEqual([
    { summary: 'First', editor_note: null },
    { summary: null, editor_note: 'Second' },
  ]);
});

test('what is created is told by key and as it is stored', async () => {
  const answer = await articles('create', {
    data: [{ title: 'One' }, { title: 'Two', tags: [{ tags_id: 1 }] }],
  });
  expect(answer.info).toEqual({ created: 2 });
  const rows = answer.data as { key: number; values: Row }[];
  expect(rows.map(({ values }) => values.title)).toEqual(['One', 'Two']);
  const { data } = await asAdmin('GET', `/items/articles/${rows[1]?.key}?fields=title,tags.tags_id`);
  expect(data).toEqual({ title: 'Two', tags: [{ tags_id: 1 }] });
});

test('a singleton is read and written without keys', async () => {
  const own = await freshCollection(
    'single',
    [
      { field: 'name', type: 'string' },
      { field: 'open', type: 'boolean', meta: { special: ['cast-boolean'] } },
    ],
    { singleton: true },
  );
  try {
    const call = (action: string, args: Row = {}) =>
      server.call('items', { action, collection: own.name, ...args });
    const first = await call('update', { data: { name: 'First' } });
    expect(first.data, first.text).toMatchObject([{ changed: { name: [null, 'First'] } }]);
    const second = await call('create', { data: { name: 'Second', open: 'true' } });
    expect(second.data, second.text).toMatchObject([{ changed: { name: ['First', 'Second'] } }]);
    expect((await call('read')).data).toMatchObject({ name: 'Second', open: true });
    refused(await call('update', { data: [{ name: 'A' }, { name: 'B' }] }), /singleton/);
    refused(await call('update', { data: {} }), /singleton|empty/);
    refused(await call('update', { data: { nam: 'X' } }), /no field "nam".*"name"/);
  } finally {
    await own.remove();
  }
});

test('many-to-any blocks are written, looked through, and named by their collection', async () => {
  const { id } = await freshArticle();
  const blocks = (item: unknown, collection: unknown = 'block_text') => ({
    create: [{ ...(collection ? { collection } : {}), item, sort: 1 }],
  });
  const update = (value: unknown) => articles('update', { keys: [id], data: { blocks: value } });
  refused(await update(blocks({ headline: 'X' })), /block_text has no field "headline".*"heading"/);
  refused(await update(blocks({ heading: 'X' }, null)), /collection is not said/);
  const done = await update(blocks({ heading: 'From a test' }));
  expect(done.isError, done.text).toBe(false);
  const { data } = await asAdmin('GET', `/items/articles/${id}?fields=blocks.item:block_text.heading`);
  expect(data).toEqual({ blocks: [{ item: { heading: 'From a test' } }] });
});

test('nested rows are checked as those on top', async () => {
  const { id } = await freshArticle();
  const update = (data: Row) => articles('update', { keys: [id], data });
  refused(await update({ author: { nam: 'X' } }), /authors has no field "nam".*"name"/);
  refused(await update({ author: [1] }), /one key or one object/);
  refused(await update({ tags: { add: [1] } }), /unknown part "add"/);
  refused(await update({ tags: 'harbour' }), /must be a list/);
  refused(await update({ tags: { create: { tags_id: 1 } } }), /must be a list/);
  refused(
    await update({ comments: { create: [{ name: 'R', text: 'T', posted_at: 'soon' }] } }),
    /must be a date/,
  );
  refused(
    await update({ tags: [{ tags_id: { id: 1, articles: { delete: [1] } } }] }),
    /no field "articles"|would delete/,
  );
  expect((await asAdmin('GET', `/items/articles/${id}?fields=author,tags,comments`)).data).toEqual({
    author: null,
    tags: [],
    comments: [],
  });
});
