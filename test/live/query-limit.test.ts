import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { type Row, startServer, type TestServer } from './server.ts';
import { startDirectus } from './start-directus.ts';

/** A Directus that gives at most twelve rows at once, and refuses to be asked for more. */
let sandbox: Sandbox;
let server: TestServer;
beforeAll(async () => {
  const version = process.env.DIRECTUS_VERSION;
  sandbox = await startDirectus({ version, env: { QUERY_LIMIT_MAX: '12' } });
  server = await startServer({ url: sandbox.url, token: sandbox.admin.token });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await sandbox?.stop();
});

const articles = (args: Row) => server.call('items', { collection: 'articles', ...args });
const read = async (query: Row, more: Row = {}) => {
  const answer = await articles({ action: 'read', query: { fields: ['id', 'title'], ...query }, ...more });
  expect(answer.isError, answer.text).toBe(false);
  return answer;
};

test('a list says that there is more, and what it says to call next gives the rest', async () => {
  const made = Array.from({ length: 40 }, (_, index) => ({ title: `Limit ${index}` }));
  const created = await server.confirmed('items', { action: 'create', collection: 'articles', data: made });
  expect(created.info, created.text).toMatchObject({ created: 40 });
  const filter = { title: { _starts_with: 'Limit ' } };
  const seen = new Set<unknown>();
  let offset = 0;
  for (;;) {
    const { data, info } = await read({ filter, sort: ['id'], offset }, { count: true });
    expect(info.total).toBe(40);
    for (const { id } of data as Row[]) seen.add(id);
    offset += (data as Row[]).length;
    if (info.next === undefined && info.more === undefined) break;
  }
  expect(seen.size).toBe(40);
});

test('A9 a filter reaches all rows that match it, not only those that come at once', async () => {
  const filter = { title: { _starts_with: 'Limit ' } };
  const change = {
    action: 'update',
    collection: 'articles',
    query: { filter },
    data: { title: 'Limit all' },
  };
  const held = await server.call('items', change);
  expect(held.info.rows, held.text).toBe(40);
  const done = await server.call('items', { ...change, confirm: held.info.confirm });
  expect(done.info, done.text).toMatchObject({ updated: 40 });
});

test('rows named by more keys than come at once are all read', async () => {
  const { data } = await read({ limit: 12, sort: ['-id'] });
  const newest = Number((data as Row[])[0]?.id);
  const keys = Array.from({ length: 30 }, (_, index) => newest - index);
  const answer = await articles({ action: 'read', keys, query: { fields: ['id'] } });
  expect(answer.info.notFound, answer.text).toBeUndefined();
  expect(answer.data).toHaveLength(30);
});

test('A23 a change of more rows than come at once is undone whole', async () => {
  const listed = await server.call('history', { action: 'changes' });
  const [change] = listed.data as { change: number; did: string }[];
  expect(change?.did).toMatch(/^updated articles .* and 35 more$/);
  const held = await server.call('history', { action: 'undo' });
  expect(held.info.rows, held.text).toBe(40);
  const done = await server.call('history', { action: 'undo', confirm: held.info.confirm });
  expect(done.info.undone, done.text).toEqual([expect.stringContaining(String(change?.change))]);
  const { data } = await read({ filter: { title: { _eq: 'Limit all' } } });
  expect(data).toEqual([]);
});
