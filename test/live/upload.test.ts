import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assetPath } from '../../src/sandbox/seed/assets.ts';
import { type FieldSpec, freshArticle, freshCollection, rest } from './helpers.ts';
import { startProxy } from './proxy.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { url: directus, admin, editor, readonly } = sharedDirectus();
const asAdmin = rest(admin.token);
let root: string;
let web: Server;
let port: number;
/** Paths that were asked for, by method. */
let asked: string[];
let server: TestServer;
/** Without any folder or host that is allowed. */
let plain: TestServer;
/** A folder of Directus of this file's own. */
let folder: { id: string; name: string };

beforeAll(async () => {
  const made = await asAdmin('POST', '/folders', { name: `Uploads ${randomUUID()}` });
  folder = made.data as typeof folder;
  plain = await startServer();
  root = await mkdtemp(join(tmpdir(), 'upload-root-'));
  asked = [];
  web = createServer((request, reply) => answerWeb(`${request.method} ${request.url}`, reply));
  await new Promise<void>((resolve) => web.listen(0, '0.0.0.0', resolve));
  port = (web.address() as AddressInfo).port;
  server = await startServer({
    flags: ['--upload-roots', root],
    settings: { uploadHosts: ['127.0.0.1'], limits: { uploadBytes: 2_000_000_000 } },
  });
});
afterAll(async () => {
  web?.close();
  await Promise.all([server?.close(), plain?.close()]);
  await asAdmin('DELETE', '/files', uploaded);
  await asAdmin('DELETE', `/folders/${folder.id}`);
  await rm(root, { recursive: true, force: true });
});

function answerWeb(request: string, reply: import('node:http').ServerResponse): void {
  asked.push(request);
  const [method, path] = request.split(' ');
  if (path === '/away') reply.writeHead(302, { location: `http://localhost:${port}/hello.txt` }).end();
  else if (path === '/shy.txt' && method === 'HEAD') reply.writeHead(405).end();
  else if (path === '/gone.txt') reply.writeHead(404).end();
  else
    reply.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 5 }).end('Hello');
}

const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
};
const upload = async (data: unknown, more: Row = {}, on = server) => {
  const answer = await on.call('files', { action: 'upload', data, ...more });
  if (answer.info.uploaded) uploaded.push(...(answer.data as Uploaded[]).map(({ key }) => key));
  return answer;
};
/** Keys of what was uploaded, to be removed at the end. */
const uploaded: string[] = [];

type Uploaded = { key: string; values: Row; linked?: Row };

/** The receipt of one file that must have been stored. */
async function stored(data: Row, on = server): Promise<Uploaded> {
  const answer = await upload(data, {}, on);
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.info.uploaded).toBe(1);
  return (answer.data as Uploaded[])[0] as Uploaded;
}

/** The bytes of a file as Directus serves them. */
async function bytesOf(id: string): Promise<Buffer> {
  const reply = await fetch(`${directus}/assets/${id}`, {
    headers: { authorization: `Bearer ${admin.token}` },
  });
  expect(reply.status).toBe(200);
  return Buffer.from(await reply.arrayBuffer());
}

/** How many files have this name for downloads. */
async function countNamed(name: string): Promise<number> {
  const { data } = await asAdmin('GET', `/files?filter[filename_download][_eq]=${name}&fields=id`);
  return (data as unknown[]).length;
}

const unique = (ending = '.txt') => `upload-${randomUUID()}${ending}`;
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const png = () => readFile(assetPath('portrait-mara.png'));

/** A size as Directus tells it: Postgres gives such numbers as text. */
const bytes = (count: number) => expect.toSatisfy((value: unknown) => Number(value) === count);

