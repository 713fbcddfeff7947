import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isAlive, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { admin, editor } = sharedDirectus();
const asAdmin = rest(admin.token);
let server: TestServer;
let deleting: TestServer;
const made: string[] = [];

beforeAll(async () => {
  [server, deleting] = await Promise.all([startServer(), startServer({ flags: ['--allow-deletes'] })]);
});
afterEach(async () => {
  for (const id of made.splice(0)) await asAdmin('DELETE', `/dashboards/${id}`);
  expect(await isAlive()).toBe(true);
});
afterAll(async () => {
  await Promise.all([server?.close(), deleting?.close()]);
});

const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.info.confirm).toBeUndefined();
};
const fine = (answer: Answer): Answer => {
  expect(answer.isError, answer.text.slice(0, 500)).toBe(false);
  if (typeof answer.info.created === 'string') made.push(answer.info.created);
  return answer;
};
const dashboards = (action: string, args: Row = {}, on = server) =>
  on.call('dashboards', { action, ...args });
const all = async () => (await asAdmin('GET', '/dashboards?fields=*,panels.*&sort=id&limit=-1')).data;
const nameOf = () => `Board ${randomUUID().slice(0, 8)}`;
const count = { type: 'metric', name: 'Stories', options: { collection: 'articles', function: 'count' } };
const label = { type: 'label', options: { text: 'Hello' } };

/** A dashboard with these panels, and their ids in the order given. */
async function fresh(panels: Row[] = [count]): Promise<{ id: string; name: string; panels: string[] }> {
  const name = nameOf();
  const answer = fine(await dashboards('create', { data: { name, panels } }));
  const { data } = await asAdmin(
    'GET',
    `/panels?filter[dashboard][_eq]=${answer.info.created}&sort=position_y,position_x`,
  );
  return { id: String(answer.info.created), name, panels: (data as { id: string }[]).map(({ id }) => id) };
}

