import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freshCollection, isAlive, rest } from './helpers.ts';
import { type Passed, startProxy, type TestProxy } from './proxy.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

/* A relation is one call: it makes all it needs, or nothing. */

const { admin, version } = sharedDirectus();
const asAdmin = rest(admin.token);
let proxy: TestProxy;
let server: TestServer;
let posts: { name: string; remove(): Promise<void> };
let topics: { name: string; remove(): Promise<void> };

beforeAll(async () => {
  proxy = await startProxy();
  server = await startServer({ url: proxy.url });
  // One after the other: on Postgres, Directus never learns of one of two collections that are made at once.
  posts = await freshCollection('posts', [{ field: 'title', type: 'string' }]);
  const key = { field: 'slug', type: 'string', schema: { is_primary_key: true, max_length: 40 } };
  topics = await withKey('topics', key);
});
afterEach(async () => {
  proxy.interfere();
  for (const name of await made()) await asAdmin('DELETE', `/collections/${name}`);
  expect(await isAlive()).toBe(true);
});
afterAll(async () => {
  await server?.close();
  await posts?.remove();
  await topics?.remove();
  await proxy?.close();
});

/** A collection with another key than a number. */
async function withKey(prefix: string, key: Row): Promise<typeof posts> {
  const name = `${prefix}_${randomUUID().slice(0, 8)}`;
  const { status } = await asAdmin('POST', '/collections', {
    collection: name,
    schema: {},
    meta: {},
    fields: [
      { meta: {}, ...key },
      { field: 'name', type: 'string', schema: {}, meta: {} },
    ],
  });
  expect(status).toBe(200);
  return {
    name,
    remove: async () => {
      await asAdmin('DELETE', `/collections/${name}`);
    },
  };
}

/** Collections that a test has made: junctions and others around ours. */
async function made(): Promise<string[]> {
  const all = (await asAdmin('GET', '/collections')).data as { collection: string }[];
  const marks = [posts.name.slice(-8), topics.name.slice(-8)];
  return all
    .map((one) => one.collection)
    .filter((name) => ![posts.name, topics.name].includes(name) && marks.some((mark) => name.includes(mark)));
}

const create = (args: Row) => server.call('relations', { action: 'create', collection: posts.name, ...args });
const done = (answer: Answer): Answer => {
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.info.warning).toBeUndefined();
  return answer;
};
const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 400)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.text).not.toMatch(/INTERNAL:|SQLITE|knex|\[object|\n {4}at /i);
};
const relation = async (collection: string, field: string) =>
  (await asAdmin('GET', `/relations/${collection}/${field}`)).data as Row | undefined;
const field = async (collection: string, name: string) =>
  (await asAdmin('GET', `/fields/${collection}/${name}`)).data as Row & { type: string };
const line = async (collection: string, name: string) => {
  const { data } = await server.call('schema', { keys: [collection] });
  return (data as Record<string, { fields: Record<string, string> }>)[collection]?.fields[name];
};
const list = (value: unknown) => value as string[];
const mark = () => randomUUID().slice(0, 6).replace(/-/g, '_');

/** Deletes the junctions and fields that were not there before. */
async function removeWhatIsNew(before: Model): Promise<void> {
  for (const name of await made()) await asAdmin('DELETE', `/collections/${name}`);
  const known = before.fields.map((text) => JSON.parse(text) as Row);
  for (const place of [posts.name, topics.name]) {
    const now = (await asAdmin('GET', `/fields/${place}`)).data as { field: string }[];
    for (const { field: name } of now) {
      if (!known.some((one) => one.collection === place && one.field === name))
        await asAdmin('DELETE', `/fields/${place}/${name}`);
    }
  }
}

type Model = { collections: string[]; fields: string[]; relations: string[] };

