import { afterAll, beforeAll, expect, test } from 'vitest';
import { minutes } from '../../src/sandbox/seed/content/minutes.ts';
import { type FieldSpec, freshArticle, freshCollection, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);
const longText = minutes.join('\n');
const emoji = '🚢 Schiff über Bord — 日本語 𝒳 '.repeat(2500);
const COLUMNS = Array.from({ length: 30 }, (_, index) => `column_${index + 1}`);
let server: TestServer;
let wide: { name: string; remove(): Promise<void> };

beforeAll(async () => {
  const fields: FieldSpec[] = [
    ...COLUMNS.map((field) => ({ field, type: 'string' })),
    { field: 'notes', type: 'text' },
    { field: 'facts', type: 'json', meta: { special: ['cast-json'] } },
  ];
  [server, wide] = await Promise.all([startServer(), freshCollection('wide', fields)]);
  const rows = Array.from({ length: 120 }, (_, row) => ({
    ...Object.fromEntries(
      COLUMNS.map((field, index) => [field, `row ${row} value ${index} ${'x'.repeat(20)}`]),
    ),
    notes: row % 3 === 0 ? `Note ${row} ${emoji.slice(0, 900)}` : null,
  }));
  await asAdmin('POST', `/items/${wide.name}`, rows);
});
afterAll(async () => {
  await Promise.all([server?.close(), wide?.remove()]);
});

/** About what the reply costs; the server's own estimate is never more than this far off. */
const isWithin = (answer: Answer, tokens: number) => expect(answer.text.length).toBeLessThan(tokens * 6);

/** Follows "next" of a text that was cut, until it is whole. */
async function readWhole(collection: string, id: unknown, field: string, extra: Row = {}): Promise<string> {
  let text = '';
  for (let step = 0, textOffset = 0; step < 200; step++) {
    const answer = await server.call('items', {
      action: 'read',
      collection,
      keys: [id],
      query: { fields: [field] },
      ...(textOffset ? { textOffset } : {}),
      ...extra,
    });
    expect(answer.isError, answer.text).toBe(false);
    const [row] = answer.data as Record<string, string>[];
    const shown = row?.[field] ?? '';
    if (answer.info.cut === undefined) return text + shown;
    const next = Number(/textOffset (\d+)/.exec(String(answer.info.cut))?.[1]);
    expect(next).toBeGreaterThan(textOffset);
    expect(String(answer.info.cut)).toContain(field);
    text += shown.replace(/… \[\d+ more of \d+ characters\]$/, '');
    textOffset = next;
  }
  throw new Error('Reading on never ended.');
}

test('A5 the long article is cut to a valid reply that says so, and reading on gives every character', async () => {
  const { data } = await asAdmin('GET', '/items/articles?filter[body][_contains]=Item 118&fields=id,body');
  const [article] = data as { id: number; body: string }[];
  expect(article?.body.length).toBeGreaterThan(55_000);
  const answer = await server.call('items', { action: 'read', collection: 'articles', keys: [article?.id] });
  expect(answer.isError).toBe(false);
  isWithin(answer, 8000);
  expect(answer.info.cut).toMatch(/body/);
  expect((answer.data as Row[])[0]).toMatchObject({ id: article?.id });
  expect(await readWhole('articles', article?.id, 'body')).toBe(article?.body);
});

test('A5 texts of wide letters and surrogate pairs come back whole', async () => {
  const { id } = await freshArticle({ body: emoji });
  expect(await readWhole('articles', id, 'body', { maxTokens: 3001 })).toBe(emoji);
  expect(await readWhole('articles', id, 'body', { maxTokens: 2998 })).toBe(emoji);
  await asAdmin('DELETE', `/items/articles/${id}`);
});

/** Follows the next offset of a list, until there is no more. */
async function readAll(query: Row, extra: Row = {}): Promise<{ rows: Row[]; calls: number }> {
  const rows: Row[] = [];
  for (let calls = 1, offset: number | undefined; calls < 200; calls++) {
    const answer = await server.call('items', {
      action: 'read',
      collection: wide.name,
      query: { ...query, ...(offset === undefined ? {} : { offset }) },
      ...extra,
    });
    expect(answer.isError, answer.text).toBe(false);
    const shown = answer.data as Row[];
    rows.push(...shown);
    if (answer.info.more === undefined) return { rows, calls };
    expect(answer.info.shown).toBe(shown.length);
    const next = Number(/query\.offset (\d+)/.exec(String(answer.info.more))?.[1]);
    expect(next).toBe(rows.length);
    offset = next;
  }
  throw new Error('Reading on never ended.');
}