describe('a dashboard with its panels in one call', () => {
  test('is made, laid out, listed and read by its name', async () => {
    const name = nameOf();
    const panels = [
      { type: 'label', options: { text: 'The newsroom at a glance' } },
      count,
      { type: 'metric', name: 'Words', options: { collection: 'articles', field: 'id', function: 'max' } },
      {
        type: 'time-series',
        name: 'By day',
        options: {
          collection: 'articles',
          function: 'count',
          dateField: 'date_created',
          valueField: 'id',
          precision: 'day',
          range: '1 month',
        },
      },
      {
        type: 'bar-chart',
        options: { collection: 'articles', xAxis: 'status', yAxis: 'id', function: 'count' },
      },
      {
        type: 'line-chart',
        options: { collection: 'articles', xAxis: 'status', yAxis: 'id', aggregation: 'count' },
      },
      { type: 'pie-chart', options: { collection: 'articles', column: 'status' } },
      { type: 'meter', options: { collection: 'articles', field: 'id', fn: 'count', max: 100 } },
      {
        type: 'metric-list',
        options: {
          collection: 'articles',
          groupByField: 'status',
          aggregateField: 'id',
          aggregateFunction: 'count',
        },
      },
      {
        type: 'list',
        options: {
          collection: 'articles',
          displayTemplate: '{{ title }} by {{ author.name }}',
          filter: { status: { _eq: 'draft' } },
        },
      },
      { type: 'variable', options: { field: 'state', type: 'string', inter: 'input' } },
      { type: 'relational-variable', options: { field: 'section', collection: 'categories' } },
    ];
    const answer = fine(
      await server.confirmed('dashboards', { action: 'create', data: { name, icon: 'newspaper', panels } }),
    );
    expect(answer.info).toEqual({ created: expect.any(String), panels: panels.length });
    const { data } = await asAdmin('GET', `/dashboards/${answer.info.created}?fields=*,panels.*`);
    const stored = (data as { panels: Record<string, number>[] }).panels;
    expect(data).toMatchObject({ name, icon: 'newspaper' });
    for (const [index, one] of stored.entries()) {
      expect(one).toMatchObject({ position_x: expect.any(Number), show_header: Boolean(one.name) });
      for (const other of stored.slice(index + 1)) expect(overlap(one, other)).toBe(false);
    }
    expect(await server.rows('dashboards', { action: 'read' })).toContainEqual({
      id: answer.info.created,
      name,
      panels: panels.length,
    });
    const read = fine(await dashboards('read', { key: name }));
    expect(read.data).toEqual(answer.data);
    expect(JSON.stringify(read.data)).not.toContain('null');
    const [first] = (read.data as { panels: Row[] }).panels;
    expect(first).toMatchObject({
      type: 'label',
      position_x: 1,
      position_y: 1,
      options: { text: 'The newsroom at a glance' },
    });
  });

  test('takes places that are given, and puts the others below', async () => {
    const { id } = await fresh([label, { ...count, position_x: 20, position_y: 5, width: 10, height: 8 }]);
    const { data } = await asAdmin('GET', `/panels?filter[dashboard][_eq]=${id}&sort=type`);
    expect(data).toMatchObject([
      { type: 'label', position_x: 1, position_y: 13 },
      { type: 'metric', position_x: 20, position_y: 5, width: 10, height: 8 },
    ]);
  });

  test('A9 is shown by dryRun, and held with more rows than the cap', async () => {
    const before = await all();
    const preview = await dashboards('create', { data: { name: 'X', panels: [count] }, dryRun: true });
    expect(preview.info.notDone).toMatch(/create the dashboard "X" with 1 panel/);
    expect(preview.data).toMatchObject([{ new: { name: 'X' } }, { new: { type: 'metric', width: 12 } }]);
    const held = await dashboards('create', {
      data: { name: 'X', panels: Array.from({ length: 10 }, () => label) },
    });
    expect(held.info.needsConfirmation).toEqual([expect.stringMatching(/more than 10 rows/)]);
    expect(await all()).toEqual(before);
  });

  const panel = (type: string, options: Row) => ({ type, options: { collection: 'articles', ...options } });
  test.each<[string, Row[] | Row, RegExp]>([
    ['no type', [{ options: {} }], /panels\.0\.type is missing/],
    ['a type that is none', [{ type: 'metrik' }], /"metrik".*"metric"/],
    ['no list', { type: 'metric' }, /panels must be a list/],
    ['an unknown field', [{ ...count, titel: 'x' }], /no field "titel"/],
    ['an unknown option', [panel('metric', { function: 'count', fild: 'id' })], /unknown "fild".*"field"/],
    ['a missing option', [panel('metric', {})], /options\.function is missing.*countDistinct/s],
    [
      'a collection that is none',
      [panel('metric', { collection: 'artcles', function: 'count' })],
      /no collection "artcles".*"articles"/,
    ],
    ['a single item', [panel('list', { collection: 'site_settings' })], /holds a single item/],
    ['a field that is none', [panel('metric', { function: 'max', field: 'idd' })], /no field "idd".*"id"/],
    [
      'a function that is none',
      [panel('metric', { function: 'total', field: 'id' })],
      /function cannot be "total"/,
    ],
    [
      'a function without a field',
      [panel('metric', { function: 'sum' })],
      /options\.field is missing: sum needs a field/,
    ],
    [
      'a sum of texts',
      [panel('metric', { function: 'sum', field: 'title' })],
      /cannot be sum of "title", which is of the type string/,
    ],
    [
      'a time that is none',
      [panel('time-series', { function: 'count', dateField: 'title', valueField: 'id' })],
      /dateField "title" is of the type string/,
    ],
    [
      'a choice that is none',
      [
        panel('time-series', {
          function: 'count',
          dateField: 'date_created',
          valueField: 'id',
          precision: 'days',
        }),
      ],
      /precision cannot be "days".*"day"/,
    ],
    [
      'an operator that is none',
      [panel('metric', { function: 'count', filter: { status: { _is: 'x' } } })],
      /Unknown operator "_is"/,
    ],
    [
      'a filter on a field that is none',
      [panel('metric', { function: 'count', filter: { statsu: { _eq: 'x' } } })],
      /no field "statsu"/,
    ],
    [
      'a template with a field that is none',
      [panel('list', { displayTemplate: '{{ titel }}' })],
      /no field "titel"/,
    ],
    [
      'a template with a related field that is none',
      [panel('list', { displayTemplate: '{{ author.nme }}' })],
      /no field "nme"/,
    ],
    ['a size below the least', [{ ...count, width: 2 }], /width must be 6 or more/],
  ])('%s is refused, and nothing is made', async (_what, panels, says) => {
    const before = await all();
    const good = Array.isArray(panels) ? [label, ...panels] : panels;
    refused(
      await dashboards('create', { data: { name: 'Never', panels: good } }),
      new RegExp(says.source.replace('panels\\.0', 'panels\\.1'), says.flags),
    );
    expect(await all()).toEqual(before);
  });

  test('no name, nothing at all and unknown fields are refused', async () => {
    refused(await dashboards('create', { data: { panels: [] } }), /name is missing/);
    refused(await dashboards('create', { data: {} }), /empty/);
    refused(await dashboards('create', { data: { name: 'X', panel: [] } }), /no field "panel".*"panels"/);
    refused(await dashboards('create', { data: { name: { a: 1 } } }), /name/);
  });
});

function overlap(a: Record<string, number>, b: Record<string, number>): boolean {
  const { position_x: ax = 0, position_y: ay = 0, width: aw = 0, height: ah = 0 } = a;
  const { position_x: bx = 0, position_y: by = 0, width: bw = 0, height: bh = 0 } = b;
  return ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah;
}

