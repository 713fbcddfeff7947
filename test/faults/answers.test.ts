import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freshFlow, removeFlows } from '../live/flows.ts';
import { freshArticle, rest } from '../live/helpers.ts';
import { type Passed, startProxy, type TestProxy } from '../live/proxy.ts';
import { startServer, type TestServer } from '../live/server.ts';
import { sharedDirectus } from '../live/shared-directus.ts';

/* Something answers in the place of Directus, with status 200: it is not taken for what Directus would have said. */

const asAdmin = rest(sharedDirectus().admin.token);
let proxy: TestProxy;
let server: TestServer;

beforeAll(async () => {
  proxy = await startProxy();
  server = await startServer({
    url: proxy.url,
    settings: { allowDeletes: true, policy: { automation: 'allow' } },
  });
});
afterEach(() => proxy.interfere());
afterAll(async () => {
  await server?.close();
  await proxy?.close();
});

/** Answers requests of one kind. */
function answer(which: (passed: Passed) => boolean, status: number, type: string, body: string): void {
  proxy.interfere((passed, response) => {
    if (!which(passed)) return false;
    response.writeHead(status, { 'content-type': type, 'retry-after': '0' }).end(body);
    return true;
  });
}

test('a text in the place of the rows that were written is no success', async () => {
  const { id } = await freshArticle();
  answer(({ method }) => method === 'PATCH', 200, 'application/json', '{"data":"none"}');
  const { isError, text } = await server.call('items', {
    action: 'update',
    collection: 'articles',
    keys: [id],
    data: { summary: 'never stored' },
  });
  expect([isError, text]).toEqual([true, expect.stringMatching(/^UNREACHABLE: .*read whether it was made/s)]);
});

test.for([
  ['text/html', '<html>Sign in</html>'],
  ['application/json', '{"data":"none"}'],
])('%s in the place of a file is not shown as the file', async ([type = '', body = '']) => {
  const { data } = await asAdmin('GET', '/files?filter[type][_eq]=image/jpeg&fields=id&limit=1');
  const [file] = data as { id: string }[];
  answer(({ path }) => path.startsWith('/assets/'), 200, type, body);
  const { isError, text } = await server.call('assets', { id: file?.id });
  expect([isError, text]).toEqual([true, expect.stringContaining('something before it answered')]);
});

test.for([
  [503, '{"errors":[]}'],
  [200, '{"data":[],"meta":{"filt'],
] as const)('a collection that cannot be counted (%d) is not told to be empty', async ([status, body]) => {
  const name = `count_${randomUUID().slice(0, 8)}`;
  await asAdmin('POST', '/collections', { collection: name, schema: {}, meta: {} });
  await asAdmin('POST', `/items/${name}`, [{}, {}]);
  try {
    answer(({ path }) => path.startsWith(`/items/${name}`), status, 'application/json', body);
    const { isError, text } = await server.call('collections', {
      action: 'delete',
      keys: [name],
      dryRun: true,
    });
    expect([isError, text]).toEqual([true, expect.not.stringMatching(/empty|INTERNAL/)]);
  } finally {
    await asAdmin('DELETE', `/collections/${name}`);
  }
});

test.for([
  ['text/html', '<html><h1>Bad Gateway</h1></html>'],
  ['application/json', '{"note":"half of wh'],
])('%s in the place of what a flow gave is not shown as that', async ([type = '', body = '']) => {
  const flow = await freshFlow([{ key: 'log', type: 'log', options: { message: 'ran' } }]);
  const { id } = await freshArticle();
  answer(({ path }) => path.startsWith('/flows/trigger/'), 200, type, body);
  const args = { id: flow.id, collection: 'articles', keys: [id] };
  const { isError, text } = await server.call('trigger-flow', args);
  await removeFlows();
  expect([isError, text]).toEqual([true, expect.stringMatching(/^UNREACHABLE: .*read whether it was made/s)]);
  expect(text).not.toContain(body.slice(0, 8));
});
