import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freshCollection, isAlive, rest } from './helpers.ts';
import { startProxy, type TestProxy } from './proxy.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

/* What a change of the data model would lose is found, counted and confirmed before it is made. */

const { admin } = sharedDirectus();
const asAdmin = rest(admin.token);
let proxy: TestProxy;
/** Without deletes, as it comes. */
let careful: TestServer;
let server: TestServer;
let shows: Awaited<ReturnType<typeof freshCollection>>;
let seats: Awaited<ReturnType<typeof freshCollection>>;

const dropdown = {
  interface: 'select-dropdown',
  options: {
    choices: [
      { text: 'Open', value: 'open' },
      { text: 'Shut', value: 'shut' },
    ],
    allowNone: true,
  },
};

beforeAll(async () => {
  proxy = await startProxy();
  [careful, server, shows, seats] = await Promise.all([
    startServer(),
    startServer({ flags: ['--allow-deletes'], url: proxy.url }),
    freshCollection(
      'shows',
      [
        { field: 'title', type: 'string', schema: { max_length: 80 }, meta: {} },
        { field: 'code', type: 'string', meta: {} },
        { field: 'state', type: 'string', meta: dropdown },
        { field: 'price', type: 'float', meta: {} },
        { field: 'sort', type: 'integer', meta: {} },
        { field: 'empty', type: 'string', meta: {} },
        { field: 'gone', type: 'boolean', meta: { special: ['cast-boolean'] } },
      ],
      {
        display_template: '{{ title }} ({{ state }})',
        sort_field: 'sort',
        archive_field: 'state',
        versioning: true,
      },
    ),
    freshCollection('seats', [
      { field: 'show', type: 'integer', meta: { special: ['m2o'] } },
      { field: 'row', type: 'string', meta: {} },
    ]),
  ]);
  await asAdmin('POST', `/fields/${shows.name}`, {
    field: 'seats',
    type: 'alias',
    meta: { special: ['o2m'], interface: 'list-o2m' },
  });
  await asAdmin('POST', '/relations', {
    collection: seats.name,
    field: 'show',
    related_collection: shows.name,
    schema: { on_delete: 'SET NULL' },
    meta: { one_field: 'seats', one_deselect_action: 'nullify' },
  });
  await asAdmin('POST', `/items/${shows.name}`, [
    { title: 'Storm', code: '12', state: 'open', price: 12.345, sort: 1 },
    { title: 'The quiet sea', code: '7', state: 'open', price: 9.5 },
    { title: 'Storm', code: 'x9', state: 'shut', seats: [{ row: 'A' }, { row: 'B' }] },
    { title: 'Rain', code: null, state: null },
  ]);
  await asAdmin('POST', `/items/${seats.name}`, { row: 'C' });
});
afterEach(async () => {
  proxy.interfere();
  expect(await isAlive()).toBe(true);
});
afterAll(async () => {
  await Promise.all([careful?.close(), server?.close()]);
  await seats?.remove();
  await shows?.remove();
  await proxy?.close();
});

const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 400)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.text).not.toMatch(/INTERNAL:|SQLITE|knex|\[object|\n {4}at /i);
};
/** A change that waits, and has changed nothing. */
const held = (answer: Answer): Row => {
  expect(answer.isError, answer.text).toBe(true);
  expect(answer.info.confirm, answer.text).toEqual(expect.any(String));
  return answer.info;
};
const list = (value: unknown) => (value ?? []) as string[];
const setField = (data: Row, on = server) =>
  on.call('fields', { action: 'update', collection: shows.name, data });
const dropField = (field: string, collection = shows.name) =>
  server.call('fields', { action: 'delete', collection, field });
const stored = async (field: string) =>
  (await asAdmin('GET', `/fields/${shows.name}/${field}`)).data as { type: string; schema: Row; meta: Row };