/** The whole data model as REST tells it. */
async function model(): Promise<Model> {
  const [collections, fields, relations] = await Promise.all(
    ['/collections', '/fields', '/relations'].map(async (path) => (await asAdmin('GET', path)).data as Row[]),
  );
  // What SQLite writes down of a table after its columns came and went says the same in another way.
  const tables = collections?.map(({ schema, ...one }) => ({ ...one, table: schema !== null }));
  const sorted = (rows: Row[] = []) => rows.map((one) => JSON.stringify(one)).sort();
  return { collections: sorted(tables), fields: sorted(fields), relations: sorted(relations) };
}

describe('A21 each kind, as Studio makes it', () => {
  test('A21 m2o: a key of the right type, with its list on the other side', async () => {
    const [name, back] = [`topic_${mark()}`, `posts_${mark()}`];
    const answer = done(
      await create({
        field: name,
        kind: 'm2o',
        related: [topics.name],
        data: { related_field: back, required: true, note: 'What it is about' },
      }),
    );
    expect(answer.info).toEqual({ created: [`${posts.name}.${name}`], also: [`${topics.name}.${back}`] });
    expect(answer.data).toEqual({ [`${posts.name}.${name}`]: `m2o ${topics.name} * - What it is about` });
    expect(await field(posts.name, name)).toMatchObject({
      type: 'string',
      schema: { max_length: 40 },
      meta: { interface: 'select-dropdown-m2o', special: ['m2o'], required: true, note: 'What it is about' },
    });
    expect(await relation(posts.name, name)).toMatchObject({
      related_collection: topics.name,
      schema: { on_delete: 'SET NULL' },
      meta: { one_field: back, one_deselect_action: 'nullify' },
    });
    expect(await field(topics.name, back)).toMatchObject({
      type: 'alias',
      meta: { interface: 'list-o2m', special: ['o2m'] },
    });
    expect(await line(topics.name, back)).toBe(`o2m ${posts.name}.${name}`);
  });

  test('A21 m2o within one collection, and to one of Directus’s own', async () => {
    const name = `parent_${mark()}`;
    done(await create({ field: name, kind: 'm2o', related: [posts.name] }));
    expect(await relation(posts.name, name)).toMatchObject({ schema: { on_delete: 'NO ACTION' } });
    const owner = `owner_${mark()}`;
    done(
      await create({
        field: owner,
        kind: 'm2o',
        related: ['directus_users'],
        data: { on_delete: 'CASCADE' },
      }),
    );
    expect(await relation(posts.name, owner)).toMatchObject({
      related_collection: 'directus_users',
      schema: { on_delete: 'CASCADE' },
    });
    refused(
      await create({
        field: `x_${mark()}`,
        kind: 'm2o',
        related: ['directus_users'],
        data: { related_field: 'posts' },
      }),
      /SYSTEM_COLLECTION.*directus_users/,
    );
  });

  test('A21 file: leads to the files; interface and the like can be set', async () => {
    const name = `cover_${mark()}`;
    done(
      await create({ field: name, kind: 'file', data: { meta: { interface: 'file-image', width: 'half' } } }),
    );
    expect(await field(posts.name, name)).toMatchObject({
      type: 'uuid',
      meta: { interface: 'file-image', special: ['file'], width: 'half' },
    });
    expect(await relation(posts.name, name)).toMatchObject({ related_collection: 'directus_files' });
    refused(
      await create({ field: `x_${mark()}`, kind: 'file', related: ['tags'] }),
      /leads to directus_files/,
    );
  });

  test('A21 o2m: makes the key on the other side, or lists one that is there', async () => {
    const name = `topics_${mark()}`;
    const answer = done(
      await create({ field: name, kind: 'o2m', related: [topics.name], data: { sort_field: 'sort' } }),
    );
    const back = `${posts.name}_id`;
    expect(answer.info.also).toEqual([`${topics.name}.sort`, `${topics.name}.${back}`]);
    expect(await field(topics.name, back)).toMatchObject({
      type: 'integer',
      meta: { interface: 'select-dropdown-m2o', special: ['m2o'], hidden: true },
    });
    expect(await relation(topics.name, back)).toMatchObject({
      related_collection: posts.name,
      schema: { on_delete: 'SET NULL' },
      meta: { one_field: name, sort_field: 'sort' },
    });
    expect(await line(posts.name, name)).toBe(`o2m ${topics.name}.${back} by sort`);

    const plain = `about_${mark()}`;
    done(
      await server.call('relations', {
        action: 'create',
        collection: topics.name,
        field: plain,
        kind: 'm2o',
        related: [posts.name],
        data: { on_delete: 'CASCADE' },
      }),
    );
    refused(
      await create({
        field: `x_${mark()}`,
        kind: 'o2m',
        related: [topics.name],
        data: { related_field: plain, on_delete: 'SET NULL' },
      }),
      /is there already, with on_delete CASCADE/,
    );
    const listed = `listed_${mark()}`;
    done(
      await create({
        field: listed,
        kind: 'o2m',
        related: [topics.name],
        data: { related_field: plain, sort_field: 'sort' },
      }),
    );
    expect(await relation(topics.name, plain)).toMatchObject({
      schema: { on_delete: 'CASCADE' },
      meta: { one_field: listed, sort_field: 'sort' },
    });
    refused(
      await create({
        field: `x_${mark()}`,
        kind: 'o2m',
        related: [topics.name],
        data: { related_field: plain },
      }),
      /is listed at .* already/,
    );
  });

  test('A21 m2m: hidden junction with keys of both types, order, and the list on the other side', async () => {
    const [name, back] = [`tags_${mark()}`, `posts_${mark()}`];
    const junction = `${posts.name}_${topics.name}`;
    const answer = done(
      await create({
        field: name,
        kind: 'm2m',
        related: [topics.name],
        data: { related_field: back, sort_field: 'sort' },
      }),
    );
    expect(answer.info.also).toEqual([junction, `${topics.name}.${back}`]);
    expect(answer.data).toEqual({
      [`${posts.name}.${name}`]: `m2m ${topics.name} via ${junction}(${posts.name}_id,${topics.name}_slug) by sort`,
    });
    expect((await asAdmin('GET', `/collections/${junction}`)).data).toMatchObject({
      meta: { hidden: true, icon: 'import_export' },
    });
    expect(await field(junction, `${posts.name}_id`)).toMatchObject({
      type: 'integer',
      meta: { hidden: true },
    });
    expect(await field(junction, `${topics.name}_slug`)).toMatchObject({
      type: 'string',
      schema: { max_length: 40 },
    });
    expect(await relation(junction, `${posts.name}_id`)).toMatchObject({
      related_collection: posts.name,
      schema: { on_delete: 'SET NULL' },
      meta: {
        one_field: name,
        junction_field: `${topics.name}_slug`,
        sort_field: 'sort',
        one_deselect_action: 'nullify',
      },
    });
    expect(await relation(junction, `${topics.name}_slug`)).toMatchObject({
      related_collection: topics.name,
      meta: { one_field: back, junction_field: `${posts.name}_id` },
    });
    expect(await field(posts.name, name)).toMatchObject({
      meta: { interface: 'list-m2m', special: ['m2m'] },
    });

    const row = { title: 'One', [name]: [{ [`${topics.name}_slug`]: { slug: 'sea', name: 'Sea' } }] };
    done(await server.call('items', { action: 'create', collection: posts.name, data: row }));
    const { data } = await asAdmin(
      'GET',
      `/items/${topics.name}/sea?fields=name,${back}.${posts.name}_id.title`,
    );
    expect(data).toEqual({ name: 'Sea', [back]: [{ [`${posts.name}_id`]: { title: 'One' } }] });
    await asAdmin('DELETE', `/items/${topics.name}/sea`);
  });

  test('A21 m2m: names that are taken are not used, given ones are', async () => {
    const again = (data?: Row) =>
      create({ field: `tags_${mark()}`, kind: 'm2m', related: [topics.name], ...(data ? { data } : {}) });
    const standard = `${posts.name}_${topics.name}`;
    expect(done(await again()).info.also).toEqual([standard]);
    expect(done(await again()).info.also).toEqual([`${standard}_1`]);
    refused(await again({ junction: standard.toUpperCase() }), /There is a collection/);
    const own = `own_${posts.name}`;
    done(await again({ junction: own, junction_fields: ['post', 'topic'], on_delete: 'CASCADE' }));
    expect(await relation(own, 'post')).toMatchObject({
      schema: { on_delete: 'CASCADE' },
      meta: { junction_field: 'topic' },
    });
    refused(await again({ junction_fields: ['same', 'same'] }), /"same" twice/);
    refused(await again({ junction_fields: ['id', 'topic'] }), /"id" twice/);
  });

  test('A21 m2m: names that would be too long are cut', async () => {
    const other = await withKey(`a_name_that_takes_much_room_and_then_some_${'x'.repeat(10)}`, {
      field: 'id',
      type: 'integer',
      schema: { is_primary_key: true },
    });
    try {
      const { info } = done(await create({ field: `long_${mark()}`, kind: 'm2m', related: [other.name] }));
      const [junction = ''] = list(info.also);
      expect(junction).toHaveLength(50);
      await asAdmin('DELETE', `/collections/${junction}`);
    } finally {
      await other.remove();
    }
  });

  test('A21 m2m within one collection', async () => {
    const name = `related_${mark()}`;
    const { data } = done(await create({ field: name, kind: 'm2m', related: [posts.name] }));
    expect(data).toEqual({
      [`${posts.name}.${name}`]: `m2m ${posts.name} via ${posts.name}_${posts.name}(${posts.name}_id,related_${posts.name}_id)`,
    });
    const row = { title: 'A', [name]: [{ [`related_${posts.name}_id`]: { title: 'B' } }] };
    const { data: stored } = await asAdmin('POST', `/items/${posts.name}`, row);
    const { id } = stored as Row;
    expect(
      (await asAdmin('GET', `/items/${posts.name}/${id}?fields=${name}.related_${posts.name}_id.title`)).data,
    ).toEqual({ [name]: [{ [`related_${posts.name}_id`]: { title: 'B' } }] });
  });

  test('A21 m2a: rows of several collections, told apart by a column', async () => {
    const name = `blocks_${mark()}`;
    const junction = `${posts.name}_${name}`;
    const { data } = done(
      await create({
        field: name,
        kind: 'm2a',
        related: ['block_text', topics.name],
        data: { sort_field: 'sort' },
      }),
    );
    expect(data).toEqual({
      [`${posts.name}.${name}`]: `m2a block_text|${topics.name} via ${junction}(${posts.name}_id,collection,item) by sort`,
    });
    expect(await relation(junction, 'item')).toMatchObject({
      related_collection: null,
      schema: null,
      meta: {
        one_allowed_collections: ['block_text', topics.name],
        one_collection_field: 'collection',
        junction_field: `${posts.name}_id`,
      },
    });
    expect(await field(junction, 'item')).toMatchObject({ type: 'string' });
    expect(await field(posts.name, name)).toMatchObject({
      meta: { interface: 'list-m2a', special: ['m2a'] },
    });
    const block = { collection: topics.name, item: { slug: 'storm' }, sort: 1 };
    done(
      await server.call('items', {
        action: 'create',
        collection: posts.name,
        data: { title: 'X', [name]: [block] },
      }),
    );
    await asAdmin('DELETE', `/items/${topics.name}/storm`);
    refused(await create({ field: `x_${mark()}`, kind: 'm2a' }), /related must list/);
  });

  test('A21 files: several files through a junction', async () => {
    const name = `gallery_${mark()}`;
    const { data } = done(await create({ field: name, kind: 'files' }));
    expect(data).toEqual({
      [`${posts.name}.${name}`]: `files directus_files via ${posts.name}_files(${posts.name}_id,directus_files_id)`,
    });
    expect(await field(posts.name, name)).toMatchObject({ meta: { interface: 'files', special: ['files'] } });
    expect(await relation(`${posts.name}_files`, 'directus_files_id')).toMatchObject({
      related_collection: 'directus_files',
    });
  });

  test('A21 translations: into the languages there are', async () => {
    const { data, info } = done(await create({ field: 'translations', kind: 'translations' }));
    const junction = `${posts.name}_translations`;
    expect(data).toEqual({
      [`${posts.name}.translations`]: `translations languages via ${junction}(${posts.name}_id,languages_code)`,
    });
    expect(info.next).toContain(junction);
    expect(await field(posts.name, 'translations')).toMatchObject({
      meta: { interface: 'translations', special: ['translations'], options: { languageField: 'name' } },
    });
    expect(await field(junction, 'languages_code')).toMatchObject({
      type: 'string',
      schema: { max_length: 255 },
    });
  });

  test('A21 translations: makes the collection of languages where it is missing', async () => {
    const tongues = `tongues_${posts.name}`;
    const name = `said_${mark()}`;
    const { info } = done(await create({ field: name, kind: 'translations', related: [tongues] }));
    expect(info.also).toEqual([tongues, `${posts.name}_translations`]);
    expect(info.next).toMatch(/languages in tongues_.*"code":"en-US"/);
    expect(await field(tongues, 'code')).toMatchObject({ type: 'string', schema: { is_primary_key: true } });
    expect(await field(tongues, 'direction')).toMatchObject({ schema: { default_value: 'ltr' } });
    expect((await asAdmin('GET', `/items/${tongues}`)).data).toEqual([]);
  });

  test('A21 keys that are UUIDs lead both ways', async () => {
    const guests = await withKey('guests', {
      field: 'id',
      type: 'uuid',
      schema: { is_primary_key: true },
      meta: { special: ['uuid'] },
    });
    try {
      const from = (args: Row) =>
        server.call('relations', { action: 'create', collection: guests.name, ...args });
      done(await from({ field: 'friends', kind: 'm2m', related: [guests.name] }));
      done(
        await from({
          field: 'best',
          kind: 'm2o',
          related: [guests.name],
          data: { related_field: 'best_of' },
        }),
      );
      const { data } = await asAdmin('POST', `/items/${guests.name}`, {
        name: 'A',
        best: { name: 'B' },
        friends: [{ [`related_${guests.name}_id`]: { name: 'C' } }],
      });
      expect((data as Row).best).toMatch(/^[0-9a-f-]{36}$/);
      const columns = await field(`${guests.name}_${guests.name}`, `${guests.name}_id`);
      expect((columns.schema as Row).data_type).toBe(
        ((await field(guests.name, 'id')).schema as Row).data_type,
      );
    } finally {
      await asAdmin('DELETE', `/collections/${guests.name}_${guests.name}`);
      await guests.remove();
    }
  });
});