test('A19 P15 base64, a data URI, a text and a path are stored with type, folder and title', async () => {
  const image = await png();
  const base64 = image.toString('base64');
  const name = unique('.png');
  await writeFile(join(root, name), image);
  for (const source of [
    { base64 },
    { base64: `data:image/png;base64,${base64}` },
    { url: `data:image/png;base64,${base64}` },
    { path: name },
    { path: join(root, name) },
  ]) {
    const { key, values } = await stored({
      ...source,
      filename: name,
      title: 'Mara',
      description: 'Of a test',
      tags: ['a', 'b'],
      folder: folder.name,
    });
    const { data } = await asAdmin(
      'GET',
      `/files/${key}?fields=type,title,folder,filesize,tags,description,width,filename_download`,
    );
    expect(data).toEqual({
      type: 'image/png',
      title: 'Mara',
      description: 'Of a test',
      folder: folder.id,
      filesize: bytes(image.length),
      tags: ['a', 'b'],
      width: expect.any(Number),
      filename_download: name,
    });
    expect(values).toMatchObject({ type: 'image/png', title: 'Mara', filesize: bytes(image.length) });
    expect(sha(await bytesOf(key))).toBe(sha(image));
    await asAdmin('DELETE', `/files/${key}`);
  }
  const text = await stored({ text: 'town,people\nHarrowmere,48000\n', filename: 'täble "x".csv' });
  expect(text.values).toMatchObject({ type: 'text/csv', filename_download: 'täble "x".csv' });
  expect((await bytesOf(text.key)).toString()).toBe('town,people\nHarrowmere,48000\n');
});

test('A19 the type is that of the content, and what the name says otherwise is a warning', async () => {
  const base64 = (await png()).toString('base64');
  const wrong = await upload({ base64, filename: unique('.jpg') });
  expect((wrong.data as Uploaded[])[0]?.values.type, wrong.text).toBe('image/png');
  expect(wrong.info.warning).toMatch(/image\/png, not image\/jpeg/);
  expect((await stored({ base64 })).values.filename_download).toBe('file.png');
  expect(
    (await stored({ base64: Buffer.from('no picture').toString('base64'), filename: 'a.png' })).values.type,
  ).toBe('text/plain');
  expect((await stored({ text: '<svg xmlns="http://www.w3.org/2000/svg"/>' })).values.type).toBe(
    'image/svg+xml',
  );
  expect((await stored({ text: '# Notes', filename: 'notes.md' })).values.type).toBe('text/markdown');
});

test('A19 an address is fetched by Directus, after it was asked for its size and type', async () => {
  asked.length = 0;
  const looked = await upload({ url: `http://127.0.0.1:${port}/hello.txt` }, { dryRun: true });
  expect(looked.data, looked.text).toMatchObject([{ new: { type: 'text/plain', filesize: 5 } }]);
  expect(asked).toEqual(['HEAD /hello.txt']);
  const { key, values } = await stored({
    url: `http://127.0.0.1:${port}/hello.txt`,
    title: 'Fetched',
    filename: 'named.txt',
  });
  expect(asked.slice(1)).toEqual(['HEAD /hello.txt', 'GET /hello.txt']);
  expect(values).toMatchObject({
    title: 'Fetched',
    type: 'text/plain',
    filename_download: 'named.txt',
    filesize: bytes(5),
  });
  expect((await bytesOf(key)).toString()).toBe('Hello');
  const own = await server.call('files', {
    action: 'import',
    data: [
      {
        url: `http://127.0.0.1:${port}/hello.txt`,
        file: { title: 'As Directus takes it', folder: folder.id },
      },
    ],
  });
  expect(own.data, own.text).toMatchObject([
    {
      values: {
        title: 'As Directus takes it',
        folder: folder.id,
        filename_download: 'hello.txt',
      },
    },
  ]);
  uploaded.push(...(own.data as Uploaded[]).map(({ key }) => key));
  refused(await upload({ url: `http://127.0.0.1:${port}/gone.txt` }), /could not fetch the file/);
  refused(await server.call('files', { action: 'import', data: [{ base64: 'aGk=' }] }), /base64|url/);
});

test.each([
  'http://127.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST.:PORT/',
  'http://x.localhost:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://%31%32%37.0.0.1:PORT/',
  'http://①②⑦.0.0.1:PORT/',
  'http://[::1]:PORT/',
  'http://[::]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[64:ff9b::7f00:1]:PORT/',
  'http://[fe80::1]/',
  'http://[fd00::1]/',
  'http://[ff02::1]/',
  'http://[2002:7f00:1::]/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://metadata.google.internal/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://no-such-host.invalid/',
  'http://user:secret@example.com/a.jpg',
  'http://user@0.0.0.0:PORT/',
  'ftp://example.com/a.jpg',
  'file:///etc/passwd',
  'gopher://example.com/',
])('A19 %s is refused before anybody is asked', async (address) => {
  asked.length = 0;
  const url = address.replace('PORT', String(port));
  for (const action of ['upload', 'import']) {
    refused(
      await plain.call('files', { action, data: [{ url }] }),
      /^ADDRESS_REFUSED: .*Nothing was uploaded/,
    );
  }
  expect(asked).toEqual([]);
});

