import { randomUUID } from 'node:crypto';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FieldSpec, freshCollection, rest } from './helpers.ts';
import { startProxy, type TestProxy } from './proxy.ts';
import { startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { url, admin, editor } = sharedDirectus();
const asAdmin = rest(admin.token);
const folder = `Folder_${randomUUID().slice(0, 8)}`;
const choices = ['small', 'medium', 'large'].map((value) => ({ text: value, value }));

/** A field of every kind that can be said in a line. */
const product: FieldSpec[] = [
  {
    field: 'sku',
    type: 'string',
    schema: { is_unique: true, is_nullable: false, max_length: 40 },
    meta: { note: 'Number in the shop', validation: { _and: [{ sku: { _regex: '^[A-Z]+-[0-9]+$' } }] } },
  },
  { field: 'name', type: 'string', meta: { required: true } },
  {
    field: 'size',
    type: 'string',
    schema: { default_value: 'medium', is_nullable: false },
    meta: { interface: 'select-dropdown', options: { choices } },
  },
  { field: 'price', type: 'decimal' },
  { field: 'in_stock', type: 'integer', schema: { default_value: 0 } },
  { field: 'description', type: 'text', meta: { interface: 'input-rich-text-html' } },
  { field: 'features', type: 'csv', meta: { interface: 'tags', special: ['cast-csv'] } },
  { field: 'sold_from', type: 'date' },
  { field: 'sold_until', type: 'date' },
  { field: 'is_new', type: 'boolean', schema: { default_value: false } },
  {
    field: 'supplier',
    type: 'string',
    meta: { translations: [{ language: 'de-DE', translation: 'Lieferant' }] },
  },
  { field: 'rank', type: 'integer', meta: { hidden: true } },
  { field: 'state', type: 'string', schema: { default_value: 'open' } },
];
const productMeta = {
  note: 'Things on sale',
  sort_field: 'rank',
  archive_field: 'state',
  archive_value: 'gone',
  display_template: '{{ name }}',
  group: folder,
};

type Described = Record<string, Record<string, unknown> & { fields: Record<string, string> }>;

let server: TestServer;
let products: Awaited<ReturnType<typeof freshCollection>>;
let services: Awaited<ReturnType<typeof freshCollection>>;

beforeAll(async () => {
  await asAdmin('POST', '/collections', { collection: folder, schema: null, meta: { note: 'Shop' } });
  products = await freshCollection('products', product, productMeta);
  services = await freshCollection('services', product, productMeta);
  server = await startServer();
});
afterAll(async () => {
  await server?.close();
  await products?.remove();
  await services?.remove();
  await asAdmin('DELETE', `/collections/${folder}`);
});

const detail = async (as: TestServer, ...keys: string[]) => {
  const { isError, data, text } = await as.call('schema', { keys });
  expect(isError, text).toBe(false);
  return data as Described;
};
const search = async (words: string, keys?: string[]) => {
  const { isError, data, text } = await server.call('schema', { search: words, ...(keys ? { keys } : {}) });
  expect(isError, text).toBe(false);
  const { collections = [], fields = {} } = (data ?? {}) as { collections?: string[]; fields?: object };
  return { collections, fields: Object.keys(fields), text };
};

/** What the MCP server in Directus answers to the same call. */
async function directusOwn(keys: string[]): Promise<string> {
  const reply = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${admin.token}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'schema', arguments: { keys } },
    }),
  });
  const { result } = (await reply.json()) as { result: { content: { text: string }[] } };
  return result.content.map(({ text }) => text).join('');
}

describe('the overview', () => {
  test('has notes, singletons and folders, and nothing of Directus itself', async () => {
    const { data } = await server.call('schema');
    const { collections, folders } = data as { collections: string[]; folders: string[] };
    expect(collections).toContain('articles: News stories, from draft to archive');
    expect(collections).toContain('site_settings (singleton): Settings of the public website');
    expect(folders.join()).toContain(`${folder}: Shop`);
    expect(collections.join()).not.toMatch(/directus_/);
  });
});

