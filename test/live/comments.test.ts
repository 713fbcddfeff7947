import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshArticle, freshCollection, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { admin, editor, readonly } = sharedDirectus();
const api = { admin: rest(admin.token), editor: rest(editor.token), readonly: rest(readonly.token) };

let server: Record<'admin' | 'editor' | 'readonly' | 'deleting', TestServer>;
beforeAll(async () => {
  const [asAdmin, asEditor, asReader, deleting] = await Promise.all([
    startServer(),
    startServer({ token: editor.token }),
    startServer({ token: readonly.token }),
    startServer({ token: editor.token, flags: ['--allow-deletes'] }),
  ]);
  server = { admin: asAdmin, editor: asEditor, readonly: asReader, deleting };
});
afterAll(async () => {
  await Promise.all(Object.values(server ?? {}).map((one) => one.close()));
});

const comments = (action: string, args: Row, on = server.admin) => on.call('comments', { action, ...args });
const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text).toBe(true);
  expect(answer.text).toMatch(says);
};
type Stored = { id: string; comment: string };
/** What Directus holds on an item. */
const storedOn = async (collection: string, item: unknown) => {
  const filter = `filter[collection][_eq]=${collection}&filter[item][_eq]=${item}`;
  const { data } = await api.admin('GET', `/comments?${filter}&fields=id,comment&sort=date_created`);
  return data as Stored[];
};
const userId = async (who: keyof typeof api) =>
  ((await api[who]('GET', '/users/me?fields=id')).data as { id: string }).id;

describe('A23 comment on it', () => {
  test.each(['admin', 'editor'] as const)(
    'A23 as %s: write, read, change and delete a comment',
    async (who) => {
      const { id: key } = await freshArticle();
      const created = await comments(
        'create',
        { collection: 'articles', key, text: 'Check the date.' },
        server[who],
      );
      expect(created.isError, created.text).toBe(false);
      const [stored] = await storedOn('articles', key);
      expect(stored?.comment).toBe('Check the date.');
      expect(created.data).toEqual([{ key: stored?.id, values: { comment: 'Check the date.' } }]);

      const read = await comments('read', { collection: 'articles', key }, server[who]);
      const name = who === 'admin' ? 'Admin' : 'Edda Editor';
      expect(read.data).toEqual([
        {
          id: stored?.id,
          by: expect.stringContaining(name),
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          text: 'Check the date.',
        },
      ]);

      const change = { id: stored?.id, text: 'Check the day.' };
      const changed = await comments('update', change, server[who]);
      expect(changed.data).toEqual([
        { key: stored?.id, changed: { comment: ['Check the date.', 'Check the day.'] } },
      ]);
      expect((await comments('read', { collection: 'articles', key }, server[who])).data).toMatchObject([
        { text: 'Check the day.', edited: expect.stringMatching(/^\d{4}/) },
      ]);

      refused(await comments('delete', { id: stored?.id }, server[who]), /switched off/);
      expect(await storedOn('articles', key)).toHaveLength(1);
    },
  );

  test('A23 a comment is deleted once deletes are allowed and the person agrees', async () => {
    const { id: key } = await freshArticle();
    await comments('create', { collection: 'articles', key, text: 'Old' }, server.editor);
    const [stored] = await storedOn('articles', key);
    const held = await comments('delete', { id: stored?.id }, server.deleting);
    expect(held.info.notDone).toMatch(/would delete 1 comment/);
    expect(held.data).toMatchObject([{ deleted: { comment: 'Old' } }]);
    expect(await storedOn('articles', key)).toHaveLength(1);
    const done = await server.deleting.confirmed('comments', { action: 'delete', id: stored?.id });
    expect(done.isError, done.text).toBe(false);
    expect(await storedOn('articles', key)).toEqual([]);
  });

  test('the newest comes first, a page at a time, with who wrote it', async () => {
    const { id: key } = await freshArticle();
    for (let index = 0; index < 30; index++)
      await api.admin('POST', '/comments', {
        collection: 'articles',
        item: String(key),
        comment: `No ${index}`,
      });
    const first = await comments('read', { collection: 'articles', key });
    const rows = first.data as Row[];
    expect(rows.map(({ text }) => text)).toEqual(
      Array.from({ length: 25 }, (_, index) => `No ${29 - index}`),
    );
    expect(first.info).toMatchObject({ shown: 25, more: expect.stringContaining('query.offset 25') });
    const rest = await comments('read', { collection: 'articles', key, query: { offset: 25 } });
    expect((rest.data as Row[]).map(({ text }) => text)).toEqual(['No 4', 'No 3', 'No 2', 'No 1', 'No 0']);
    expect(rest.info.more).toBeUndefined();
  });

  test('without a key, those of a whole collection, each with the key of its item', async () => {
    const { id: key } = await freshArticle();
    await api.admin('POST', '/comments', { collection: 'articles', item: String(key), comment: 'Newest' });
    const rows = await server.admin.rows('comments', {
      action: 'read',
      collection: 'articles',
      query: { limit: 1 },
    });
    expect(rows).toMatchObject([{ key: String(key), text: 'Newest' }]);
  });

  test('an item without comments has none, and one that does not exist is an error', async () => {
    const { id: key } = await freshArticle();
    expect((await comments('read', { collection: 'articles', key })).data).toEqual([]);
    refused(await comments('read', { collection: 'articles', key: 99_999_999 }), /no row with id 99999999/);
    refused(await comments('read', { collection: 'articlez' }), /no collection "articlez".*"articles"/);
  });

  test('also on files, and on the one item of a singleton', async () => {
    const { data } = await api.admin('GET', '/files?limit=1&fields=id');
    const [file] = data as { id: string }[];
    const on = { collection: 'directus_files', key: file?.id };
    expect((await comments('create', { ...on, text: 'Crop it' })).isError).toBe(false);
    const stored = await storedOn('directus_files', file?.id);
    expect(stored.map(({ comment }) => comment)).toContain('Crop it');
    for (const { id } of stored) await api.admin('DELETE', `/comments/${id}`);

    const own = await freshCollection('noted', [{ field: 'name', type: 'string' }], { singleton: true });
    try {
      refused(await comments('create', { collection: own.name, text: 'X' }), /holds no item yet/);
      await api.admin('PATCH', `/items/${own.name}`, { name: 'One' });
      expect((await comments('create', { collection: own.name, text: 'X' })).isError).toBe(false);
      expect(await storedOn(own.name, 1)).toMatchObject([{ comment: 'X' }]);
      refused(await comments('create', { collection: own.name, key: 7, text: 'X' }), /no row with id 7/);
    } finally {
      await own.remove();
    }
  });

  test('what it would do is shown without doing it', async () => {
    const { id: key } = await freshArticle();
    const answer = await comments('create', { collection: 'articles', key, text: 'Later', dryRun: true });
    expect(answer.info.notDone).toContain(`comment on articles ${key}`);
    expect(answer.data).toEqual([{ new: { collection: 'articles', item: String(key), comment: 'Later' } }]);
    expect(await storedOn('articles', key)).toEqual([]);
  });
});

