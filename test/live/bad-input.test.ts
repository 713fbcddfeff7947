import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planted } from '../secrets-planted.ts';
import { isAlive, rest } from './helpers.ts';
import { type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { admin } = sharedDirectus();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ['--allow-deletes'] });
});
afterAll(async () => {
  await server?.close();
  expect(await isAlive()).toBe(true);
});

const read = { action: 'read', collection: 'articles' };
const wrong: [string, string, Row, RegExp][] = [
  ['an unknown tool', 'item', {}, /no tool "item".*"items"/],
  ['no action', 'items', { collection: 'articles' }, /needs an action.*Actions: read/s],
  ['an unknown action', 'items', { ...read, action: 'raed' }, /no action "raed".*"read"/],
  ['an action that is no text', 'items', { ...read, action: 5 }, /no action 5/],
  ['an action of every object', 'items', { ...read, action: 'constructor' }, /no action "constructor"/],
  ['an unknown argument', 'items', { ...read, colection: 'x' }, /"colection".*"collection"/],
  ['no collection', 'items', { action: 'read' }, /"collection" is required/],
  ['an empty collection', 'items', { action: 'read', collection: '' }, /"collection"/],
  ['a number as collection', 'items', { action: 'read', collection: 5 }, /"collection" must be/],
  ['a list as collection', 'items', { action: 'read', collection: ['articles'] }, /"collection" must be/],
  ['keys of objects', 'items', { ...read, keys: [{}] }, /keys\.0/],
  ['a truth value as keys', 'items', { ...read, keys: true }, /"keys" must be/],
  ['half a key', 'items', { ...read, keys: [1.5] }, /keys\.0/],
  ['a list as query', 'items', { ...read, query: [] }, /"query" must be/],
  ['a number as fields', 'items', { ...read, query: { fields: [5] } }, /query\.fields\.0/],
  ['an object as sort', 'items', { ...read, query: { sort: { id: 1 } } }, /query\.sort/],
  ['a huge limit', 'items', { ...read, query: { limit: 1e20 } }, /query\.limit/],
  ['a negative limit', 'items', { ...read, query: { limit: -2 } }, /query\.limit/],
  ['a negative page', 'items', { ...read, query: { page: -1 } }, /query\.page/],
  ['page nought', 'items', { ...read, query: { page: 0 } }, /query\.page/],
  ['an object as search', 'items', { ...read, query: { search: {} } }, /query\.search/],
  ['too few tokens', 'items', { ...read, maxTokens: 5 }, /maxTokens/],
  ['a negative place in a text', 'items', { ...read, textOffset: -1 }, /textOffset/],
  ['no data', 'items', { ...read, action: 'create' }, /"data" is required/],
  ['empty data', 'items', { ...read, action: 'create', data: [] }, /data/],
  ['an empty row', 'items', { ...read, action: 'create', data: {} }, /empty/],
  ['data of texts', 'items', { ...read, action: 'create', data: ['x'] }, /data\.0/],
  ['broken JSON as data', 'items', { ...read, action: 'create', data: '{"title":' }, /"data" must be/],
  ['an empty update', 'items', { ...read, action: 'update', keys: [1], data: {} }, /empty/],
  ['a missing collection', 'items', { ...read, collection: 'nowhere' }, /no collection "nowhere"/],
  ['a system collection', 'items', { ...read, collection: 'directus_users' }, /own collections/],
  [
    'a system collection with a tool',
    'items',
    { ...read, collection: 'directus_files' },
    /Use the tool files/,
  ],
  ['a folder of collections as path', 'items', { ...read, collection: '../users' }, /no collection/],
  ['schema of no names', 'schema', { keys: [''] }, /keys\.0/],
  ['schema of a number', 'schema', { keys: 5 }, /no collection "5"|keys/],
  ['an argument for nothing', 'system-prompt', { subject: 'x' }, /"subject"/],
  ['collections by number', 'collections', { action: 'read', keys: 7 }, /keys|no collection "7"/],
  ['a field without its collection', 'fields', { action: 'read', field: 'x' }, /needs its collection/],
  [
    'a missing field',
    'fields',
    { action: 'read', collection: 'articles', field: 'titel' },
    /no field "titel".*"title"/,
  ],
  [
    'a missing relation',
    'relations',
    { action: 'read', collection: 'articles', field: 'title' },
    /No relation starts/,
  ],
  ['a flow by no key', 'flows', { action: 'update', data: {} }, /"key" is required/],
  ['an import of nothing', 'files', { action: 'import', data: [{}] }, /url/],
];

test.each(wrong)('%s is one clear error', async (_, tool, args, says) => {
  const answer = await server.call(tool, args);
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.text.length).toBeLessThan(1500);
  expect(answer.text).not.toMatch(/INTERNAL|zod|invalid_type|\[object Object\]|undefined|\n {4}at /);
});

describe('who asks', () => {
  test('a wrong token is told at the call, and shown nowhere', async () => {
    const { token } = planted;
    const stranger = await startServer({ token });
    try {
      expect((await stranger.client.listTools()).tools.length).toBeGreaterThan(0);
      const answer = await stranger.call('items', read);
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(/does not accept the token/);
      expect(answer.text + stranger.stderr()).not.toContain(token);
    } finally {
      await stranger.close();
    }
  });

  test('a token that is taken away is told at the next call', async () => {
    const asAdmin = rest(admin.token);
    const token = `expiring-${Date.now()}`;
    const { data } = await asAdmin('POST', '/users', {
      email: `${token}@example.com`,
      token,
      status: 'active',
    });
    const { id } = data as { id: string };
    const leaving = await startServer({ token });
    try {
      expect((await leaving.call('system-prompt')).isError).toBe(false);
      expect((await leaving.call('items', read)).text).toMatch(/FORBIDDEN|may not|you may see/);
      await asAdmin('DELETE', `/users/${id}`);
      const answer = await leaving.call('items', read);
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(/does not accept the token/);
      expect(answer.text).not.toContain(token);
    } finally {
      await leaving.close();
    }
  });

  test('no address at all: tools are listed, and the call says what is missing', async () => {
    const lost = await startServer({ env: { DIRECTUS_URL: '' } });
    try {
      expect((await lost.client.listTools()).tools.length).toBeGreaterThanOrEqual(12);
      expect((await lost.call('items', read)).text).toMatch(/No Directus is configured.*DIRECTUS_URL/s);
    } finally {
      await lost.close();
    }
  });
});

describe('names that no object can carry', () => {
  test.each(['__proto__', 'toString', 'valueOf'])(
    '%s is refused at any depth, also inside JSON text',
    async (name) => {
      const hidden = `{"id":{"${name}":"x"}}`;
      for (const data of [JSON.parse(hidden), [JSON.parse(hidden)], hidden]) {
        const { isError, text } = await server.call('folders', { action: 'update', data });
        expect(isError).toBe(true);
        expect(text).toContain(`"${name}"`);
      }
    },
  );

  test('an action or tool name that is no text is told as one', async () => {
    const { isError, text } = await server.call('items', {
      action: { toString: 'x' },
      collection: 'articles',
    });
    expect(isError).toBe(true);
    expect(text).toContain('no action');
  });
});