test('A5 a wide list is cut to fewer rows, and the next offsets give every row', async () => {
  const { data } = await asAdmin('GET', `/items/${wide.name}?limit=-1&sort=id&fields=id,${COLUMNS.join()}`);
  for (const limit of [undefined, 50, 120, 500, -1]) {
    const query = { fields: ['id', ...COLUMNS], sort: ['id'], ...(limit === undefined ? {} : { limit }) };
    const { rows, calls } = await readAll(query);
    expect(rows).toEqual(data);
    expect(calls).toBeGreaterThan(3);
  }
});

test('A5 no reply to a list passes the budget, and each is as good as its limit', async () => {
  for (const maxTokens of [200, 1000, 4000]) {
    const answer = await server.call('items', {
      action: 'read',
      collection: wide.name,
      query: { limit: 100, sort: ['id'] },
      maxTokens,
    });
    expect(answer.isError).toBe(false);
    isWithin(answer, maxTokens);
    expect((answer.data as Row[]).length).toBeGreaterThan(0);
    expect(answer.info.more).toMatch(/query\.offset \d+/);
  }
});

test('A5 rows asked for by key are all reachable', async () => {
  const { data } = await asAdmin('GET', `/items/${wide.name}?limit=-1&sort=id&fields=id,${COLUMNS.join()}`);
  const expected = (data as Row[]).slice(0, 110);
  const keys = expected.map(({ id }) => id);
  expect((await readAll({ fields: ['id', ...COLUMNS] }, { keys })).rows).toEqual(expected);
});

test('A5 a huge JSON value and many related rows stay within the budget', async () => {
  const facts = Array.from({ length: 3000 }, (_, index) => ({
    label: `Label ${index}`,
    value: 'v'.repeat(30),
  }));
  const { data } = await asAdmin('POST', `/items/${wide.name}`, { facts });
  const { id } = data as { id: number };
  const answer = await server.call('items', {
    action: 'read',
    collection: wide.name,
    keys: [id],
    query: { fields: ['id', 'facts'] },
  });
  isWithin(answer, 8000);
  expect(JSON.stringify(answer.info)).toContain('facts');
  const { id: article } = await freshArticle({
    comments: Array.from({ length: 300 }, (_, index) => ({
      name: `Reader ${index}`,
      text: longText.slice(0, 300),
    })),
  });
  const nested = await server.call('items', {
    action: 'read',
    collection: 'articles',
    keys: [article],
    query: { fields: ['id', 'comments.*'] },
  });
  isWithin(nested, 8000);
  expect(JSON.stringify(nested.info)).toContain('comments');
  await asAdmin('DELETE', `/items/${wide.name}/${id}`);
  await asAdmin('DELETE', `/items/articles/${article}`);
});

test('A5 the budget is lowered by the call and raised only by the settings', async () => {
  const raised = await startServer({ settings: { limits: { replyTokens: 40_000 } } });
  try {
    const read = (from: TestServer, maxTokens?: number) =>
      from.call('items', {
        action: 'read',
        collection: wide.name,
        query: { limit: 100, sort: ['id'] },
        ...(maxTokens ? { maxTokens } : {}),
      });
    const [normal, low, high, tooHigh] = await Promise.all([
      read(server),
      read(server, 2000),
      read(raised),
      read(server, 40_000),
    ]);
    const count = ({ data }: Answer) => (data as Row[]).length;
    expect(count(low)).toBeLessThan(count(normal));
    expect(count(tooHigh)).toBe(count(normal));
    expect(count(high)).toBe(100);
    isWithin(high, 40_000);
  } finally {
    await raised.close();
  }
});

test('A5 other tools keep to the budget, too', async () => {
  const small = await startServer({ settings: { limits: { replyTokens: 500 } } });
  try {
    for (const [tool, args] of [
      ['schema', {}],
      ['schema', { keys: ['articles', 'authors', 'ai_prompts', wide.name] }],
      ['collections', { action: 'read' }],
      ['fields', { action: 'read' }],
      ['fields', { action: 'read', collection: wide.name }],
      ['relations', { action: 'read' }],
      ['files', { action: 'read', query: { limit: -1 } }],
      ['flows', { action: 'read' }],
      ['operations', { action: 'read' }],
    ] as const) {
      const answer = await small.call(tool, args);
      expect(answer.isError, answer.text).toBe(false);
      isWithin(answer, 500);
    }
  } finally {
    await small.close();
  }
});