describe('A21 fields and collections bring their relations', () => {
  test('A21 plain fields and relations in one call', async () => {
    const names = ['weight', 'flags', 'about', 'see'].map((name) => `${name}_${mark()}`);
    const answer = await server.call('fields', {
      action: 'create',
      collection: posts.name,
      data: [
        { field: names[0], type: 'integer', meta: { note: 'g' } },
        { field: names[1], type: 'json' },
        { field: names[2], kind: 'm2o', related: topics.name },
        { field: names[3], kind: 'm2m', related: [topics.name] },
      ],
    });
    expect(done(answer).info).toEqual({ created: names, also: [`${posts.name}_${topics.name}`] });
    expect(Object.keys(answer.data as Row)).toEqual([
      `${posts.name}.${names[2]}`,
      `${posts.name}.${names[3]}`,
    ]);
    expect(await field(posts.name, names[1] ?? '')).toMatchObject({
      type: 'json',
      meta: { special: ['cast-json'] },
    });
  });

  test('A21 collections that lead to one another, in one call', async () => {
    const [books, writers] = [`books_${posts.name}`, `writers_${posts.name}`];
    const answer = await server.call('collections', {
      action: 'create',
      data: [
        {
          collection: books,
          schema: {},
          meta: { display_template: '{{ title }}', sort_field: 'sort' },
          fields: [
            { field: 'title', type: 'string' },
            { field: 'sort', type: 'integer' },
            { field: 'writer', kind: 'm2o', related: writers, related_field: 'books' },
            { field: 'sequels', kind: 'm2m', related: books },
          ],
        },
        {
          collection: writers,
          schema: {},
          fields: [{ field: 'code', type: 'string', schema: { is_primary_key: true, max_length: 8 } }],
        },
      ],
    });
    expect(done(answer).info.created).toEqual([books, writers]);
    expect(await line(writers, 'books')).toBe(`o2m ${books}.writer`);
    expect(await field(books, 'writer')).toMatchObject({ type: 'string', schema: { max_length: 8 } });
    expect(await line(books, 'sequels')).toContain(`m2m ${books}`);
  });

  test('A21 what does not fit together is refused before anything is made', async () => {
    const before = await model();
    const name = `x_${mark()}`;
    const cases: [Row, RegExp][] = [
      [{ field: name, kind: 'm2m' }, /related must name the collection/],
      [{ field: name, kind: 'm2m', related: ['tags', 'authors'] }, /one collection/],
      [{ field: name, kind: 'm2m', related: ['tag'] }, /no collection "tag".*"tags"/],
      [{ field: name, kind: 'many', related: ['tags'] }, /kind/],
      [{ field: 'title', kind: 'm2o', related: ['tags'] }, /has a field "title" already/],
      [{ field: 'TITLE', kind: 'm2o', related: ['tags'] }, /has a field "title" already/],
      [{ field: 'a b', kind: 'm2o', related: ['tags'] }, /cannot be the name/],
      [
        { field: name, kind: 'm2o', related: ['tags'], data: { on_delet: 'CASCADE' } },
        /"on_delet".*"on_delete"/,
      ],
      [{ field: name, kind: 'm2o', related: ['tags'], data: { on_delete: 'DROP' } }, /on_delete cannot be/],
      [
        { field: name, kind: 'm2o', related: ['tags'], data: { sort_field: 'sort' } },
        /sort_field says nothing/,
      ],
      [
        { field: name, kind: 'm2o', related: ['tags'], data: { meta: { intrface: 'x' } } },
        /"intrface".*"interface"/,
      ],
      [{ field: name, kind: 'm2o', related: ['tags'], data: { type: 'uuid' } }, /is of type integer/],
      [
        {
          field: name,
          kind: 'm2o',
          related: ['tags'],
          data: { schema: { is_nullable: false }, on_delete: 'SET NULL' },
        },
        /cannot be null, so on_delete cannot be SET NULL/,
      ],
      [
        { field: name, kind: 'm2m', related: ['tags'], data: { type: 'string' } },
        /of type alias, not string/,
      ],
      [{ field: name, related: ['tags'] }, /kind is not given/],
      [{ field: name }, /needs kind and related, or data/],
    ];
    for (const [args, says] of cases) refused(await create(args), says);
    refused(
      await server.call('relations', {
        action: 'create',
        collection: 'directus_users',
        field: name,
        kind: 'm2o',
        related: ['tags'],
      }),
      /SYSTEM_COLLECTION/,
    );
    refused(
      await server.call('fields', {
        action: 'create',
        collection: posts.name,
        data: { field: name, type: 'string', related: 'tags' },
      }),
      /related is for relations/,
    );
    expect(await model()).toEqual(before);
  });

  test('A21 dryRun shows all that would be made, and makes nothing', async () => {
    const before = await model();
    const answer = await create({ field: 'labels', kind: 'm2m', related: ['tags'], dryRun: true });
    expect(answer.info).toMatchObject({ dryRun: true });
    expect(answer.info.notDone).toContain(`${posts.name}_tags`);
    expect(answer.data).toHaveLength(4);
    expect(await model()).toEqual(before);
  });
});

