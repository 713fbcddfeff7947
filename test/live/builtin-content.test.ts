import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checksum, freshArticle, freshCollection, isAlive, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

/*
 * Requests to which Directus's own MCP server answered wrongly or with damage, by the numbers under which they
 * were examined, and what becomes of them here.
 */

const { admin, readonly } = sharedDirectus();
const asAdmin = rest(admin.token);
let server: TestServer;
let deleting: TestServer;
let own: { name: string; remove(): Promise<void> };
let strict: { name: string; remove(): Promise<void> };

beforeAll(async () => {
  [server, deleting, own, strict] = await Promise.all([
    startServer(),
    startServer({ flags: ['--allow-deletes'] }),
    freshCollection('builtin', [
      { field: 'title', type: 'string', schema: { max_length: 50 } },
      { field: 'count', type: 'integer' },
      { field: 'day', type: 'dateTime' },
      {
        field: 'kind',
        type: 'string',
        meta: { interface: 'select-dropdown', options: { choices: [{ text: 'One', value: 'one' }] } },
      },
    ]),
    freshCollection('strict', [
      { field: 'name', type: 'string', schema: { is_nullable: false } },
      { field: 'code', type: 'string', schema: { is_unique: true } },
    ]),
  ]);
  const rows = Array.from({ length: 120 }, (_, index) => ({ title: `Row ${index}`, count: index }));
  await asAdmin('POST', `/items/${own.name}`, rows);
});
afterEach(async () => {
  expect(await isAlive()).toBe(true);
});
afterAll(async () => {
  await Promise.all([server?.close(), deleting?.close()]);
  await own?.remove();
  await strict?.remove();
});

const state = () => checksum(`/items/${own.name}?limit=-1&sort=id`, `/items/${strict.name}?limit=-1&sort=id`);
const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.text.length).toBeLessThan(2000);
  expect(answer.text).not.toMatch(/INTERNAL:|\bselect \*|\binsert into\b|SQLITE|knex|\n {4}at /i);
};
const items = (action: string, args: Row, on = server) =>
  on.call('items', { action, collection: own.name, ...args });

describe('severe', () => {
  test('builtin 123: an update whose filter is misspelt changes no row', async () => {
    const before = await state();
    refused(
      await items('update', { query: { filters: { count: { _eq: 1 } } }, data: { title: 'X' } }),
      /"query.filters".*"filter"/,
    );
    expect(await state()).toBe(before);
  });

  test('builtin 125: an update that chooses no rows changes none', async () => {
    const before = await state();
    refused(await items('update', { data: { title: 'X' } }), /needs keys.*would change every row/);
    expect(await state()).toBe(before);
  });

  const withTags = () => freshArticle({ tags: [{ tags_id: 1 }, { tags_id: 2 }] });
  const tagsOf = async (id: number) =>
    ((await asAdmin('GET', `/items/articles/${id}?fields=tags.id`)).data as { tags: { id: number }[] }).tags;

  test.each([
    ['174', (rows: { id: number }[]) => ({ delete: [rows[0]?.id] })],
    ['175', () => []],
    ['175 as null', () => null],
    ['175 as text', () => '[]'],
    ['175 with other rows', () => [{ tags_id: 3 }]],
  ])('builtin %s: rows are not deleted by an update while deletes are off', async (_, value) => {
    const { id } = await withTags();
    const rows = await tagsOf(id);
    const update = (on: TestServer) =>
      on.confirmed('items', {
        action: 'update',
        collection: 'articles',
        keys: [id],
        data: { tags: value(rows) },
      });
    refused(await update(server), /would delete .*deletes are switched off/);
    expect(await tagsOf(id)).toEqual(rows);
    const allowed = await update(deleting);
    expect(allowed.isError, allowed.text).toBe(false);
    expect((await tagsOf(id)).length).toBeLessThan(2);
  });

  test('builtin 175: nor by a nested update of another collection', async () => {
    const { id } = await withTags();
    const rows = await tagsOf(id);
    const { data } = await asAdmin('POST', '/items/reader_comments', { article: id, name: 'R', text: 'T' });
    const comment = (data as { id: number }).id;
    const answer = await server.call('items', {
      action: 'update',
      collection: 'reader_comments',
      keys: [comment],
      data: { article: { id, tags: { delete: [rows[0]?.id] } } },
    });
    refused(answer, /would delete/);
    expect(await tagsOf(id)).toEqual(rows);
  });

  test.each([
    ['a list', () => []],
    ['named rows', (rows: { id: number }[]) => ({ delete: [rows[0]?.id] })],
  ])('builtin 175: nor by making a row of another collection, with %s', async (_, value) => {
    const { id } = await withTags();
    const rows = await tagsOf(id);
    const article = { id, tags: value(rows) };
    const make = (on: TestServer, more: Row = {}) =>
      on.call('items', {
        action: 'create',
        collection: 'reader_comments',
        data: { name: 'R', text: 'T', article },
        ...more,
      });
    refused(await make(server), /would delete .*deletes are switched off/);
    const waits = await make(deleting);
    expect(waits.info.needsConfirmation, waits.text).toContain('it deletes');
    expect(await tagsOf(id)).toEqual(rows);
    // What would go is what the yes is to.
    await asAdmin('PATCH', `/items/articles/${id}`, { tags: { create: [{ tags_id: 3 }] } });
    const later = await make(deleting, { confirm: waits.info.confirm });
    if (Array.isArray(article.tags)) expect(later.info.refused, later.text).toMatch(/changed since/);
    else expect(later.isError, later.text).toBe(false);
  });

  test('builtin 128: rows that are only taken out of a list are no deletes', async () => {
    const { id } = await freshArticle({ comments: [{ name: 'R', text: 'T' }] });
    const comments = async () =>
      (await asAdmin('GET', `/items/articles/${id}?fields=comments`)).data as { comments: number[] };
    const [comment] = (await comments()).comments;
    const answer = await server.call('items', {
      action: 'update',
      collection: 'articles',
      keys: [id],
      data: { comments: { delete: [comment] } },
    });
    // The relation unlinks; that the comment must have an article is another matter.
    expect(answer.text).not.toContain('would delete');
    expect((await asAdmin('GET', `/items/reader_comments/${comment}`)).status).toBe(200);
  });

  test('a row of a system collection cannot be written by way of a relation', async () => {
    const { data: users } = await asAdmin('GET', '/users?fields=id,first_name&sort=id');
    const field = {
      field: 'owner',
      type: 'uuid',
      schema: {},
      meta: { interface: 'select-dropdown-m2o', special: ['m2o'] },
    };
    await asAdmin('POST', `/fields/${own.name}`, field);
    await asAdmin('POST', '/relations', {
      collection: own.name,
      field: 'owner',
      related_collection: 'directus_users',
    });
    const [user] = users as { id: string }[];
    for (const owner of [
      { id: user?.id, first_name: 'Hacked' },
      { email: 'new@example.com', password: 'x' },
    ]) {
      refused(await items('create', { data: { title: 'T', owner } }), /directus_users.*not written that way/);
    }
    expect((await asAdmin('GET', '/users?fields=id,first_name&sort=id')).data).toEqual(users);
    const linked = await items('create', { data: { title: 'T', owner: { id: user?.id } } });
    expect(linked.isError, linked.text).toBe(false);
    await asAdmin('DELETE', `/relations/${own.name}/owner`);
    await asAdmin('DELETE', `/fields/${own.name}/owner`);
  });
});

