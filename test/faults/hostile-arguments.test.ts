import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { articles } from '../../src/sandbox/seed/content/articles.ts';
import { toJsonSchema, withConsent } from '../../src/server/wire.ts';
import { tools } from '../../src/tools/list.ts';
import { checksum, freshCollection, isAlive, rest } from '../live/helpers.ts';
import type { Answer, Row } from '../live/server.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { argumentsFor, nested } from './hostile-values.ts';
import { FULL } from './length.ts';
import { openPipe, type Pipe } from './pipe.ts';

const { admin } = sharedDirectus();
const asAdmin = rest(admin.token);

/** Sets of arguments for each action. With 2,000 it takes as long as all other tests together, and it finds no more. */
const SETS = Number(process.env.HOSTILE_SETS ?? (FULL ? 2_000 : 50));
/** Calls under way at once. */
const AT_ONCE = 16;

let server: Pipe;
let own: { name: string; remove(): Promise<void> };
let child: { name: string; remove(): Promise<void> };
let tidy: () => Promise<void>;
/** Permissions that belong to nobody, for calls to name in place of those of the newsroom. */
let permissions: number[];

beforeAll(async () => {
  tidy = await remember();
  // Nothing waits for a confirmation here: what is not refused is done.
  const allow = { write: 'allow', delete: 'allow', schema: 'allow', automation: 'allow', access: 'allow' };
  server = await openPipe({
    allowDeletes: true,
    policy: allow,
    limits: { changeRows: 10_000, replyTokens: 2000 },
  });
  own = await freshCollection('hostile', [
    { field: 'title', type: 'string' },
    { field: 'count', type: 'integer' },
  ]);
  child = await freshCollection('hostile_child', [{ field: 'name', type: 'string' }]);
  await asAdmin('POST', `/fields/${child.name}`, {
    field: 'parent',
    type: 'integer',
    schema: {},
    meta: { special: ['m2o'] },
  });
  await asAdmin('POST', `/fields/${own.name}`, {
    field: 'children',
    type: 'alias',
    meta: { special: ['o2m'] },
  });
  const made = await asAdmin('POST', '/relations', {
    collection: child.name,
    field: 'parent',
    related_collection: own.name,
    meta: { one_field: 'children', one_deselect_action: 'delete' },
    schema: { on_delete: 'CASCADE' },
  });
  expect(made.status).toBe(200);
  const { data: policy } = await asAdmin('POST', '/policies', { name: 'Hostile' });
  const { data: some } = await asAdmin(
    'POST',
    '/permissions',
    ['create', 'read', 'update', 'delete', 'share'].map((action) => ({
      policy: (policy as Row).id,
      collection: own.name,
      action,
      fields: ['*'],
    })),
  );
  permissions = (some as Row[]).flatMap(({ id }) => (id ? [Number(id)] : []));
  const rows = Array.from({ length: 15 }, (_, nth) => ({
    title: `Row ${nth + 1}`,
    children: [{ name: 'A' }, { name: 'B' }],
  }));
  await asAdmin('POST', `/items/${own.name}`, rows);
}, 60_000);

afterAll(async () => {
  await server?.close();
  await tidy?.();
  await child?.remove();
  await own?.remove();
}, 60_000);

/** Where hostile calls may leave something behind that they asked to be created. */
const LEFT = [
  'collections',
  'flows',
  'operations',
  'folders',
  'files',
  'dashboards',
  'panels',
  'translations',
  'roles',
  'policies',
];

async function remember(): Promise<() => Promise<void>> {
  const idsOf = async (kind: string) => {
    const { data } = await asAdmin('GET', `/${kind}?limit=-1`);
    return (data as Row[]).map((row) => String(row.collection ?? row.id));
  };
  const before = new Map<string, Set<string>>();
  for (const kind of LEFT) before.set(kind, new Set(await idsOf(kind)));
  return async () => {
    for (const [kind, known] of before) {
      for (const id of await idsOf(kind)) if (!known.has(id)) await asAdmin('DELETE', `/${kind}/${id}`);
    }
  };
}

