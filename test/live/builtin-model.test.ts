import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { freshCollection, isAlive, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';

/* Cases of Directus's own MCP server that concern the data model, files and flows; numbers as examined there. */

const asAdmin = rest(inject('directus').admin.token);
let server: TestServer;
let deleting: TestServer;
let posts: { name: string; remove(): Promise<void> };
let cats: { name: string; remove(): Promise<void> };

beforeAll(async () => {
  [server, deleting, posts, cats] = await Promise.all([
    startServer(),
    startServer({ flags: ['--allow-deletes'] }),
    freshCollection('posts', [
      { field: 'title', type: 'string' },
      { field: 'cat', type: 'integer', meta: { interface: 'select-dropdown-m2o', special: ['m2o'] } },
      { field: 'other', type: 'integer', meta: { interface: 'select-dropdown-m2o', special: ['m2o'] } },
    ]),
    freshCollection('cats', [{ field: 'name', type: 'string' }]),
  ]);
  await asAdmin('POST', '/relations', {
    collection: posts.name,
    field: 'cat',
    related_collection: cats.name,
    schema: { on_delete: 'SET NULL' },
    meta: { one_deselect_action: 'nullify' },
  });
});
afterEach(async () => {
  expect(await isAlive()).toBe(true);
});
afterAll(async () => {
  await Promise.all([server?.close(), deleting?.close()]);
  await posts?.remove();
  await cats?.remove();
});

const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.text).not.toMatch(/INTERNAL:|SQLITE|knex|\n {4}at /i);
};
const relation = async (field: string) =>
  (await asAdmin('GET', `/relations/${posts.name}/${field}`)).data as Row;

describe('relations', () => {
  const deadly: [string, Row][] = [
    ['no data', {}],
    ['empty data', { data: {} }],
    ['a bogus collection', { data: { related_collection: 'nowhere' } }],
    ['no collection', { data: { related_collection: null } }],
    ['a number as collection', { data: { related_collection: 5, meta: { note: 'x' } } }],
    ['another collection', { data: { related_collection: 'articles' } }],
    ['a place other than the call names', { data: { collection: 'articles', related_collection: 'cats' } }],
  ];
  test.each(deadly)('builtin 170: an update of a relation with %s leaves Directus alive', async (_, args) => {
    const before = await relation('cat');
    refused(
      await server.call('relations', { action: 'update', collection: posts.name, field: 'cat', ...args }),
      /data|related_collection|cannot be changed|no collection/,
    );
    expect(await isAlive()).toBe(true);
    expect(await relation('cat')).toEqual(before);
  });

  test('builtin 170: an update of meta alone works, and the foreign key keeps its rule', async () => {
    const answer = await server.call('relations', {
      action: 'update',
      collection: posts.name,
      field: 'cat',
      data: { meta: { one_deselect_action: 'delete' } },
    });
    expect(answer.isError, answer.text).toBe(false);
    expect(await relation('cat')).toMatchObject({
      related_collection: cats.name,
      schema: { on_delete: 'SET NULL' },
      meta: { one_deselect_action: 'delete' },
    });
  });

  test('builtin 169, 182: a relation whose data names another place is not written', async () => {
    const before = (await asAdmin('GET', '/relations')).data;
    refused(
      await server.call('relations', {
        action: 'create',
        collection: posts.name,
        field: 'other',
        data: { collection: 'articles', field: 'sort', related_collection: cats.name, meta: {} },
      }),
      /another collection or field/,
    );
    refused(
      await server.call('relations', {
        action: 'create',
        collection: posts.name,
        field: 'other',
        data: { related_collection: 'nowhere' },
      }),
      /no collection "nowhere"/,
    );
    expect((await asAdmin('GET', '/relations')).data).toEqual(before);
  });

  test('builtin 164: a relation that does not exist is neither updated nor deleted', async () => {
    refused(
      await server.call('relations', {
        action: 'update',
        collection: posts.name,
        field: 'other',
        data: { meta: {} },
      }),
      /No relation starts at/,
    );
    refused(
      await deleting.call('relations', { action: 'delete', collection: posts.name, field: 'other' }),
      /No relation starts at/,
    );
  });

  test('a relation is created, read and deleted', async () => {
    const place = { collection: posts.name, field: 'other' };
    const made = await server.call('relations', {
      action: 'create',
      ...place,
      data: { related_collection: cats.name, schema: { on_delete: 'SET NULL' }, meta: { one_field: null } },
    });
    expect(made.isError, made.text).toBe(false);
    expect(await relation('other')).toMatchObject({ related_collection: cats.name });
    expect((await server.call('relations', { action: 'read', ...place })).data).toMatchObject(place);
    const described = await server.call('schema', { keys: [posts.name] });
    expect(described.text).toContain(`m2o ${cats.name}`);
    const gone = await deleting.call('relations', { action: 'delete', ...place });
    expect(gone.info, gone.text).toMatchObject({ deleted: `${posts.name}.other` });
    // SQLite keeps the foreign key, and then that is said.
    const left = await relation('other');
    expect(left?.meta ?? null).toBeNull();
    expect(gone.info.warning !== undefined).toBe(left !== undefined);
  });
});

