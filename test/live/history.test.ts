import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnDirectus, ownDirectus } from './own-directus.ts';
import type { Row, TestServer } from './server.ts';

let own: OwnDirectus;
let server: TestServer;
beforeAll(async () => {
  own = await ownDirectus();
  server = await own.serve({ flags: ['--allow-deletes'] });
}, 60_000);
afterAll(() => own?.stop());

const update = async (collection: string, keys: unknown[], data: Row) => {
  const answer = await server.confirmed('items', { action: 'update', collection, keys, data: [data] });
  expect(answer.isError, answer.text).toBe(false);
};
const read = async (args: Row) => {
  const answer = await server.call('history', { action: 'read', ...args });
  expect(answer.isError, answer.text).toBe(false);
  return { ...answer, rows: answer.data as Row[] };
};

test('A23 who changed this: what became of what, by whom and when, newest first', async () => {
  const { id } = await own.article({ title: 'First', category: 1 });
  await own.send('PATCH', `/items/articles/${id}`, { title: 'Second' }, { token: own.editor });
  await update('articles', [id], { category: 2, status: 'published' });
  const { rows, info } = await read({ collection: 'articles', key: id });
  expect(info).toEqual({});
  expect(rows).toEqual([
    {
      revision: expect.any(Number),
      at: expect.stringMatching(/^2\d{3}-/),
      by: 'Admin User',
      via: 'directus-assistant',
      change: expect.any(Number),
      did: 'update',
      changed: { category: [1, 2], status: ['draft', 'published'] },
    },
    {
      revision: expect.any(Number),
      at: expect.any(String),
      by: 'Edda Editor',
      did: 'update',
      changed: { title: ['First', 'Second'] },
    },
    expect.objectContaining({
      by: 'Admin User',
      did: 'create',
      set: expect.objectContaining({ title: 'First' }),
    }),
  ]);
});

test('A23 a long history in parts, of which each says how to read on', async () => {
  const { id } = await own.article({ title: 'Title 0' });
  for (let count = 1; count <= 12; count += 1)
    await own.rest('PATCH', `/items/articles/${id}`, { title: `Title ${count}` });
  const first = await read({ collection: 'articles', key: id });
  expect(first.rows).toHaveLength(10);
  expect(first.info.more).toBe('next: query.offset 10');
  const second = await read({ collection: 'articles', key: id, query: { offset: 10 } });
  expect(second.rows.map(({ changed, set }) => changed ?? set)).toEqual([
    { title: ['Title 1', 'Title 2'] },
    { title: ['Title 0', 'Title 1'] },
    expect.objectContaining({ title: 'Title 0' }),
  ]);
  // The last row of a part knows what was before it as well.
  expect(first.rows.at(-1)?.changed).toEqual({ title: ['Title 2', 'Title 3'] });
});

test('A23 put it back: only what differs is written, after a preview where one is due', async () => {
  const { id } = await own.article({ title: 'Good', summary: 'good', category: 1 });
  await update('articles', [id], { summary: 'better', category: 2 });
  await own.rest('PATCH', `/items/articles/${id}`, {
    title: 'Bad',
    body: '<p>bad</p>',
    category: 3,
    tags: [{ tags_id: 1 }],
  });
  const { rows } = await read({ collection: 'articles', key: id });
  const revision = rows[1]?.revision;
  const looked = await server.call('history', { action: 'revert', revision, dryRun: true });
  expect(looked.info.notDone).toContain(
    `put articles ${id} back to revision ${revision} (title, category, body)`,
  );
  expect(looked.data).toEqual([
    { key: id, changed: { title: ['Bad', 'Good'], body: ['<p>bad</p>', null], category: [3, 2] } },
  ]);
  const done = await server.call('history', { action: 'revert', revision });
  expect(done.info, done.text).toEqual({ updated: 1 });
  expect(
    await own.rest('GET', `/items/articles/${id}?fields=title,summary,body,category,tags.tags_id`),
  ).toEqual({
    title: 'Good',
    summary: 'better',
    body: null,
    category: 2,
    // Lists are rows of their own, and no revision of the story holds them.
    tags: [{ tags_id: 1 }],
  });
  const again = await server.call('history', { action: 'revert', revision });
  expect(again.info).toMatchObject({ updated: 0 });
  // It is a change like any other.
  expect((await server.confirmed('history', { action: 'undo' })).isError).toBe(false);
  expect((await own.rest('GET', `/items/articles/${id}?fields=title`)).title).toBe('Bad');
});

