import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileId, folders as seededFolders } from '../../src/sandbox/seed/content/library.ts';
import { freshArticle, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { url, admin } = sharedDirectus();
const asAdmin = rest(admin.token);
let server: TestServer;
let deleting: TestServer;
beforeAll(async () => {
  [server, deleting] = await Promise.all([startServer(), startServer({ flags: ['--allow-deletes'] })]);
});
afterAll(async () => {
  await Promise.all([server?.close(), deleting?.close()]);
});

const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
};

/** A file of this test's own. */
async function freshFile(): Promise<string> {
  const form = new FormData();
  form.set('title', 'Made by a test');
  form.set('file', new Blob(['Hello'], { type: 'text/plain' }), 'hello.txt');
  const reply = await fetch(`${url}/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.token}` },
    body: form,
  });
  return ((await reply.json()) as { data: { id: string } }).data.id;
}

test('files: read by key and by query, in the order and number asked', async () => {
  const rows = await server.rows('files', {
    action: 'read',
    query: { filter: { folder: { name: { _eq: 'Documents' } } }, fields: ['title', 'type'], sort: ['title'] },
  });
  expect(rows).toHaveLength(6);
  expect(rows[0]).toEqual({ title: 'Draft budget 2027', type: 'application/pdf' });
  const keyed = await server.call('files', {
    action: 'read',
    keys: [fileId('crane'), '00000000-0000-4000-8000-000000000000'],
    query: { fields: ['title'] },
  });
  expect(keyed.data).toEqual([{ title: 'Crane 4' }]);
  expect(keyed.info.notFound).toEqual(['00000000-0000-4000-8000-000000000000']);
});

test('builtin 212, 213, 214: tags are a list, and an unknown key is refused', async () => {
  const id = await freshFile();
  const update = (data: Row) => server.call('files', { action: 'update', keys: [id], data });
  const tagged = await update({ tags: ['a', 'b'] });
  expect(tagged.data, tagged.text).toEqual([{ key: id, changed: { tags: [null, ['a', 'b']] } }]);
  refused(await update({ titel: 'X' }), /no field "titel".*"title"/);
  refused(await update({ folder: { name: 'New by nesting' } }), /directus_folders.*not written that way/);
  refused(await update({}), /empty/);
  expect((await asAdmin('GET', `/files/${id}?fields=tags,title`)).data).toEqual({
    tags: ['a', 'b'],
    title: 'Made by a test',
  });
  refused(await server.call('files', { action: 'delete', keys: [id] }), /Deletes are switched off/);
  expect((await deleting.confirmed('files', { action: 'delete', keys: [id] })).info).toEqual({
    deleted: [id],
  });
  expect((await asAdmin('GET', `/files/${id}`)).status).toBe(403);
});

test('builtin 203: a file that does not exist is neither updated nor deleted', async () => {
  const keys = ['00000000-0000-4000-8000-000000000000'];
  refused(await server.call('files', { action: 'update', keys, data: { title: 'X' } }), /no row with id/);
  refused(await deleting.call('files', { action: 'delete', keys }), /no row with id/);
});

test('builtin 210, 211: an import that Directus bars although the settings allow it is explained', async () => {
  const web = createServer((_, reply) => reply.setHeader('content-type', 'text/plain').end('Hello'));
  await new Promise<void>((resolve) => web.listen(0, '0.0.0.0', resolve));
  const listed = await startServer({ settings: { uploadHosts: ['0.0.0.0'] } });
  try {
    const address = `http://0.0.0.0:${(web.address() as AddressInfo).port}/hello.txt`;
    const answer = await listed.call('files', { action: 'import', data: { url: address } });
    refused(answer, /could not fetch the file.*IMPORT_IP_DENY_LIST/s);
    expect(answer.text).not.toContain('busy');
  } finally {
    web.close();
    await listed.close();
  }
  refused(await server.call('files', { action: 'import', data: [] }), /data/);
});

test('builtin 216, 218, 220: folders are made, moved without a name, never into themselves, and deleted', async () => {
  const made = await server.call('folders', {
    action: 'create',
    data: [{ name: 'Outer' }, { name: 'Inner' }],
  });
  const [outer = '', inner = ''] = (made.data as { key: string }[]).map(({ key }) => key);
  const move = (id: string, parent: unknown) =>
    server.call('folders', { action: 'update', keys: [id], data: { parent } });
  expect((await move(inner, outer)).data).toEqual([{ key: inner, changed: { parent: [null, outer] } }]);
  refused(await move(outer, outer), /into itself/);
  refused(await move(outer, inner), /into itself/);
  refused(
    await server.call('folders', { action: 'update', data: [{ id: outer, parent: inner }] }),
    /into itself/,
  );
  expect((await move(inner, null)).isError).toBe(false);
  const read = await server.rows('folders', { action: 'read', query: { fields: ['name'], limit: -1 } });
  expect(read.map(({ name }) => name)).toEqual(
    expect.arrayContaining([...Object.values(seededFolders).map(({ name }) => name), 'Outer', 'Inner']),
  );
  const gone = await deleting.confirmed('folders', { action: 'delete', keys: [outer, inner] });
  expect(gone.isError, gone.text).toBe(false);
});

test('A9 folders: what deleting does to files and folders inside is said before it is done', async () => {
  const call = (action: string, args: Row) => deleting.call('folders', { action, ...args });
  const make = async (data: Row) =>
    ((await call('create', { data })).data as { key: string }[])[0]?.key ?? '';
  const full = await make({ name: 'Full' });
  const below = await make({ name: 'Below', parent: full });
  const file = await freshFile();
  await server.call('files', { action: 'update', keys: [file], data: { folder: full } });
  refused(
    await call('delete', { keys: [full] }),
    new RegExp(`hold other folders.*Nothing was deleted.*${below}`, 's'),
  );
  const looked = await call('delete', { keys: [full, below], dryRun: true });
  expect(looked.info.cascades, looked.text).toContain(
    '1 row of directus_files would move to the root of the file library (directus_files.folder)',
  );
  const done = await deleting.confirmed('folders', { action: 'delete', keys: [full, below] });
  expect(done.info, done.text).toEqual({ deleted: [full, below] });
  expect((await asAdmin('GET', `/files/${file}?fields=folder`)).data).toEqual({ folder: null });
});

test('A9 files: what points at a file, and that its content is gone for good, is said before it is deleted', async () => {
  const file = await freshFile();
  const { id } = await freshArticle({ image: file });
  const looked = await deleting.call('files', { action: 'delete', keys: [file], dryRun: true });
  expect(looked.info.cascades, looked.text).toEqual(['1 row of articles would lose image (articles.image)']);
  expect(looked.info.cannotBeUndone).toContain('the content of the files');
  expect((await asAdmin('GET', `/items/articles/${id}?fields=image`)).data).toEqual({ image: file });
  const done = await deleting.confirmed('files', { action: 'delete', keys: [file] });
  expect(done.info, done.text).toEqual({ deleted: [file] });
  expect((await asAdmin('GET', `/items/articles/${id}?fields=image`)).data).toEqual({ image: null });
});
