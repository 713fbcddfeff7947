import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { recipeOn, topics } from '../../src/tools/system/recipes/index.ts';
import { type Answer, type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';
import { startDirectus } from './start-directus.ts';

/*
 * The examples change things for good, as they would for whoever follows them. So they are made in a newsroom of
 * their own, in the order in which they stand.
 */
let sandbox: Sandbox;
let server: TestServer;
beforeAll(async () => {
  sandbox = await startDirectus({ version: sharedDirectus().version });
  server = await startServer({ url: sandbox.url, token: sandbox.admin.token, flags: ['--allow-deletes'] });
});
afterAll(async () => {
  await server?.close();
  await sandbox?.stop();
});

const recipe = async (topic: string) => (await server.call('system-prompt', { topic })).text;

/** The calls in a recipe: lines such as `> items {"action":"read"}`. */
const callsIn = (text: string) =>
  [...text.matchAll(/^> ([a-z-]+) (.*)$/gm)].map(([line, tool = '', args = '']) => ({ line, tool, args }));

describe.each(topics)('the recipe on %s', (topic) => {
  const calls = callsIn(recipeOn(topic) ?? '');

  test('has examples', () => expect(calls.length).toBeGreaterThan(2));

  for (const { line, tool, args } of calls) {
    test(line, async () => {
      const input = JSON.parse(args) as Row;
      const answer: Answer = await server.confirmed(tool, input);
      expect(answer.isError, answer.text).toBe(false);
      // What only shows a change says so; what makes one never ends with having made none.
      expect(answer.info.notDone !== undefined, answer.text).toBe(input.dryRun === true);
      expect(answer.info.updated, answer.text).not.toBe(0);
      expect(answer.info.warning, answer.text).toBeUndefined();
      if (input.action === 'read') expect(shows(answer), answer.text).toBe(true);
    });
  }
});

/** An example that finds nothing would hold whatever it says. */
function shows({ data }: Answer): boolean {
  return Array.isArray(data) ? data.length > 0 : data !== undefined;
}

describe('system-prompt', () => {
  test('without a topic: the prompt, and which topics there are', async () => {
    const { text } = await server.call('system-prompt');
    expect(text).toContain('Never guess names');
    for (const topic of topics) expect(text).toContain(topic);
  });

  test('with a topic: its recipe, however it is written', async () => {
    expect(await recipe('filters')).toContain('_icontains');
    expect(await recipe(' Filters ')).toBe(await recipe('filters'));
  });

  test('an unknown topic is an error that lists them', async () => {
    for (const topic of ['filtres', 'constructor', '__proto__', '']) {
      const { isError, text } = await server.call('system-prompt', { topic });
      expect(isError).toBe(true);
      for (const known of topics) expect(text).toContain(known);
    }
    expect((await server.call('system-prompt', { topic: 'filtres' })).text).toContain('"filters"');
  });

  test('the settings replace the prompt or switch it off, topics and all', async () => {
    const own = await startServer({
      url: sandbox.url,
      settings: { systemPrompt: { text: 'Talk like a pirate.' } },
    });
    expect((await own.call('system-prompt')).text).toMatch(/^Talk like a pirate\.\n/);
    expect((await own.call('system-prompt', { topic: 'filters' })).text).toBe(await recipe('filters'));
    await own.close();

    const off = await startServer({ url: sandbox.url, settings: { systemPrompt: { enabled: false } } });
    for (const args of [{}, { topic: 'filters' }]) {
      const { isError, text } = await off.call('system-prompt', args);
      expect(isError).toBe(true);
      expect(text).toContain('systemPrompt.enabled');
    }
    await off.close();
  });
});

describe('an error names the recipe that helps', () => {
  const read = { action: 'read', collection: 'articles' };
  test.each([
    ['items', { ...read, query: { filter: { title: { _like: 'x' } } } }, 'filters'],
    ['items', { ...read, query: { aggregate: { median: ['id'] } } }, 'queries'],
    ['fields', { action: 'create', collection: 'tags', data: { field: 'a b' } }, 'fields'],
    ['items', { action: 'create', collection: 'articles', data: { title: 'x', tags: 5 } }, 'relations'],
    ['flows', { action: 'create', data: { name: 'x', trigger: 'sometimes' } }, 'flows'],
    ['dashboards', { action: 'create', data: { name: 'x', panels: [{ type: 'cake' }] } }, 'dashboards'],
  ])('%s %j: %s', async (tool, args, topic) => {
    const { isError, text } = await server.call(tool, args);
    expect(isError).toBe(true);
    expect(text).toContain(`system-prompt {"topic":"${topic}"}`);
  });

  test('not where it cannot be had, and not where a name was mistyped', async () => {
    const wrong = { ...read, query: { fields: ['titel'] } };
    expect((await server.call('items', wrong)).text).not.toContain('system-prompt');
    const off = await startServer({ url: sandbox.url, settings: { systemPrompt: { enabled: false } } });
    const { text } = await off.call('items', { ...read, query: { filter: { title: { _like: 'x' } } } });
    expect(text).toContain('_like');
    expect(text).not.toContain('system-prompt');
    await off.close();
  });
});