describe('changes', () => {
  test('of a dashboard: its name, a panel of it and a new one in one call, with a receipt', async () => {
    const { id, name, panels } = await fresh([count, label]);
    const options = { collection: 'articles', function: 'countDistinct', field: 'author' };
    const answer = fine(
      await dashboards('update', {
        key: name,
        data: {
          note: 'Changed',
          panels: [
            { id: panels[0], options },
            { type: 'label', options: { text: 'New' } },
          ],
        },
      }),
    );
    expect(answer.info).toEqual({ updated: id });
    expect(answer.data).toMatchObject({
      changed: { note: [null, 'Changed'] },
      panels: [
        { key: panels[0], changed: { options: [{ function: 'count' }, options] } },
        { created: { type: 'label', options: { text: 'New' }, position_x: 1 } },
      ],
    });
    const { data } = await asAdmin('GET', `/panels?filter[dashboard][_eq]=${id}`);
    expect(data).toHaveLength(3);
    const stored = data as Record<string, number>[];
    for (const [index, one] of stored.entries())
      for (const other of stored.slice(index + 1)) expect(overlap(one, other)).toBe(false);
  });

  test('of a panel by its id', async () => {
    const { name, panels } = await fresh([count]);
    const key = panels[0];
    expect(fine(await dashboards('read', { key })).data).toMatchObject({
      dashboard: name,
      type: 'metric',
      name: 'Stories',
    });
    const answer = fine(await dashboards('update', { key, data: { name: 'All stories', width: 20 } }));
    expect(answer.data).toEqual([{ key, changed: { name: ['Stories', 'All stories'], width: [12, 20] } }]);
    refused(
      await dashboards('update', { key, data: { options: { function: 'count' } } }),
      /options\.collection is missing/,
    );
    refused(await dashboards('update', { key, data: { type: 'list' } }), /unknown "function"/);
    refused(
      await dashboards('update', { key, data: { dashboard: randomUUID() } }),
      /dashboard cannot be changed/,
    );
    refused(await dashboards('update', { key, data: {} }), /empty/);
  });

  test('A11 are not made when a person has changed the dashboard since the preview', async () => {
    const { name, panels } = await fresh([count]);
    const strict = await startServer({ settings: { policy: { write: 'confirm' } } });
    try {
      const args = { action: 'update', key: name, data: { note: 'Mine' } };
      const preview = await strict.call('dashboards', args);
      await asAdmin('PATCH', `/panels/${panels[0]}`, { note: 'Theirs' });
      const again = await strict.call('dashboards', { ...args, confirm: preview.info.confirm });
      expect(again.info.refused).toMatch(/changed since the preview/);
      fine(await strict.call('dashboards', { ...args, confirm: again.info.confirm }));
    } finally {
      await strict.close();
    }
  });

  test('of what does not exist are told', async () => {
    const { id, name } = await fresh([]);
    const twin = fine(await dashboards('create', { data: { name } }));
    refused(
      await dashboards('update', { key: name, data: { note: 'x' } }),
      new RegExp(`2 dashboards are called.*${id}|${String(twin.info.created)}`, 's'),
    );
    refused(await dashboards('read', { key: `${name}x` }), /Did you mean/);
    refused(await dashboards('update', { key: randomUUID(), data: { note: 'x' } }), /no dashboard/);
    refused(
      await dashboards('update', { key: id, data: { panels: [{ id: randomUUID(), name: 'x' }] } }),
      /names no panel of this dashboard/,
    );
    refused(await dashboards('update', { key: id, data: { name: '' } }), /name cannot be empty/);
  });
});

describe('deletes', () => {
  test('are refused while deletes are off; else a dashboard goes with its panels once it is confirmed', async () => {
    const { id, name } = await fresh([count, label]);
    refused(await dashboards('delete', { key: id }), /not available|switched off/);
    const preview = await dashboards('delete', { key: name }, deleting);
    expect(preview.info.notDone).toMatch(/and its 2 panels/);
    expect(preview.info.cannotBeUndone).toContainEqual(expect.stringMatching(/its panels/));
    expect(preview.data).toMatchObject([
      { deleted: { name } },
      { deleted: { type: 'metric' } },
      { deleted: { type: 'label' } },
    ]);
    const done = fine(await dashboards('delete', { key: name, confirm: preview.info.confirm }, deleting));
    expect(done.info.deleted).toEqual([id]);
    expect((await asAdmin('GET', `/dashboards/${id}`)).status).toBe(403);
  });

  test('of a panel leave the others', async () => {
    const { id, panels } = await fresh([count, label]);
    const done = fine(await deleting.confirmed('dashboards', { action: 'delete', key: panels[0] }));
    expect(done.info.deleted).toEqual([panels[0]]);
    const { data } = await asAdmin('GET', `/panels?filter[dashboard][_eq]=${id}`);
    expect(data).toMatchObject([{ id: panels[1] }]);
  });
});

test('whoever has no right to dashboards is not offered them', async () => {
  const theirs = await startServer({ token: editor.token });
  try {
    const names = (await theirs.client.listTools()).tools.map(({ name }) => name);
    expect(names).not.toContain('dashboards');
    refused(await dashboards('read', {}, theirs), /may not/);
  } finally {
    await theirs.close();
  }
});
