import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { editorNoteFlow } from '../../src/sandbox/seed/flow.ts';
import { freshFlow, removeFlows, stepsOf, type TestStep } from './flows.ts';
import { type ArticleRow, freshArticle, isAlive, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus, takesRules } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);
let server: TestServer;
let free: TestServer;
let deleting: TestServer;
let noteFlow: string;

beforeAll(async () => {
  [server, free, deleting] = await Promise.all([
    startServer(),
    startServer({ settings: { policy: { automation: 'allow' } } }),
    startServer({ flags: ['--allow-deletes'] }),
  ]);
  const path = `/flows?filter[name][_eq]=${encodeURIComponent(editorNoteFlow.flow.name)}`;
  noteFlow = ((await asAdmin('GET', path)).data as { id: string }[])[0]?.id ?? '';
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
/** Held for confirmation, for these reasons. */
const held = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.info.notDone).toMatch(/Nothing was changed/);
  expect(answer.info.confirm).toEqual(expect.any(String));
  expect(JSON.stringify(answer.info.needsConfirmation)).toMatch(says);
};
const article = async (id: unknown) => asAdmin('GET', `/items/articles/${id}`);
const trigger = (args: Row, on = server) => on.call('trigger-flow', args);
const note: TestStep = {
  key: 'note',
  type: 'item-update',
  options: {
    collection: 'articles',
    key: '{{ $trigger.body.keys }}',
    payload: { editor_note: 'From a flow' },
    permissions: '$trigger',
  },
};