describe('a new type or size of a field', () => {
  test('values that do not fit are counted, and losing them is a delete', async () => {
    refused(
      await setField({ field: 'code', type: 'integer' }, careful),
      /DELETES_OFF: This would delete 1 value of .*code that fits no integer/,
    );
    const info = held(await setField({ field: 'code', type: 'integer' }));
    expect(info.deletes).toEqual([`1 value of ${shows.name}.code that fits no integer`]);
    expect(list(info.needsConfirmation)).toContain(
      `3 values of ${shows.name}.code would be converted from string to integer`,
    );
    expect(info).toMatchObject({
      rows: 3,
      cannotBeUndone: expect.arrayContaining([expect.stringMatching(/values that are lost/)]),
    });
    expect((await stored('code')).type).toBe('string');
  });

  test('values that fit are a risk, and are converted once it is confirmed', async () => {
    await asAdmin('POST', `/fields/${shows.name}`, { field: 'digits', type: 'string', schema: {}, meta: {} });
    await asAdmin('PATCH', `/items/${shows.name}/1`, { digits: '42' });
    const info = held(await setField({ field: 'digits', type: 'integer' }, careful));
    expect(info.deletes).toBeUndefined();
    const done = await careful.confirmed('fields', {
      action: 'update',
      collection: shows.name,
      data: { field: 'digits', type: 'integer' },
    });
    expect(done.data, done.text).toMatchObject([
      { field: 'digits', changed: { type: ['string', 'integer'] } },
    ]);
    expect((await asAdmin('GET', `/items/${shows.name}/1?fields=digits`)).data).toEqual({ digits: 42 });
    await asAdmin('DELETE', `/fields/${shows.name}/digits`);
  });

  test('a wider type, and any type for an empty field, needs no confirmation; its special follows', async () => {
    const done = await setField({ field: 'empty', type: 'text' }, careful);
    expect(done.data, done.text).toMatchObject([{ changed: { type: ['string', 'text'] } }]);
    const list = await setField({ field: 'empty', type: 'csv' }, careful);
    expect(list.data, list.text).toMatchObject([
      { changed: { type: ['text', 'csv'], 'meta.special': [null, ['cast-csv']] } },
    ]);
    const back = await setField({ field: 'empty', type: 'string' }, careful);
    expect(back.data, back.text).toMatchObject([
      { changed: { type: ['csv', 'string'], 'meta.special': [['cast-csv'], null] } },
    ]);
  });

  test('shorter: the values that are longer are counted', async () => {
    const info = held(await setField({ field: 'title', schema: { max_length: 6 } }));
    expect(info.deletes).toEqual([`the end of 1 value of ${shows.name}.title (longer than 6 characters)`]);
    const fine = await setField({ field: 'title', schema: { max_length: 60 } }, careful);
    expect(fine.data, fine.text).toEqual([{ field: 'title', changed: { 'schema.max_length': [80, 60] } }]);
  });

  test('fewer digits: the values that have more are counted', async () => {
    const info = held(await setField({ field: 'price', schema: { numeric_precision: 4, numeric_scale: 1 } }));
    expect(info.deletes).toEqual([
      `digits of 1 value of ${shows.name}.price (more than 4, 1 of them after the point)`,
    ]);
  });

  test('a confirmation is refused when there is more to lose than was shown', async () => {
    const change = { field: 'title', schema: { max_length: 6 } };
    const { confirm } = held(await setField(change));
    const { data } = await asAdmin('POST', `/items/${shows.name}`, { title: 'Another long one' });
    const call = { action: 'update', collection: shows.name, data: change, confirm };
    const again = held(await server.call('fields', call));
    expect(again.refused).toMatch(/changed since the preview/);
    expect(list(again.deletes)[0]).toMatch(/^the end of 2 values/);
    expect((await stored('title')).schema.max_length).toBe(60);
    await asAdmin('DELETE', `/items/${shows.name}/${(data as Row).id}`);
  });

  test('what the database would refuse because of its rows is refused before, with the number of them', async () => {
    refused(
      await setField({ field: 'code', schema: { is_nullable: false } }),
      /code is empty in 1 row.*"_null":true/s,
    );
    refused(
      await setField({ field: 'title', schema: { is_unique: true } }),
      /cannot be made unique: in 1 row/,
    );
    expect((await stored('title')).schema.is_unique).toBe(false);
  });

  test('what would break the collection or a relation is refused', async () => {
    const cases: [Row, RegExp][] = [
      [{ field: 'id', type: 'string' }, /primary key/],
      [{ field: 'id', schema: { is_nullable: true } }, /primary key/],
      [{ field: 'title', schema: { is_primary_key: true } }, /is_primary_key .* cannot be changed/],
      [{ field: 'sort', schema: { has_auto_increment: true } }, /has_auto_increment .* cannot be changed/],
      [{ field: 'title', type: 'alias' }, /alias/],
      [{ field: 'seats', type: 'string' }, /alias/],
      [{ field: 'title', type: 'strng' }, /"strng".*"string"/],
      [{ field: 'title', schema: { max_lenght: 5 } }, /"max_lenght".*"max_length"/],
      [{ field: 'title', meta: { field: 'name' } }, /turn title into another/],
      [{ field: 'title', meta: { group: 'nowhere' } }, /meta\.group: .* no field "nowhere"/],
      [{ field: 'title', meta: { group: 'title' } }, /in itself/],
      [{ field: 'title', name: 'x' }, /"name" is no setting/],
      [{ field: 'title' }, /nothing to change/],
    ];
    for (const [data, says] of cases) refused(await setField(data), says);
    refused(
      await server.call('fields', {
        action: 'update',
        collection: seats.name,
        data: { field: 'show', type: 'string' },
      }),
      /holds keys of .*so its type follows/,
    );
    refused(
      await server.call('fields', {
        action: 'update',
        collection: seats.name,
        data: { field: 'show', schema: { is_nullable: false } },
      }),
      /on_delete SET NULL.*must be nullable/,
    );
  });
});

