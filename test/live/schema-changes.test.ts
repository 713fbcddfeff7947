import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshCollection, rest } from './helpers.ts';
import { startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { admin, editor } = sharedDirectus();
const asAdmin = rest(admin.token);
let own: { name: string; remove(): Promise<void> };
let permissions: number[] = [];
let asAdministrator: TestServer;
let asEditor: TestServer;

beforeAll(async () => {
  own = await freshCollection('changing', [{ field: 'title', type: 'string' }]);
  const { data: users } = await asAdmin('GET', `/users?filter[email][_eq]=${editor.email}&fields=role`);
  const [{ role } = { role: '' }] = users as { role: string }[];
  const { data: access } = await asAdmin('GET', `/access?filter[role][_eq]=${role}&fields=policy`);
  const [{ policy } = { policy: '' }] = access as { policy: string }[];
  const rights = ['create', 'read', 'update'].map((action) => ({
    policy,
    action,
    collection: own.name,
    fields: ['*'],
    permissions: {},
    validation: {},
  }));
  const { data } = await asAdmin('POST', '/permissions', rights);
  permissions = (data as { id: number }[]).map(({ id }) => id);
  [asAdministrator, asEditor] = await Promise.all([startServer(), startServer({ token: editor.token })]);
});
afterAll(async () => {
  await Promise.all([asAdministrator?.close(), asEditor?.close()]);
  await asAdmin('DELETE', '/permissions', permissions);
  await own?.remove();
});

const described = async (server: TestServer) => {
  const { data, text } = await server.call('schema', { keys: [own.name] });
  if (!data) throw new Error(text);
  return (data as Record<string, { fields: Record<string, string> }>)[own.name]?.fields ?? {};
};
const create = (server: TestServer, data: Record<string, unknown>) =>
  server.call('items', { action: 'create', collection: own.name, data });
const addField = (field: string) =>
  asAdmin('POST', `/fields/${own.name}`, { field, type: 'string', schema: {}, meta: { interface: 'input' } });

test('A22 a field added elsewhere is seen by the very next calls', async () => {
  expect(await described(asAdministrator)).not.toHaveProperty('added');
  expect((await create(asAdministrator, { title: 'Before', added: 'x' })).text).toMatch(/no field "added"/);
  await addField('added');
  expect(await described(asAdministrator)).toHaveProperty('added');
  const created = await create(asAdministrator, { title: 'After', added: 'x' });
  expect(created.isError, created.text).toBe(false);
  expect(created.data).toMatchObject([{ values: { added: 'x' } }]);
});

test('A22 a field used before the schema was asked for is seen, too', async () => {
  await described(asAdministrator);
  await addField('unseen');
  const created = await create(asAdministrator, { title: 'Directly', unseen: 'y' });
  expect(created.isError, created.text).toBe(false);
});

test('A22 a removed field is unknown in the next call, and a changed one is as it is now', async () => {
  await addField('leaving');
  expect(await described(asAdministrator)).toHaveProperty('leaving');
  await asAdmin('PATCH', `/fields/${own.name}/title`, { meta: { note: 'Changed a moment ago' } });
  expect((await described(asAdministrator)).title).toContain('Changed a moment ago');
  await asAdmin('DELETE', `/fields/${own.name}/leaving`);
  expect(await described(asAdministrator)).not.toHaveProperty('leaving');
  const created = await create(asAdministrator, { title: 'Late', leaving: 'z' });
  expect(created.isError).toBe(true);
  expect(created.text).toMatch(/no field "leaving"/);
});

test('A22 a new collection is there at once, and gone at once', async () => {
  const other = await freshCollection('appearing');
  const names = async () =>
    ((await asAdministrator.call('schema')).data as { collections: string[] }).collections;
  expect(await names()).toContain(other.name);
  await other.remove();
  expect(await names()).not.toContain(other.name);
  const gone = await asAdministrator.call('schema', { keys: [other.name] });
  expect(gone.text).toContain(`no collection "${other.name}"`);
});

test('A22 a user who sees no activity of others can use a new field at once', async () => {
  expect(await described(asEditor)).not.toHaveProperty('for_editors');
  await addField('for_editors');
  const created = await create(asEditor, { title: 'By an editor', for_editors: 'x' });
  expect(created.isError, created.text).toBe(false);
  // Without activity to ask, what is known is kept for a second.
  await expect.poll(() => described(asEditor), { timeout: 3000 }).toHaveProperty('for_editors');
});

test('A22 a field removed for such a user is unknown within a second', async () => {
  await asAdmin('DELETE', `/fields/${own.name}/for_editors`);
  await expect.poll(() => described(asEditor), { timeout: 3000 }).not.toHaveProperty('for_editors');
  const created = await create(asEditor, { title: 'Late', for_editors: 'x' });
  expect(created.isError).toBe(true);
  expect(created.text).toMatch(/no field "for_editors"/);
});
