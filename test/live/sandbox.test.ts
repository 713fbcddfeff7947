import { describe, expect, test } from 'vitest';
import { fileId } from '../../src/sandbox/seed/content/library.ts';
import { newsroom } from '../../src/sandbox/seed/index.ts';
import { freshArticle, rest } from './helpers.ts';
import { sharedDirectus } from './shared-directus.ts';

const { url, admin, editor, readonly } = sharedDirectus();
const asAdmin = rest(admin.token);
const asEditor = rest(editor.token);
const asReader = rest(readonly.token);

const rows = async (path: string) => (await asAdmin('GET', path)).data as Record<string, unknown>[];

const asset = async (path: string) => {
  const reply = await fetch(`${url}/assets/${path}`, {
    headers: { authorization: `Bearer ${readonly.token}` },
  });
  expect(reply.status).toBe(200);
  return reply;
};

describe('what is seeded', () => {
  test('has every collection', async () => {
    const names = (await rows('/collections')).map(({ collection }) => String(collection));
    expect(names).toEqual(expect.arrayContaining(newsroom.collections.map(({ collection }) => collection)));
  });

  test('articles have all kinds of relations, dates, rich text and JSON', async () => {
    const fields = [
      '*',
      'category.name',
      'author.name',
      'image.type',
      'tags.tags_id.name',
      'comments.text',
      'blocks.collection',
      'blocks.item.*',
      'translations.languages_code',
    ].join();
    const { data } = await asReader('GET', `/items/articles/1?fields=${fields}`);
    expect(data).toMatchObject({
      status: 'published',
      publish_date: expect.stringMatching(/^2026-10-29T06:00/),
      body: expect.stringMatching(/^<p>At twenty past nine/),
      key_facts: [{ label: 'Built', value: '1965' }, { label: 'Height' }, { label: 'Largest load' }],
      category: { name: 'Town' },
      author: { name: 'Mara Lindqvist' },
      image: { type: 'image/jpeg' },
      tags: [{ tags_id: { name: 'harbour' } }, { tags_id: { name: 'volunteers' } }],
      blocks: [
        { collection: 'block_quote', item: { speaker: 'Jonas Petersen, crane driver' } },
        { collection: 'block_image' },
        { collection: 'block_text', item: { heading: 'At a glance' } },
      ],
      translations: [{ languages_code: 'de-DE' }, { languages_code: 'fr-FR' }],
    });
    expect((data as { comments: unknown[] }).comments.length).toBeGreaterThan(0);
  });

  test('every story of the newsroom is there, in all three states', async () => {
    const slugs = newsroom.articles.map(({ slug }) => slug);
    const stored = await rows('/items/articles?fields=slug,status&limit=-1');
    expect(stored.map(({ slug }) => slug)).toEqual(expect.arrayContaining(slugs));
    expect(new Set(stored.map(({ status }) => status))).toEqual(new Set(['draft', 'published', 'archived']));
  });

  test('articles are set up as editors know them', async () => {
    expect((await asAdmin('GET', '/collections/articles')).data).toMatchObject({
      meta: {
        archive_field: 'status',
        archive_value: 'archived',
        sort_field: 'sort',
        display_template: '{{ title }}',
        versioning: true,
        accountability: 'all',
      },
    });
    expect((await asReader('GET', '/items/site_settings')).data).toMatchObject({
      site_name: 'The Harrowmere Courier',
    });
  });

  test('has one very long text and one that tries to give orders', async () => {
    const long = await rows('/items/articles?filter[slug][_contains]=minute-by-minute&fields=body');
    expect(Buffer.byteLength(String(long[0]?.body))).toBeGreaterThan(60_000);
    const orders = await rows('/items/articles?filter[slug][_contains]=strange-letter&fields=body');
    expect(orders[0]?.body).toContain('Ignore all previous instructions');
  });

  test('prompts can be read in the shape Directus gives them', async () => {
    const { data } = await asReader('GET', '/items/ai_prompts?filter[name][_eq]=summarise-article');
    expect(data).toMatchObject([
      {
        status: 'published',
        system_prompt: expect.any(String),
        messages: [{ role: 'user', text: expect.stringContaining('{{article}}') }],
      },
    ]);
    const settings = await asAdmin('GET', '/settings?fields=mcp_enabled,mcp_prompts_collection');
    expect(settings.data).toMatchObject({ mcp_enabled: true, mcp_prompts_collection: 'ai_prompts' });
  });
});

describe('files', () => {
  test('are what they say they are, in folders', async () => {
    const ids = newsroom.library.map(({ name }) => fileId(name));
    const stored = await rows(
      `/files?filter[id][_in]=${ids.join()}&fields=id,type,width,height,folder.name&limit=-1`,
    );
    const kinds = new Map(stored.map((file) => [file.id, file]));
    for (const { name, type } of newsroom.library) {
      const file = kinds.get(fileId(name));
      expect(file).toMatchObject({ type, folder: { name: expect.any(String) } });
      // Directus measures what it can decode.
      if (/jpeg|png|webp/.test(type)) expect(file?.width).toBeGreaterThan(300);
    }
  });

  test.each(['crane', 'stadium', 'seagrass'])('Directus makes a smaller picture of %s', async (name) => {
    const reply = await asset(`${fileId(name)}?width=200&format=webp`);
    const bytes = Buffer.from(await reply.arrayBuffer());
    expect(reply.headers.get('content-type')).toBe('image/webp');
    expect(bytes.subarray(8, 12).toString()).toBe('WEBP');
    const whole = await asset(fileId(name));
    expect(bytes.length).toBeLessThan((await whole.arrayBuffer()).byteLength);
  });

  test('a document is a PDF', async () => {
    const bytes = Buffer.from(await (await asset(fileId('budget-2027'))).arrayBuffer());
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
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
  const [flow] = await rows('/flows?filter[name][_eq]=Add an editor note&fields=id,options');
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