describe('settings of a field', () => {
  test('dropped choices: the rows that hold them are counted', async () => {
    const open = { choices: [{ text: 'Open', value: 'open' }], allowNone: true };
    const info = held(await setField({ field: 'state', meta: { options: open } }, careful));
    expect(info.needsConfirmation).toEqual([`1 value of ${shows.name}.state would be no choice any more`]);
    const more = { choices: [...dropdown.options.choices, { text: 'Late', value: 'late' }], allowNone: true };
    expect((await setField({ field: 'state', meta: { options: more } }, careful)).isError).toBe(false);
  });

  test('options are stored as a whole, and that is shown', async () => {
    const answer = await setField({ field: 'state', meta: { options: { placeholder: 'x' } } }, careful);
    expect(list(held(answer).needsConfirmation)[0]).toMatch(/replaced as a whole/);
    expect(answer.data).toMatchObject([
      { changed: { 'meta.options.placeholder': [null, 'x'], 'meta.options.allowNone': [true, null] } },
    ]);
  });

  test('another special for values that are there is a risk', async () => {
    const info = held(await setField({ field: 'code', meta: { special: ['cast-csv'] } }, careful));
    expect(info.needsConfirmation).toEqual([
      `3 values of ${shows.name}.code would be read otherwise (special)`,
    ]);
  });

  test('a receipt tells before and after, and where Directus stored otherwise', async () => {
    const done = await setField({ field: 'sort', meta: { note: 'By hand', width: 'half' } }, careful);
    expect(done.info).toEqual({ updated: ['sort'] });
    expect(done.data).toEqual([
      { field: 'sort', changed: { 'meta.note': [null, 'By hand'], 'meta.width': ['full', 'half'] } },
    ]);
    const same = await setField({ field: 'sort', meta: { note: 'By hand' } }, careful);
    expect(same.info).toEqual({ updated: ['sort'], unchanged: ['sort'] });
    // SQLite knows no precision, other databases do.
    const odd = await setField(
      { field: 'empty', type: 'decimal', schema: { numeric_precision: 6 } },
      careful,
    );
    const warning = process.env.TEST_POSTGRES
      ? undefined
      : expect.stringMatching(/Stored otherwise than asked: empty .*schema\.numeric_precision/);
    expect(odd.info.warning).toEqual(warning);
    await setField({ field: 'empty', type: 'string' }, careful);
  });

  test('of several fields those that were changed are named when a later one fails', async () => {
    proxy.interfere(({ method, path }, response) => {
      if (method !== 'PATCH' || !path.endsWith('/code')) return false;
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"errors":[{"message":"no","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}');
      return true;
    });
    const answer = await server.call('fields', {
      action: 'update',
      collection: shows.name,
      data: [
        { field: 'title', meta: { note: 'Its name' } },
        { field: 'code', meta: { note: 'Its code' } },
      ],
    });
    refused(answer, new RegExp(`these were changed, and stay so: ${shows.name}\\.title`));
    expect((await stored('title')).meta.note).toBe('Its name');
  });
});

describe('deleting a field', () => {
  test('its values are counted and shown, and what uses it is named', async () => {
    const { data: policies } = await asAdmin('GET', '/policies?limit=1&filter[admin_access][_eq]=false');
    const [{ id: policy } = { id: '' }] = policies as { id: string }[];
    // Directus 12 without a license keeps no permissions for single fields.
    const { status, data: permission } = await asAdmin('POST', '/permissions', {
      policy,
      collection: shows.name,
      action: 'read',
      fields: ['id', 'state'],
      permissions: {},
      validation: {},
    });
    const answer = await dropField('state');
    const info = held(answer);
    expect(info.notDone).toContain(`delete the field ${shows.name}.state with its 3 values`);
    expect(info.rows).toBe(3);
    expect(list(info.cascades)).toEqual(
      expect.arrayContaining([
        `${shows.name} could no longer be archived (archive_field)`,
        `the display template of ${shows.name} names it`,
        ...(status === 200 ? [`it is named in 1 of the permissions of ${shows.name}`] : []),
      ]),
    );
    expect(list(info.cannotBeUndone)[0]).toMatch(/^all of it/);
    expect(answer.data).toEqual([
      {
        deleted: {
          field: `${shows.name}.state`,
          type: 'string',
          some: expect.arrayContaining(['open', 'shut']),
        },
      },
    ]);
    if (status === 200) await asAdmin('DELETE', `/permissions/${(permission as Row).id}`);
  });

  test('a relation goes with its field, and so does its list', async () => {
    const info = held(await dropField('show', seats.name));
    expect(info).toMatchObject({ rows: 2 });
    expect(info.cascades).toEqual([
      `the relation to ${shows.name} would go with it`,
      `the list ${shows.name}.seats would be deleted`,
    ]);
    const only = held(await dropField('seats'));
    expect(only.cascades).toEqual([`only the list is deleted: ${seats.name}.show stays`]);
    expect(only.rows).toBeUndefined();
  });

  test('what hangs on sorting is said, and a confirmed delete says what went', async () => {
    expect(held(await dropField('sort')).cascades).toEqual([
      `${shows.name} would no longer be sorted by hand (sort_field)`,
    ]);
    const call = { action: 'delete', collection: shows.name, field: 'gone' };
    await asAdmin('PATCH', `/items/${shows.name}/1`, { gone: true });
    const { confirm } = held(await server.call('fields', call));
    await asAdmin('PATCH', `/items/${shows.name}/2`, { gone: true });
    expect(held(await server.call('fields', { ...call, confirm })).refused).toMatch(/changed since/);
    expect((await server.confirmed('fields', call)).info).toEqual({
      deleted: `${shows.name}.gone`,
      values: 2,
    });
    expect((await asAdmin('GET', `/fields/${shows.name}/gone`)).status).toBe(403);
  });
});

describe('relations', () => {
  const setRelation = (data: Row, field = 'show', collection = seats.name) =>
    careful.call('relations', { action: 'update', collection, field, data });

  test('a rule by which rows would be deleted is a risk, with the number of them', async () => {
    const cascade = await setRelation({ schema: { on_delete: 'CASCADE' } });
    expect(held(cascade).needsConfirmation).toEqual([
      `deleting rows of ${shows.name} would delete the rows of ${seats.name} that point at them (now 2 rows of ${seats.name})`,
    ]);
    expect(cascade.data).toEqual({
      relation: `${seats.name}.show`,
      changed: { 'schema.on_delete': ['SET NULL', 'CASCADE'] },
    });
    const deselect = held(await setRelation({ meta: { one_deselect_action: 'delete' } }));
    expect(list(deselect.needsConfirmation)[0]).toMatch(
      /taking a row out of the list would delete it \(now 2/,
    );
    const { confirm } = held(cascade);
    const { data } = await asAdmin('POST', `/items/${seats.name}`, { row: 'D', show: 1 });
    const late = await careful.call('relations', {
      action: 'update',
      collection: seats.name,
      field: 'show',
      data: { schema: { on_delete: 'CASCADE' } },
      confirm,
    });
    expect(held(late).refused).toMatch(/changed since/);
    await asAdmin('DELETE', `/items/${seats.name}/${(data as Row).id}`);
  });

  test('a harmless change is made at once and told as before and after', async () => {
    const done = await setRelation({ schema: { on_delete: 'NO ACTION' } });
    expect(done.info, done.text).toEqual({ updated: `${seats.name}.show` });
    expect(done.data).toEqual({ changed: { 'schema.on_delete': ['SET NULL', 'NO ACTION'] } });
    const back = await setRelation({ schema: { on_delete: 'SET NULL' } });
    expect(back.data).toEqual({ changed: { 'schema.on_delete': ['NO ACTION', 'SET NULL'] } });
  });

  test('builtin 170: Directus reads once more before a relation is changed, or it may end over it', async () => {
    const from = proxy.passed.length;
    for (const on_delete of ['NO ACTION', 'RESTRICT', 'SET NULL']) {
      const call = {
        action: 'update',
        collection: seats.name,
        field: 'show',
        data: { schema: { on_delete } },
      };
      expect((await server.call('relations', call)).isError).toBe(false);
    }
    const sent = proxy.passed.slice(from).map(({ method, path }) => `${method} ${path}`);
    const place = `/relations/${seats.name}/show`;
    const before = sent.flatMap((one, index) => (one === `PATCH ${place}` ? [sent[index - 1]] : []));
    expect(before).toEqual([`GET ${place}`, `GET ${place}`, `GET ${place}`]);
  });

  test('names that are not there, and places that cannot change, are refused', async () => {
    const cases: [Row, RegExp][] = [
      [{ schema: { on_delete: 'DROP' } }, /on_delete cannot be "DROP"/],
      [{ schema: { on_remove: 'CASCADE' } }, /"on_remove"/],
      [{ meta: { one_feild: 'seats' } }, /"one_feild".*"one_field"/],
      [{ meta: { one_field: 'seets' } }, /meta\.one_field: .*no field "seets".*"seats"/],
      [{ meta: { one_field: 'title' } }, /a list is of type alias/],
      [{ meta: { sort_field: 'place' } }, /meta\.sort_field: .*no field "place"/],
      [{ meta: { one_deselect_action: 'drop' } }, /nullify or delete/],
      [{ meta: { many_field: 'row' } }, /many_field cannot be changed/],
      [{ meta: { one_collection: 'tags' } }, /one_collection cannot be changed/],
      [{ related_collection: 'tags' }, /related_collection cannot be changed/],
      [{ meta: 'x' }, /data\.meta must be an object/],
      [{ meta: { one_allowed_collections: ['tags'] } }, /of a many-to-any relation/],
      [{ unknown: 1 }, /no setting "unknown"/],
    ];
    for (const [data, says] of cases) refused(await setRelation(data), says);
  });

  test('collections a many-to-any may no longer lead to: the rows that do are counted', async () => {
    const data = { meta: { one_allowed_collections: ['block_text'] } };
    const info = held(
      await careful.call('relations', {
        action: 'update',
        collection: 'articles_blocks',
        field: 'item',
        data,
        dryRun: false,
      }),
    );
    expect(
      list(info.needsConfirmation).some((one) =>
        /^block_quote would no longer be allowed, and \d+ rows? of articles_blocks/.test(one),
      ),
    ).toBe(true);
    const cases: [Row, RegExp][] = [
      [{ schema: { on_delete: 'CASCADE' } }, /has no foreign key/],
      [{ meta: { one_allowed_collections: [] } }, /one at least/],
      [{ meta: { one_allowed_collections: ['block_txt'] } }, /no collection "block_txt".*"block_text"/],
    ];
    for (const [data, says] of cases) refused(await setRelation(data, 'item', 'articles_blocks'), says);
  });

  test('a new relation by which rows that are there would be deleted is a risk', async () => {
    const field = 'other_show';
    await asAdmin('POST', `/fields/${seats.name}`, { field, type: 'integer', schema: {}, meta: {} });
    const create = (data: Row) =>
      careful.call('relations', {
        action: 'create',
        collection: seats.name,
        field,
        data: { related_collection: shows.name, ...data },
      });
    refused(await create({ meta: { sort_field: 'place' } }), /meta\.sort_field: .*no field "place"/);
    refused(await create({ meta: { one_deselect_action: 'drop' } }), /nullify or delete/);
    await asAdmin('PATCH', `/items/${seats.name}/1`, { [field]: 1 });
    const info = held(await create({ schema: { on_delete: 'CASCADE' } }));
    expect(list(info.needsConfirmation)[0]).toMatch(/would delete the rows of .* \(now 1 row of/);
    await asAdmin('DELETE', `/fields/${seats.name}/${field}`);
  });

  test('a deleted relation leaves values and a list behind, and that is said', async () => {
    const info = held(
      await server.call('relations', { action: 'delete', collection: seats.name, field: 'show' }),
    );
    expect(info.cascades).toEqual([
      `2 rows of ${seats.name} keep their value in ${seats.name}.show, and nothing checks or follows it any more`,
      `the list ${shows.name}.seats stays and leads nowhere`,
    ]);
  });
});

describe('collections', () => {
  const setCollection = (meta: Row, collection = shows.name) =>
    careful.call('collections', { action: 'update', data: { collection, meta } });

  test('settings that hide rows or history are risks', async () => {
    expect(held(await setCollection({ singleton: true })).needsConfirmation).toEqual([
      `4 rows of ${shows.name}, and of a singleton only one is shown`,
    ]);
    expect(list(held(await setCollection({ accountability: 'activity' })).needsConfirmation)[0]).toMatch(
      /no revisions would be kept/,
    );
    expect(list(held(await setCollection({ accountability: null })).needsConfirmation)[0]).toMatch(
      /no activity would be kept/,
    );
    const { data } = await asAdmin('POST', '/versions', {
      key: 'draft',
      name: 'Draft',
      collection: shows.name,
      item: '1',
    });
    expect(list(held(await setCollection({ versioning: false })).needsConfirmation)[0]).toMatch(
      /^1 content version/,
    );
    await asAdmin('DELETE', `/versions/${(data as Row).id}`);
  });

  test('settings that name what is not there are refused', async () => {
    const cases: [Row, RegExp][] = [
      [{ noet: 'x' }, /"noet".*"note"/],
      [{ sort_field: 'place' }, /meta\.sort_field: .*no field "place"/],
      [{ archive_field: 'stat' }, /no field "stat".*"state"/],
      [{ display_template: '{{ titel }}' }, /display_template: .*"titel".*"title"/],
      [{ group: 'nowhere' }, /no collection "nowhere"/],
      [{ group: shows.name }, /into itself/],
      [{ accountability: 'none' }, /accountability takes/],
      [{ collection: 'other' }, /into another/],
    ];
    for (const [meta, says] of cases) refused(await setCollection(meta), says);
    refused(
      await careful.call('collections', {
        action: 'update',
        data: { collection: shows.name, schema: { name: 'x' } },
      }),
      /needs collection and meta/,
    );
    refused(
      await careful.call('collections', {
        action: 'update',
        data: { collection: shows.name, name: 'x', meta: {} },
      }),
      /"name" of a collection cannot be changed/,
    );
  });

  test('deleting one: its items, and what points at them or belongs to it, counted', async () => {
    await asAdmin('POST', '/presets', { collection: shows.name, bookmark: 'Mine' });
    const { data: flow } = await asAdmin('POST', '/flows', {
      name: 'About shows',
      status: 'inactive',
      trigger: 'manual',
      options: { collections: [shows.name] },
    });
    const answer = await server.call('collections', { action: 'delete', keys: [shows.name] });
    const info = held(answer);
    expect(info.notDone).toContain(`delete the collection ${shows.name} with its 4 items`);
    expect(info.rows).toBe(4);
    expect(list(info.cascades)).toEqual(
      expect.arrayContaining([
        `the field ${seats.name}.show would be deleted, with its value in 2 rows of ${seats.name}`,
        '1 row of directus_presets would be deleted',
        '1 flow or operation names it and would no longer work',
      ]),
    );
    expect(list(info.cannotBeUndone)[0]).toMatch(/^all of it: neither collections nor their items/);
    expect(answer.data).toMatchObject([{ deleted: shows.name, items: 4 }]);
    refused(
      await careful.call('collections', { action: 'delete', keys: [shows.name] }),
      /Deletes are switched off/,
    );
    await asAdmin('DELETE', `/flows/${(flow as Row).id}`);
  });

  test('deleting one: a change in it since the preview needs a new confirmation', async () => {
    const spare = await freshCollection('spare', [{ field: 'title', type: 'string', meta: {} }]);
    try {
      const call = { action: 'delete', keys: [spare.name] };
      const { data } = await asAdmin('POST', `/items/${spare.name}`, { title: 'x' });
      const { confirm } = held(await server.call('collections', call));
      await asAdmin('PATCH', `/items/${spare.name}/${(data as Row).id}`, { title: 'y' });
      expect(held(await server.call('collections', { ...call, confirm })).refused).toMatch(/changed since/);
      const gone = await server.confirmed('collections', call);
      expect(gone.info).toEqual({ deleted: [spare.name], items: 1 });
    } finally {
      await spare.remove();
    }
  });

  test('builtin 163: one that rows point at and hold is not deleted, and no SQL is told', async () => {
    const rule = async (on_delete: string) => {
      // Without a read before, Directus may end over this.
      await asAdmin('GET', '/relations');
      const { status } = await asAdmin('PATCH', `/relations/${seats.name}/show`, {
        collection: seats.name,
        field: 'show',
        related_collection: shows.name,
        schema: { on_delete },
      });
      expect(status).toBe(200);
    };
    await rule('NO ACTION');
    refused(
      await server.call('collections', { action: 'delete', keys: [shows.name] }),
      new RegExp(`2 rows of ${seats.name} point at ${shows.name} and keep it from being deleted`),
    );
    const both = held(await server.call('collections', { action: 'delete', keys: [shows.name, seats.name] }));
    expect(both.notDone).toMatch(new RegExp(`${seats.name} with its 3 items, the collection ${shows.name}`));
    await rule('CASCADE');
    const info = held(await server.call('collections', { action: 'delete', keys: [shows.name] }));
    expect(list(info.cascades)[0]).toMatch(/^2 rows of seats_\w+ may be deleted with it/);
    await rule('SET NULL');
  });

  test('a new one is refused when its key or its settings would not do', async () => {
    const create = (data: Row) =>
      careful.call('collections', { action: 'create', data: { schema: {}, ...data } });
    const collection = 'never_made';
    const cases: [Row, RegExp][] = [
      [{ collection, fields: [{ field: 'id', type: 'uuid' }] }, /needs schema \{"is_primary_key":true\}/],
      [
        {
          collection,
          fields: ['a', 'b'].map((field) => ({ field, type: 'integer', schema: { is_primary_key: true } })),
        },
        /2 primary keys/,
      ],
      [
        { collection, fields: [{ field: 'id', type: 'uuid', schema: { has_auto_increment: true } }] },
        /cannot count up/,
      ],
      [
        {
          collection,
          fields: [
            { field: 'a', type: 'string' },
            { field: 'A', type: 'string' },
          ],
        },
        /the field "A" twice/,
      ],
      [
        {
          collection,
          meta: { display_template: '{{ titel }}' },
          fields: [{ field: 'title', type: 'string' }],
        },
        /"titel".*"title"/,
      ],
      [{ collection, meta: { group: 'nowhere' } }, /no collection "nowhere"/],
      [{ collection, meta: { hiden: true } }, /"hiden".*"hidden"/],
      [{ collection, feilds: [] }, /"feilds".*"fields"/],
      [{ collection: 'ARTICLES' }, /There is a collection "articles" already/],
      [{ collection: 'Directus_mine' }, /cannot be the name/],
    ];
    for (const [data, says] of cases) refused(await create(data), says);
    expect((await asAdmin('GET', `/collections/${collection}`)).status).toBe(403);
  });

  test('a folder is made, filled, and deleted without what is in it', async () => {
    const folder = `folder_of_${shows.name}`;
    const inner = `inner_${folder}`;
    const made = await careful.call('collections', {
      action: 'create',
      data: [
        { collection: inner, meta: { group: folder } },
        { collection: folder, meta: { note: 'x' } },
      ],
    });
    expect(made.info, made.text).toEqual({ created: [folder, inner] });
    expect((await server.confirmed('collections', { action: 'delete', keys: [inner] })).isError).toBe(false);
    expect((await setCollection({ group: folder })).isError).toBe(false);
    const info = held(await server.call('collections', { action: 'delete', keys: [folder] }));
    expect(info.notDone).toContain(`delete the folder ${folder}`);
    expect(info.cascades).toEqual([`${shows.name} would move out of it`]);
    expect((await server.confirmed('collections', { action: 'delete', keys: [folder] })).info).toEqual({
      deleted: [folder],
    });
    expect((await asAdmin('GET', `/collections/${shows.name}`)).data).toMatchObject({
      meta: { group: null },
    });
  });
});
