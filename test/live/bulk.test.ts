import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshCollection, rest } from './helpers.ts';
import { startProxy, type TestProxy } from './proxy.ts';
import { type Answer, type Row, startServer, type TestServer, takeApart } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);
let proxy: TestProxy;
let server: TestServer;
let own: Awaited<ReturnType<typeof freshCollection>>;
beforeAll(async () => {
  proxy = await startProxy();
  server = await startServer({
    url: proxy.url,
    settings: { limits: { changeRows: 10_000 }, allowDeletes: true },
  });
  own = await freshCollection('bulk', [
    { field: 'name', type: 'string', schema: { max_length: 40 } },
    { field: 'mark', type: 'string', schema: { is_indexed: true } },
    { field: 'code', type: 'string', schema: { is_unique: true } },
  ]);
});
afterAll(async () => {
  await own?.remove();
  await server?.close();
  await proxy?.close();
});

const patient = { timeout: 120_000, resetTimeoutOnProgress: true };
type Heard = { progress: number; total?: number | undefined };

async function items(args: Row, options: object = {}): Promise<Answer> {
  const call = { name: 'items', arguments: { collection: own.name, ...args } };
  return takeApart((await server.client.callTool(call, undefined, { ...patient, ...options })) as never);
}
const countOf = async (mark: string) => {
  const { data } = await asAdmin('GET', `/items/${own.name}?aggregate[count]=*&filter[mark][_eq]=${mark}`);
  return Number((data as { count: number }[])[0]?.count);
};
const rowsOf = (count: number, mark: string) =>
  Array.from({ length: count }, (_, index) => ({ name: `Row ${index}`, mark, code: `${mark} ${index}` }));

test('10,000 rows are created and updated in parts, with progress and one receipt', {
  timeout: 180_000,
}, async () => {
  const mark = randomUUID();
  const heard: Heard[] = [];
  const onprogress = (progress: Heard) => heard.push(progress);
  const created = await items({ action: 'create', data: rowsOf(10_000, mark) }, { onprogress });
  expect(created.info, created.text.slice(0, 300)).toMatchObject({ created: 10_000 });
  expect(created.data).toHaveLength(25);
  expect(await countOf(mark)).toBe(10_000);
  expect(heard.length).toBeGreaterThan(30);
  expect(heard.every(({ total }) => total === 10_000)).toBe(true);
  expect(heard.map(({ progress }) => progress)).toEqual(
    heard.map(({ progress }) => progress).toSorted((a, b) => a - b),
  );

  const query = { filter: { mark: { _eq: mark } } };
  const updated = await items({ action: 'update', query, data: { name: 'Same' } }, { onprogress });
  expect(updated.info, updated.text.slice(0, 300)).toMatchObject({ updated: 10_000 });
  const { data } = await asAdmin('GET', `/items/${own.name}?aggregate[count]=*&filter[name][_eq]=Same`);
  expect(data).toEqual([{ count: 10_000 }]);
});

test('more than that is refused whole', async () => {
  const mark = randomUUID();
  const answer = await items({ action: 'create', data: rowsOf(10_001, mark) });
  expect(answer.isError).toBe(true);
  expect(answer.text.length).toBeLessThan(1000);
  expect(await countOf(mark)).toBe(0);
});

test('a part that fails: what was written is told exactly', async () => {
  const mark = randomUUID();
  const rows = rowsOf(700, mark);
  // The third part holds a value twice.
  rows[690] = { ...rows[600], name: 'Twice' } as (typeof rows)[number];
  const answer = await items({ action: 'create', data: rows });
  expect(answer.isError).toBe(true);
  expect(answer.text).toMatch(/unique/);
  expect(answer.text).toMatch(/created, and stay so: 500 of 700 rows \(id \d+-\d+\)/);
  const [, from, to] = /\(id (\d+)-(\d+)\)/.exec(answer.text) ?? [];
  expect(await countOf(mark)).toBe(500);
  const { data } = await asAdmin(
    'GET',
    `/items/${own.name}?fields=id&limit=-1&sort=id&filter[mark][_eq]=${mark}`,
  );
  const ids = (data as { id: number }[]).map(({ id }) => id);
  expect([ids[0], ids.at(-1)]).toEqual([Number(from), Number(to)]);
});

test('a row that does not fit anywhere stops it before the first', async () => {
  const mark = randomUUID();
  const rows: Row[] = rowsOf(600, mark);
  rows[599] = { mark, nmae: 'typo' };
  const answer = await items({ action: 'create', data: rows });
  expect(answer.text).toMatch(/"name"/);
  expect(await countOf(mark)).toBe(0);
});

test('cancelled, it stops between two parts: each is written whole or not at all', async () => {
  const mark = randomUUID();
  const stop = new AbortController();
  const call = items(
    { action: 'create', data: rowsOf(2000, mark) },
    { signal: stop.signal, onprogress: ({ progress }: Heard) => progress >= 250 && stop.abort() },
  );
  await expect(call).rejects.toThrow();
  const posted = () =>
    proxy.passed.filter(({ method, path }) => method === 'POST' && path === `/items/${own.name}`);
  // The part that was under way is finished, and no other begins: the number of rows comes to rest.
  let before = -1;
  await expect
    .poll(
      async () => {
        const now = await countOf(mark);
        const rests = now === before && now % 250 === 0;
        before = now;
        return rests;
      },
      { interval: 400, timeout: 20_000 },
    )
    .toBe(true);
  expect(before).toBeGreaterThanOrEqual(250);
  expect(before).toBeLessThan(2000);
  expect(posted().length).toBeGreaterThan(0);
  // What it did can be found afterwards.
  const { data } = await asAdmin(
    'GET',
    `/activity?limit=1&sort=-id&filter[collection][_eq]=${own.name}&fields=user_agent`,
  );
  expect(data).toEqual([
    { user_agent: expect.stringMatching(/^directus-assistant\/\S+ \(call [0-9a-f]{12}\)$/) },
  ]);
});

test('thousands of rows are deleted in parts as well', { timeout: 60_000 }, async () => {
  const mark = randomUUID();
  await items({ action: 'create', data: rowsOf(600, mark) });
  const call = { action: 'delete', query: { filter: { mark: { _eq: mark } } } };
  const held = await items(call);
  expect(held.info.rows).toBe(600);
  const done = await items({ ...call, confirm: held.info.confirm });
  expect(done.info, done.text).toMatchObject({ deleted: 600 });
  expect(await countOf(mark)).toBe(0);
});
