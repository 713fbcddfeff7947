import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { alsoRemove, freshFlow, removeFlows, stepsOf, type TestStep } from './flows.ts';
import { freshArticle, isAlive, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);
let server: TestServer;
let free: TestServer;
let deleting: TestServer;

beforeAll(async () => {
  [server, free, deleting] = await Promise.all([
    startServer(),
    startServer({ settings: { policy: { automation: 'allow' } } }),
    startServer({ flags: ['--allow-deletes'], settings: { policy: { automation: 'allow' } } }),
  ]);
});
afterEach(async () => {
  await removeFlows();
  expect(await isAlive()).toBe(true);
});
afterAll(async () => {
  await Promise.all([server?.close(), free?.close(), deleting?.close()]);
});

const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.info.confirm).toBeUndefined();
};
const held = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.info.confirm, answer.text.slice(0, 300)).toEqual(expect.any(String));
  expect(JSON.stringify(answer.info)).toMatch(says);
};
const fine = (answer: Answer): Answer => {
  expect(answer.isError, answer.text.slice(0, 500)).toBe(false);
  return answer;
};
const flows = (action: string, args: Row, on = free) => on.call('flows', { action, ...args });
const operations = (action: string, args: Row, on = free) => on.call('operations', { action, ...args });
const allFlows = async () => (await asAdmin('GET', '/flows?fields=*,operations.*&sort=id&limit=-1')).data;

const manual = { trigger: 'manual', status: 'inactive', options: { collections: ['articles'] } };
const log = (key: string, more: Row = {}) => ({ key, type: 'log', options: { message: 'Hello' }, ...more });
const say = (key: string, next: Partial<TestStep> = {}): TestStep => ({
  key,
  type: 'log',
  options: { message: 'Hello' },
  ...next,
});

