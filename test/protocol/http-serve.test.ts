import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startProxy } from '../live/proxy.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { ask, call, openSession, toolNames } from './fixtures/rpc.ts';
import { serve } from './fixtures/served.ts';
import { bin, startOf } from './fixtures/start.ts';

const READ = { action: 'read', collection: 'articles', query: { limit: 1, fields: ['title'] } };
const admin = () => sharedDirectus().admin.token;

test('Host and Origin are looked at; probes may come by any name', async () => {
  const { url, origin } = await serve({
    flags: ['--public-url', 'https://mcp.example.com'],
    env: { HTTP_ALLOWED_HOSTS: 'inside.example', HTTP_ALLOWED_ORIGINS: 'app.example.org' },
  });
  const status = async (headers: Record<string, string>, path = '/mcp') =>
    (await rawRequest(origin + path, headers)).status;
  for (const host of ['localhost', '127.0.0.1:8056', '[::1]', 'mcp.example.com', 'inside.example:1'])
    expect([host, await status({ host })]).toEqual([host, 200]);
  for (const host of ['evil.example', 'mcp.example.com.evil.example', '10.0.0.1'])
    expect([host, await status({ host })]).toEqual([host, 403]);
  for (const from of ['http://localhost:3000', 'https://mcp.example.com', 'https://app.example.org'])
    expect([from, await status({ origin: from })]).toEqual([from, 200]);
  for (const from of ['https://evil.example', 'null'])
    expect([from, await status({ origin: from })]).toEqual([from, 403]);
  const words = async (headers: Record<string, string>) => (await rawRequest(url, headers)).text;
  expect(await words({ host: 'evil.example' })).toContain('http.allowedHosts');
  expect(await words({ origin: 'https://evil.example' })).toContain('http.allowedOrigins');
  expect(await status({ host: '10.0.0.1' }, '/healthz')).toBe(200);
  expect((await ask(url, 'ping')).status).toBe(200);
});

