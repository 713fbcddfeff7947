import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { tools } from '../../src/tools/list.ts';
import { freshArticle, rest } from '../live/helpers.ts';
import { type Passed, startProxy, type TestProxy } from '../live/proxy.ts';
import { startServer, type TestServer } from '../live/server.ts';
import { sharedDirectus } from '../live/shared-directus.ts';

const directus = sharedDirectus();
const asAdmin = rest(directus.admin.token);
let proxy: TestProxy;
let server: TestServer;

beforeAll(async () => {
  proxy = await startProxy();
  server = await startServer({ url: proxy.url });
  await server.call('schema', { keys: ['articles'] });
});
afterEach(() => proxy.interfere());
afterAll(async () => {
  await server?.close();
  await proxy?.close();
});

const isItems = ({ path }: Passed) => path.startsWith('/items/');
const writes = () =>
  proxy.passed.filter((one) => isItems(one) && ['POST', 'PATCH', 'DELETE'].includes(one.method));
const read = () =>
  server.call('items', { action: 'read', collection: 'articles', query: { fields: ['id'], limit: 1 } });
const update = (id: number, summary: string) =>
  server.call('items', { action: 'update', collection: 'articles', keys: [id], data: { summary } });
const summaryOf = async (id: number) =>
  ((await asAdmin('GET', `/items/articles/${id}?fields=summary`)).data as { summary: string | null }).summary;

test('Directus is down at the start: tools are listed, the call says so; it comes back: the call works', async () => {
  const first = await startProxy();
  const port = Number(new URL(first.url).port);
  await first.close();
  const early = await startServer({ url: first.url });
  try {
    expect((await early.client.listTools()).tools).toHaveLength(tools.length);
    const down = await early.call('schema');
    expect(down.isError).toBe(true);
    expect(down.text).toMatch(/UNREACHABLE.*connection refused.*DIRECTUS_URL/s);
    const back = await startProxy(port);
    try {
      const up = await early.call('schema');
      expect(up.isError, up.text).toBe(false);
    } finally {
      await back.close();
    }
    expect((await early.call('schema')).text).toMatch(/UNREACHABLE/);
  } finally {
    await early.close();
  }
});

test.each([429, 503])(
  'a read refused with %d is repeated after the time that Directus names',
  async (status) => {
    let refusals = 0;
    let first = 0;
    let last = 0;
    proxy.interfere((passed, response) => {
      if (!isItems(passed)) return false;
      last = Date.now();
      if (refusals >= 2) return false;
      first ||= last;
      refusals += 1;
      response.writeHead(status, { 'retry-after': refusals === 1 ? '1' : '0' }).end('{"errors":[]}');
      return true;
    });
    const answer = await read();
    expect(answer.isError, answer.text).toBe(false);
    expect(refusals).toBe(2);
    expect(last - first).toBeGreaterThanOrEqual(1000);
  },
);

test('a read that is refused for long is given up at once, saying when to come back', async () => {
  proxy.interfere((passed, response) => {
    if (!isItems(passed)) return false;
    const errors = [{ message: 'Too many requests', extensions: { code: 'REQUESTS_EXCEEDED' } }];
    response.writeHead(429, { 'retry-after': '600', 'content-type': 'application/json' });
    response.end(JSON.stringify({ errors }));
    return true;
  });
  const answer = await read();
  expect(answer.isError).toBe(true);
  expect(answer.text).toMatch(/REQUESTS_EXCEEDED.*after 600 seconds/s);
});

test.each([429, 503])('a write refused with %d is sent exactly once', async (status) => {
  const { id } = await freshArticle();
  const before = writes().length;
  proxy.interfere((passed, response) => {
    if (passed.method !== 'PATCH') return false;
    response.writeHead(status, { 'retry-after': '0' }).end('{"errors":[]}');
    return true;
  });
  const answer = await update(id, 'Sent once');
  expect(answer.isError).toBe(true);
  expect(writes()).toHaveLength(before + 1);
  expect(await summaryOf(id)).toBeNull();
});

test('a connection that is cut after a write was sent leaves the outcome unknown, and that is said', async () => {
  const { id } = await freshArticle();
  const before = writes().length;
  let written: Promise<unknown> = Promise.resolve();
  proxy.interfere((passed, _response, request) => {
    if (passed.method !== 'PATCH') return false;
    written = asAdmin('PATCH', '/items/articles', passed.body).then(() => request.socket.destroy());
    return true;
  });
  const answer = await update(id, 'Perhaps');
  await written;
  expect(answer.isError).toBe(true);
  expect(answer.text).toMatch(/UNREACHABLE.*may or may not have been made.*read the rows/s);
  expect(writes()).toHaveLength(before + 1);
  expect(await summaryOf(id)).toBe('Perhaps');
});

test('a connection that is cut during a read is no talk of changes', async () => {
  proxy.interfere((passed, _response, request) => {
    if (!isItems(passed)) return false;
    request.socket.destroy();
    return true;
  });
  const answer = await read();
  expect(answer.isError).toBe(true);
  expect(answer.text).toMatch(/UNREACHABLE/);
  expect(answer.text).not.toMatch(/may or may not/);
});

test.each([
  [
    'an HTML page instead of an error',
    502,
    '<html><body><h1>502 Bad Gateway</h1></body></html>',
    'text/html',
  ],
  ['an HTML page instead of an answer', 200, '<html><body>Sign in</body></html>', 'text/html'],
  ['JSON that ends in the middle', 200, '{"data":[{"id":1},{"i', 'application/json'],
  ['JSON of another kind', 200, '[1,2,3]', 'application/json'],
  ['nothing', 200, '', 'application/json'],
])('%s is one clear error', async (_, status, body, type) => {
  proxy.interfere((passed, response) => {
    if (!isItems(passed)) return false;
    response.writeHead(status, { 'content-type': type }).end(body);
    return true;
  });
  const answer = await read();
  expect(answer.isError, answer.text).toBe(true);
  expect(answer.text).not.toMatch(/INTERNAL:|<html|undefined|SyntaxError|Unexpected/);
});

test('a body that is cut short is one clear error', async () => {
  proxy.interfere((passed, response, request) => {
    if (!isItems(passed)) return false;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
    response.write('{"data":[{"id":1},', () => request.socket.destroy());
    return true;
  });
  const answer = await read();
  expect(answer.isError, answer.text).toBe(true);
  expect(answer.text).not.toMatch(/INTERNAL:|terminated$/);
});

test('after a write half an answer leaves the outcome unknown', async () => {
  const { id } = await freshArticle();
  proxy.interfere((passed, response, request) => {
    if (passed.method !== 'PATCH') return false;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
    response.write('{"data":[', () => request.socket.destroy());
    return true;
  });
  const answer = await update(id, 'Half');
  expect(answer.isError, answer.text).toBe(true);
  expect(answer.text).toMatch(/may or may not have been made/);
});

test('every request names this assistant', async () => {
  await read();
  for (const { headers } of proxy.passed) expect(headers['user-agent']).toMatch(/^directus-assistant\/\d/);
});
