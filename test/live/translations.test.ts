import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isAlive, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { admin, editor } = sharedDirectus();
const asAdmin = rest(admin.token);
let server: TestServer;
let deleting: TestServer;
/** Begins all keys of this file. */
const mine = `test_${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  [server, deleting] = await Promise.all([startServer(), startServer({ flags: ['--allow-deletes'] })]);
});
afterEach(async () => {
  const ids = (await stored()).map(({ id }) => id);
  if (ids.length > 0) await asAdmin('DELETE', '/translations', ids);
  expect(await isAlive()).toBe(true);
});
afterAll(async () => {
  await Promise.all([server?.close(), deleting?.close()]);
});

async function stored(): Promise<Row[]> {
  const path = `/translations?filter[key][_starts_with]=${mine}&sort=key,language&limit=-1`;
  return (await asAdmin('GET', path)).data as Row[];
}
const refused = (answer: Answer, says: RegExp) => {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.info.confirm).toBeUndefined();
};
const fine = (answer: Answer): Answer => {
  expect(answer.isError, answer.text.slice(0, 500)).toBe(false);
  return answer;
};
const translations = (action: string, args: Row, on = server) => on.call('translations', { action, ...args });
const set = (data: unknown, more: Row = {}) => translations('set', { data, ...more });
const [hello, bye] = [`${mine}.hello`, `${mine}.bye`];

test('strings are created and changed in one call, with a receipt', async () => {
  const first = fine(
    await set([
      { key: hello, language: 'en-US', value: 'Hello' },
      { key: hello, language: 'de-DE', value: 'Hallo' },
    ]),
  );
  expect(first.info).toEqual({ set: 2 });
  expect(first.data).toEqual([
    { key: hello, language: 'en-US', value: [null, 'Hello'] },
    { key: hello, language: 'de-DE', value: [null, 'Hallo'] },
  ]);
  const second = fine(
    await set([
      { key: hello, language: 'de-DE', value: 'Servus' },
      { key: hello, language: 'en-US', value: 'Hello' },
      { key: bye, language: 'es-419', value: 'Adiós' },
    ]),
  );
  expect(second.info).toEqual({ set: 2, unchanged: 1 });
  expect(second.data).toEqual([
    { key: hello, language: 'de-DE', value: ['Hallo', 'Servus'] },
    { key: bye, language: 'es-419', value: [null, 'Adiós'] },
  ]);
  expect(fine(await set({ key: bye, language: 'es-419', value: 'Adiós' })).info).toEqual({
    set: 0,
    unchanged: 1,
  });
  expect((await stored()).map(({ key, language, value }) => [key, language, value])).toEqual([
    [bye, 'es-419', 'Adiós'],
    [hello, 'de-DE', 'Servus'],
    [hello, 'en-US', 'Hello'],
  ]);
});

test('strings are read by words, by the beginning of the key and by language', async () => {
  await set([
    { key: hello, language: 'en-US', value: 'Hello' },
    { key: hello, language: 'de-DE', value: 'Hallo' },
    { key: bye, language: 'en-US', value: 'Goodbye' },
  ]);
  const read = (args: Row) => server.rows('translations', { action: 'read', ...args });
  expect(await read({ search: mine })).toEqual([
    { key: bye, language: 'en-US', value: 'Goodbye' },
    { key: hello, language: 'de-DE', value: 'Hallo' },
    { key: hello, language: 'en-US', value: 'Hello' },
  ]);
  expect(await read({ search: mine, language: 'de-DE' })).toEqual([
    { key: hello, language: 'de-DE', value: 'Hallo' },
  ]);
  expect(await read({ prefix: bye })).toHaveLength(1);
  expect(
    await read({ prefix: mine, query: { filter: { value: { _eq: 'Hello' } }, fields: ['language'] } }),
  ).toEqual([{ language: 'en-US' }]);
  const page = await translations('read', { search: mine, query: { limit: 2 } });
  expect(page.data).toHaveLength(2);
  expect(page.info.more).toMatch(/query\.offset 2/);
  expect(await read({ search: mine, query: { offset: 2 } })).toHaveLength(1);
});

test.each<[string, unknown, RegExp]>([
  [
    'a language without a region',
    { key: hello, language: 'en', value: 'x' },
    /language is no language of Studio.*en-US/s,
  ],
  ['a language written otherwise', { key: hello, language: 'en_US', value: 'x' }, /no language of Studio/],
  ['no language', { key: hello, value: 'x' }, /language is missing/],
  ['no key', { language: 'en-US', value: 'x' }, /key is missing/],
  ['an empty key', { key: '', language: 'en-US', value: 'x' }, /key cannot be that/],
  ['a key with blanks around', { key: ` ${hello}`, language: 'en-US', value: 'x' }, /key cannot be that/],
  [
    'a key with what Studio puts before it',
    { key: `$t:${hello}`, language: 'en-US', value: 'x' },
    /without \$t:/,
  ],
  ['a key too long', { key: hello.padEnd(300, 'x'), language: 'en-US', value: 'x' }, /key cannot be that/],
  ['no value', { key: hello, language: 'en-US' }, /value must be a text/],
  ['an empty value', { key: hello, language: 'en-US', value: '' }, /use delete/],
  ['a value that is none', { key: hello, language: 'en-US', value: { a: 1 } }, /value must be a text/],
  ['an unknown name', { key: hello, lang: 'en-US', value: 'x' }, /data\.1\.lang is unknown.*"language"/],
])('%s is refused, and nothing is stored', async (_what, wrong, says) => {
  refused(await set([{ key: bye, language: 'en-US', value: 'Bye' }, wrong]), says);
  expect(await stored()).toEqual([]);
});

test('the same string twice in a call is refused', async () => {
  const one = { key: hello, language: 'en-US', value: 'x' };
  refused(await set([one, { ...one, value: 'y' }]), /data\.1\.key names .* for the second time/);
  expect(await stored()).toEqual([]);
});

test('A9 many strings are held, shown and written once they are confirmed', async () => {
  const data = Array.from({ length: 300 }, (_, index) => ({
    key: `${mine}.${index}`,
    language: 'en-US',
    value: `Text ${index}`,
  }));
  const preview = await set(data);
  expect(preview.info.notDone).toMatch(/create 300 custom strings and change 0/);
  expect(preview.info.needsConfirmation).toEqual([expect.stringMatching(/more than 10 rows/)]);
  expect(await stored()).toEqual([]);
  const done = fine(await set(data, { confirm: preview.info.confirm }));
  expect(done.info).toEqual({ set: 300 });
  expect(await stored()).toHaveLength(300);
});

test('what was written is taken back when a later part fails', async () => {
  await set([{ key: hello, language: 'en-US', value: 'Hello' }]);
  const data = Array.from({ length: 260 }, (_, index) => ({
    key: `${mine}.${index}`,
    language: 'en-US',
    value: `Text ${index}`,
  }));
  // Directus refuses a request that is larger than it takes.
  data.push({ key: `${mine}.long`, language: 'en-US', value: 'x'.repeat(2_000_000) });
  const preview = await set([...data, { key: hello, language: 'en-US', value: 'Changed' }]);
  expect(preview.info.confirm).toEqual(expect.any(String));
  const failed = await set([...data, { key: hello, language: 'en-US', value: 'Changed' }], {
    confirm: preview.info.confirm,
  });
  expect(failed.isError, failed.text.slice(0, 300)).toBe(true);
  expect((await stored()).map(({ key, value }) => [key, value])).toEqual([[hello, 'Hello']]);
});

test('A11 a confirmation ends when a string changes in between', async () => {
  await set([{ key: hello, language: 'en-US', value: 'Hello' }]);
  const [row] = await stored();
  const strict = await startServer({ settings: { policy: { write: 'confirm' } } });
  try {
    const args = { action: 'set', data: [{ key: hello, language: 'en-US', value: 'Mine' }] };
    const preview = await strict.call('translations', args);
    expect(preview.data).toEqual([{ key: `${hello} (en-US)`, changed: { value: ['Hello', 'Mine'] } }]);
    await asAdmin('PATCH', `/translations/${row?.id}`, { value: 'Theirs' });
    const again = await strict.call('translations', { ...args, confirm: preview.info.confirm });
    expect(again.info.refused).toMatch(/changed since the preview/);
    expect(again.data).toEqual([{ key: `${hello} (en-US)`, changed: { value: ['Theirs', 'Mine'] } }]);
  } finally {
    await strict.close();
  }
});

test('strings are deleted in one language or in all, once it is confirmed', async () => {
  await set([
    { key: hello, language: 'en-US', value: 'Hello' },
    { key: hello, language: 'de-DE', value: 'Hallo' },
    { key: bye, language: 'en-US', value: 'Bye' },
  ]);
  refused(await translations('delete', { data: [{ key: hello }] }), /not available|switched off/);
  refused(
    await translations('delete', { data: [{ key: hello, language: 'fr-FR' }] }, deleting),
    /no string .* in fr-FR.*Nothing was deleted/,
  );
  refused(
    await translations('delete', { data: [{ key: hello }, { key: `${mine}.x` }] }, deleting),
    /no string/,
  );
  const one = { action: 'delete', data: [{ key: hello, language: 'de-DE' }] };
  const preview = await deleting.call('translations', one);
  expect(preview.info.notDone).toMatch(/delete 1 custom string/);
  fine(await deleting.call('translations', { ...one, confirm: preview.info.confirm }));
  expect((await stored()).map(({ key, language }) => [key, language])).toEqual([
    [bye, 'en-US'],
    [hello, 'en-US'],
  ]);
  fine(await deleting.confirmed('translations', { action: 'delete', data: { key: bye } }));
  fine(await deleting.confirmed('translations', { action: 'delete', data: [{ key: hello }] }));
  expect(await stored()).toEqual([]);
});

test('A24 rights decide: an editor may read strings and is offered no more', async () => {
  const theirs = await startServer({ token: editor.token });
  try {
    await set([{ key: hello, language: 'en-US', value: 'Hello' }]);
    expect(await theirs.rows('translations', { action: 'read', search: mine })).toHaveLength(1);
    refused(
      await translations('set', { data: [{ key: hello, language: 'en-US', value: 'x' }] }, theirs),
      /may not/,
    );
    expect(await stored()).toMatchObject([{ value: 'Hello' }]);
  } finally {
    await theirs.close();
  }
});