test('A19 an address that redirects to a private host is refused, and so is one that is none', async () => {
  asked.length = 0;
  refused(await upload({ url: `http://127.0.0.1:${port}/away` }), /"localhost" is on a private network/);
  expect(asked).toEqual(['HEAD /away']);
  refused(await upload({ url: 'no address' }), /is no address/);
  refused(await upload({ url: 'http://' }), /is no address/);
});

test('A19 what is larger than allowed is refused, from wherever it comes, and is not there afterwards', async () => {
  const small = await startServer({
    flags: ['--upload-roots', root],
    settings: { uploadHosts: ['127.0.0.1'], limits: { uploadBytes: 4 } },
  });
  try {
    const name = unique();
    await writeFile(join(root, name), 'Hello');
    const says = /FILE_TOO_LARGE: The file is 5 bytes; at most 4 may be uploaded.*Nothing was uploaded/;
    refused(await upload({ text: 'Hello', filename: name }, {}, small), says);
    refused(await upload({ base64: 'SGVsbG8=', filename: name }, {}, small), says);
    refused(await upload({ path: name }, {}, small), says);
    asked.length = 0;
    refused(await upload({ url: `http://127.0.0.1:${port}/hello.txt`, filename: name }, {}, small), says);
    expect(asked).toEqual(['HEAD /hello.txt']);
    // This one does not tell its size before.
    const shy = await upload({ url: `http://127.0.0.1:${port}/shy.txt`, filename: name }, {}, small);
    refused(shy, /FILE_TOO_LARGE.*The file was removed again: nothing was uploaded/);
    expect(asked).toContain('GET /shy.txt');
    expect(await countNamed(name)).toBe(0);
  } finally {
    await small.close();
  }
  const large = 'A'.repeat(13_400_000);
  refused(await upload({ base64: large }), /in the call itself at most 10000000 may come/);
});

test('A19 what is no content, or too much of it, is refused with words', async () => {
  const bad: [unknown, RegExp][] = [
    [{}, /exactly one of url, base64, text and path; none/],
    [{ text: 'a', base64: 'YQ==' }, /exactly one of.*base64 and text was given/],
    [{ base64: 'no*base64' }, /no valid base64/],
    [{ base64: 'abcde' }, /no valid base64/],
    [{ base64: '====' }, /empty|no valid base64/],
    [{ base64: 'data:image/png;base64' }, /no valid base64.*comma/],
    [{ base64: 'data:text/plain,%zz' }, /not escaped rightly/],
    [{ base64: '   ' }, /empty/],
    [{ text: 'a', filename: '../a.txt' }, /plain name/],
    [{ text: 'a', filename: 'a\u0000.txt' }, /plain name/],
    [{ text: 'a', folder: 'No such folder' }, /there is no folder "No such folder"/],
    [{ text: 'a', folder: 'Storys images' }, /Did you mean "Story images"/],
    [{ text: 'a', folder: randomUUID() }, /there is no folder/],
    [{ text: 'a', titel: 'x' }, /Unknown argument "data.0.titel".*"title"/],
    [{ text: 'a', file: { titel: 'x' } }, /no field "titel".*"title"/],
    [{ text: 'a', file: { id: randomUUID() } }, /"id" of a file is kept by Directus/],
    [{ text: 'a', file: { filename_disk: '../../x' } }, /"filename_disk" of a file is kept/],
    [Array.from({ length: 11 }, () => ({ text: 'a' })), /at most|<=10|10/],
    [[], /empty list/],
  ];
  for (const [data, says] of bad) refused(await upload(data), says);
  const { data } = await asAdmin('GET', '/files?filter[filename_download][_in]=a.txt&fields=id');
  expect(data).toEqual([]);
  const other = await stored({ text: 'a' });
  refused(
    await server.call('files', { action: 'update', keys: [other.key], data: { filename_disk: 'x.txt' } }),
    /"filename_disk" of a file is kept by Directus/,
  );
});