describe('collections', () => {
  const names = async () =>
    ((await asAdmin('GET', '/collections')).data as { collection: string }[])
      .map((one) => one.collection)
      .sort();

  test.each(['directus_translations', 'directus_notifications', 'directus_users', 'DIRECTUS_SHARES'])(
    'builtin 163: %s is never deleted',
    async (name) => {
      const before = await names();
      refused(await deleting.call('collections', { action: 'delete', keys: [name] }), /never deleted/);
      refused(
        await deleting.call('collections', { action: 'delete', keys: [posts.name, name] }),
        /never deleted/,
      );
      expect(await names()).toEqual(before);
      expect((await asAdmin('GET', '/translations')).status).toBe(200);
    },
  );

  test('builtin 152, 162: a collection that does not exist is neither updated nor deleted, nor made', async () => {
    const before = await names();
    refused(
      await server.call('collections', {
        action: 'update',
        data: [{ collection: 'ghost', meta: { note: 'x' } }],
      }),
      /no collection "ghost"/,
    );
    refused(
      await deleting.call('collections', { action: 'delete', keys: ['ghost'] }),
      /no collection "ghost"/,
    );
    expect(await names()).toEqual(before);
  });

  test.each(['t bad name!', 'a;drop table x', '1st', '', 'directus_mine', 'x'.repeat(80)])(
    'builtin 156: no collection is named %j',
    async (collection) => {
      const before = await names();
      refused(
        await server.call('collections', { action: 'create', data: { collection, schema: {} } }),
        /cannot be the name/,
      );
      expect(await names()).toEqual(before);
    },
  );

  test('builtin 145: nor does a new collection get a field of a bad name, or fields without a table', async () => {
    const before = await names();
    const create = (data: Row) => server.call('collections', { action: 'create', data });
    refused(
      await create({ collection: 'fine', schema: {}, fields: [{ field: 'a b;drop', type: 'string' }] }),
      /cannot be the name of a field/,
    );
    refused(await create({ collection: 'fine', fields: [{ field: 'a', type: 'string' }] }), /"schema":\{\}/);
    refused(await create({ collection: 'articles', schema: {} }), /already/);
    expect(await names()).toEqual(before);
  });

  test('a collection is created, changed and deleted', async () => {
    const collection = `made_${posts.name}`;
    const made = await server.call('collections', {
      action: 'create',
      data: {
        collection,
        schema: {},
        meta: { note: 'First' },
        fields: [{ field: 'code', type: 'string', schema: {} }],
      },
    });
    expect(made.isError, made.text).toBe(false);
    expect(made.info).toEqual({ created: [collection] });
    const changed = await server.call('collections', {
      action: 'update',
      data: [{ collection, meta: { note: 'Second' } }],
    });
    expect(changed.data).toMatchObject([{ collection, meta: { note: 'Second' } }]);
    expect((await asAdmin('GET', `/collections/${collection}`)).data).toMatchObject({
      meta: { note: 'Second' },
    });
    const gone = await deleting.call('collections', { action: 'delete', keys: [collection] });
    expect(gone.info).toEqual({ deleted: [collection] });
    expect((await asAdmin('GET', `/collections/${collection}`)).status).toBe(403);
  });
});

