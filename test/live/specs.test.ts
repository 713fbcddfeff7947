import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshArticle } from './helpers.ts';
import { startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

/** The reader of the sandbox has no app access: Directus hides the data model from such users. */
describe('a user without app access', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ token: sharedDirectus().readonly.token });
  });
  afterAll(() => server.close());

  test('sees the collections this user may read', async () => {
    const { isError, data } = await server.call('schema', {});
    expect(isError).toBe(false);
    const { collections } = data as { collections: string[] };
    expect(collections).toContain('articles: News stories, from draft to archive');
    expect(collections.join()).not.toContain('directus_');
  });

  test('sees fields, keys and where relations lead', async () => {
    const { data } = await server.call('schema', { keys: ['articles', 'languages'] });
    expect(data).toMatchObject({
      articles: {
        fields: {
          id: 'integer pk',
          title: expect.stringContaining('string *'),
          category: 'm2o categories',
          tags: 'o2m articles_tags.articles_id',
        },
      },
      languages: { fields: { code: expect.stringContaining('pk') } },
    });
  });

  test('gets near matches for a wrong field and a wrong collection', async () => {
    const field = await server.call('items', {
      action: 'read',
      collection: 'articles',
      query: { fields: ['titel'] },
    });
    expect(field.text).toContain('"title"');
    const collection = await server.call('items', { action: 'read', collection: 'artcles' });
    expect(collection.text).toContain('"articles"');
  });

  test('is told which keys do not exist', async () => {
    const { id } = await freshArticle();
    const { info, data } = await server.call('items', {
      action: 'read',
      collection: 'articles',
      keys: [id, 99_999_999],
      query: { fields: ['id'] },
    });
    expect(data).toEqual([{ id }]);
    expect(info).toMatchObject({ notFound: [99_999_999] });
  });

  test('may not write, and nothing changes', async () => {
    const { id } = await freshArticle();
    const { isError, text } = await server.call('items', {
      action: 'update',
      collection: 'articles',
      keys: [id],
      data: { title: 'Changed' },
    });
    expect(isError).toBe(true);
    expect(text).toMatch(/may not|no right/);
  });
});