describe('what Directus would store on nothing, or wrongly', () => {
  test('a comment on an item that does not exist, which Directus stores for an admin', async () => {
    for (const [key, says] of [
      [99_999_999, /no row with id 99999999.*Nothing was changed/],
      ['abc', /no key of articles/],
      ['1e3', /no key of articles/],
      ['01', /no row with id 01/],
    ] as const) {
      refused(await comments('create', { collection: 'articles', key, text: 'X' }), says);
      expect(await storedOn('articles', key)).toEqual([]);
    }
    refused(
      await comments('create', { collection: 'articlez', key: 1, text: 'X' }),
      /Did you mean "articles"/,
    );
    refused(await comments('create', { collection: 'articles', text: 'X' }), /key is missing/);
    refused(
      await comments('create', { collection: 'directus_flows', key: 'x', text: 'X' }),
      /SYSTEM_COLLECTION/,
    );
  });

  test('an empty text, an id that is none, an argument of another action', async () => {
    const { id: key } = await freshArticle();
    for (const text of ['', '   ', '\n'])
      refused(await comments('create', { collection: 'articles', key, text }), /"text" is empty/);
    refused(await comments('update', { id: 'nope', text: 'X' }), /"id" must be the id of a comment/);
    refused(await comments('update', { id: randomUUID(), text: 'X' }), /no row with id/);
    refused(await comments('read', { collection: 'articles', key, text: 'X' }), /Unknown argument "text"/);
    expect(await storedOn('articles', key)).toEqual([]);
  });

  test('a mention notifies, is announced, and of nobody is refused, where Directus fails and stores it', async () => {
    const { id: key } = await freshArticle();
    const who = await userId('admin');
    const text = `Please look @${who}`;
    const preview = await comments('create', { collection: 'articles', key, text, dryRun: true });
    expect(preview.info.cascades).toEqual(['1 mentioned would be notified']);
    expect((await comments('create', { collection: 'articles', key, text })).isError).toBe(false);
    const { data } = await api.admin('GET', `/notifications?filter[item][_eq]=${key}&fields=collection`);
    expect(data).toEqual([{ collection: 'articles' }]);
    const nobody = `@${randomUUID()}`;
    refused(await comments('create', { collection: 'articles', key, text: nobody }), /no such user/);
    expect(await storedOn('articles', key)).toHaveLength(1);
  });
});

describe('A24 the rights of the user', () => {
  test('A23 A24 a reader is told which permission is missing, and nothing is stored', async () => {
    const { id: key } = await freshArticle();
    expect((await server.readonly.client.listTools()).tools.map(({ name }) => name)).not.toContain(
      'comments',
    );
    const on = { collection: 'articles', key };
    refused(
      await comments('create', { ...on, text: 'X' }, server.readonly),
      /FORBIDDEN.*no permission to create directus_comments.*Nothing was changed/,
    );
    refused(await comments('read', on, server.readonly), /FORBIDDEN.*directus_comments/);
    expect(await storedOn('articles', key)).toEqual([]);
  });

  test("A23 an editor changes no one else's comment", async () => {
    const { id: key } = await freshArticle();
    await comments('create', { collection: 'articles', key, text: 'Mine' });
    const [stored] = await storedOn('articles', key);
    refused(
      await comments('update', { id: stored?.id, text: 'Yours' }, server.editor),
      new RegExp(`(no row with id|no permission to update).*${stored?.id}`),
    );
    refused(await comments('delete', { id: stored?.id }, server.deleting), /no row with id|no permission/);
    expect(await storedOn('articles', key)).toMatchObject([{ comment: 'Mine' }]);
  });
});
