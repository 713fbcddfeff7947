import { get, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sharedDirectus } from '../live/shared-directus.ts';
import { signedIn, startWeb, visit } from './fixtures/web.ts';

const { editor } = sharedDirectus();

/** An answer as it was sent, without what `fetch` does to addresses and codings. */
function raw(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    get({ hostname, port, path, headers }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
    }).on('error', reject);
  });
}

test('pages of others can change nothing, and are told so', async () => {
  const { url } = await startWeb();
  const visitor = await signedIn(url, { token: editor.token });
  const statusOf = async (headers: Record<string, string>, body: string | null = '{}') =>
    (await visitor.fetch('/api/conversations', { method: 'POST', headers, body })).status;
  const json = { 'content-type': 'application/json' };
  expect(await statusOf({ ...json, origin: url })).toBe(201);
  expect(await statusOf({ ...json, origin: url, 'sec-fetch-site': 'same-origin' })).toBe(201);
  for (const headers of [
    { ...json, origin: 'http://localhost:1' },
    { ...json, origin: 'null' },
    { ...json, origin: url, 'sec-fetch-site': 'cross-site' },
    { ...json, origin: url, 'sec-fetch-site': 'same-site' },
    { ...json, origin: url, 'sec-fetch-site': 'none' },
    { ...json, origin: 'http://localhost:1', 'sec-fetch-site': 'same-origin' },
    { origin: url, 'content-type': 'text/plain' },
    { origin: url, 'content-type': 'application/x-www-form-urlencoded' },
    { origin: url, 'content-type': 'multipart/form-data; boundary=x' },
  ])
    expect([headers, await statusOf(headers)]).toEqual([headers, 403]);
  // Neither said where it comes from.
  const send = (method: string) =>
    fetch(`${url}/api/session`, { method, headers: { ...json, cookie: visitor.cookie() } });
  for (const method of ['POST', 'DELETE', 'PUT', 'PATCH'])
    expect([method, (await send(method)).status]).toEqual([method, 403]);
  expect((await visitor.ask('GET', '/models')).status).toBe(200);
  const outside = { 'content-type': 'application/json', origin: 'http://localhost:1' };
  const taken = await visit(url).ask('POST', '/session', { token: editor.token }, outside);
  expect([taken.status, taken.headers.getSetCookie()]).toEqual([403, []]);
});

test('a server behind a proxy knows its pages by its public address', async () => {
  const { url } = await startWeb({ flags: ['--public-url', 'https://assistant.example.com'] });
  const from = (origin: string) => visit(url).ask('POST', '/session', { token: editor.token }, { origin });
  expect((await from('https://assistant.example.com')).status).toBe(200);
  expect((await from('https://assistant.example.com:8443')).status).toBe(403);
  expect((await from('https://example.com')).status).toBe(403);
});

test('a body without end is not taken in, of strangers least of all', async () => {
  const { url } = await startWeb();
  const sending = async (path: string, megabytes: number, cookie = '') => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent === megabytes) controller.close();
        else controller.enqueue(Buffer.alloc(1_000_000, ' '));
        sent += 1;
      },
    });
    const headers = { 'content-type': 'application/json', origin: url, cookie };
    const init = { method: 'POST', headers, body, duplex: 'half' as const };
    // What is cut off while it is sent has no answer in every case.
    const status = await fetch(`${url}/api${path}`, init).then(
      (answer) => answer.status,
      () => 'cut',
    );
    return { status, sent };
  };
  const stranger = await sending('/session', 500);
  expect([422, 'cut']).toContain(stranger.status);
  expect(stranger.sent).toBeLessThan(100);
  const visitor = await signedIn(url, { token: editor.token });
  const { body } = await visitor.ask<{ id: string }>('POST', '/conversations');
  const person = await sending(`/conversations/${body.id}/turn`, 500, visitor.cookie());
  expect([422, 'cut']).toContain(person.status);
  expect(person.sent).toBeLessThan(100);
  const announced = await visitor.ask('POST', `/conversations/${body.id}/turn`, 'x'.repeat(9_000_000));
  expect(announced).toMatchObject({
    status: 422,
    body: { error: { message: expect.stringContaining('8,000,000 bytes') } },
  });
  expect((await visitor.ask('GET', '/models')).status).toBe(200);
});

test('every answer says what browsers may do with it', async () => {
  const { url } = await startWeb();
  const visitor = await signedIn(url, { token: editor.token });
  const answers = await Promise.all([
    visitor.fetch('/'),
    visitor.fetch('/settings'),
    visitor.fetch('/assets/none.js'),
    visitor.fetch('/api/models'),
    visitor.fetch('/api/nothing'),
    visitor.fetch('/api/events'),
    visit(url).fetch('/api/models'),
    visit(url).fetch('/api/session', { method: 'POST', headers: { origin: 'http://localhost:1' } }),
  ]);
  for (const answer of answers) {
    await answer.body?.cancel();
    const path = new URL(answer.url).pathname;
    const policy = answer.headers.get('content-security-policy') ?? '';
    for (const rule of [
      "default-src 'none'",
      "script-src 'self';",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ])
      expect([path, policy]).toEqual([path, expect.stringContaining(rule)]);
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
    if (path.startsWith('/api/')) expect(answer.headers.get('cache-control')).toMatch(/no-store|no-cache/);
  }
});

test('pages hold no script, come compressed, and what is named by its content is kept for good', async () => {
  const { url } = await startWeb();
  const plain = await raw(url, '/c/some-conversation');
  const html = plain.body.toString();
  expect(plain.headers['cache-control']).toBe('no-cache');
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=/);
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
  const whole = await raw(url, script);
  expect(whole.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
  });
  const brotli = await raw(url, script, { 'accept-encoding': 'gzip, deflate, br' });
  expect(brotli.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(brotli.body).equals(whole.body)).toBe(true);
  const gzip = await raw(url, script, { 'accept-encoding': 'gzip' });
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gzip.body).equals(whole.body)).toBe(true);
  expect(brotli.body.length).toBeLessThan(whole.body.length / 2);
  expect((await fetch(url + script, { method: 'HEAD' })).status).toBe(200);
});

test('no path leaves the folder of the pages, and none comes back in an answer', async () => {
  const { url } = await startWeb();
  const page = (await raw(url, '/')).body.toString();
  for (const path of [
    '/assets/../../bin.js',
    '/assets/..%2f..%2fbin.js',
    '/assets/%2e%2e/index.html',
    '/assets/..%5c..%5cbin.js',
    '/assets/',
    '/assets/none.js',
    '/../bin.js',
    '/licenses.md/../../bin.js',
    '/bin.js',
    '/%00',
    '/%',
    '/"><script>alert(1)</script>',
  ]) {
    const { status, body } = await raw(url, path);
    const known = [page, 'There is nothing at this address.'].includes(body.toString());
    expect([path, status, known]).toEqual([path, expect.toBeOneOf([200, 404]), true]);
  }
  expect((await raw(url, '/licenses.md')).body.toString()).toContain('MIT');
});