const isChange = ({ method }: Passed) => !['GET', 'SEARCH'].includes(method);
const fail = (
  response: Parameters<Parameters<TestProxy['interfere']>[0] & object>[1],
  status = 500,
  code = 'INTERNAL_SERVER_ERROR',
) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ errors: [{ message: 'An unexpected error occurred.', extensions: { code } }] }),
  );
  return true;
};

describe('A21 all or nothing', () => {
  const kinds: [string, () => Row][] = [
    ['m2o', () => ({ kind: 'm2o', related: [topics.name], data: { related_field: 'back' } })],
    [
      'o2m',
      () => ({ kind: 'o2m', related: [topics.name], data: { related_field: 'back', sort_field: 'place' } }),
    ],
    [
      'm2m',
      () => ({ kind: 'm2m', related: [topics.name], data: { related_field: 'back', sort_field: 'sort' } }),
    ],
    ['m2a', () => ({ kind: 'm2a', related: [topics.name, 'tags'] })],
    ['files', () => ({ kind: 'files' })],
    ['translations', () => ({ kind: 'translations', related: [`tongues_${posts.name}`] })],
  ];

  test.each(kinds)('A21 %s: whichever request fails, nothing is left of the others', async (_kind, args) => {
    const before = await model();
    for (let which = 1; ; which++) {
      let seen = 0;
      proxy.interfere((passed, response) => {
        if (passed.method !== 'POST') return false;
        seen += 1;
        return seen === which ? fail(response) : false;
      });
      const answer = await create({ field: 'broken', ...args() });
      proxy.interfere();
      if (!answer.isError) {
        // One more than there are: that one worked.
        expect(which).toBeGreaterThan(2);
        break;
      }
      refused(answer, /It failed at .*Nothing was changed/);
      expect(answer.text.includes('taken back')).toBe(which > 1);
      expect(await model()).toEqual(before);
    }
    await removeWhatIsNew(before);
    expect(await model()).toEqual(before);
  });

  test('A21 collections with relations: none of it when the last request fails', async () => {
    const before = await model();
    proxy.interfere(({ method, path, body }, response) =>
      method === 'POST' && path === '/relations' && (body as Row).field === `${posts.name}_id`
        ? fail(response)
        : false,
    );
    const answer = await server.call('collections', {
      action: 'create',
      data: {
        collection: `shelves_${posts.name}`,
        schema: {},
        fields: [
          { field: 'label', type: 'string' },
          { field: 'topic', kind: 'm2o', related: topics.name, related_field: 'shelves' },
          { field: 'posts', kind: 'm2m', related: posts.name },
        ],
      },
    });
    refused(answer, /It failed at the relation .* taken back\. Nothing was changed/);
    expect(await model()).toEqual(before);
  });

  test('A21 a relation that was there before gets its list taken away again', async () => {
    const to = `kept_${mark()}`;
    done(
      await server.call('relations', {
        action: 'create',
        collection: topics.name,
        field: to,
        kind: 'm2o',
        related: [posts.name],
      }),
    );
    const before = await model();
    proxy.interfere(({ method, path }, response) =>
      method === 'POST' && path === '/collections' ? fail(response) : false,
    );
    const answer = await server.call('fields', {
      action: 'create',
      collection: posts.name,
      data: [
        { field: 'list', kind: 'o2m', related: topics.name, related_field: to },
        { field: 'broken', kind: 'm2m', related: topics.name },
      ],
    });
    refused(answer, /taken back\. Nothing was changed/);
    expect(await model()).toEqual(before);
  });

  test('A21 what cannot be taken back is named', async () => {
    proxy.interfere(({ method, path }, response) => {
      if (method === 'POST' && path === '/relations') return fail(response);
      return method === 'DELETE' && path.startsWith('/collections/') ? fail(response) : false;
    });
    const answer = await create({ field: 'broken', kind: 'm2m', related: [topics.name] });
    refused(
      answer,
      new RegExp(`could not be taken back and are still there: ${posts.name}_${topics.name}\\.`),
    );
    expect(answer.text).not.toContain('Nothing was changed');
    expect((await asAdmin('GET', `/fields/${posts.name}/broken`)).status).toBe(403);
  });

  test('A21 a request that was cut off after it had worked is taken back as well', async () => {
    const before = await model();
    proxy.interfere(({ method, path, body }, response) => {
      if (method !== 'POST' || path !== '/collections') return false;
      asAdmin('POST', '/collections', body).then(() => response.destroy());
      return true;
    });
    const answer = await create({ field: 'broken', kind: 'm2m', related: [topics.name] });
    refused(answer, /UNREACHABLE/);
    expect(await model()).toEqual(before);
  });

  test('A21 what somebody else made in the same moment is not taken back', async () => {
    const junction = `${posts.name}_${topics.name}`;
    proxy.interfere(({ method, path }, response) => {
      if (method !== 'POST' || path !== '/collections') return false;
      const other = { collection: junction, schema: {}, meta: {}, fields: [] };
      asAdmin('POST', '/collections', other).then(() => fail(response));
      return true;
    });
    const answer = await create({ field: 'broken', kind: 'm2m', related: [topics.name] });
    refused(answer, new RegExp(`still there: ${junction}`));
    expect((await asAdmin('GET', `/collections/${junction}`)).status).toBe(200);
  });

  test('A21 a call that is cancelled half-way leaves nothing', async () => {
    const before = await model();
    const stop = new AbortController();
    const { promise: undone, resolve } = Promise.withResolvers<void>();
    proxy.interfere(({ method, path }) => {
      if (method === 'POST' && path.startsWith('/fields/')) stop.abort();
      if (method === 'DELETE' && path.startsWith('/collections/')) resolve();
      return false;
    });
    const args = {
      action: 'create',
      collection: posts.name,
      field: 'broken',
      kind: 'm2m',
      related: [topics.name],
    };
    await expect(
      server.client.callTool({ name: 'relations', arguments: args }, undefined, { signal: stop.signal }),
    ).rejects.toThrow();
    await undone;
    await expect.poll(model).toEqual(before);
  });

  test('A21 a Directus with no room for another collection says so, and nothing is left', async () => {
    const spare: string[] = [];
    try {
      // Without a license, Directus 12 has room for 25 collections; 11 has no such limit, so one is played there.
      if (Number.parseInt(version, 10) >= 12) {
        for (let number = 0; number < 30; number++) {
          const collection = `spare_${number}_${mark()}`;
          if ((await asAdmin('POST', '/collections', { collection, schema: {}, meta: {} })).status !== 200)
            break;
          spare.push(collection);
        }
        expect(spare.length).toBeLessThan(30);
      } else {
        proxy.interfere(({ method, path }, response) =>
          method === 'POST' && path === '/collections' ? fail(response, 403, 'LIMIT_EXCEEDED') : false,
        );
      }
      const before = await model();
      const answer = await create({ field: 'broken', kind: 'm2m', related: [topics.name] });
      refused(answer, /LIMIT_EXCEEDED.*Nothing was changed/);
      expect(answer.text).toMatch(/license|no room/);
      expect(await model()).toEqual(before);
    } finally {
      for (const name of spare) await asAdmin('DELETE', `/collections/${name}`);
    }
  });

  test('requests that make a relation carry the mark of one call', async () => {
    const from = proxy.passed.length;
    done(await create({ field: `m_${mark()}`, kind: 'm2m', related: [topics.name] }));
    const agents = proxy.passed
      .slice(from)
      .filter(isChange)
      .map(({ headers }) => headers['user-agent']);
    expect(agents).toHaveLength(4);
    expect(new Set(agents).size).toBe(1);
    expect(agents[0]).toMatch(/directus-assistant\/.* \(call /);
  });
});