describe('detail', () => {
  test('three collections of 13 fields and more cost at most 900 tokens, fewer than of Directus itself', async () => {
    const keys = ['articles', products.name, services.name];
    const { text, data } = await server.call('schema', { keys });
    expect(Object.keys(data as object)).toEqual(keys);
    for (const key of keys)
      expect(Object.keys((data as Described)[key]?.fields ?? {}).length).toBeGreaterThanOrEqual(13);
    expect(countTokens(text)).toBeLessThanOrEqual(900);
    expect(countTokens(text)).toBeLessThan(countTokens(await directusOwn(keys)) * 0.8);
  });

  test('says what a writer must know', async () => {
    expect((await detail(server, products.name))[products.name]).toEqual({
      note: 'Things on sale',
      archive: 'state=gone',
      sort: 'rank',
      template: '{{ name }}',
      fields: {
        id: 'integer pk auto',
        sku: 'string(40) * unique valid if {"_regex":"^[A-Z]+-[0-9]+$"} - Number in the shop',
        name: 'string *',
        size: 'string !null =medium {small|medium|large}',
        price: expect.stringMatching(/^(decimal\(10,5\)|float)$/),
        in_stock: 'integer =0',
        description: 'html',
        features: 'csv list',
        sold_from: 'date',
        sold_until: 'date',
        is_new: 'boolean =false',
        supplier: 'string',
        rank: 'integer',
        state: 'string =open',
      },
    });
    const { articles, site_settings } = await detail(server, 'articles', 'site_settings');
    expect(articles).toMatchObject({
      versioning: true,
      fields: {
        key_facts: expect.stringContaining('json list of {label,value}'),
        category: 'm2o categories',
        image: expect.stringContaining('file directus_files'),
        comments: 'o2m reader_comments.article',
        tags: 'm2m tags via articles_tags(articles_id,tags_id)',
        translations: 'translations languages via articles_translations(articles_id,languages_code)',
        blocks: expect.stringContaining(
          'm2a block_text|block_quote|block_image via articles_blocks(articles_id,collection,item) by sort',
        ),
      },
    });
    expect(site_settings).toMatchObject({ singleton: true });
  });

  test('reads the named collection and nothing of the others', async () => {
    const proxy: TestProxy = await startProxy();
    const through = await startServer({ url: proxy.url });
    await through.call('schema', { keys: ['tags'] });
    const asked = proxy.passed.map(({ path }) => path).filter((path) => /^\/(fields|collections)/.test(path));
    expect(asked.sort()).toEqual(['/collections/tags', '/fields/tags']);
    await through.close();
    await proxy.close();
  });

  test('collections of Directus are there when they are named, and say what they are', async () => {
    const { directus_users, directus_files } = await detail(server, 'directus_users', 'directus_files');
    expect(directus_users?.note).toMatch(/sign in/);
    expect(directus_users?.fields).toMatchObject({ email: expect.stringContaining('unique') });
    expect(directus_files?.note).toMatch(/files/);
  });

  test('a folder says what is in it', async () => {
    const { [folder]: described } = await detail(server, folder);
    expect(described).toEqual({ folder: expect.arrayContaining([products.name, services.name]) });
  });

  test('every name that is none is told at once, with near matches', async () => {
    const { isError, text } = await server.call('schema', { keys: ['artcles', 'tags', 'autors', 'qqqq'] });
    expect(isError).toBe(true);
    expect(text).toMatch(/no collection "artcles"\. Did you mean "articles"/);
    expect(text).toMatch(/no collection "autors"\. Did you mean "authors"/);
    expect(text).toMatch(/no collection "qqqq"\.[\s\S]*without keys/);
  });
});

