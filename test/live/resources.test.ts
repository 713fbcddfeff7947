import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('the schema is offered as a resource, and one collection by a template', async () => {
  expect((await server.client.listResources()).resources.map(({ uri }) => uri)).toEqual([
    'directus://schema',
  ]);
  expect((await server.client.listResourceTemplates()).resourceTemplates).toMatchObject([
    { uriTemplate: 'directus://schema/{collection}' },
  ]);
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
  await expect(read('directus://schema/article')).rejects.toThrow(/no collection "article".*"articles"/);
  await expect(read('directus://schema/%2e%2e')).rejects.toThrow(/is not a name/);
  await expect(read('directus://schema/%')).rejects.toThrow(/no collection "%"/);
});

test('collections are completed in the template', async () => {
  const { completion } = await server.client.complete({
    ref: { type: 'ref/resource', uri: 'directus://schema/{collection}' },
    argument: { name: 'collection', value: 'block_' },
  });
  expect([...completion.values].sort()).toEqual(['block_image', 'block_quote', 'block_text']);
});