test('a page of an allowed origin can use it from a browser', async () => {
  const { url } = await serve();
  const origin = 'http://localhost:6274';
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,mcp-protocol-version,mcp-session-id',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('mcp-session-id');
  const { headers } = await ask(url, 'ping', {}, { headers: { origin } });
  expect(headers.get('access-control-allow-origin')).toBe(origin);
  expect(headers.get('access-control-expose-headers')).toContain('mcp-session-id');
  const foreign = await fetch(url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
  expect(foreign.status).toBe(403);
});

test('health, readiness and figures', async () => {
  const { origin, url } = await serve();
  expect(await (await fetch(`${origin}/healthz`)).text()).toBe('ok');
  expect(await (await fetch(`${origin}/readyz`)).text()).toBe('ready');
  await call(url, 'items', READ);
  await call(url, 'items', { action: 'read', collection: 'artcles' });
  await call(url, 'made-up-tool');
  await openSession(url);
  const figures = await (await fetch(`${origin}/metrics`)).text();
  expect(figures).toMatch(/call_duration_seconds_count\{tool="items",action="read",outcome="ok"\} 1/);
  expect(figures).toMatch(/call_duration_seconds_count\{tool="items",action="read",outcome="error"\} 1/);
  expect(figures).toMatch(/call_duration_seconds_count\{tool="unknown",action="",outcome="error"\} 1/);
  expect(figures).toMatch(/request_duration_seconds_count\{path="\/mcp",method="POST",status="200"\} [4-9]/);
  expect(figures).toMatch(/directus_assistant_sessions_awake 1/);
  expect(figures).toMatch(/directus_assistant_process_resident_memory_bytes \d+/);
  const silent = await serve({ env: { HTTP_METRICS: 'false' } });
  expect((await fetch(`${silent.origin}/metrics`)).status).toBe(404);
});

test('the log is lines of JSON that say who called what, and how it went', async () => {
  const { url, log } = await serve();
  await call(url, 'items', READ);
  await vi.waitFor(() =>
    expect(log()).toContainEqual(expect.objectContaining({ event: 'request', rpc: 'tools/call' })),
  );
  expect(log()).toContainEqual({
    time: expect.any(String),
    event: 'call',
    tool: 'items',
    action: 'read',
    outcome: 'ok',
    ms: expect.any(Number),
    user: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(log().find(({ event }) => event === 'request')).toEqual({
    time: expect.any(String),
    event: 'request',
    method: 'POST',
    path: '/mcp',
    status: 200,
    ms: expect.any(Number),
    user: expect.any(String),
    rpc: 'tools/call',
  });
});

test('it says that it goes by its own file, where the pages keep settings in Directus', async () => {
  const { log } = await serve({ env: { DIRECTUS_ASSISTANT_STORE: 'directus' } });
  expect(log()).toContainEqual(
    expect.objectContaining({ event: 'warning', text: expect.stringContaining('its own file') }),
  );
  expect((await serve()).log().filter(({ event }) => event === 'warning')).toEqual([]);
});

test('SIGTERM: not ready any more, what is under way ends well, streams are closed, it leaves with 0', async () => {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const served = await serve({ url: proxy.url });
  const { url } = served;
  await call(url, 'items', READ);
  const session = await openSession(url);
  const headers = { ...session, authorization: `Bearer ${admin()}`, accept: 'text/event-stream' };
  const stream = await fetch(url, { headers });
  const listening = stream.text();

  const held = Promise.withResolvers<() => void>();
  proxy.interfere(({ path }, response) => {
    if (path !== '/items/articles') return false;
    const body = '{"data":[{"title":"At last"}]}';
    held.resolve(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
    return true;
  });
  const slow = call(url, 'items', READ);
  const release = await held.promise;
  const exit = once(served.process, 'exit');
  served.process.kill('SIGTERM');
  // Balancers have a moment to see it; who comes until then is served.
  await vi.waitFor(async () =>
    expect(await (await fetch(`${served.origin}/readyz`)).text()).toBe('stopping'),
  );
  expect((await ask(url, 'ping')).status).toBe(200);
  await listening;
  await vi.waitFor(() => expect(fetch(`${served.origin}/healthz`)).rejects.toThrow());
  release();
  expect(await slow).toContain('At last');
  expect(await exit).toEqual([0, null]);
  expect(served.log().map(({ event }) => event)).toEqual(expect.arrayContaining(['stopping', 'stopped']));
});

test('the settings file counts at once, also in sessions that are open, and they are told', async () => {
  const served = await serve({ settings: {} });
  const { url } = served;
  const session = await openSession(url);
  const headers = { ...session, authorization: `Bearer ${admin()}`, accept: 'text/event-stream' };
  const stop = new AbortController();
  const stream = await fetch(url, { headers, signal: stop.signal });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  served.settings({ tools: { exclude: ['folders'] } });
  expect((await reader?.read())?.value).toContain('notifications/tools/list_changed');
  expect(await toolNames(url, { headers: session })).not.toContain('folders');
  expect(await call(url, 'folders', { action: 'read' }, { headers: session })).toMatch(/tools\.exclude/);
  stop.abort();
});

test('a settings file that breaks while it is served opens nothing: what it said before holds, read-only', async () => {
  const served = await serve({ settings: { tools: { exclude: ['access'] }, http: { metrics: false } } });
  const { url, origin } = served;
  expect(await toolNames(url)).not.toContain('access');
  served.settings('{"tools": {"exclude": ["acc');
  await vi.waitFor(() => expect(served.log()).toContainEqual(expect.objectContaining({ event: 'settings' })));
  expect(await toolNames(url)).not.toContain('access');
  expect((await fetch(`${origin}/metrics`)).status).toBe(404);
  const create = { action: 'create', collection: 'articles', data: [{ title: 'x' }] };
  const refused = await call(url, 'items', create);
  expect(refused).toMatch(/NOT_AVAILABLE.*directus-assistant\.json cannot be read/);
  // Where it stands is for those who run it.
  expect(refused).not.toContain('/directus-assistant.json');
  served.settings({});
  await vi.waitFor(async () => expect(await toolNames(url)).toContain('access'));
});

test('completion tells nothing of what is switched off', async () => {
  const values = async (url: string, ref: object, argument: object) => {
    const { message } = await ask(url, 'completion/complete', { ref, argument });
    return (message.result?.completion as { values?: string[] } | undefined)?.values;
  };
  const schema = { type: 'ref/resource', uri: 'directus://schema/{collection}' };
  const prompt = { type: 'ref/prompt', name: 'write-headlines' };
  const { url } = await serve();
  expect(await values(url, schema, { name: 'collection', value: 'art' })).toContain('articles');
  expect(await values(`${url}?exclude=schema`, schema, { name: 'collection', value: 'art' })).toEqual([]);
  expect(await values(`${url}?exclude=schema`, prompt, { name: 'collection', value: 'art' })).toEqual([]);
  expect(await values(url, prompt, { name: 'author', value: '' })).not.toEqual([]);
  expect(await values(`${url}?exclude=items.read`, prompt, { name: 'author', value: '' })).toEqual([]);
});

test('paths of the server are out of reach of callers', async () => {
  const { url } = await serve({ env: { UPLOAD_ROOTS: '/tmp' } });
  const answer = await call(url, 'files', { action: 'upload', data: [{ path: '/tmp/x.txt' }] });
  expect(answer).toMatch(/^PATHS_OFF.*Nothing was uploaded/);
});

test('a port that is taken, an address of another machine, no Directus: one sentence that says what to do', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    taken.close();
  });
  const { port } = taken.address() as { port: number };
  const start = async (flags: string[], env: Record<string, string> = {}) => {
    const { command, cwd, env: own } = startOf({ env });
    const failed = await promisify(execFile)(command, [bin, 'mcp', '--http', ...flags], {
      cwd,
      env: own,
    }).catch((error: { code: number; stderr: string }) => error);
    return failed as { code: number; stderr: string };
  };
  const busy = await start(['--port', String(port)]);
  expect(busy).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`),
  });
  const elsewhere = await start(['--host', '203.0.113.7', '--port', '0']);
  expect(elsewhere).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is no address of this machine'),
  });
  const nowhere = await start([], { DIRECTUS_URL: '' });
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('Set DIRECTUS_URL') });
  const wrong = await start(['--port', 'eight']);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('--port');
});

/** A POST of a ping (or a GET of a probe) with headers that fetch would not let one set. */
async function rawRequest(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const { request } = await import('node:http');
  const probe = !url.endsWith('/mcp');
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: probe ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${admin()}`, ...headers },
      },
      (answer) => {
        textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
      },
    );
    sent.on('error', reject);
    sent.end(probe ? undefined : JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }));
  });
}
