import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freshArticle } from '../live/helpers.ts';
import { startProxy, type TestProxy } from '../live/proxy.ts';
import { startServer, type TestServer } from '../live/server.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { planted } from '../secrets-planted.ts';

const { editor } = sharedDirectus();
const login = { DIRECTUS_USER_EMAIL: editor.email, DIRECTUS_USER_PASSWORD: editor.password };
let proxy: TestProxy;
let server: TestServer;

beforeAll(async () => {
  proxy = await startProxy();
  server = await startServer({ url: proxy.url, env: login });
});
afterEach(() => proxy.interfere());
afterAll(async () => {
  await server?.close();
  await proxy?.close();
});

const logins = () => proxy.passed.filter(({ path }) => path === '/auth/login').length;
const read = (from = server) =>
  from.call('items', { action: 'read', collection: 'articles', query: { fields: ['id'], limit: 1 } });

test('email and password sign in once, with the rights of that user', async () => {
  const answers = await Promise.all([read(), read(), read()]);
  for (const { isError, text } of answers) expect(isError, text).toBe(false);
  expect(logins()).toBe(1);
  const names = (await server.client.listTools()).tools.map(({ name }) => name);
  expect(names).toContain('items');
  expect(names).not.toContain('flows');
});

/** Directus says once that the token has expired. */
const expireOnce = (method: string) => {
  let done = false;
  proxy.interfere((passed, response) => {
    if (done || passed.method !== method || !passed.path.startsWith('/items/')) return false;
    done = true;
    const errors = [{ message: 'Token expired.', extensions: { code: 'TOKEN_EXPIRED' } }];
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }));
    return true;
  });
};

test('an expired sign-in is renewed, and the read goes through', async () => {
  await read();
  expireOnce('GET');
  const answer = await read();
  expect(answer.isError, answer.text).toBe(false);
});

test('an expired sign-in is renewed for a write, which is made once', async () => {
  const { id } = await freshArticle();
  expireOnce('PATCH');
  const answer = await server.call('items', {
    action: 'update',
    collection: 'articles',
    keys: [id],
    data: { summary: 'After a new sign-in' },
  });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.data).toEqual([{ key: id, changed: { summary: [null, 'After a new sign-in'] } }]);
});

test('a wrong password is told at the call, is shown nowhere, and the server stays', async () => {
  const { password } = planted;
  const wrong = await startServer({ env: { ...login, DIRECTUS_USER_PASSWORD: password } });
  try {
    expect((await wrong.client.listTools()).tools.length).toBeGreaterThan(0);
    for (const answer of [await read(wrong), await read(wrong)]) {
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(/does not accept the token or sign-in/);
      expect(answer.text).not.toContain(password);
    }
    expect(wrong.stderr()).not.toContain(password);
  } finally {
    await wrong.close();
  }
});

test('no secret is in what people or models read', () => {
  expect(server.stderr()).not.toContain(editor.password);
});