test('A19 no way leads out of the folders that are allowed', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
  const secret = join(elsewhere, 'secret.txt');
  await writeFile(secret, 'secret');
  await mkdir(join(root, 'inside'));
  await writeFile(join(root, 'inside', 'fine.txt'), 'fine');
  await writeFile(join(root, '.hidden'), 'hidden');
  await symlink(secret, join(root, 'link.txt'));
  await symlink(elsewhere, join(root, 'linked'));
  await symlink(join(root, 'inside'), join(root, 'within'));
  await symlink('/dev/zero', join(root, 'zero'));
  try {
    const name = elsewhere.split('/').at(-1);
    for (const path of [
      secret,
      '/etc/passwd',
      '/dev/zero',
      `../${name}/secret.txt`,
      `inside/../../${name}/secret.txt`,
      join(root, '..', `${name}`, 'secret.txt'),
      'link.txt',
      'linked/secret.txt',
      'zero',
      '.hidden',
      '.',
      '..',
      'inside',
      'nothing.txt',
      'a\u0000b',
      `file://${secret}`,
    ]) {
      refused(await upload({ path }), /^PATH_REFUSED: .*Nothing was uploaded/s);
    }
    for (const path of [
      'inside/fine.txt',
      'within/fine.txt',
      'inside/../inside/fine.txt',
      join(root, 'inside/fine.txt'),
    ]) {
      expect((await bytesOf((await stored({ path })).key)).toString()).toBe('fine');
    }
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});

