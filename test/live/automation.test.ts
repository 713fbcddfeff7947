import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { editorNoteFlow } from '../../src/sandbox/seed/flow.ts';
import { freshArticle, isAlive, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';

const asAdmin = rest(inject('directus').admin.token);
let server: TestServer;
let deleting: TestServer;
let noteFlow: string;
const made: string[] = [];

beforeAll(async () => {
  [server, deleting] = await Promise.all([startServer(), startServer({ flags: ['--allow-deletes'] })]);
  const { data } = await asAdmin(
    'GET',
    `/flows?filter[name][_eq]=${encodeURIComponent(editorNoteFlow.flow.name)}`,
  );
  noteFlow = (data as { id: string }[])[0]?.id ?? '';
});
afterEach(async () => {
  expect(await isAlive()).toBe(true);
});
afterAll(async () => {
  await Promise.all([server?.close(), deleting?.close()]);
  for (const id of made) await asAdmin('DELETE', `/flows/${id}`);
});

const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
};
const keyOf = ({ data }: Answer) => String((data as { key: unknown }[])[0]?.key);

/** A manual flow on articles, with these steps. */
async function freshFlow(steps: Row[], on = deleting): Promise<string> {
  const flow = await on.call('flows', {
    action: 'create',
    data: {
      name: 'Made by a test',
      status: 'active',
      trigger: 'manual',
      options: { collections: ['articles'], requireSelection: true, async: false },
    },
  });
  expect(flow.isError, flow.text).toBe(false);
  const id = keyOf(flow);
  made.push(id);
  for (const [index, step] of steps.entries()) {
    const { data } = await asAdmin('POST', '/operations', {
      flow: id,
      key: `step_${index}`,
      position_x: 19 + index,
      position_y: 1,
      ...step,
    });
    if (index === 0) await asAdmin('PATCH', `/flows/${id}`, { operation: (data as { id: string }).id });
  }
  return id;
}

test('A25 a manual flow runs on items, with its inputs, and really changes them', async () => {
  const { id } = await freshArticle();
  const answer = await server.call('trigger-flow', {
    id: noteFlow,
    collection: 'articles',
    keys: [id],
    data: { note: 'Corrected by a test' },
  });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.info).toEqual({ triggered: noteFlow });
  const { data } = await asAdmin('GET', `/items/articles/${id}?fields=editor_note`);
  expect(data).toEqual({ editor_note: 'Corrected by a test' });
});

test('A25 inputs are checked against the flow in Directus before it runs', async () => {
  const { id } = await freshArticle();
  const run = (args: Row) =>
    server.call('trigger-flow', {
      id: noteFlow,
      collection: 'articles',
      keys: [id],
      data: { note: 'x' },
      ...args,
    });
  refused(await run({ data: {} }), /needs data\.note/);
  refused(await run({ data: { note: '' } }), /needs data\.note/);
  refused(await run({ data: { note: null } }), /needs data\.note/);
  refused(await run({ keys: undefined }), /keys is missing/);
  refused(await run({ keys: [] }), /keys/);
  refused(await run({ collection: 'authors' }), /does not run on "authors".*articles/s);
  refused(await run({ id: 'nowhere' }), /no manual flow.*Add an editor note/s);
  refused(await run({ headers: { Authorization: 'Bearer x' } }), /"Authorization" cannot be set/);
  refused(await run({ query: { a: { b: 1 } } }), /query\.a/);
  const { data } = await asAdmin('GET', `/items/articles/${id}?fields=editor_note`);
  expect(data).toEqual({ editor_note: null });
});

test('an inactive flow is not run', async () => {
  const flow = await freshFlow([]);
  await asAdmin('PATCH', `/flows/${flow}`, { status: 'inactive' });
  refused(await server.call('trigger-flow', { id: flow, collection: 'articles', keys: [1] }), /inactive/);
});

const deleteStep = (id: number) => ({
  type: 'item-delete',
  options: { collection: 'articles', key: [id], permissions: '$full' },
});

test('builtin 178: a flow that deletes is not run while deletes are off', async () => {
  const { id } = await freshArticle();
  const flow = await freshFlow([deleteStep(id)]);
  const run = (on: TestServer) => on.call('trigger-flow', { id: flow, collection: 'articles', keys: [id] });
  refused(await run(server), /deletes items, and deletes are switched off/);
  expect((await asAdmin('GET', `/items/articles/${id}`)).status).toBe(200);
  expect((await run(deleting)).isError).toBe(false);
  expect((await asAdmin('GET', `/items/articles/${id}`)).status).toBe(403);
});

