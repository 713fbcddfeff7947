import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { articles } from '../../src/sandbox/seed/content/articles.ts';
import { checksum, freshCollection, isAlive, rest } from '../live/helpers.ts';
import { type Row, startServer, type TestServer } from '../live/server.ts';
import { sharedDirectus } from '../live/shared-directus.ts';

/*
 * Arguments nobody should send, for every tool and action, with deletes allowed: each call is answered, none fails
 * inside, and nothing changes that was not named.
 */

const asAdmin = rest(sharedDirectus().admin.token);
let server: TestServer;
let own: { name: string; remove(): Promise<void> };

beforeAll(async () => {
  [server, own] = await Promise.all([
    startServer({ flags: ['--allow-deletes'] }),
    freshCollection('hostile', [{ field: 'title', type: 'string' }], { versioning: true }),
  ]);
  await asAdmin(
    'POST',
    `/items/${own.name}`,
    Array.from({ length: 15 }, (_, row) => ({ title: `Row ${row}` })),
  );
});
afterAll(async () => {
  await server?.close();
  await own?.remove();
});

/** The newsroom as it was seeded; other tests only add to it. */
const newsroom = () =>
  checksum(
    `/items/articles?limit=-1&sort=id&filter[id][_lte]=${articles.length}&fields=*,tags.*,translations.*,blocks.*`,
    '/items/authors?limit=-1&sort=id',
    '/items/categories?limit=-1&sort=id',
    '/items/tags?limit=-1&sort=id&filter[id][_lte]=10',
    '/items/site_settings',
    '/folders?filter[name][_in]=Documents,Portraits&sort=id',
    '/users?filter[email][_ends_with]=@example.com&fields=id,email,role,status&filter[role][_nnull]=true&sort=id',
    '/fields/articles',
    '/fields/directus_users',
  );

const ACTIONS: Record<string, string[]> = {
  'system-prompt': [''],
  schema: [''],
  items: ['read', 'create', 'update', 'delete'],
  files: ['read', 'update', 'delete', 'import', 'upload'],
  folders: ['read', 'create', 'update', 'delete'],
  assets: [''],
  collections: ['read', 'create', 'update', 'delete'],
  fields: ['read', 'create', 'update', 'delete'],
  relations: ['read', 'create', 'update', 'delete'],
  flows: ['read', 'create', 'update', 'delete'],
  operations: ['read', 'create', 'update', 'delete'],
  'trigger-flow': [''],
  comments: ['read', 'create', 'update', 'delete'],
  versions: ['read', 'create', 'save', 'compare', 'promote', 'delete'],
  dashboards: ['read', 'create', 'update', 'delete'],
  translations: ['read', 'set', 'delete'],
};
const calls = Object.entries(ACTIONS).flatMap(([tool, actions]) =>
  actions.map((action) => ({ tool, action })),
);

const nasty = fc.constantFrom<unknown>(
  null,
  '',
  ' ',
  '*',
  '..',
  '../users/me',
  '%2e%2e%2f',
  "'; DROP TABLE articles; --",
  '{{$env}}',
  '$CURRENT_USER',
  '[object Object]',
  '{"',
  '[[[[',
  '\u0000',
  '\ud800',
  '🚢'.repeat(50),
  'x'.repeat(5000),
  0,
  -1,
  1.5,
  1e308,
  2 ** 60,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  [{}],
  { $ne: 1 },
  { constructor: { prototype: {} } },
  { toString: 'x' },
  { _and: [] },
  { filter: {} },
  { create: [], update: [], delete: [] },
);
const value = fc.oneof(
  { weight: 5, arbitrary: nasty },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.array(nasty, { maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('id', 'title', 'meta', 'field', 'url', 'schema'), nasty),
  },
);
const NAMES = [
  'keys',
  'key',
  'data',
  'query',
  'field',
  'id',
  'headers',
  'text',
  'version',
  'name',
  'maxTokens',
  'textOffset',
  'confirm',
];
/** Real names lead past the first checks; what may be changed is only the test's own collection. */
const collection = fc.oneof(
  { weight: 4, arbitrary: fc.constant('own') },
  { weight: 1, arbitrary: fc.constantFrom('directus_users', 'directus_files', 'nowhere', '__proto__') },
  { weight: 1, arbitrary: nasty },
);
const query = fc.dictionary(
  fc.constantFrom(
    'filter',
    'fields',
    'sort',
    'limit',
    'deep',
    'alias',
    'aggregate',
    'groupBy',
    'search',
    'version',
    'page',
    'offset',
  ),
  value,
);
const hostile = fc.record({
  call: fc.constantFrom(...calls),
  args: fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }),
  collection,
  query: fc.option(query, { nil: undefined }),
});

test('whatever the arguments, every call is answered plainly and does no harm', async () => {
  const before = await newsroom();
  const folders = await checksum('/folders?limit=-1&sort=id&fields=id');
  expect(folders).toBeTruthy();
  await fc.assert(
    fc.asyncProperty(hostile, async ({ call, args, collection: name, query: asked }) => {
      const input: Row = {
        ...args,
        ...(call.action ? { action: call.action } : {}),
        ...(['items', 'fields', 'relations', 'trigger-flow', 'comments', 'versions'].includes(call.tool)
          ? { collection: name === 'own' ? own.name : name }
          : {}),
        ...(asked && 'query' in args ? { query: asked } : {}),
      };
      const { text } = await server.call(call.tool, input);
      const said = `${call.tool} ${JSON.stringify(input).slice(0, 500)} -> ${text.slice(0, 500)}`;
      expect(text.length, said).toBeGreaterThan(0);
      expect(text, said).not.toMatch(/^INTERNAL: /);
      expect(text, said).not.toMatch(/SQLITE_|\n {4}at |\[object Object\]: /);
    }),
    { numRuns: 1000 },
  );
  expect(await isAlive()).toBe(true);
  expect(await newsroom()).toBe(before);
}, 120_000);

test('names of every real collection are not changed by calls that name no rows', async () => {
  const before = await newsroom();
  for (const action of ['update', 'delete']) {
    for (const target of ['articles', 'authors', 'tags', 'site_settings']) {
      for (const args of [{}, { keys: [] }, { query: {} }, { query: { filter: {} } }, { keys: [''] }]) {
        if (action === 'update' && target === 'site_settings') continue;
        const answer = await server.call('items', { action, collection: target, data: { sort: 1 }, ...args });
        expect(answer.isError, answer.text).toBe(true);
      }
    }
  }
  expect(await newsroom()).toBe(before);
});