describe('A25 a manual flow', () => {
  test('A25 P19 is found by its name, shown, and run once it is confirmed', async () => {
    const { id } = await freshArticle();
    const args = { id: editorNoteFlow.flow.name, keys: [id], data: { note: 'Corrected by a test' } };
    const preview = await trigger(args);
    held(preview, /changes or runs flows.*asks for a confirmation of its own/);
    expect(preview.info.notDone).toContain('run the flow "Add an editor note" on 1 row of articles');
    expect(preview.data).toMatchObject([
      {
        flow: editorNoteFlow.flow.name,
        asks: editorNoteFlow.flow.options.confirmationDescription,
        keys: [id],
      },
      { step: 'write_note', type: 'item-update', collection: 'articles' },
      { step: 'report', type: 'transform' },
    ]);
    expect((await article(id)).data).toMatchObject({ editor_note: null });
    // All that is given to it is shown to who decides.
    const more = { query: { mode: 'now' }, headers: { 'X-Reason': 'a test' } };
    expect((await trigger({ ...args, ...more })).data).toMatchObject([{ data: args.data, ...more }, {}, {}]);

    const done = await server.confirmed('trigger-flow', args);
    expect(done.isError, done.text).toBe(false);
    expect(done.info).toEqual({ triggered: noteFlow });
    expect(done.data).toMatchObject({
      items: [{ key: id, changed: { editor_note: [null, 'Corrected by a test'] } }],
      steps: { write_note: 'resolve', report: 'resolve' },
    });
    expect((await article(id)).data).toMatchObject({ editor_note: 'Corrected by a test' });
  });

  test('A25 its inputs are checked against Directus before it runs', async () => {
    const { id } = await freshArticle();
    const run = (args: Row) =>
      trigger({ id: noteFlow, collection: 'articles', keys: [id], data: { note: 'x' }, ...args });
    refused(await run({ data: {} }), /needs data\.note.*"required":true/s);
    refused(await run({ data: { note: '' } }), /needs data\.note/);
    refused(await run({ data: { note: null } }), /needs data\.note/);
    refused(await run({ data: { note: ['x'] } }), /data\.note must be a text/);
    refused(await run({ data: { note: 'x', nte: 'y' } }), /no input "nte".*"note"/);
    refused(await run({ keys: undefined }), /keys is missing/);
    refused(await run({ keys: [] }), /keys/);
    refused(await run({ collection: 'authors' }), /does not run on "authors".*articles/s);
    refused(await run({ id: 'nowhere' }), /no manual flow "nowhere".*Add an editor note/s);
    refused(await run({ id: 'Add an edtor note' }), /Did you mean "Add an editor note"/);
    refused(await run({ headers: { Authorization: 'Bearer x' } }), /"Authorization" cannot be set/);
    refused(await run({ query: { a: { b: 1 } } }), /query\.a/);
    expect((await article(id)).data).toMatchObject({ editor_note: null });
  });

  test('A25 choices and types of inputs are held to', async () => {
    const choices = [
      { text: 'Low', value: 'low' },
      { text: 'High', value: 'high' },
    ];
    const { id: flow } = await freshFlow([], {
      options: {
        collections: ['articles'],
        fields: [
          { field: 'level', type: 'string', meta: { interface: 'select-dropdown', options: { choices } } },
          { field: 'times', type: 'integer', meta: { interface: 'input' } },
          { field: 'until', type: 'dateTime', meta: null },
        ],
      },
    });
    const { id } = await freshArticle();
    const run = (data: Row) => trigger({ id: flow, keys: [id], data });
    refused(await run({ level: 'hihg' }), /data\.level cannot be "hihg".*"high"/);
    refused(await run({ times: 'often' }), /data\.times must be a whole number/);
    refused(await run({ until: 'soon' }), /data\.until must be a date and time/);
    held(await run({ level: 'high', times: 3, until: '2026-01-31T08:00:00' }), /flows/);
  });

  test('A25 the rows must exist, and each that does not is named', async () => {
    const { id } = await freshArticle();
    refused(
      await trigger({ id: noteFlow, keys: [id, 987654321, 987654322], data: { note: 'x' } }),
      /no row with id 987654321, 987654322.*Nothing was run/,
    );
    refused(await trigger({ id: noteFlow, keys: ['first'], data: { note: 'x' } }), /"first" is no key/);
    expect((await article(id)).data).toMatchObject({ editor_note: null });
  });

  test('A25 the collection must be said where there are several', async () => {
    const { id: flow } = await freshFlow([], {
      options: { collections: ['articles', 'authors'], requireSelection: false },
    });
    refused(await trigger({ id: flow }), /runs on several.*articles, authors/s);
    held(await trigger({ id: flow, collection: 'authors' }), /flows/);
    const answer = await free.call('trigger-flow', { id: flow, collection: 'authors' });
    expect(answer.isError, answer.text).toBe(false);
  });

  test('A25 a name that two flows have is not guessed at', async () => {
    const first = await freshFlow();
    const second = await freshFlow([], { name: first.name });
    const answer = await trigger({ id: first.name, keys: [1] });
    refused(answer, /2 manual flows are called/);
    expect(answer.text).toContain(first.id);
    expect(answer.text).toContain(second.id);
  });

  test('A25 inactive ones and those not run by hand are not run', async () => {
    const inactive = await freshFlow([], { status: 'inactive' });
    refused(await trigger({ id: inactive.id, keys: [1] }), /inactive.*administrator/s);
    const event = await freshFlow([], { trigger: 'webhook', options: { method: 'POST' } });
    refused(await trigger({ id: event.id, keys: [1] }), /no manual flow/);
  });

  test('A11 is not run by a confirmation that another flow or other rows were shown for', async () => {
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([note]);
    const first = await trigger({ id: flow, keys: [id] });
    held(first, /flows/);
    const [step] = await stepsOf(flow);
    await asAdmin('PATCH', `/operations/${step?.id}`, {
      options: { ...(note.options ?? {}), payload: { editor_note: 'Something else' } },
    });
    const again = await trigger({ id: flow, keys: [id], confirm: first.info.confirm });
    held(again, /flows/);
    expect(again.info.refused).toMatch(/changed since the preview/);
    expect((await article(id)).data).toMatchObject({ editor_note: null });
    const done = await trigger({ id: flow, keys: [id], confirm: again.info.confirm });
    expect(done.data).toMatchObject({ items: [{ changed: { editor_note: [null, 'Something else'] } }] });
    const replay = await trigger({ id: flow, keys: [id], confirm: again.info.confirm });
    held(replay, /flows/);
    expect(replay.info.refused).toMatch(/used already/);
  });

  test('A9 dryRun shows it and does nothing', async () => {
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([note]);
    const answer = await free.call('trigger-flow', { id: flow, keys: [id], dryRun: true });
    expect(answer.isError).toBe(false);
    expect(answer.info.notDone).toMatch(/Nothing was changed/);
    expect((await article(id)).data).toMatchObject({ editor_note: null });
  });

  test('A10 a step that fails is told, though Directus reports success', async () => {
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([
      { ...note, options: { ...note.options, payload: { id: 'x', nowhere: 1, slug: null, status: null } } },
      { key: 'after', type: 'log', options: { message: 'never' } },
    ]);
    const answer = await free.call('trigger-flow', { id: flow, keys: [id] });
    const shown = answer.info.confirm
      ? await free.call('trigger-flow', { id: flow, keys: [id], confirm: answer.info.confirm })
      : answer;
    expect(shown.isError, shown.text).toBe(false);
    expect(shown.info.warning).toMatch(/did not get through: "note" failed/);
    expect(shown.data).toMatchObject({ steps: { note: 'reject' }, errors: [{ step: 'note' }] });
  });

  test('A10 what stays as it was is said to, where all of it can be seen', async () => {
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([{ key: 'log', type: 'log', options: { message: 'seen' } }]);
    const done = await free.call('trigger-flow', { id: flow, keys: [id] });
    expect(done.info).toEqual({ triggered: flow, unchanged: 1 });
  });

  test('A10 of what changed out of sight, nothing is said', async ({ skip }) => {
    skip(!takesRules(), 'Directus 12 without a licence takes no rules of its own for rights');
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([{ ...note, options: { ...note.options, permissions: '$full' } }]);
    const user = await userWhoSeesFlows(['id', 'title']);
    const blind = await startServer({ token: user.token, settings: { policy: { automation: 'allow' } } });
    try {
      const done = await blind.confirmed('trigger-flow', { id: flow, keys: [id] });
      expect(done.isError, done.text).toBe(false);
      expect((await article(id)).data).toMatchObject({ editor_note: 'From a flow' });
      expect(done.info).toEqual({ triggered: flow });
    } finally {
      await blind.close();
      await user.remove();
    }
  });

  test('A9 with automation allowed a plain flow runs at once, more rows than the cap are held', async () => {
    const articles: ArticleRow[] = [];
    for (let index = 0; index < 11; index += 1) articles.push(await freshArticle());
    const { id: flow } = await freshFlow([note]);
    const [first] = articles;
    const answer = await free.call('trigger-flow', { id: flow, keys: [first?.id] });
    expect(answer.isError, answer.text).toBe(false);
    held(
      await free.call('trigger-flow', { id: flow, keys: articles.map(({ id }) => id) }),
      /more than 10 rows/,
    );
  });
});