describe('queries', () => {
  test('builtin 80: countDistinct counts', async () => {
    const answer = await items('read', { query: { aggregate: { countDistinct: ['count'] } } });
    expect(answer.data, answer.text).toEqual([{ countDistinct: { count: expect.any(Number) } }]);
    expect(answer.text.length).toBeLessThan(200);
  });
  const wrong: [string, Row, RegExp][] = [
    ['81: countAll, which Directus leaves empty', { aggregate: { countAll: ['*'] } }, /"countAll".*"count"/],
    ['69: a misspelt filter', { filters: { count: { _eq: 1 } } }, /"filter"/],
    ['83: a misspelt group', { groupby: ['kind'] }, /"groupBy"/],
    ['64: an object where _in wants a list', { filter: { count: { _in: { a: 1 } } } }, /must be a list/],
    ['65: _between with one value', { filter: { count: { _between: [1] } } }, /two values/],
    ['59: no fields', { fields: [] }, /empty list/],
    ['92: an alias alone', { alias: { t: 'title' }, fields: ['t'] }, /only aliases/],
    ['50: a negative limit', { limit: -5 }, /query.limit/],
    ['53: half a limit', { limit: 1.5 }, /query.limit/],
    ['55: a negative page', { page: -3 }, /query.page/],
    ['56: a negative offset', { offset: -1 }, /query.offset/],
    ['63: a word for a date', { filter: { day: { _gt: 'banana' } } }, /no date/],
    ['314: an odd adjustment', { filter: { day: { _gt: '$NOW(-banana)' } } }, /no date/],
    ['84: a version that does not exist', { version: 'nowhere' }, /version "nowhere"/],
    ['44: a field that does not exist', { fields: ['titel'] }, /no field "titel".*"title"/],
  ];
  test.each(wrong)('builtin %s', async (_, query, says) => {
    refused(await items('read', { query }), says);
  });

  test('builtin 71, 72: keys that are not found are named', async () => {
    const answer = await items('read', { keys: [1, 777_777, 2, 888_888], query: { fields: ['id'] } });
    expect(answer.data).toEqual([{ id: 1 }, { id: 2 }]);
    expect(answer.info.notFound).toEqual([777_777, 888_888]);
  });

  test('builtin 74, 75: a key that can be none is told as such', async () => {
    refused(await items('read', { keys: ['abc'] }), /"abc" is no key of .*whole numbers/);
    refused(await items('read', { keys: [{ a: 1 }] }), /keys\.0/);
  });
});