describe('a flow with its steps in one call', () => {
  test('P19 is shown, confirmed, made whole, read by its name and runs', async () => {
    const { id } = await freshArticle();
    const args = {
      action: 'create',
      data: {
        ...manual,
        name: 'Note by a test',
        status: 'active',
        operations: [
          {
            key: 'look',
            type: 'item-read',
            options: { collection: 'articles', key: '{{ $trigger.body.keys }}' },
          },
          {
            key: 'note',
            type: 'item-update',
            options: {
              collection: 'articles',
              key: '{{ $trigger.body.keys }}',
              payload: { editor_note: 'About {{ look.slug }}' },
            },
          },
        ],
      },
    };
    const before = await allFlows();
    const preview = await server.call('flows', args);
    held(preview, /create the flow .*Note by a test.* with 2 steps.*changes or runs flows/);
    expect(preview.data).toMatchObject([
      { new: { name: 'Note by a test' } },
      { new: { key: 'look', resolve: 'note' } },
      { new: { key: 'note' } },
    ]);
    expect(await allFlows()).toEqual(before);

    const made = fine(await server.call('flows', { ...args, confirm: preview.info.confirm }));
    alsoRemove(made.info.created);
    expect(made.info).toEqual({ created: expect.any(String), steps: 2 });
    const [look, note] = await stepsOf(String(made.info.created));
    expect(look).toMatchObject({
      key: 'look',
      position_x: 19,
      position_y: 1,
      resolve: note?.id,
      reject: null,
    });
    expect(note).toMatchObject({ key: 'note', position_x: 37, position_y: 1, resolve: null, reject: null });

    const read = fine(await flows('read', { key: 'Note by a test' }));
    expect(read.data).toEqual(made.data);
    expect(read.data).toMatchObject({
      name: 'Note by a test',
      operations: [{ key: 'look', resolve: 'note' }, { key: 'note' }],
    });
    expect(JSON.stringify(read.data)).not.toMatch(/null|position/);

    fine(await free.call('trigger-flow', { id: 'Note by a test', keys: [id] }));
    const { data } = await asAdmin('GET', `/items/articles/${id}`);
    expect(data).toMatchObject({ editor_note: expect.stringMatching(/^About test-story-/) });
  });

  test('P19 links, branches and places follow what is said', async () => {
    const made = fine(
      await flows('create', {
        data: {
          ...manual,
          name: 'Branches',
          operations: [
            log('bad'),
            {
              key: 'check',
              type: 'condition',
              options: { filter: { $trigger: { body: { x: { _eq: 1 } } } } },
              resolve: 'good',
              reject: 'bad',
            },
            log('good', { resolve: 'last' }),
            log('last', { position_x: 91, position_y: 19 }),
          ],
        },
      }),
    );
    alsoRemove(made.info.created);
    const steps = await stepsOf(String(made.info.created));
    const at = (key: string) => steps.find((step) => step.key === key);
    const { data } = await asAdmin('GET', `/flows/${made.info.created}`);
    expect(data).toMatchObject({ operation: at('check')?.id });
    expect(at('check')).toMatchObject({
      resolve: at('good')?.id,
      reject: at('bad')?.id,
      position_x: 19,
      position_y: 1,
    });
    expect(at('good')).toMatchObject({ resolve: at('last')?.id, position_x: 37, position_y: 1 });
    expect(at('bad')).toMatchObject({ position_x: 37, position_y: 19 });
    expect(at('last')).toMatchObject({ position_x: 91, position_y: 19 });
    expect((made.data as { operations: Row[] }).operations.map(({ key }) => key)).toEqual([
      'check',
      'good',
      'bad',
      'last',
    ]);
  });

  test('P19 a step runs another flow by its name', async () => {
    const inner = await freshFlow([say('a')], { trigger: 'operation', options: {} });
    const outer = { ...manual, name: 'Outer' };
    const step = { key: 'run', type: 'trigger', options: { flow: inner.name } };
    const made = fine(await flows('create', { data: { ...outer, operations: [step] } }));
    alsoRemove(made.info.created);
    expect((await stepsOf(String(made.info.created)))[0]?.options).toEqual({ flow: inner.id });
    const other = await freshFlow();
    refused(
      await flows('create', { data: { ...outer, operations: [{ ...step, options: { flow: other.name } }] } }),
      /triggered by manual, and a step runs only those triggered by operation/,
    );
  });

  test.each<[string, Row[], RegExp]>([
    ['the same key twice', [log('a'), log('a')], /two steps of the flow have the key "a"/],
    ['a circle', [log('a', { resolve: 'b' }), log('b', { reject: 'a' })], /circle: a > b > a/],
    ['a step that leads to itself', [log('a', { resolve: 'a' })], /circle: a > a/],
    ['a step that does not exist', [log('one', { resolve: 'too' }), log('two')], /no step "too".*"two"/],
    [
      'two that lead to one',
      [log('a', { resolve: 'c', reject: 'b' }), log('b', { resolve: 'c' }), log('c')],
      /"a" and "b" both lead to "c" by resolve/,
    ],
    [
      'one that nothing leads to',
      [log('a', { resolve: 'b' }), log('b'), log('c')],
      /leaves "c" without a step before it/,
    ],
    ['no key', [{ type: 'log', options: { message: 'x' } }], /operations\.0\.key is missing/],
    ['a key with blanks', [log('a b')], /operations\.0\.key cannot be that/],
    ['no type', [{ key: 'a' }], /operations\.0\.type is missing/],
    ['an unknown field', [log('a', { resolv: 'b' })], /no field "resolv".*"resolve"/],
    [
      'a missing option',
      [{ key: 'a', type: 'mail', options: { to: 'a@b.c', subject: 'x' } }],
      /operations\.0\.options\.body or template is missing/,
    ],
    [
      'an unknown option',
      [{ key: 'a', type: 'log', options: { mesage: 'x' } }],
      /unknown "mesage".*"message"/,
    ],
    [
      'an unknown collection',
      [{ key: 'a', type: 'item-read', options: { collection: 'artcles' } }],
      /no collection "artcles".*"articles"/,
    ],
    [
      'an unknown field in a payload',
      [
        {
          key: 'a',
          type: 'item-create',
          options: { collection: 'articles', payload: { titel: '{{ $trigger.x }}' } },
        },
      ],
      /payload: .*no field "titel".*"title"/,
    ],
    [
      'an update of nothing',
      [{ key: 'a', type: 'item-update', options: { collection: 'articles', payload: { title: 'x' } } }],
      /key or query is missing/,
    ],
    [
      'headers that are none',
      [{ key: 'a', type: 'request', options: { url: 'http://x', method: 'GET', headers: { A: 'b' } } }],
      /list of objects with header and value/,
    ],
    [
      'a method that is none',
      [{ key: 'a', type: 'request', options: { url: 'http://x', method: 'FETCH' } }],
      /method cannot be "FETCH"/,
    ],
    [
      'code that exports nothing',
      [{ key: 'a', type: 'exec', options: { code: 'return 1' } }],
      /exports no function/,
    ],
    [
      'a condition without one',
      [{ key: 'a', type: 'condition', options: { filter: {} } }],
      /at least one condition/,
    ],
    [
      'a template that names no step',
      [log('a', { options: { message: '{{ fetsh.data }}' } }), log('fetch')],
      /uses \{\{ fetsh \}\}.*"fetch"/,
    ],
    [
      'a flow that is none',
      [{ key: 'a', type: 'trigger', options: { flow: 'Nowhere' } }],
      /no flow "Nowhere"/,
    ],
    [
      'builtin 230: a type that is none',
      [{ key: 'a', type: 'banana', options: {} }],
      /operations\.0\.type cannot be "banana"/,
    ],
  ])('%s is refused, and nothing is made', async (_what, steps, says) => {
    const before = await allFlows();
    refused(await flows('create', { data: { ...manual, name: 'Never', operations: steps } }), says);
    expect(await allFlows()).toEqual(before);
  });
});

