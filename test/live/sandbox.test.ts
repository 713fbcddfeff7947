import { describe, expect, inject, test } from 'vitest';
import { freshArticle, rest } from './helpers.ts';

const { url, admin, editor, readonly } = inject('directus');
const asAdmin = rest(admin.token);
const asEditor = rest(editor.token);
const asReader = rest(readonly.token);

const rows = async (path: string) => (await asAdmin('GET', path)).data as Record<string, unknown>[];

describe('what is seeded', () => {
  test('has every collection', async () => {
    const names = (await rows('/collections')).map(({ collection }) => String(collection));
    const ours = names.filter((name) => !name.startsWith('directus_'));
    expect(ours).toEqual(
      expect.arrayContaining([
        'ai_prompts',
        'articles',
        'articles_blocks',
        'articles_tags',
        'articles_translations',
        'authors',
        'block_image',
        'block_quote',
        'block_text',
        'categories',
        'languages',
        'reader_comments',
        'site_settings',
        'tags',
      ]),
    );
  });
});

describe('rights', () => {
  test('an editor changes an article and does not delete it', async () => {
    const { id } = await freshArticle();
    const change = await asEditor('PATCH', `/items/articles/${id}`, { summary: 'Changed by the editor' });
    expect(change.status).toBe(200);
    const removal = await asEditor('DELETE', `/items/articles/${id}`);
    expect(removal.status).toBe(403);
    expect((await asAdmin('GET', `/items/articles/${id}`)).data).toMatchObject({
      summary: 'Changed by the editor',
    });
  });

  test('an editor does not write the site settings or the data model', async () => {
    expect((await asEditor('PATCH', '/items/site_settings', { tagline: 'Mine' })).status).toBe(403);
    expect(
      (await asEditor('POST', '/collections', { collection: 'mine', schema: {}, meta: {} })).status,
    ).toBe(403);
  });

  test('the read-only token reads and does not write', async () => {
    const { id } = await freshArticle();
    expect((await asReader('GET', `/items/articles/${id}`)).status).toBe(200);
    expect((await asReader('PATCH', `/items/articles/${id}`, { summary: 'Mine' })).status).toBe(403);
    expect((await asReader('POST', '/items/articles', { title: 'Mine' })).status).toBe(403);
    expect((await asReader('DELETE', `/items/articles/${id}`)).status).toBe(403);
    expect((await asReader('GET', '/users')).status).toBe(403);
  });

  test('both logins work', async () => {
    for (const { email, password } of [admin, editor]) {
      const reply = await fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      });
      expect(reply.status).toBe(200);
    }
  });
});

test('the manual flow asks for a note and puts it on the article', async () => {
  const { id } = await freshArticle();
  const [flow] = await rows('/flows?filter[trigger][_eq]=manual&fields=id,options');
  const path = `/flows/trigger/${flow?.id}`;
  expect(flow?.options).toMatchObject({
    collections: ['articles'],
    fields: [{ field: 'note', meta: { required: true } }],
  });
  const done = await asEditor('POST', path, {
    collection: 'articles',
    keys: [id],
    note: 'Figures corrected',
  });
  expect(done.status).toBe(200);
  expect((await asAdmin('GET', `/items/articles/${id}`)).data).toMatchObject({
    editor_note: 'Figures corrected',
  });
});

test('a change leaves activity and a revision', async () => {
  const { id } = await freshArticle();
  await asEditor('PATCH', `/items/articles/${id}`, { title: 'Second title' });
  const filter = `filter[collection][_eq]=articles&filter[item][_eq]=${id}`;
  expect((await rows(`/activity?${filter}`)).map(({ action }) => action)).toEqual(['create', 'update']);
  expect(await rows(`/revisions?${filter}`)).toHaveLength(2);
});