const deleteStep = (id: number, key = 'gone'): TestStep => ({
  key,
  type: 'item-delete',
  options: { collection: 'articles', key: [id], permissions: '$full' },
});

test.each<[string, () => Row, RegExp]>([
  [
    '232: a flow that does not exist',
    () => ({ id: randomUUID(), collection: 'articles', keys: ['1'] }),
    /There is no/,
  ],
  ['233: a flow by something that is no key', () => ({ id: { a: 1 }, keys: ['1'] }), /"id" must be/],
  [
    '234: a collection it does not run on',
    () => ({ id: noteFlow, collection: 'authors', keys: ['1'] }),
    /authors/,
  ],
  [
    '235: no rows, where it needs some',
    () => ({ id: noteFlow, collection: 'articles', data: { note: 'X' } }),
    /keys/,
  ],
  [
    '236: rows that do not exist',
    () => ({ id: noteFlow, collection: 'articles', keys: ['999999'], data: { note: 'X' } }),
    /999999/,
  ],
])('builtin %s is told as what it is, not as a missing permission', async (_, args, says) => {
  const answer = await trigger(args());
  refused(answer, says);
  expect(answer.text).not.toMatch(/permission/i);
});

describe('builtin 178: a flow that deletes is a delete', () => {
  /** Neither by default nor with automation allowed; with deletes allowed it is held, and says what goes. */
  async function onlyAsDelete(flow: string, id: number, says: RegExp) {
    refused(await trigger({ id: flow, keys: [id] }), /deletes are switched off/);
    const answer = await free.call('trigger-flow', { id: flow, keys: [id] });
    refused(answer, /deletes are switched off/);
    expect(answer.text).toMatch(says);
    refused(await trigger({ id: flow, keys: [id], dryRun: true }), /deletes are switched off/);
    const preview = await deleting.call('trigger-flow', { id: flow, keys: [id] });
    held(preview, /it deletes/);
    expect(JSON.stringify(preview.info.deletes).replaceAll('\\', '')).toMatch(says);
    return preview;
  }

  test('builtin 178: by a step', async () => {
    const { id } = await freshArticle();
    const { id: flow, name } = await freshFlow([deleteStep(id)]);
    const preview = await onlyAsDelete(
      flow,
      id,
      new RegExp(`items of articles \\(step "gone" of flow "${name}"\\)`),
    );
    expect(preview.info.cannotBeUndone).toEqual([expect.stringContaining('rights of its own')]);
    expect((await article(id)).status).toBe(200);
    const done = await deleting.call('trigger-flow', { id: flow, keys: [id], confirm: preview.info.confirm });
    expect(done.data).toMatchObject({ items: [{ key: id, gone: true }] });
    expect((await article(id)).status).toBe(403);
  });

  test('builtin 178: by a flow that it runs', async () => {
    const { id } = await freshArticle();
    const inner = await freshFlow([deleteStep(id)], { trigger: 'operation', options: {} });
    const outer = await freshFlow([{ key: 'run', type: 'trigger', options: { flow: inner.id } }]);
    await onlyAsDelete(outer.id, id, new RegExp(`step "gone" of flow "${inner.name}"`));
    expect((await article(id)).status).toBe(200);
  });

  test('builtin 178: by a step that only failure leads to', async () => {
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([
      {
        key: 'check',
        type: 'condition',
        options: { filter: { $trigger: { x: { _eq: 1 } } } },
        reject: 'gone',
      },
      deleteStep(id),
    ]);
    await onlyAsDelete(flow, id, /step "gone"/);
  });

  test('builtin 178: by a nested list, written out or handed in by the caller', async () => {
    const { id, tags } = await freshArticle({ tags: [{ tags_id: 1 }] });
    const update = (payload: unknown): TestStep => ({ ...note, options: { ...note.options, payload } });
    const written = await freshFlow([update({ tags: { create: [], update: [], delete: tags } })]);
    await onlyAsDelete(written.id, id, /1 rows of articles_tags named at articles\.tags\.delete/);
    const handed = await freshFlow([update('{{ $trigger.body.what }}')], {
      options: { collections: ['articles'], fields: [{ field: 'what', type: 'json', meta: null }] },
    });
    const run = (what: unknown, on: TestServer) =>
      on.call('trigger-flow', { id: handed.id, keys: [id], data: { what } });
    refused(
      await run({ tags: { create: [], update: [], delete: tags } }, free),
      /articles_tags.*deletes are switched off/,
    );
    refused(await run({ tags: [] }, free), /new list at articles\.tags.*deletes are switched off/);
    refused(await run({ tags: null }, free), /new list at articles\.tags.*deletes are switched off/);
    const plain = await run({ editor_note: 'By hand' }, free);
    expect(plain.isError, plain.text).toBe(false);
    expect((await article(id)).data).toMatchObject({ tags, editor_note: 'By hand' });
  });

  test('builtin 178: by a DELETE request', async () => {
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([
      {
        key: 'call',
        type: 'request',
        options: { method: 'delete', url: 'http://localhost:1/items/articles/1' },
      },
    ]);
    await onlyAsDelete(flow, id, /what its DELETE request names/);
  });

  test('builtin 178: by a request that runs another flow', async () => {
    const { id } = await freshArticle();
    const inner = await freshFlow([deleteStep(id)], { trigger: 'webhook', options: { method: 'GET' } });
    const outer = await freshFlow([
      {
        key: 'call',
        type: 'request',
        options: { method: 'GET', url: `http://localhost:1/flows/trigger/${inner.id}?x=1` },
      },
    ]);
    await onlyAsDelete(outer.id, id, /step "gone"/);
  });

  test('flows that run one another in a circle are looked through all the same', async () => {
    const { id } = await freshArticle();
    const first = await freshFlow([], { trigger: 'operation', options: {} });
    const second = await freshFlow(
      [{ key: 'back', type: 'trigger', options: { flow: first.id }, resolve: 'gone' }, deleteStep(id)],
      { trigger: 'operation', options: {} },
    );
    await asAdmin('POST', '/operations', {
      flow: first.id,
      key: 'on',
      type: 'trigger',
      options: { flow: second.id },
      position_x: 19,
      position_y: 1,
    });
    const [step] = await stepsOf(first.id);
    await asAdmin('PATCH', `/flows/${first.id}`, {
      operation: step?.id,
      trigger: 'manual',
      options: { collections: ['articles'] },
    });
    await onlyAsDelete(first.id, id, /step "gone"/);
  });

  test('a step that deletes and is linked to nothing does not run, and holds up nothing', async () => {
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([note, deleteStep(id)]);
    const answer = await free.call('trigger-flow', { id: flow, keys: [id] });
    expect(answer.isError, answer.text).toBe(false);
    expect((await article(id)).data).toMatchObject({ editor_note: 'From a flow' });
  });
});