/** The newsroom, its model and its users as they were seeded; and the rows of the test that no call ever names. */
const untouched = () =>
  checksum(
    `/items/articles?limit=-1&sort=id&filter[id][_lte]=${articles.length}&fields=*,tags.*,translations.*,blocks.*`,
    '/items/authors?limit=-1&sort=id',
    '/items/categories?limit=-1&sort=id',
    '/items/tags?limit=-1&sort=id&filter[id][_lte]=10',
    '/items/site_settings',
    '/folders?filter[name][_in]=Documents,Portraits&sort=id',
    '/users?filter[email][_ends_with]=@example.com&fields=id,email,role,status,policies&sort=id',
    '/permissions?limit=-1&sort=id',
    '/access?limit=-1&sort=id',
    '/policies?sort=id&filter[permissions][_some][id][_nnull]=true&fields=id,name,admin_access,app_access',
    '/fields/articles',
    '/fields/directus_users',
    '/relations/articles',
    '/settings?fields=project_name,mcp_enabled',
    '/permissions?filter[policy][name][_in]=Editor,Reader&sort=id',
    '/access?sort=id',
    `/items/${own.name}?limit=-1&sort=id&filter[id][_between]=6,15&fields=id,title`,
  );

const actions = tools.flatMap((tool) =>
  Object.entries(tool.actions).map(([action, { effect, input }]) => ({
    tool: tool.name,
    action,
    effect,
    input,
  })),
);

describe('hostile arguments', () => {
  test.each(actions)(
    `$tool $action: ${SETS} sets, each answered plainly, and nothing changed that was not named`,
    {
      timeout: 120_000,
    },
    async ({ tool, action, effect, input }) => {
      const before = await untouched();
      const changes = effect !== 'read';
      const schema = toJsonSchema(changes ? withConsent(input) : input, true);
      const ofItems = ['items', 'comments', 'versions'].includes(tool);
      const ground = { own: own.name, child: child.name, mayChange: changes, ofItems };
      const sets = fc.sample(argumentsFor(schema, ground), SETS).map((args) => named(tool, action, args));
      // A text of a megabyte and a bottomless pit are said once in each place, not a thousand times.
      for (const name of Object.keys(schema.properties ?? {}))
        sets.push({ ...sets[0], [name]: 'x'.repeat(1_000_000) }, { ...sets[0], [name]: nested(3000) });
      for (let from = 0; from < sets.length; from += AT_ONCE) {
        await Promise.all(
          sets.slice(from, from + AT_ONCE).map((args) => answered(tool, action ? { ...args, action } : args)),
        );
      }
      expect(await isAlive()).toBe(true);
      expect(await untouched()).toBe(before);
    },
  );
});

/** Undoing "the last change" names one, whichever it is; these calls must name theirs, and own permissions. */
function named(tool: string, action: string, args: Row): Row {
  if (tool === 'access') return withOwnPermissions(args);
  if (tool !== 'history' || action !== 'undo' || 'change' in args) return args;
  return { ...args, change: 'none' };
}

function withOwnPermissions({ keys, data, ...args }: Row): Row {
  const own = (key: unknown): unknown => {
    if (typeof key === 'number' && permissions[key - 1]) return permissions[key - 1];
    if (typeof key !== 'string') return key;
    return key.replace(/\b0*([1-5])\b/g, (_all, nth) => String(permissions[Number(nth) - 1]));
  };
  const ownRow = (row: unknown) => (isRow(row) && 'id' in row ? { ...row, id: own(row.id) } : own(row));
  return {
    ...args,
    ...(keys === undefined ? {} : { keys: Array.isArray(keys) ? keys.map(own) : own(keys) }),
    ...(data === undefined ? {} : { data: Array.isArray(data) ? data.map(ownRow) : ownRow(data) }),
  };
}

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function answered(tool: string, args: Row): Promise<void> {
  const said = () => `${tool} ${(JSON.stringify(args) ?? '').slice(0, 600)}`;
  let answer: Answer;
  try {
    answer = await server.call(tool, args);
  } catch (error) {
    throw new Error(`${said()} was not answered: ${error instanceof Error ? error.message : error}`);
  }
  const { text } = answer;
  const whole = () => `${said()} -> ${text.slice(0, 500)}`;
  if (!text && answer.media.length === 0) throw new Error(`${whole()}: no answer`);
  if (/^INTERNAL: /.test(text)) throw new Error(whole());
  // What was given may be quoted; none of it may come from within.
  const leaks = ['SQLITE_', '\n    at ', '[object Object]', 'sandbox-admin-token', 'undefined'];
  const found = answer.isError ? leaks.filter((leak) => text.includes(leak)) : [];
  if (found.some((leak) => !(JSON.stringify(args) ?? '').includes(leak.trim()))) throw new Error(whole());
  if (text.length > 40_000) throw new Error(`${whole()}: ${text.length} characters`);
}

test('the server that was asked all this is still the same process', async () => {
  onTestFinished(() => {});
  expect(server.process.exitCode).toBeNull();
  expect((await server.call('schema', {})).isError).toBe(false);
  expect(server.stderr()).not.toMatch(/Error:|\n {4}at /);
});