describe('builtin 224: what triggers a flow', () => {
  test.each([
    'banana',
    '',
    '* * *',
    5,
    '99 bananas * * *',
    '0 24 * * *',
    '*/0 * * * *',
    '5-1 * * * *',
    undefined,
  ])('builtin 224: the schedule %s is refused', async (cron) => {
    const before = await allFlows();
    refused(
      await flows('create', {
        data: { name: 'Nightly', status: 'inactive', trigger: 'schedule', options: { cron } },
      }),
      /no schedule/,
    );
    expect(await allFlows()).toEqual(before);
  });

  test('builtin 224: schedules that Directus runs are taken', async () => {
    for (const cron of ['0 8 * * 1-5', '*/15 * * * * *', '0 0 1 jan,jul mon', '@daily']) {
      const made = fine(
        await flows('create', {
          data: { name: 'Nightly', status: 'inactive', trigger: 'schedule', options: { cron } },
        }),
      );
      alsoRemove(made.info.created);
    }
  });

  test.each<[string, Row, RegExp]>([
    ['a trigger that is none', { trigger: 'manuel' }, /"manuel".*"manual"/],
    ['no trigger', {}, /data\.trigger is missing/],
    ['a status that is none', { ...manual, status: 'on' }, /data\.status cannot be "on"/],
    ['a manual one on nothing', { trigger: 'manual' }, /options\.collections must be a list/],
    [
      'a manual one on a collection that does not exist',
      { trigger: 'manual', options: { collections: ['artcles'] } },
      /no collection "artcles".*"articles"/,
    ],
    [
      'an unknown option',
      { trigger: 'manual', options: { collections: ['articles'], requireSelecton: false } },
      /"requireSelecton".*"requireSelection"/,
    ],
    [
      'inputs that are none',
      { trigger: 'manual', options: { collections: ['articles'], fields: [{ name: 'x' }] } },
      /options\.fields must be a list of inputs/,
    ],
    [
      'an event without a type',
      { trigger: 'event', options: { scope: ['items.create'], collections: ['articles'] } },
      /options\.type is missing.*filter.*action/s,
    ],
    [
      'an event without a scope',
      { trigger: 'event', options: { type: 'action' } },
      /options\.scope must be a list/,
    ],
    [
      'an unknown event',
      { trigger: 'event', options: { type: 'action', scope: ['items.updated'] } },
      /"items\.updated".*"items\.update"/,
    ],
    [
      'an event on nothing',
      { trigger: 'event', options: { type: 'action', scope: ['items.create'] } },
      /options\.collections must be a list/,
    ],
    [
      'an event on a collection that does not exist',
      { trigger: 'event', options: { type: 'action', scope: ['items.create'], collections: ['x'] } },
      /no collection "x"/,
    ],
    [
      'a method that is none',
      { trigger: 'webhook', options: { method: 'PUT' } },
      /options\.method cannot be "PUT"/,
    ],
    ['a first step by itself', { ...manual, operation: 'x' }, /data\.operation cannot be set/],
    ['an unknown field', { ...manual, nam: 'x' }, /no field "nam".*"name"/],
  ])('%s is refused', async (_what, data, says) => {
    const before = await allFlows();
    refused(await flows('create', { data: { name: 'Never', ...data } }), says);
    expect(await allFlows()).toEqual(before);
  });

  test('a webhook says where it is called', async () => {
    const made = fine(
      await flows('create', {
        data: { name: 'Hook', status: 'inactive', trigger: 'webhook', options: { method: 'POST' } },
      }),
    );
    alsoRemove(made.info.created);
    expect(made.info.url).toBe(`${sharedDirectus().url}/flows/trigger/${made.info.created}`);
  });

  test('builtin 222, 227, 228, 229: what is missing or does not exist is told', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    refused(await flows('create', { data: { status: 'active' } }), /name is missing/);
    refused(await flows('create', { data: {} }), /empty/);
    refused(await flows('update', { key: nobody, data: { name: 'X' } }), /no flow "0000/);
    refused(await flows('update', { data: { name: 'X' } }), /"key" is required/);
    refused(await flows('delete', { key: nobody }, deleting), /no flow "0000/);
    refused(await flows('read', { key: 'Add an edtor note' }), /Did you mean "Add an editor note"/);
    refused(await operations('delete', { key: 'banana' }, deleting), /no step "banana"/);
    refused(await operations('create', { data: { key: 'x', type: 'log' } }), /data\.flow is missing/);
    refused(await operations('create', { data: { flow: nobody, key: 'x', type: 'log' } }), /no flow "0000/);
  });
});

describe('flows', () => {
  test('are listed at a glance, and read by a query', async () => {
    const { id, name } = await freshFlow([say('a')]);
    const list = await free.rows('flows', { action: 'read', query: { filter: { id: { _eq: id } } } });
    expect(list).toEqual([{ id, name, status: 'active', trigger: 'manual', description: null }]);
    const query = { fields: ['name', 'operations.key'] };
    expect(fine(await flows('read', { key: name, query })).data).toEqual([
      { name, operations: [{ key: 'a' }] },
    ]);
  });

  test('are changed by name, under confirmation, with a receipt', async () => {
    const { id, name } = await freshFlow([say('a', { resolve: 'b' }), say('b')]);
    const args = { action: 'update', key: name, data: { status: 'inactive', operation: 'b' } };
    const preview = await server.call('flows', args);
    held(preview, /update the flow/);
    expect(preview.data).toMatchObject([{ changed: { status: ['active', 'inactive'] } }]);
    const steps = await stepsOf(id);
    const done = fine(await server.call('flows', { ...args, confirm: preview.info.confirm }));
    expect(done.data).toMatchObject([{ changed: { status: ['active', 'inactive'] } }]);
    const { data } = await asAdmin('GET', `/flows/${id}`);
    expect(data).toMatchObject({ status: 'inactive', operation: steps.find(({ key }) => key === 'b')?.id });
    refused(await flows('update', { key: id, data: { operation: 'c' } }), /no step "c"/);
    refused(await flows('update', { key: id, data: { name: '' } }), /name cannot be empty/);
    refused(
      await flows('update', { key: id, data: { options: { collection: ['articles'] } } }),
      /"collection".*"collections"/,
    );
    refused(await flows('update', { key: id, data: { trigger: 'schedule' } }), /no schedule/);
    refused(await flows('update', { key: id, data: { operations: [] } }), /Use the tool operations/);
  });

  test('are deleted with a count of their steps, and of those who run them', async () => {
    const inner = await freshFlow([say('a', { resolve: 'b' }), say('b')], {
      trigger: 'operation',
      options: {},
    });
    const outer = await freshFlow([{ key: 'run', type: 'trigger', options: { flow: inner.id } }]);
    refused(await flows('delete', { key: inner.id }), /not available|switched off/);
    const preview = await flows('delete', { key: inner.name }, deleting);
    held(preview, /and its 2 steps/);
    expect(preview.info.cascades).toEqual([
      `(step "run" of flow "${outer.name}") would run nothing any more`,
    ]);
    expect(JSON.stringify(preview.info.cannotBeUndone)).toMatch(/its steps/);
    expect(preview.data).toMatchObject([
      { deleted: { name: inner.name } },
      { deleted: { key: 'a' } },
      { deleted: { key: 'b' } },
    ]);
    const done = fine(await flows('delete', { key: inner.name, confirm: preview.info.confirm }, deleting));
    expect(done.info.deleted).toEqual([inner.id]);
    expect((await asAdmin('GET', `/flows/${inner.id}`)).status).toBe(403);
    expect(await stepsOf(inner.id)).toEqual([]);
  });
});

describe('operations', () => {
  test('a step is put after another, before what followed it', async () => {
    const { id, name } = await freshFlow([say('a', { resolve: 'b' }), say('b')]);
    const args = {
      action: 'create',
      data: { flow: name, after: 'a', ...log('between', { name: 'Between' }) },
    };
    const preview = await server.call('operations', args);
    held(preview, /add the step .*between.* \(log\) to the flow/);
    expect(preview.data).toMatchObject([{ new: { key: 'between', resolve: 'b', after: 'a' } }]);
    const done = fine(await server.call('operations', { ...args, confirm: preview.info.confirm }));
    expect(done.data).toMatchObject({ key: 'between', name: 'Between', resolve: 'b' });
    const flow = fine(await flows('read', { key: id })).data as { operations: Row[] };
    expect(flow.operations.map(({ key, resolve }) => [key, resolve])).toEqual([
      ['a', 'between'],
      ['between', 'b'],
      ['b', undefined],
    ]);
    const steps = await stepsOf(id);
    expect(new Set(steps.map(({ position_x, position_y }) => `${position_x},${position_y}`)).size).toBe(3);
  });

  test('the first step of an empty flow begins it; one that nothing leads to is told', async () => {
    const { id } = await freshFlow();
    const first = fine(await operations('create', { data: { flow: id, ...log('first') } }));
    expect(first.info).toEqual({ created: expect.any(String) });
    expect((await asAdmin('GET', `/flows/${id}`)).data).toMatchObject({ operation: first.info.created });
    const loose = fine(await operations('create', { data: { flow: id, ...log('loose') } }));
    expect(loose.info.note).toMatch(/No step leads to it/);
    expect(fine(await flows('read', { key: id })).data).toMatchObject({ neverRun: [{ key: 'loose' }] });
    fine(await operations('update', { key: first.info.created, data: { reject: 'loose' } }));
    expect(fine(await flows('read', { key: id })).data).not.toHaveProperty('neverRun');
  });

  test('a step is read and changed, with a receipt', async () => {
    const { id, name } = await freshFlow([
      say('a', { resolve: 'use' }),
      { key: 'use', type: 'log', options: { message: '{{ a }}' } },
    ]);
    const [step] = await stepsOf(id);
    const key = String(step?.id);
    expect(fine(await operations('read', { key })).data).toMatchObject({
      flow: name,
      key: 'a',
      resolve: 'use',
    });
    const list = await free.rows('operations', {
      action: 'read',
      query: { filter: { flow: { _eq: id } }, sort: ['key'] },
    });
    expect(list).toMatchObject([{ key: 'a', type: 'log' }, { key: 'use' }]);
    const changed = fine(await operations('update', { key, data: { options: { message: 'Bye' } } }));
    expect(changed.data).toMatchObject([
      { key, changed: { options: [{ message: 'Hello' }, { message: 'Bye' }] } },
    ]);
    const renamed = await operations('update', { key, data: { key: 'other' }, dryRun: true });
    expect(renamed.info.cascades).toEqual([expect.stringMatching(/step "use" uses \{\{ a \}\}/)]);
    refused(
      await operations('update', { key, data: { key: 'use' } }),
      /two steps of the flow have the key "use"/,
    );
    refused(await operations('update', { key, data: { reject: 'a' } }), /circle: a > a/);
    refused(await operations('update', { key, data: { options: {} } }), /options\.message is missing/);
    refused(await operations('update', { key, data: { type: 'banana' } }), /type cannot be "banana"/);
    refused(await operations('update', { key, data: { type: 'mail' } }), /unknown "message"/);
    refused(
      await operations('update', { key, data: { flow: 'Add an editor note' } }),
      /data\.flow cannot be changed/,
    );
    refused(await operations('update', { key, data: {} }), /empty/);
    expect((await stepsOf(id))[0]).toMatchObject({ key: 'a', type: 'log', options: { message: 'Bye' } });
  });

  test('a key that several flows have is not guessed at', async () => {
    await freshFlow([say('same_key')]);
    await freshFlow([say('same_key')]);
    refused(
      await operations('update', { key: 'same_key', data: { name: 'X' } }),
      /2 steps are called "same_key"/,
    );
  });

  test('a step is deleted and unlinked in one go, which says what it leaves behind', async () => {
    const { id } = await freshFlow([say('a', { resolve: 'b' }), say('b', { resolve: 'c' }), say('c')]);
    const middle = (await stepsOf(id)).find(({ key }) => key === 'b');
    refused(await operations('delete', { key: middle?.id }), /not available|switched off/);
    const preview = await operations('delete', { key: middle?.id }, deleting);
    held(preview, /delete the step/);
    expect(preview.info.cascades).toEqual([
      'step "a" would lead to nothing in its place',
      'step "c" would not be reached any more',
    ]);
    fine(await operations('delete', { key: middle?.id, confirm: preview.info.confirm }, deleting));
    const left = await stepsOf(id);
    expect(left.map(({ key, resolve }) => [key, resolve]).sort()).toEqual([
      ['a', null],
      ['c', null],
    ]);
    const first = left.find(({ key }) => key === 'a');
    fine(await deleting.confirmed('operations', { action: 'delete', key: first?.id }));
    expect((await asAdmin('GET', `/flows/${id}`)).data).toMatchObject({ operation: null });
  });

  test('A11 a confirmation ends with any change of the flow', async () => {
    const { id } = await freshFlow([say('a')]);
    const [step] = await stepsOf(id);
    const args = { action: 'create', data: { flow: id, after: 'a', ...log('b') } };
    const preview = await server.call('operations', args);
    await asAdmin('PATCH', `/operations/${step?.id}`, { options: { message: 'Changed in between' } });
    const again = await server.call('operations', { ...args, confirm: preview.info.confirm });
    held(again, /changed since the preview/);
    expect(await stepsOf(id)).toHaveLength(1);
  });
});

describe('builtin 178: nor can a flow that deletes be made, linked or switched on while deletes are off', () => {
  const gone = {
    key: 'gone',
    type: 'item-delete',
    options: { collection: 'articles', key: ['{{ $trigger.body.keys }}'] },
  };
  const nested = {
    key: 'gone',
    type: 'item-update',
    options: {
      collection: 'articles',
      key: '{{ $trigger.body.keys }}',
      payload: { tags: { create: [], update: [], delete: [1] } },
    },
  };
  const call = {
    key: 'gone',
    type: 'request',
    options: { method: 'DELETE', url: 'http://localhost:1/items/articles/1' },
  };

  test.each([
    ['item-delete', gone, /items of articles \(step "gone" of flow "Never"\)/],
    ['a nested list', nested, /articles_tags named at articles\.tags\.delete/],
    ['a DELETE request', call, /what its DELETE request names/],
  ])('builtin 178: made with %s', async (_what, step, says) => {
    const before = await allFlows();
    const data = { ...manual, name: 'Never', operations: [log('a'), step] };
    for (const status of ['active', 'inactive']) {
      const answer = await flows('create', { data: { ...data, status } });
      refused(answer, /deletes are switched off/);
      expect(answer.text).toMatch(says);
    }
    expect(await allFlows()).toEqual(before);
    held(await flows('create', { data }, deleting), /it deletes/);
  });

  test.each([
    ['item-delete', gone],
    ['a nested list', nested],
    ['a DELETE request', call],
  ])('builtin 178: given a step with %s', async (_what, step) => {
    const { id } = await freshFlow([say('a')], { status: 'inactive' });
    refused(await operations('create', { data: { flow: id, ...step } }), /deletes are switched off/);
    const [first] = await stepsOf(id);
    const { key: _key, ...data } = step;
    refused(await operations('update', { key: first?.id, data }), /deletes are switched off/);
    const preview = await operations('update', { key: first?.id, data }, deleting);
    held(preview, /it deletes/);
    expect(await stepsOf(id)).toEqual([first]);
  });

  test('builtin 178: given a step that runs a flow which deletes', async () => {
    const inner = await freshFlow([gone as TestStep], { trigger: 'operation', options: {} });
    const { id } = await freshFlow([say('a')]);
    const step = { key: 'run', type: 'trigger', options: { flow: inner.id } };
    refused(
      await operations('create', { data: { flow: id, ...step } }),
      /step "gone".*deletes are switched off/,
    );
  });

  test('builtin 178: linked to a step that lay idle', async () => {
    const { id } = await freshFlow([say('a'), gone as TestStep]);
    const steps = await stepsOf(id);
    const [idle, first] = ['gone', 'a'].map((key) => steps.find((step) => step.key === key));
    refused(
      await flows('update', { key: id, data: { operation: 'gone' } }),
      /step "gone".*deletes are switched off/,
    );
    refused(
      await operations('update', { key: first?.id, data: { resolve: 'gone' } }),
      /step "gone".*deletes are switched off/,
    );
    refused(
      await operations('create', { data: { flow: id, after: 'a', ...log('b', { resolve: 'gone' }) } }),
      /step "gone".*deletes are switched off/,
    );
    fine(await operations('update', { key: idle?.id, data: { name: 'Only a name' } }));
    held(await operations('update', { key: first?.id, data: { resolve: 'gone' } }, deleting), /it deletes/);
  });

  test('builtin 178: switched on, or run by another trigger', async () => {
    const { id } = await freshFlow([gone as TestStep], { status: 'inactive' });
    refused(
      await flows('update', { key: id, data: { status: 'active' } }),
      /step "gone".*deletes are switched off/,
    );
    held(await flows('update', { key: id, data: { status: 'active' } }, deleting), /whenever it runs/);
    fine(await flows('update', { key: id, data: { description: 'Only words' } }));
    await asAdmin('PATCH', `/flows/${id}`, { status: 'active' });
    const hourly = { trigger: 'schedule', options: { cron: '0 * * * *' } };
    refused(await flows('update', { key: id, data: hourly }), /deletes are switched off/);
    fine(await flows('update', { key: id, data: { status: 'inactive' } }));
  });

  test('builtin 178: nor by steps nested in a flow', async () => {
    const { id } = await freshFlow([say('a')]);
    const before = await stepsOf(id);
    for (const nestedSteps of [[gone], { create: [gone] }])
      refused(
        await flows('update', { key: id, data: { operations: nestedSteps } }),
        /Use the tool operations/,
      );
    refused(
      await flows('update', {
        key: id,
        data: { operation: { ...gone, flow: id, position_x: 1, position_y: 1 } },
      }),
      /no step/,
    );
    expect(await stepsOf(id)).toEqual(before);
  });
});