describe('fields', () => {
  const names = async () =>
    ((await asAdmin('GET', `/fields/${posts.name}`)).data as { field: string }[])
      .map(({ field }) => field)
      .sort();
  const fields = (action: string, args: Row, on = server) =>
    on.call('fields', { action, collection: posts.name, ...args });

  test('builtin 153: the primary key is never deleted', async () => {
    const before = await names();
    refused(await fields('delete', { field: 'id' }, deleting), /primary key/);
    expect(await names()).toEqual(before);
  });

  test('builtin 150: an update of a field that does not exist makes none', async () => {
    const before = await names();
    refused(await fields('update', { data: { field: 'ghost', meta: { note: 'x' } } }), /no field "ghost"/);
    refused(await fields('update', { data: { meta: { note: 'x' } } }), /name of its field/);
    refused(await fields('delete', { field: 'ghost' }, deleting), /no field "ghost"/);
    expect(await names()).toEqual(before);
  });

  test('builtin 145: no field of a bad name, without a type, or of a type that is none', async () => {
    const before = await names();
    refused(await fields('create', { data: { field: 'a b;drop', type: 'string' } }), /cannot be the name/);
    refused(await fields('create', { data: { field: 'fine' } }), /needs a type/);
    refused(
      await fields('create', { data: { field: 'fine', type: 'banana' } }),
      /"type" must be one of .*string/,
    );
    refused(await fields('create', { data: { field: 'title', type: 'string' } }), /already/);
    expect(await names()).toEqual(before);
  });

  test('of several new fields all are made or none', async () => {
    const before = await names();
    const answer = await fields('create', {
      data: [
        { field: 'good', type: 'string', schema: {} },
        { field: 'bad', type: 'banana', schema: {} },
      ],
    });
    expect(answer.isError).toBe(true);
    expect(await names()).toEqual(before);
  });

  test('a field is created, changed, read and deleted', async () => {
    const made = await fields('create', {
      data: [{ field: 'length', type: 'integer', schema: {}, meta: { note: 'cm' } }],
    });
    expect(made.info, made.text).toEqual({ created: ['length'] });
    const changed = await fields('update', { data: { field: 'length', meta: { note: 'mm' } } });
    expect(changed.data).toMatchObject([{ field: 'length', meta: { note: 'mm' } }]);
    expect((await fields('read', { field: 'length' })).data).toMatchObject({
      type: 'integer',
      meta: { note: 'mm' },
    });
    const gone = await fields('delete', { field: 'length' }, deleting);
    expect(gone.info).toEqual({ deleted: `${posts.name}.length` });
    expect(await names()).not.toContain('length');
  });
});

test('Directus’s own collections are out of reach of the tools for the data model', async () => {
  const before = (await asAdmin('GET', '/fields/directus_users')).data;
  for (const [tool, args] of [
    ['fields', { action: 'create', data: { field: 'mine', type: 'string' } }],
    ['fields', { action: 'update', data: { field: 'email', meta: { note: 'x' } } }],
    ['fields', { action: 'delete', field: 'email' }],
    ['relations', { action: 'create', field: 'role', data: { related_collection: 'articles' } }],
    ['relations', { action: 'delete', field: 'role' }],
    ['items', { action: 'read' }],
    ['items', { action: 'create', data: { email: 'x@example.com' } }],
    ['items', { action: 'delete', keys: ['x'] }],
  ] as const) {
    refused(await deleting.call(tool, { collection: 'directus_users', ...args }), /SYSTEM_COLLECTION/);
  }
  expect((await asAdmin('GET', '/fields/directus_users')).data).toEqual(before);
});

test('builtin 132: schema of a name that is none is an error with the nearest', async () => {
  refused(await server.call('schema', { keys: ['artcles'] }), /no collection "artcles".*"articles"/);
});

test('deletes are not there while they are off', async () => {
  for (const tool of [
    'collections',
    'fields',
    'relations',
    'items',
    'files',
    'folders',
    'flows',
    'operations',
  ]) {
    refused(
      await server.call(tool, {
        action: 'delete',
        collection: posts.name,
        field: 'cat',
        keys: ['1'],
        key: '1',
      }),
      /not available.*Deletes are switched off/,
    );
  }
});
