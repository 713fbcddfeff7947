import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  connectServers,
  type OneShotResult,
  quickModel,
  runOnce,
  type Servers,
} from '../../src/host/index.ts';
import { grammar } from '../../src/sandbox/demo-model/grammar.ts';
import { type DemoModel, startDemoModel } from '../../src/sandbox/demo-model.ts';
import { freshArticle, rest } from './helpers.ts';
import { sharedDirectus } from './shared-directus.ts';

const { url, admin } = sharedDirectus();
const bin = new URL('../../dist/bin.js', import.meta.url).pathname;
let demo: DemoModel;
const servers: Servers[] = [];

const serve = async (...flags: string[]) => {
  const args = [bin, 'mcp', '--allow-deletes', ...flags];
  const env = { DIRECTUS_URL: url, DIRECTUS_TOKEN: admin.token };
  const connected = await connectServers([{ name: 'directus', command: process.execPath, args, env }]);
  servers.push(connected);
  return connected;
};

beforeAll(async () => {
  demo = await startDemoModel();
  await Promise.all([serve(), serve('--tool-mode', 'registry')]);
});
afterAll(async () => {
  await Promise.all(servers.map((each) => each.close()));
  await demo.stop();
});

const ask = async (prompt: string, mode: 'default' | 'registry' = 'default'): Promise<OneShotResult> => {
  const [standard, registry] = servers;
  const chosen = mode === 'default' ? standard : registry;
  if (!chosen) throw new Error('The servers did not start.');
  const model = await quickModel({ baseUrl: demo.baseUrl, model: demo.model });
  const result = await runOnce({ model, servers: chosen, prompt, approve: 'all' });
  expect(result.state).toBe('done');
  return result;
};

const status = async (id: number) => {
  const { data } = await rest(admin.token)('GET', `/items/articles/${id}?fields=status`);
  return data;
};

const READS = grammar
  .filter(({ form }) => /^(list|show|count|find)/.test(form))
  .map(({ example }) => example);

test.each(READS)('%s: reads the newsroom without an error', async (request) => {
  const { text, toolCalls } = await ask(request);
  expect(toolCalls.length).toBeGreaterThan(0);
  expect(toolCalls.filter(({ isError }) => isError)).toEqual([]);
  expect(text).toContain('script');
});

test.each(['default', 'registry'] as const)('changes and deletes an article in %s mode', async (mode) => {
  const { id, title } = await freshArticle();
  const changed = await ask(`change the status of the article "${title}" to published`, mode);
  expect(changed.text).toContain('from `draft` to `published`');
  expect(await status(id)).toEqual({ status: 'published' });
  const deleted = await ask(`delete article ${id}`, mode);
  expect(deleted.text).toContain('can no longer be read');
  expect(await status(id)).toBeUndefined();
});

test('creates an article and reads it back', async () => {
  const title = `Made by the demo model ${Date.now()}`;
  const { text } = await ask(`create an article titled "${title}" with featured yes`);
  expect(text).toContain(title);
  const filter = encodeURIComponent(JSON.stringify({ title: { _eq: title } }));
  const { data } = await rest(admin.token)('GET', `/items/articles?fields=status,featured&filter=${filter}`);
  expect(data).toEqual([{ status: 'draft', featured: true }]);
});

test('describes an image of the library', async () => {
  const { text, toolCalls } = await ask('describe image "Apple harvest"');
  expect(toolCalls.map(({ tool }) => tool)).toEqual(['files', 'assets']);
  expect(text).toContain('1600 × 1000 pixels');
  expect(text).toContain('cannot see');
});

test('says in the words of the tool what Directus refuses', async () => {
  const { id } = await freshArticle();
  const { text } = await ask(`change the slug of article ${id} to ${'x'.repeat(300)}`);
  expect(text).toContain('> ');
});