test('A23 a revision of several rows at once is taken only for the row it belongs to', async () => {
  const stories = await Promise.all([own.article(), own.article(), own.article()]);
  await own.rest('PATCH', '/items/articles', {
    keys: [8, 9, 10, 11, ...stories.map(({ id }) => id)],
    data: { summary: 'together' },
  });
  for (const { id, title } of stories) {
    const before = await read({ collection: 'articles', key: id });
    await own.rest('PATCH', `/items/articles/${id}`, { title: 'Changed', summary: 'alone' });
    const done = await server.call('history', { action: 'revert', revision: before.rows[0]?.revision });
    expect(done.isError, done.text).toBe(false);
    expect(await own.rest('GET', `/items/articles/${id}?fields=title,summary`)).toEqual({
      title,
      summary: 'together',
    });
  }
});

test('A23 what cannot be put back says why, and nothing is changed', async () => {
  const refused = async (revision: unknown) =>
    (await server.call('history', { action: 'revert', revision })).text;
  expect(await refused(999_999)).toMatch(/^NOT_FOUND: There is no revision 999999/);
  const { id } = await own.article({ title: 'Goes' });
  const { rows } = await read({ collection: 'articles', key: id });
  await own.rest('DELETE', `/items/articles/${id}`);
  expect(await refused(rows[0]?.revision)).toMatch(/NOT_FOUND.*is not there any more/);
  const [user] = await own.rest<{ id: string }[]>(
    'GET',
    '/users?filter[email][_eq]=editor@example.com&fields=id',
  );
  await own.rest('PATCH', `/users/${user?.id}`, { location: 'Pier' });
  const ofUser = await read({ collection: 'directus_users', key: user?.id });
  expect(await refused(ofUser.rows[0]?.revision)).toMatch(/^SYSTEM_COLLECTION/);
  const other = await own.article();
  await server.confirmed('versions', {
    action: 'create',
    collection: 'articles',
    key: other.id,
    version: 'draft',
    data: { title: 'In a version' },
  });
  const saved = (await read({ collection: 'articles', key: other.id })).rows.find(
    ({ did }) => did === 'version_save',
  );
  expect(saved).toMatchObject({ draft: expect.any(String), set: { title: 'In a version' } });
  expect(await refused(saved?.revision)).toMatch(/one of a draft version/);
});

test('A23 what this assistant changed: a span, a collection, in words, in parts', async () => {
  const since = new Date().toISOString();
  const { id } = await own.article();
  const other = await own.article();
  await update('articles', [id, other.id], { summary: 'x' });
  await server.confirmed('items', {
    action: 'create',
    collection: 'tags',
    data: Array.from({ length: 7 }, (_, index) => ({ name: `tag ${index}` })),
  });
  await own.rest('PATCH', `/items/articles/${id}`, { summary: 'by a person' });
  await update('articles', [id], { tags: [{ tags_id: 1 }] });
  const changes = async (args: Row = {}) => {
    const answer = await server.call('history', { action: 'changes', ...args });
    expect(answer.isError, answer.text).toBe(false);
    return { info: answer.info, rows: answer.data as { change: number; did: string; at: string }[] };
  };
  const all = await changes({ since });
  expect(all.rows.map(({ did }) => did)).toEqual([
    `updated articles ${id}; created articles_tags ${/\d+$/.exec(all.rows[0]?.did ?? '')?.[0]}`,
    expect.stringMatching(/^created tags \d+, \d+, \d+, \d+, \d+ and 2 more$/),
    `updated articles ${id}, ${other.id}`,
  ]);
  expect((await changes({ since, collection: 'tags' })).rows.map(({ change }) => change)).toEqual([
    all.rows[1]?.change,
  ]);
  expect((await changes({ since: String(all.rows[1]?.change) })).rows).toEqual(all.rows.slice(0, 2));
  expect((await changes({ since, until: all.rows[1]?.at })).rows).toEqual(all.rows.slice(1));
  const part = await changes({ since, query: { limit: 2 } });
  expect(part.rows).toEqual(all.rows.slice(0, 2));
  expect(part.info).toMatchObject({ more: 'next: query.offset 2' });
  expect((await changes({ since, query: { limit: 2, offset: 2 } })).rows).toEqual(all.rows.slice(2));
  const wrong = await server.call('history', { action: 'changes', since: 'last week' });
  expect(wrong.text).toMatch(/^INVALID_PAYLOAD: since: "last week" is no date/);
  expect((await server.call('history', { action: 'undo', change: 1 })).text).toMatch(
    /^NOT_FOUND.*no change 1 as you/,
  );
});

test('A24 who may not see activity is told which right is missing', async () => {
  const reader = await own.serve({ token: 'sandbox-readonly-token' });
  expect((await reader.client.listTools()).tools.map(({ name }) => name)).not.toContain('history');
  const answer = await reader.call('history', { action: 'read', collection: 'articles', key: 1 });
  expect(answer.text).toMatch(/^FORBIDDEN: Your Directus user may not read directus_activity/);
});
