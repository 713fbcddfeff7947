import { expect, onTestFinished, test, vi } from 'vitest';
import { freshUser, rest } from '../live/helpers.ts';
import { startProxy } from '../live/proxy.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { planted } from '../secrets-planted.ts';
import { ask, call, openSession, send, toolNames } from './fixtures/rpc.ts';
import { serve } from './fixtures/served.ts';

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const whoami = (url: string, options = {}) => call(url, 'access', { action: 'whoami' }, options);

test('without a token: 401, with a challenge that names no error', async () => {
  const { url } = await serve();
  const { status, headers, message } = await send(url, ping, { token: null });
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe('Bearer realm="Directus"');
  expect(message.error?.message).toContain('Authorization: Bearer');
});

test('with a token that is none: 401, and the challenge says what is wrong', async () => {
  const { url } = await serve();
  for (const [authorization, error] of [
    ['Bearer wrong', 'invalid_token'],
    ['Bearer eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IjEifQ.c2ln', 'invalid_token'],
    ['Bearer ', 'invalid_request'],
    ['Bearer two words', 'invalid_request'],
    ['Basic YTpi', 'invalid_request'],
    [`Bearer ${'x'.repeat(5000)}`, 'invalid_request'],
  ] as const) {
    const { status, headers, message } = await send(url, ping, { token: null, headers: { authorization } });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain(`error="${error}"`);
    expect(message.error?.code).toBe(-32000);
  }
});

test('a person in a browser gets a page with blocks to copy, and no script', async () => {
  const { url, origin } = await serve({ flags: ['--public-url', 'https://mcp.example.com'] });
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  for (const [address, status] of [
    [url, 401],
    [`${origin}/`, 200],
  ] as const) {
    const response = await fetch(address, { headers: browser });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    expect(html).toContain('https://mcp.example.com/mcp');
    expect(html).toContain('Claude');
    expect(html).toContain('Install in VS Code</a>');
    expect(html).not.toMatch(/<script|\son\w+=/i);
  }
  expect((await fetch(url, { headers: browser })).headers.get('www-authenticate')).toContain('Bearer');
});

test('each caller acts with their own rights, at the same time', async () => {
  const { url } = await serve();
  const { admin, editor, readonly } = sharedDirectus();
  const tokens = [admin.token, editor.token, readonly.token];
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => whoami(url, { token: tokens[index % 3] })),
  );
  answers.forEach((text, index) => {
    // The reader may not read who they are.
    expect(text).toMatch([/admin@/, /editor@/, /"admin":false,"studio":false/][index % 3] ?? /never/);
  });
  const names = await Promise.all(tokens.map((token) => toolNames(url, { token })));
  expect(names[0]).toContain('collections');
  expect(names[1]).not.toContain('collections');
});