describe('what cannot be foreseen is confirmed, though automation is allowed', () => {
  test.each([
    ['code', { type: 'exec', options: { code: 'module.exports = async () => 1;' } }, /runs code/],
    [
      'a request',
      { type: 'request', options: { method: 'POST', url: 'http://localhost:1' } },
      /sends \\"POST\\" request/,
    ],
    [
      'a payload made by a step before',
      { type: 'item-update', options: { collection: 'articles', key: ['1'], payload: '{{ made }}' } },
      /only known then/,
    ],
    [
      'a flow chosen by a step before',
      { type: 'trigger', options: { flow: '{{ made }}' } },
      /which flow it runs/,
    ],
    [
      'a flow that does not exist',
      { type: 'trigger', options: { flow: randomUUID() } },
      /cannot be seen by you/,
    ],
    ['a type that no Directus has', { type: 'erase-all', options: {} }, /of the type \\"erase-all\\"/],
  ])('%s', async (_what, step, says) => {
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([{ key: 'odd', ...step }]);
    held(await free.call('trigger-flow', { id: flow, keys: [id] }), says);
  });

  test('steps that the user may not see', async () => {
    const { id } = await freshArticle();
    const { id: flow } = await freshFlow([note]);
    const { id: other } = await freshFlow([deleteStep(id)]);
    const user = await userWhoSeesFlows();
    const blind = await startServer({ token: user.token, settings: { policy: { automation: 'allow' } } });
    try {
      const preview = await blind.call('trigger-flow', { id: flow, keys: [id] });
      held(preview, /steps of the flow .* cannot be seen by you, so it may do anything, deleting included/);
      expect(preview.info.cannotBeUndone).toEqual([expect.stringContaining('cannot be seen by you')]);
      expect(preview.data).toHaveLength(1);
      const done = await blind.confirmed('trigger-flow', { id: flow, keys: [id] });
      expect(done.data).toMatchObject({
        items: [{ key: id, changed: { editor_note: [null, 'From a flow'] } }],
      });
      held(await blind.call('trigger-flow', { id: other, keys: [id] }), /deleting included/);
      expect((await article(id)).status).toBe(200);
    } finally {
      await blind.close();
      await user.remove();
    }
  });
});

/** A user who may change articles, of which they see these fields, and see flows, but not what they do. */
async function userWhoSeesFlows(seen = ['*']): Promise<{ token: string; remove(): Promise<void> }> {
  const token = randomUUID();
  const rights = [
    { collection: 'directus_flows', action: 'read', fields: ['*'] },
    { collection: 'articles', action: 'read', fields: seen },
    { collection: 'articles', action: 'update', fields: ['*'] },
  ].map((right) => ({ ...right, permissions: {}, validation: {} }));
  const policy = await asAdmin('POST', '/policies', {
    name: `Test ${token}`,
    app_access: false,
    permissions: { create: rights, update: [], delete: [] },
  });
  const policyId = (policy.data as { id: string }).id;
  const user = await asAdmin('POST', '/users', {
    email: `${token}@example.com`,
    token,
    policies: { create: [{ policy: policyId }], update: [], delete: [] },
  });
  return {
    token,
    async remove() {
      await asAdmin('DELETE', `/users/${(user.data as { id: string }).id}`);
      await asAdmin('DELETE', `/policies/${policyId}`);
    },
  };
}
