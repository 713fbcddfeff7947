import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freshCollection, isAlive, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

/* Cases of Directus's own MCP server that concern the data model, files and flows; numbers as examined there. */

const asAdmin = rest(sharedDirectus().admin.token);
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
    const answer = await server.confirmed('relations', {
      action: 'update',
      collection: posts.name,
      field: 'cat',
      data: { meta: { one_deselect_action: 'delete' } },
    });
    expect(answer.data, answer.text).toEqual({
      changed: { 'meta.one_deselect_action': ['nullify', 'delete'] },
    });
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
    const gone = await deleting.confirmed('relations', { action: 'delete', ...place });
    expect(gone.info, gone.text).toMatchObject({ deleted: `${posts.name}.other` });
    // SQLite keeps the foreign key, and then that is said.
    const left = await relation('other');
    expect(left?.meta ?? null).toBeNull();
    expect(gone.info.warning !== undefined).toBe(left !== undefined);
  });

  test('builtin 170: nor does an update of a relation without settings of Directus end it', async () => {
    // What the test above has left on SQLite: a foreign key alone.
    const update = { action: 'update', collection: posts.name, field: 'other', data: { meta: {} } };
    const answer = await server.call('relations', update);
    refused(answer, /No relation starts at|nothing to change/);
    const more = await server.call('relations', { ...update, data: { schema: { on_delete: 'NO ACTION' } } });
    expect(await isAlive()).toBe(true);
    expect(more.text).not.toMatch(/INTERNAL/);
  });

  test('builtin 166: reading a relation that does not exist names those there are', async () => {
    refused(
      await server.call('relations', { action: 'read', collection: posts.name, field: 'cats' }),
      /No relation starts at .*"cat"/,
    );
    refused(
      await server.call('relations', { action: 'read', collection: 'nowhere' }),
      /no collection "nowhere"/,
    );
  });

  test('builtin 167: a relation needs no meta', async () => {
    const [field, collection] = ['third', posts.name];
    await asAdmin('POST', `/fields/${collection}`, { field, type: 'integer', schema: {}, meta: {} });
    const made = await server.call('relations', {
      action: 'create',
      collection,
      field,
      data: { related_collection: cats.name },
    });
    expect(made.data, made.text).toEqual({ [`${collection}.${field}`]: `m2o ${cats.name}` });
  });

  test('builtin 181: a relation over values or types that do not fit is refused in plain words', async () => {
    const create = (field: string, related_collection: string) =>
      server.call('relations', {
        action: 'create',
        collection: posts.name,
        field,
        data: { related_collection },
      });
    for (const field of ['stray', 'wordy']) {
      const type = field === 'wordy' ? 'string' : 'integer';
      await asAdmin('POST', `/fields/${posts.name}`, { field, type, schema: {}, meta: {} });
    }
    const { data } = await asAdmin('POST', `/items/${posts.name}`, [{ stray: 990 }, { stray: 991 }]);
    const before = (await asAdmin('GET', '/relations')).data;
    refused(await create('stray', cats.name), /2 of the values in .*stray are no key/);
    refused(await create('wordy', cats.name), /of type string, and the keys of .* of type integer/);
    refused(await create('id', cats.name), /is the primary key/);
    expect((await asAdmin('GET', '/relations')).data).toEqual(before);
    for (const { id } of data as Row[]) await asAdmin('DELETE', `/items/${posts.name}/${id}`);
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
    expect(changed.data).toEqual([{ collection, changed: { 'meta.note': ['First', 'Second'] } }]);
    expect((await asAdmin('GET', `/collections/${collection}`)).data).toMatchObject({
      meta: { note: 'Second' },
    });
    const gone = await deleting.confirmed('collections', { action: 'delete', keys: [collection] });
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

  test('builtin 140: reading a field that does not exist names the nearest', async () => {
    refused(await fields('read', { field: 'titel' }), /no field "titel".*"title"/);
    refused(await fields('read', { collection: 'nowhere' }), /no collection "nowhere"/);
  });

  test('builtin 147, 312: names that mean something to programs are names that are not there', async () => {
    for (const collection of ['nowhere', 'constructor', 'hasOwnProperty']) {
      refused(
        await fields('create', { collection, data: { field: 'x', type: 'string' } }),
        /no collection|cannot be the name/,
      );
    }
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const before = await names();
      const entry = JSON.parse(`{"field":"x","type":"string","meta":{"${name}":1}}`);
      const answer = await fields('create', { data: [entry] });
      expect(answer.isError, answer.text).toBe(true);
      refused(await fields('update', { data: { field: name, meta: { note: 'x' } } }), /no field/);
      expect(await names()).toEqual(before);
    }
  });

  test('builtin 143: what a new field lacks is said, and what needs no word is filled in', async () => {
    refused(await fields('create', { data: { field: 'flagged', meta: { note: 'x' } } }), /needs a type/);
    const made = await fields('create', {
      data: [
        { field: 'flagged', type: 'boolean' },
        { field: 'words', type: 'csv' },
        { field: 'parts', type: 'json' },
        { field: 'line', type: 'alias', meta: { interface: 'presentation-divider' } },
      ],
    });
    expect(made.info, made.text).toEqual({ created: ['flagged', 'words', 'parts', 'line'] });
    const row = { flagged: true, words: ['a', 'b'], parts: { c: [1] } };
    const { data } = await asAdmin('POST', `/items/${posts.name}`, row);
    expect(data).toMatchObject(row);
    await asAdmin('DELETE', `/items/${posts.name}/${(data as Row).id}`);
    expect(await names()).toContain('line');
  });

  test('builtin 97: a new field that the rows there are cannot have is refused before the database is asked', async () => {
    const { data } = await asAdmin('POST', `/items/${posts.name}`, [{ title: 'a' }, { title: 'b' }]);
    const before = await names();
    const add = (schema: Row) => fields('create', { data: { field: 'late', type: 'string', schema } });
    refused(await add({ is_nullable: false }), /not nullable without a default: .* has 2 rows/);
    refused(await add({ is_unique: true, default_value: 'x' }), /cannot be unique with a default/);
    refused(await add({ is_primary_key: true }), /cannot become the primary key/);
    refused(await add({ nullable: false }), /no setting "nullable".*"is_nullable"/);
    refused(await add({ foreign_key_table: 'tags' }), /makes no relation[\s\S]*kind and related/);
    expect(await names()).toEqual(before);
    for (const { id } of data as Row[]) await asAdmin('DELETE', `/items/${posts.name}/${id}`);
  });

  test('builtin 41: an action that there is not, with those there are', async () => {
    refused(await fields('drop', { field: 'title' }), /no action "drop"[\s\S]*Actions: read, create, update/);
  });

  test('builtin 145: no field of a bad name, without a type, or of a type that is none', async () => {
    const before = await names();
    refused(await fields('create', { data: { field: 'a b;drop', type: 'string' } }), /cannot be the name/);
    refused(await fields('create', { data: { field: 'fine' } }), /needs a type/);
    refused(
      await fields('create', { data: { field: 'fine', type: 'banana' } }),
      /"type" must be one of [\s\S]*string/,
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
    expect(changed.data).toEqual([{ field: 'length', changed: { 'meta.note': ['cm', 'mm'] } }]);
    expect((await fields('read', { field: 'length' })).data).toMatchObject({
      type: 'integer',
      meta: { note: 'mm' },
    });
    const gone = await deleting.confirmed('fields', {
      action: 'delete',
      collection: posts.name,
      field: 'length',
    });
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
