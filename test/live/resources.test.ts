import { afterAll, beforeAll, expect, test } from 'vitest';
import { topics } from '../../src/tools/system/recipes/index.ts';
import { startServer, type TestServer, takeApart } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.close());

const read = async (uri: string) => {
  const { contents } = await server.client.readResource({ uri });
  const [first] = contents;
  if (!first || !('text' in first)) throw new Error('No text came.');
  return takeApart({ content: [{ type: 'text', text: String(first.text) }] }).data;
};

const listed = async (on = server) => (await on.client.listResources()).resources.map(({ uri }) => uri);
const recipes = topics.map((topic) => `directus://recipes/${topic}`);

test('the schema and the recipes are offered as resources, and one of each by a template', async () => {
  expect(await listed()).toEqual(['directus://schema', ...recipes]);
  expect((await server.client.listResourceTemplates()).resourceTemplates).toMatchObject([
    { uriTemplate: 'directus://schema/{collection}' },
    { uriTemplate: 'directus://recipes/{topic}' },
  ]);
});

test.each(topics)('the recipe on %s reads as the tool gives it', async (topic) => {
  const { contents } = await server.client.readResource({ uri: `directus://recipes/${topic}` });
  const { text } = await server.call('system-prompt', { topic });
  expect(contents).toEqual([{ uri: `directus://recipes/${topic}`, mimeType: 'text/markdown', text }]);
});

test('what the settings switch off is no resource either', async () => {
  const off = await startServer({
    settings: { systemPrompt: { enabled: false }, tools: { exclude: ['schema'] } },
  });
  expect(await listed(off)).toEqual([]);
  for (const uri of ['directus://recipes/filters', 'directus://schema'])
    await expect(off.client.readResource({ uri })).rejects.toThrow(/not available/);
  await off.close();
});

test('it reads as the schema tool answers', async () => {
  expect(await read('directus://schema')).toMatchObject({
    collections: expect.arrayContaining(['articles: News stories, from draft to archive']),
  });
  expect(await read('directus://schema/categories')).toEqual(
    (await server.call('schema', { keys: ['categories'] })).data,
  );
});

test('an unknown resource or collection is an error that says what there is', async () => {
  await expect(read('directus://nothing')).rejects.toThrow(
    /no resource "directus:\/\/nothing".*directus:\/\/schema/,
  );
  await expect(read('directus://recipes')).rejects.toThrow(/no resource.*directus:\/\/recipes\/\{topic\}/);
  await expect(read('directus://recipes/filtres')).rejects.toThrow(/no topic "filtres".*"filters"/);
  await expect(read('directus://schema/article')).rejects.toThrow(/no collection "article".*"articles"/);
  await expect(read('directus://schema/%2e%2e')).rejects.toThrow(/is not a name/);
  await expect(read('directus://schema/%')).rejects.toThrow(/no collection "%"/);
});

test('collections and topics are completed in the templates', async () => {
  const { completion } = await server.client.complete({
    ref: { type: 'ref/resource', uri: 'directus://schema/{collection}' },
    argument: { name: 'collection', value: 'block_' },
  });
  expect([...completion.values].sort()).toEqual(['block_image', 'block_quote', 'block_text']);
  const topic = await server.client.complete({
    ref: { type: 'ref/resource', uri: 'directus://recipes/{topic}' },
    argument: { name: 'topic', value: 'f' },
  });
  expect(topic.completion.values).toEqual(topics.filter((one) => one.startsWith('f')));
});