test("a token from Directus's own sign-in is one, of both kinds", async () => {
  const { url } = await serve();
  const { editor, url: directus } = sharedDirectus();
  for (const mode of ['json', 'session']) {
    const response = await fetch(`${directus}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: editor.email, password: editor.password, mode }),
    });
    const cookie = /directus_session_token=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
    const body = (await response.json()) as { data: { access_token?: string } };
    const token = mode === 'json' ? body.data.access_token : cookie;
    expect(token).toBeTruthy();
    expect(await whoami(url, { token: token ?? null })).toContain('editor@');
  }
});

test('A27 a token in the address: refused unless allowed, and the header is preferred', async () => {
  const { admin, editor } = sharedDirectus();
  const strict = await serve();
  const address = (base: string, token: string) => `${base}?access_token=${token}`;
  const refused = await ask(address(strict.url, admin.token), 'ping', {}, { token: null });
  expect(refused.status).toBe(401);
  expect(refused.message.error?.message).toMatch(/address.*header/);

  const open = await serve({ env: { HTTP_QUERY_TOKEN: 'true' } });
  expect(await whoami(address(open.url, editor.token), { token: null })).toContain('editor@');
  expect(await whoami(address(open.url, editor.token))).toContain('admin@');
  expect((await ask(address(open.url, 'wrong'), 'ping', {}, { token: null })).status).toBe(401);
});

test('A27 no token comes into a log, an answer or a figure, wherever it was sent', async () => {
  const secrets = [planted.query, planted.header, planted.cookie, planted.path, planted.body];
  const { url, origin, stderr, stop } = await serve({
    env: { HTTP_QUERY_TOKEN: 'true', HTTP_SHARED_KEY: planted.sharedKey },
  });
  const { admin } = sharedDirectus();
  const answers = [
    await ask(`${url}?access_token=${secrets[0]}`, 'ping', {}, { token: null }),
    await ask(`${url}?access_token=${admin.token}`, 'ping', {}, { token: null }),
    await ask(url, 'ping', {}, { token: secrets[1] ?? '' }),
    await ask(url, 'ping', {}, { headers: { cookie: `directus_session_token=${secrets[2]}` } }),
    await ask(`${origin}/${secrets[3]}`, 'ping'),
    await ask(url, `tools/${secrets[4]}`),
    await ask(url, 'tools/call', { name: secrets[4], arguments: {} }),
    await send(url, `{"jsonrpc":"2.0","method":"${secrets[4]}`),
    await ask(url, 'ping', {}, { headers: { 'mcp-protocol-version': secrets[4] ?? '' } }),
    await ask(url, 'ping', {}, { headers: { origin: `https://${secrets[4]}.example` } }),
    await ask(`${url}?access_token=${admin.token}`, 'ping', {}, { headers: { host: 'evil.example' } }),
  ];
  const figures = await (await fetch(`${origin}/metrics`)).text();
  await stop();
  const tokens = [...secrets.slice(0, 4), admin.token, planted.sharedKey];
  for (const secret of [...tokens, secrets[4] ?? '']) {
    expect(stderr()).not.toContain(secret);
    expect(figures).not.toContain(secret);
  }
  for (const { text } of answers) for (const secret of tokens) expect(text).not.toContain(secret);
});

test('the shared key stands for the user of directus.token, and for nobody else', async () => {
  const { editor } = sharedDirectus();
  const key = 'a key that is long enough'.replaceAll(' ', '-');
  const { url } = await serve({ env: { DIRECTUS_TOKEN: editor.token, HTTP_SHARED_KEY: key } });
  expect(await whoami(url, { token: key })).toContain('editor@');
  expect(await whoami(url)).toContain('admin@');
  expect((await send(url, ping, { token: null })).status).toBe(401);
  expect((await send(url, ping, { token: `${key}x` })).status).toBe(401);
  // Without the key, the token of the settings lets nobody in.
  const without = await serve({ env: { DIRECTUS_TOKEN: editor.token } });
  expect((await send(without.url, ping, { token: null })).status).toBe(401);
});

test('a token that is revoked in mid-session: the call says so, and the next request is 401', async () => {
  const { url } = await serve();
  const user = await freshUser([{ collection: 'articles', action: 'read' }]);
  onTestFinished(() => user.remove());
  const session = await openSession(url, { token: user.token });
  const read = { action: 'read', collection: 'articles', query: { limit: 1, fields: ['title'] } };
  const options = { token: user.token, headers: session };
  expect(await call(url, 'items', read, options)).toContain('title');
  await rest(sharedDirectus().admin.token)('PATCH', `/users/${user.id}`, { token: null });
  const told = await call(url, 'items', read, options);
  expect(told).toMatch(/INVALID_CREDENTIALS|401|token/i);
  const next = await ask(url, 'ping', {}, options);
  expect(next.status).toBe(401);
  expect(next.headers.get('www-authenticate')).toContain('invalid_token');
  expect(await call(url, 'items', read)).toContain('title');
});

test("a session is its opener's alone", async () => {
  const { url } = await serve();
  const session = await openSession(url);
  expect((await ask(url, 'ping', {}, { headers: session })).status).toBe(200);
  const { status, message } = await ask(
    url,
    'ping',
    {},
    { headers: session, token: sharedDirectus().editor.token },
  );
  expect(status).toBe(404);
  expect(message.error?.message).toMatch(/no such session/);
  expect((await ask(url, 'ping', {}, { headers: { 'mcp-session-id': 'made-up' } })).status).toBe(404);
  const ended = await fetch(url, {
    method: 'DELETE',
    headers: { ...session, authorization: `Bearer ${sharedDirectus().admin.token}` },
  });
  expect(ended.status).toBe(200);
  expect((await ask(url, 'ping', {}, { headers: session })).status).toBe(404);
});

test('while Directus is down nobody new is let in, and who is known gets an answer in words', async () => {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const { url, origin } = await serve({ url: proxy.url });
  expect(await whoami(url)).toContain('admin@');
  proxy.interfere((_, response) => {
    response.destroy();
    return true;
  });
  const stranger = await send(url, ping, { token: sharedDirectus().editor.token });
  expect(stranger.status).toBe(503);
  expect(stranger.headers.get('retry-after')).toBe('5');
  expect(await call(url, 'items', { action: 'read', collection: 'articles' })).toMatch(/UNREACHABLE/);
  await vi.waitFor(async () => expect((await fetch(`${origin}/readyz`)).status).toBe(503), { timeout: 5000 });
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  proxy.interfere();
  expect((await send(url, ping, { token: sharedDirectus().editor.token })).status).toBe(200);
  await vi.waitFor(async () => expect((await fetch(`${origin}/readyz`)).status).toBe(200), { timeout: 5000 });
});

test('strangers do not slow down who is known', async () => {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const { url } = await serve({ url: proxy.url });
  const read = () => call(url, 'items', { action: 'read', collection: 'articles', query: { limit: 1 } });
  expect(await read()).toContain('title');
  const held: (() => void)[] = [];
  proxy.interfere(({ path }, response) => {
    if (path !== '/users/me') return false;
    held.push(() => response.writeHead(401).end());
    return true;
  });
  const strangers = Array.from({ length: 40 }, (_, nth) => send(url, ping, { token: `stranger-${nth}` }));
  await vi.waitFor(() => expect(held).toHaveLength(16));
  expect(await read()).toContain('title');
  for (const answer of held) answer();
  const statuses = (await Promise.all(strangers)).map(({ status }) => status);
  expect([401, 503].map((wanted) => statuses.filter((status) => status === wanted).length)).toEqual([16, 24]);
});

test('who is believed costs Directus no request a call', async () => {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const { url } = await serve({ url: proxy.url });
  await ask(url, 'ping');
  const before = proxy.passed.filter(({ path }) => path === '/users/me').length;
  for (let i = 0; i < 20; i++) await ask(url, 'ping');
  expect(proxy.passed.filter(({ path }) => path === '/users/me').length).toBe(before);
  expect(before).toBe(1);
});
