import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFlow, removeFlows } from '../live/flows.ts';
import { checksum, isAlive, rest } from '../live/helpers.ts';
import { type Row, startServer, type TestServer } from '../live/server.ts';
import { sharedDirectus } from '../live/shared-directus.ts';

/*
 * Flows, steps, dashboards and strings that are nearly right: real names in the wrong places, wrong values behind right
 * names. Everything is held or only previewed, so nothing at all may change.
 */

const asAdmin = rest(sharedDirectus().admin.token);
let server: TestServer;
let flow: { id: string; name: string };
let dashboard: string;

beforeAll(async () => {
  server = await startServer({ flags: ['--allow-deletes'], settings: { policy: { write: 'confirm' } } });
  flow = await freshFlow([
    { key: 'first', type: 'log', options: { message: 'x' }, resolve: 'second' },
    { key: 'second', type: 'transform', options: { json: '{}' } },
  ]);
  const { data } = await asAdmin('POST', '/dashboards', { name: 'Hostile' });
  dashboard = (data as { id: string }).id;
});
afterAll(async () => {
  await server?.close();
  await removeFlows();
  await asAdmin('DELETE', `/dashboards/${dashboard}`);
});

const everything = () =>
  checksum(
    '/flows?limit=-1&sort=id&fields=*,operations.*',
    '/dashboards?limit=-1&sort=id&fields=*,panels.*',
    '/translations?limit=-1&sort=id',
  );

const nasty = fc.constantFrom<unknown>(
  ...[
    null,
    '',
    '{{ }}',
    '{{ $trigger.body[0]["x"] }}',
    '{{ constructor.constructor }}',
    '{{ first.__proto__ }}',
  ],
  ...[
    '__proto__',
    'constructor',
    'first',
    'second',
    'articles',
    'directus_users',
    '\u0000',
    '\ud800',
    '{"a":',
    '[]',
  ],
  ...[0, -1, 1.5, 1e308, true, false, [], {}, [[]], [null], [{}], { a: { b: [] } }, 'x'.repeat(3000)],
  ...[{ create: [], update: [], delete: [1] }, { _and: [] }, { collection: 'articles' }, { toString: 1 }],
);
const values = {
  trigger: fc.constantFrom('event', 'webhook', 'schedule', 'operation', 'manual'),
  status: fc.constantFrom('active', 'inactive'),
  type: fc.constantFrom(
    'item-create',
    'item-update',
    'item-delete',
    'request',
    'exec',
    'trigger',
    'mail',
    'condition',
    'metric',
    'list',
    'time-series',
    'label',
  ),
  key: fc.constantFrom('first', 'third', 'a b', '$last'),
  link: fc.constantFrom('first', 'second', 'third', null),
  flow: fc.constantFrom('own', 'Add an editor note', 'nowhere'),
};
const or = (arbitrary: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: nasty });
const options = fc.dictionary(
  fc.constantFrom(
    ...[
      'collection',
      'collections',
      'payload',
      'key',
      'query',
      'method',
      'url',
      'headers',
      'code',
      'flow',
      'fields',
    ],
    ...[
      'scope',
      'type',
      'cron',
      'filter',
      'function',
      'field',
      'dateField',
      'displayTemplate',
      'text',
      'to',
      'subject',
    ],
  ),
  nasty,
  { maxKeys: 5 },
);
const step = fc.record(
  {
    key: or(values.key),
    type: or(values.type),
    options: or(options),
    resolve: or(values.link),
    reject: or(values.link),
    position_x: nasty,
  },
  { requiredKeys: ['key', 'type'] },
);
const panel = fc.record(
  { type: or(values.type), name: nasty, options: or(options), width: nasty, position_x: nasty, id: nasty },
  { requiredKeys: ['type'] },
);
const string = fc.record({
  key: or(fc.constant('k')),
  language: or(fc.constantFrom('en-US', 'de')),
  value: nasty,
});
const call = fc.oneof(
  fc.record({
    tool: fc.constant('flows'),
    action: fc.constantFrom('create', 'update'),
    data: fc.record(
      {
        name: or(fc.constant('X')),
        trigger: or(values.trigger),
        status: or(values.status),
        options: or(options),
        operations: or(fc.array(step, { maxLength: 4 })),
        operation: or(values.link),
      },
      { requiredKeys: ['name', 'trigger'] },
    ),
  }),
  fc.record({
    tool: fc.constant('operations'),
    action: fc.constantFrom('create', 'update'),
    data: fc
      .tuple(step, fc.record({ flow: or(values.flow), after: or(values.link) }, { requiredKeys: [] }))
      .map(([one, more]) => ({ ...one, ...more })),
  }),
  fc.record({
    tool: fc.constant('dashboards'),
    action: fc.constantFrom('create', 'update'),
    data: fc.record({ name: or(fc.constant('X')), panels: or(fc.array(panel, { maxLength: 4 })) }),
  }),
  fc.record({
    tool: fc.constant('translations'),
    action: fc.constantFrom('set', 'delete'),
    data: fc.array(or(string), { maxLength: 4 }),
  }),
  fc.record({
    tool: fc.constant('trigger-flow'),
    id: or(values.flow),
    keys: or(fc.constantFrom([1], ['x'])),
    collection: or(fc.constant('articles')),
    data: or(fc.dictionary(fc.constantFrom('note', 'keys', 'collection'), nasty)),
  }),
);

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

test('whatever a flow, a step, a panel or a string holds, it is judged plainly and nothing is made', async () => {
  const before = await everything();
  await fc.assert(
    fc.asyncProperty(call, fc.boolean(), async ({ tool, ...rest }, dryRun) => {
      const args: Row = { ...rest, dryRun };
      if ('id' in args && args.id === 'own') args.id = flow.id;
      if (args.action === 'update')
        args.key = tool === 'dashboards' ? dashboard : tool === 'operations' ? 'first' : flow.id;
      if (isRow(args.data) && args.data.flow === 'own') args.data = { ...args.data, flow: flow.id };
      const { text, isError, info } = await server.call(tool, args);
      const said = `${tool} ${JSON.stringify(args).slice(0, 800)} -> ${text.slice(0, 500)}`;
      expect(text.length, said).toBeGreaterThan(0);
      expect(isError || info.notDone !== undefined || info.set === 0, said).toBe(true);
      expect(text, said).not.toMatch(/^INTERNAL: /);
      expect(text, said).not.toMatch(/SQLITE_|\n {4}at |\[object Object\]/);
    }),
    { numRuns: 1500 },
  );
  expect(await isAlive()).toBe(true);
  expect(await everything()).toBe(before);
}, 120_000);