test('builtin 178: nor is one that runs such a flow, nor can such a step be made', async () => {
  const { id } = await freshArticle();
  const inner = await freshFlow([deleteStep(id)]);
  const outer = await freshFlow([{ type: 'trigger', options: { flow: inner } }]);
  refused(
    await server.call('trigger-flow', { id: outer, collection: 'articles', keys: [id] }),
    /deletes are switched off/,
  );
  const step = { flow: outer, key: 'gone', type: 'item-delete', position_x: 1, position_y: 1, options: {} };
  refused(await server.call('operations', { action: 'create', data: step }), /deletes are switched off/);
  const { data } = await asAdmin('GET', `/operations?filter[flow][_eq]=${outer}`);
  refused(
    await server.call('operations', {
      action: 'update',
      key: (data as { id: string }[])[0]?.id,
      data: { type: 'item-delete' },
    }),
    /deletes are switched off/,
  );
  refused(
    await server.call('flows', { action: 'update', key: outer, data: { operations: [{ ...step }] } }),
    /cannot be looked through|would delete|not written that way/,
  );
  expect((await asAdmin('GET', `/items/articles/${id}`)).status).toBe(200);
  expect((await asAdmin('GET', `/operations?filter[flow][_eq]=${outer}`)).data).toEqual(data);
});

test('builtin 224, 230: a schedule or a type that is none is refused', async () => {
  const before = (await asAdmin('GET', '/flows?fields=id&sort=id')).data;
  const schedule = (cron: unknown) =>
    server.call('flows', {
      action: 'create',
      data: { name: 'Nightly', status: 'inactive', trigger: 'schedule', options: { cron } },
    });
  for (const cron of ['banana', '', '* * *', 5, '99 bananas * * *'])
    refused(await schedule(cron), /no schedule/);
  refused(
    await server.call('flows', { action: 'create', data: { name: 'X', trigger: 'manuel' } }),
    /"manuel".*"manual"/,
  );
  expect((await asAdmin('GET', '/flows?fields=id&sort=id')).data).toEqual(before);
  const right = await schedule('0 8 * * 1-5');
  expect(right.isError, right.text).toBe(false);
  made.push(keyOf(right));
  refused(
    await server.call('operations', {
      action: 'create',
      data: { flow: keyOf(right), key: 'x', type: 'banana', position_x: 1, position_y: 1 },
    }),
    /type cannot be "banana"/,
  );
});

test('builtin 222, 227, 228, 229: what is missing or does not exist is told', async () => {
  const nobody = '00000000-0000-4000-8000-000000000000';
  refused(await server.call('flows', { action: 'create', data: { status: 'active' } }), /name/i);
  refused(await server.call('flows', { action: 'create', data: {} }), /empty/);
  refused(
    await server.call('flows', { action: 'update', key: nobody, data: { name: 'X' } }),
    /no row with id/,
  );
  refused(await server.call('flows', { action: 'update', data: { name: 'X' } }), /"key" is required/);
  refused(await deleting.call('flows', { action: 'delete', key: nobody }), /no row with id/);
  refused(await deleting.call('operations', { action: 'delete', key: 'banana' }), /no row|is no key|may not/);
  refused(
    await server.call('operations', { action: 'create', data: { key: 'x', type: 'log' } }),
    /flow|position/i,
  );
});

test('a flow and its steps are created, read, changed and deleted', async () => {
  const flow = await freshFlow([]);
  const step = await server.call('operations', {
    action: 'create',
    data: {
      flow,
      key: 'say',
      name: 'Say',
      type: 'log',
      position_x: 19,
      position_y: 1,
      options: { message: 'Hello' },
    },
  });
  expect(step.isError, step.text).toBe(false);
  const changed = await server.call('operations', {
    action: 'update',
    key: keyOf(step),
    data: { options: { message: 'Bye' } },
  });
  expect(changed.data).toMatchObject([{ changed: { options: [{ message: 'Hello' }, { message: 'Bye' }] } }]);
  const linked = await server.call('flows', {
    action: 'update',
    key: flow,
    data: { operation: keyOf(step) },
  });
  expect(linked.isError, linked.text).toBe(false);
  expect(
    (await server.call('flows', { action: 'read', key: flow, query: { fields: ['operation'] } })).data,
  ).toEqual([{ operation: keyOf(step) }]);
  expect((await deleting.call('operations', { action: 'delete', key: keyOf(step) })).isError).toBe(false);
  expect((await deleting.call('flows', { action: 'delete', key: flow })).isError).toBe(false);
  expect((await asAdmin('GET', `/flows/${flow}`)).status).toBe(403);
});