describe('A24 what this user may do', () => {
  test('A24 an admin is told nothing, others what they may do', async () => {
    expect((await detail(server, 'articles')).articles).not.toHaveProperty('you');
    const asEditor = await startServer({ token: editor.token });
    expect(await detail(asEditor, 'articles', 'authors', 'articles_tags')).toMatchObject({
      articles: { you: 'read, create, update' },
      authors: { you: 'read', fields: { bio: 'text' } },
      articles_tags: { you: 'read, create, update, delete' },
    });
    await asEditor.close();
  });

  test('A24 a right given a second ago is told, down to rows and fields', async () => {
    const asEditor = await startServer({ token: editor.token });
    const { data: policies } = await asAdmin('GET', '/policies?filter[name][_eq]=Editor&fields=id');
    const [{ id: policy } = { id: '' }] = policies as { id: string }[];
    const give = async (action: string, fields: string[], permissions: object) => {
      const right = { policy, collection: products.name, action, fields, permissions, validation: {} };
      return asAdmin('POST', '/permissions', right);
    };
    const ids: number[] = [];
    for (const [action, fields, rows] of [
      ['read', ['*'], {}],
      ['create', ['*'], {}],
      ['update', ['name', 'price'], { state: { _eq: 'open' } }],
    ] as const) {
      // Without a license Directus 12 takes rights on whole collections only.
      const given = await give(action, [...fields], rows);
      const { data } = given.status === 200 ? given : await give(action, ['*'], {});
      ids.push((data as { id: number }).id);
    }
    const { data } = await asAdmin(
      'GET',
      `/permissions?filter[id][_in]=${ids.join()}&filter[action][_eq]=update`,
    );
    const inPart = !(data as { fields: string[] }[])[0]?.fields.includes('*');
    const about = (await detail(asEditor, products.name))[products.name];
    expect(about?.you).toBe(inPart ? 'read, create, update (some rows)' : 'read, create, update');
    expect(about?.fields).toMatchObject({
      name: 'string *',
      sold_from: inPart ? 'date you:read+create' : 'date',
    });
    await asAdmin('DELETE', '/permissions', ids);
    await asEditor.close();
  });
});

describe('search', () => {
  test.each([
    ['a name', 'publish_date', 'articles.publish_date'],
    ['a name mistyped', 'pubish date', 'articles.publish_date'],
    ['the beginning of a name', 'newslet feat', 'articles.featured'],
    ['a note', 'headline', 'articles.title'],
    ['a choice', 'archived', 'articles.status'],
    ['a field of a collection', 'author email', 'authors.email'],
    ['a field of Directus itself', 'users email', 'directus_users.email'],
  ])('%s: "%s" finds %s', async (_what, words, field) => {
    expect((await search(words)).fields).toContain(field);
  });

  test('finds collections by name and note, those of the project before those of Directus', async () => {
    const comments = await search('comment');
    expect(comments.collections[0]).toMatch(/^reader_comments: What readers write/);
    expect(comments.collections[1]).toMatch(/^directus_comments: /);
    expect((await search('singletn footer')).fields[0]).toBe('site_settings.footer');
    expect((await search('sections paper')).collections[0]).toMatch(/^categories/);
  });

  test('finds by what Studio calls a field in another language, and shows the field as detail does', async () => {
    const { fields, text } = await search('Lieferant');
    expect(fields).toContain(`${products.name}.supplier`);
    expect(text).toContain('"string"');
  });

  test('stays within named collections', async () => {
    expect((await search('image', ['articles'])).fields).toEqual(['articles.image']);
    expect((await server.call('schema', { search: 'image', keys: ['artcles'] })).text).toMatch(/"articles"/);
  });

  test('A22 finds a field added a second ago', async () => {
    expect((await search('zeppelin')).fields).toEqual([]);
    await asAdmin('POST', `/fields/${services.name}`, { field: 'zeppelin', type: 'string' });
    expect((await search('zeppelin')).fields).toEqual([`${services.name}.zeppelin`]);
  });

  test('nothing found says what to do', async () => {
    const { info, isError } = await server.call('schema', { search: 'xyzzyplugh' });
    expect(isError).toBe(false);
    expect(info).toMatchObject({ found: 0, next: expect.stringMatching(/without arguments/) });
  });

  test('A13 an editor and a reader find what they may see', async () => {
    for (const { token } of [editor, sharedDirectus().readonly]) {
      const limited = await startServer({ token });
      const { data } = await limited.call('schema', { search: 'publish date' });
      expect(data).toMatchObject({
        fields: { 'articles.publish_date': expect.stringContaining('timestamp') },
      });
      const none = await limited.call('schema', { search: 'Lieferant' });
      expect(none.info).toMatchObject({ found: 0 });
      await limited.close();
    }
  });
});