describe('writes', () => {
  test('builtin 110, 115: what does not exist is neither updated nor deleted', async () => {
    const before = await state();
    refused(await items('update', { keys: [1, 777_777], data: { title: 'X' } }), /no row with id 777777/);
    refused(await items('delete', { keys: [1, 777_777] }, deleting), /no row with id 777777/);
    expect(await state()).toBe(before);
  });

  test('builtin 126: an update by a filter that then no longer matches tells what was changed', async () => {
    const answer = await items('update', {
      query: { filter: { count: { _eq: 50 } } },
      data: { count: 5000 },
    });
    expect(answer.info).toEqual({ updated: 1 });
    expect(answer.data).toMatchObject([{ changed: { count: [50, 5000] } }]);
  });

  test('builtin 109, 127: keys with a limit is refused, and so is create with a filter', async () => {
    const before = await state();
    refused(await items('update', { keys: [1, 2], query: { limit: 1 }, data: { title: 'X' } }), /not both/);
    refused(await items('create', { query: { filter: {} }, data: { title: 'X' } }), /"query"/);
    expect(await state()).toBe(before);
  });

  test('builtin 97, 105: a value that must be there is named', async () => {
    const before = await state();
    const create = (data: Row) => server.call('items', { action: 'create', collection: strict.name, data });
    refused(await create({ code: 'A' }), /name/);
    refused(await create({ name: null, code: 'A' }), /name/);
    expect(await state()).toBe(before);
    expect((await create({ name: 'N', code: 'A' })).isError).toBe(false);
    refused(await create({ name: 'M', code: 'A' }), /code.*unique/i);
  });

  const values: [string, Row, RegExp][] = [
    ['98: an unknown field', { titel: 'X' }, /no field "titel".*"title"/],
    ['99: 80 characters in 50', { title: 'x'.repeat(80) }, /at most 50 characters, not 80/],
    ['100: a word in a number', { count: 'abc' }, /count must be a whole number/],
    ['101: a word in a date', { day: 'banana' }, /day must be a date/],
    ['101: a day that does not exist', { day: '2026-02-31' }, /day must be a date/],
    ['102: a choice that is none', { kind: 'two' }, /kind cannot be "two".*one/s],
    ['312: a name from the language', JSON.parse('{"__proto__":{"title":"X"}}') as Row, /data|argument/i],
    ['312: a constructor', { constructor: 'X' }, /no field "constructor"/],
  ];
  test.each(values)('builtin %s is refused', async (_, data, says) => {
    const before = await state();
    refused(await items('create', { data }), says);
    refused(await items('update', { keys: [1], data }), says);
    expect(await state()).toBe(before);
  });
});

describe('names and rights', () => {
  test('builtin 147: a collection that does not exist is told with the nearest name', async () => {
    refused(await server.call('items', { action: 'read', collection: 'article' }), /"article".*"articles"/);
    refused(
      await server.call('items', { action: 'create', collection: 'article', data: { a: 1 } }),
      /no collection "article"/,
    );
    refused(await server.call('items', { action: 'read', collection: '__proto__' }), /cannot be the name/);
    refused(await server.call('items', { action: 'read', collection: 'constructor' }), /cannot be the name/);
    refused(await server.call('items', { action: 'read', collection: '../users' }), /no collection/);
  });

  test('builtin 41: an unknown action is told with those there are', async () => {
    refused(await items('upsert', { data: {} }), /no action "upsert".*Actions: read, create, update/s);
    refused(await items('', {}), /Actions: read/);
  });

  test('builtin 140, 166: a missing right is told, and who can give it', async () => {
    const reader = await startServer({ token: readonly.token });
    try {
      const answer = await reader.call('items', {
        action: 'create',
        collection: 'articles',
        data: { title: 'X' },
      });
      refused(answer, /may not create articles.*administrator/s);
    } finally {
      await reader.close();
    }
  });

  test('a user without app access still reads by filter and by key', async () => {
    const reader = await startServer({ token: readonly.token });
    try {
      const query = { filter: { author: { name: { _eq: 'Mara Lindqvist' } } }, fields: ['id'], limit: 1 };
      expect(await reader.rows('items', { action: 'read', collection: 'articles', query })).toHaveLength(1);
      expect(
        await reader.rows('items', {
          action: 'read',
          collection: 'articles',
          keys: [1, 777_777],
          query: { fields: ['id'] },
        }),
      ).toEqual([{ id: 1 }]);
    } finally {
      await reader.close();
    }
  });

  test('builtin 322, 324: an address full of keys is short in the answer', async () => {
    const keys = Array.from({ length: 9000 }, (_, index) => 1_000_000 + index);
    refused(
      await items('update', { keys, data: { title: 'X' } }),
      /no row with id 1000000, .* and 8980 more/,
    );
    const read = await items('read', { keys: keys.slice(0, 2000), query: { fields: ['id'] } });
    expect(read.isError).toBe(false);
    expect(read.text.length).toBeLessThan(12_000);
  });
});