test('A19 a folder of Directus is named by id, name or way, and by nothing that fits several', async () => {
  const make = async (name: string, parent: string) =>
    ((await asAdmin('POST', '/folders', { name, parent })).data as { id: string }).id;
  const first = await make('First', folder.id);
  const second = await make('Second', folder.id);
  const [inFirst, inSecond] = [await make('Same', first), await make('Same', second)];
  try {
    const into = async (named: string) => (await stored({ text: 'a', folder: named })).values.folder;
    expect(await into(folder.id)).toBe(folder.id);
    expect(await into(folder.name)).toBe(folder.id);
    expect(await into(`/${folder.name}/First/Same`)).toBe(inFirst);
    expect(await into('Second/Same')).toBe(inSecond);
    refused(await upload({ text: 'a', folder: `${folder.name}/Same` }), /there is no folder/);
    refused(await upload({ text: 'a', folder: '/First' }), /there is no folder/);
    refused(await upload({ text: 'a', folder: 'Same' }), /there are 2 folders.*Give the id.*"ids":\[/s);
  } finally {
    await asAdmin('DELETE', '/folders', [inFirst, inSecond, first, second]);
  }
});

test('A19 without a folder that is allowed there are no paths at all', async () => {
  for (const path of ['/etc/passwd', 'a.txt', '~/a.txt'])
    refused(await upload({ path }, {}, plain), /^PATHS_OFF: .*uploadRoots/s);
});

test('A19 the same call puts the file into the field of an item; what was there is told', async () => {
  const one = await stored({ text: 'first', filename: 'first.txt' });
  const { id } = await freshArticle({ image: one.key });
  const link = { collection: 'articles', key: id, field: 'image' };
  const looked = await upload({ text: 'second', link }, { dryRun: true });
  expect(looked.data, looked.text).toMatchObject([{ link: { ...link, replaces: one.key } }]);
  const two = await stored({ text: 'second', filename: 'second.txt', link });
  expect(two.linked).toEqual({ ...link, changed: [one.key, two.key] });
  expect((await asAdmin('GET', `/items/articles/${id}?fields=image`)).data).toEqual({ image: two.key });
  expect((await asAdmin('GET', `/files/${one.key}`)).status).toBe(200);
});

test('A19 in a list of files the new one comes last, and the others stay as they are', async () => {
  const gallery = await freshGallery();
  try {
    const first = await stored({ text: '1', link: gallery.link });
    const second = await stored({ text: '2', link: gallery.link });
    const third = await upload([
      { text: '3', link: gallery.link },
      { text: '4', link: gallery.link },
    ]);
    expect(third.info, third.text).toEqual({ uploaded: 2 });
    const { data } = await asAdmin('GET', `/items/${gallery.name}/1?fields=photos.file,photos.sort`);
    const [three, four] = (third.data as Uploaded[]).map(({ key }) => key);
    expect(data).toEqual({
      photos: [first.key, second.key, three, four].map((file, index) => ({ file, sort: index + 1 })),
    });
    expect(second.linked).toEqual({ ...gallery.link, changed: [[1], [1, 2]] });
  } finally {
    await gallery.remove();
  }
});

test('A19 a file that cannot be put where it belongs is removed again', async () => {
  const file: FieldSpec = {
    field: 'picture',
    type: 'uuid',
    // Directus checks the rule only when the field is written, so nothing tells before that it will refuse.
    meta: { special: ['file'], interface: 'file', validation: { picture: { _null: true } } },
  };
  const own = await freshCollection('strict', [file]);
  try {
    await asAdmin('POST', '/relations', {
      collection: own.name,
      field: 'picture',
      related_collection: 'directus_files',
      schema: { on_delete: 'SET NULL' },
    });
    await asAdmin('POST', `/items/${own.name}`, {});
    const name = unique();
    const link = { collection: own.name, key: 1, field: 'picture' };
    const answer = await upload({ text: 'a', filename: name, link });
    refused(answer, /FAILED_VALIDATION: .*The file was removed again: nothing was uploaded.*picture/s);
    expect(await countNamed(name)).toBe(0);
    const after = await upload([
      { text: 'a', filename: name },
      { text: 'b', filename: name, link },
    ]);
    refused(after, /removed again.*Before that, these were uploaded, and stay so: [0-9a-f-]{36}/s);
    uploaded.push(/stay so: ([0-9a-f-]{36})/.exec(after.text)?.[1] ?? '');
    expect(await countNamed(name)).toBe(1);
  } finally {
    await own.remove();
  }
});

test('A19 a link that cannot be is refused before anything is uploaded', async () => {
  const { id } = await freshArticle();
  const name = unique();
  const linked = (link: Row) => upload({ text: 'a', filename: name, link });
  const to = { collection: 'articles', key: id, field: 'image' };
  refused(
    await linked({ ...to, field: 'title' }),
    /articles\.title holds no files.*Fields of articles that do: image/s,
  );
  refused(await linked({ ...to, field: 'tags' }), /articles\.tags holds no files/);
  refused(await linked({ ...to, field: 'imge' }), /no field "imge".*"image"/);
  refused(await linked({ ...to, collection: 'article' }), /no collection "article"/);
  refused(await linked({ ...to, key: 999_999_999 }), /no row with id 999999999/);
  refused(await linked({ ...to, key: 'x' }), /no key of articles/);
  refused(await linked({ collection: 'articles', field: 'image' }), /link needs the key/);
  refused(
    await linked({ collection: 'directus_users', key: randomUUID(), field: 'avatar' }),
    /SYSTEM_COLLECTION/,
  );
  const both = { text: 'a', filename: name, link: to };
  refused(await upload([both, both]), /Two files are to be put into the same field/);
  expect(await countNamed(name)).toBe(0);
});

test('A19 A11 a preview shows names, sizes, types and targets, never the bytes, and holds while the file is the same', async () => {
  const careful = await startServer({
    flags: ['--upload-roots', root],
    settings: { policy: { write: 'confirm' } },
  });
  try {
    const name = unique();
    await writeFile(join(root, name), 'first content');
    const data = { path: name, title: 'Watched', folder: folder.id };
    const held = await upload(data, {}, careful);
    expect(held.info, held.text).toMatchObject({
      notDone: expect.stringContaining('upload 1 file'),
      rows: 1,
    });
    expect(held.data).toEqual([
      {
        new: {
          title: 'Watched',
          folder: folder.id,
          filename_download: name,
          type: 'text/plain',
          filesize: 13,
        },
      },
    ]);
    await writeFile(join(root, name), 'other content');
    const again = await upload(data, { confirm: held.info.confirm }, careful);
    expect(again.info.refused, again.text).toMatch(/changed since the preview/);
    expect(await countNamed(name)).toBe(0);
    const done = await upload(data, { confirm: again.info.confirm }, careful);
    expect(done.isError, done.text).toBe(false);
    const secret = Buffer.from('bytes that nobody needs to see').toString('base64');
    const looked = await upload({ base64: secret }, { dryRun: true }, careful);
    expect(looked.text).not.toContain(secret.slice(0, 12));
    expect(looked.text).not.toContain('nobody needs');
  } finally {
    await careful.close();
  }
});

test('A19 whoever may not create files is not offered to; an editor may', async () => {
  const [reading, editing] = await Promise.all([
    startServer({ token: readonly.token }),
    startServer({ token: editor.token }),
  ]);
  try {
    const { tools } = await reading.client.listTools();
    expect(JSON.stringify(tools.find(({ name }) => name === 'files'))).not.toMatch(/upload|import/);
    refused(await upload({ text: 'a' }, {}, reading), /FORBIDDEN/);
    const { key } = await stored({ text: 'by an editor' }, editing);
    expect((await asAdmin('GET', `/files/${key}`)).status).toBe(200);
  } finally {
    await Promise.all([reading.close(), editing.close()]);
  }
});

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    '..',
    '/',
    '\u0000',
    '\ud800',
    '{{$env}}',
    "'; DROP TABLE x; --",
    0,
    -1,
    true,
    [],
    {},
    [null],
  ),
  fc.constantFrom<unknown>(
    'aGk=',
    'data:,hi',
    'data:text/html;base64,PGI+',
    `data:${'x'.repeat(400)}`,
    'http://',
    'http://[::1]/',
  ),
  fc.constantFrom<unknown>(
    { collection: 'articles', key: 1, field: 'title' },
    { collection: '__proto__', key: {}, field: '' },
  ),
  fc.constantFrom<unknown>(
    { id: 'x' },
    { type: 5, folder: [], tags: 'a' },
    { metadata: { a: [1] } },
    { title: '\r\n--x--' },
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const FIELDS = [
  'url',
  'base64',
  'text',
  'path',
  'filename',
  'title',
  'description',
  'folder',
  'tags',
  'link',
  'file',
];

test('A19 whatever an entry holds, it is stored or refused with words', { timeout: 120_000 }, async () => {
  const entry = fc.dictionary(fc.constantFrom(...FIELDS), odd, { minKeys: 1, maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(entry, async (data) => {
      const { text, isError, info } = await upload(data);
      const said = `${JSON.stringify(data).slice(0, 400)} -> ${text.slice(0, 400)}`;
      expect(isError || info.uploaded === 1, said).toBe(true);
      expect(text, said).not.toMatch(/^INTERNAL|SQLITE_|\n {4}at |\[object Object\]|HTTP 500/);
    }),
    { numRuns: 500 },
  );
});

const MB = 1024 * 1024;
const LARGE = 400 * MB;

/** Uploads a large file by path; `watch` sees each progress. */
async function uploadLarge(name: string, watch: (progress: Progress) => void, signal?: AbortSignal) {
  return server.client.callTool(
    { name: 'files', arguments: { action: 'upload', data: [{ path: name }] } },
    undefined,
    {
      timeout: 120_000,
      onprogress: watch,
      ...(signal ? { signal } : {}),
    },
  );
}

type Progress = { progress: number; total?: number | undefined };

const memory = async (kind: 'VmRSS' | 'VmHWM') => {
  const status = await readFile(`/proc/${server.pid()}/status`, 'utf8');
  return Number(new RegExp(`${kind}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
};

test('A19 a large file is streamed in constant memory, and tells how far it is', {
  timeout: 120_000,
}, async () => {
  const name = unique('.bin');
  await writeFile(join(root, name), '');
  await truncate(join(root, name), LARGE);
  const seen: Progress[] = [];
  // What the first upload loads is not what this one is about.
  await stored({ text: 'a' });
  // Linux counts the peak anew from here.
  await writeFile(`/proc/${server.pid()}/clear_refs`, '5');
  const before = await memory('VmRSS');
  const reply = await uploadLarge(name, (progress) => seen.push(progress));
  expect((await memory('VmHWM')) - before).toBeLessThan(80 * MB);
  expect(JSON.stringify(reply)).toContain('uploaded');
  const { data } = await asAdmin('GET', `/files?filter[filename_download][_eq]=${name}&fields=id,filesize`);
  expect(data).toEqual([{ id: expect.any(String), filesize: bytes(LARGE) }]);
  expect(seen.at(-1)).toMatchObject({ progress: LARGE, total: LARGE });
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.every(({ progress }, index) => progress > (seen[index - 1]?.progress ?? 0))).toBe(true);
  await asAdmin('DELETE', `/files/${(data as Row[])[0]?.id}`);
  await rm(join(root, name));
});

test('A19 an upload that is cancelled midway leaves nothing in Directus', { timeout: 60_000 }, async () => {
  const name = unique('.bin');
  await writeFile(join(root, name), '');
  await truncate(join(root, name), LARGE);
  const [newest] = (await asAdmin('GET', '/activity?sort=-id&limit=1&fields=id')).data as { id: number }[];
  const done = async () => {
    const mine = `filter[id][_gt]=${newest?.id}&filter[collection][_eq]=directus_files`;
    const { data } = await asAdmin('GET', `/activity?${mine}&fields=action,item&sort=id`);
    return data as { action: string; item: string }[];
  };
  const stop = new AbortController();
  const call = uploadLarge(name, () => stop.abort('enough'), stop.signal);
  await expect(call).rejects.toThrow(/enough/);
  // What had come of it was closed in good form and removed by the server itself.
  await expect.poll(async () => (await done()).at(-1)?.action, { timeout: 20_000 }).toBe('delete');
  expect(new Set((await done()).map(({ item }) => item)).size).toBe(1);
  expect(await countNamed(name)).toBe(0);
  await stored({ text: 'after' });
  await rm(join(root, name));
});

/** A collection of this test's own with one item and a list of files. */
async function freshGallery() {
  const own = await freshCollection('gallery', [
    { field: 'photos', type: 'alias', meta: { special: ['files'], interface: 'files' } },
  ]);
  const junction = await freshCollection('gallery_files', [
    { field: 'gallery', type: 'integer' },
    { field: 'file', type: 'uuid' },
    { field: 'sort', type: 'integer' },
  ]);
  const relate = (field: string, related: string, meta: Row) =>
    asAdmin('POST', '/relations', {
      collection: junction.name,
      field,
      related_collection: related,
      schema: { on_delete: 'SET NULL' },
      meta,
    });
  await relate('gallery', own.name, { one_field: 'photos', junction_field: 'file', sort_field: 'sort' });
  await relate('file', 'directus_files', { one_field: null, junction_field: 'gallery' });
  await asAdmin('POST', `/items/${own.name}`, {});
  return {
    name: own.name,
    link: { collection: own.name, key: 1, field: 'photos' },
    async remove() {
      await junction.remove();
      await own.remove();
    },
  };
}

test('A19 a file that may have been put into its place stays, and it is said that nobody knows', async () => {
  const proxy = await startProxy();
  const behind = await startServer({ url: proxy.url });
  try {
    const before = await stored({ text: 'before', filename: unique() });
    const { id } = await freshArticle({ image: before.key });
    const link = { collection: 'articles', key: id, field: 'image' };
    // Directus does it, and its answer is lost.
    proxy.interfere(({ method, path }, response) => {
      if (method !== 'PATCH' || !path.startsWith('/items/articles')) return false;
      return () => response.destroy();
    });
    const answer = await upload({ text: 'after', filename: unique(), link }, {}, behind);
    const found = new RegExp(
      `The file is in Directus as ([0-9a-f-]{36}); whether it was put into articles ${id} image is not known`,
    ).exec(answer.text);
    expect(found, answer.text).not.toBe(null);
    expect(answer.text).not.toMatch(/nothing was uploaded|removed again/);
    uploaded.push(found?.[1] ?? '');
    const { data } = await asAdmin('GET', `/items/articles/${id}?fields=image`);
    expect(data).toEqual({ image: found?.[1] });
  } finally {
    await behind.close();
    await proxy.close();
  }
});
