import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnDirectus, ownDirectus } from './own-directus.ts';
import { type Answer, type Row, type TestServer, takeApart } from './server.ts';

let own: OwnDirectus;
let server: TestServer;
beforeAll(async () => {
  own = await ownDirectus();
  server = await own.serve({ flags: ['--allow-deletes'] });
}, 60_000);
afterAll(() => own?.stop());

const CONTENT = [
  'articles',
  'articles_tags',
  'articles_blocks',
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
];

const items = async (args: Row): Promise<Answer> => {
  const answer = await server.confirmed('items', args);
  expect(answer.isError, answer.text).toBe(false);
  return answer;
};
const update = (collection: string, keys: unknown[], data: Row) =>
  items({ action: 'update', collection, keys, data: [data] });
const undo = async (args: Row = {}) => {
  const answer = await server.confirmed('history', { action: 'undo', ...args });
  expect(answer.isError, answer.text).toBe(false);
  return answer;
};

/** Does something, undoes it, and compares all content with what it was. */
async function roundTrip(work: () => Promise<unknown>, collections = CONTENT): Promise<Answer> {
  const before = await own.rows(...collections);
  const newest = await own.rest<{ id: number }[]>('GET', '/activity?sort=-id&limit=1&fields=id');
  await work();
  const between = await own.rows(...collections);
  expect(between).not.toEqual(before);
  const filter = encodeURIComponent(JSON.stringify({ id: { _gt: newest[0]?.id } }));
  const [first] = await own.rest<{ id: number }[]>(
    'GET',
    `/activity?sort=id&limit=1&fields=id&filter=${filter}`,
  );
  const answer = await undo({ since: String(first?.id) });
  expect(answer.info.notUndone, answer.text).toBeUndefined();
  expect(answer.info.warning, answer.text).toBeUndefined();
  expect(await own.rows(...collections)).toEqual(before);
  return answer;
}

test('A23 rows changed in one call get back the fields it changed, links to one included', async () => {
  const answer = await roundTrip(() =>
    update('articles', [2, 9, 10, 11], { featured: true, category: 3, author: null, title: 'All the same' }),
  );
  expect(answer.info.undone).toHaveLength(1);
});

test('A23 what a person changed beside it since stays', async () => {
  const { id } = await own.article({ category: 1, summary: 'old' });
  await update('articles', [id], { category: 2, status: 'published' });
  await own.rest('PATCH', `/items/articles/${id}`, { summary: 'by a person' });
  await undo();
  const row = await own.rest('GET', `/items/articles/${id}?fields=category,status,summary`);
  expect(row).toEqual({ category: 1, status: 'draft', summary: 'by a person' });
});

test('A23 nested rows that were made, changed and unlinked', async () => {
  const { id, comments } = await own.article({
    comments: [
      { name: 'Ann', text: 'one' },
      { name: 'Ben', text: 'two' },
    ],
  });
  const [one, two] = comments as number[];
  await roundTrip(() =>
    update('articles', [id], {
      title: 'With other comments',
      comments: {
        create: [{ name: 'Cy', text: 'new' }],
        update: [{ id: one, text: 'changed' }],
        delete: [two],
      },
    }),
  );
});

test('A23 links to many, in both forms', async () => {
  const { id } = await own.article({ tags: [{ tags_id: 1 }, { tags_id: 2 }] });
  await roundTrip(() => update('articles', [id], { tags: [{ tags_id: 3 }] }));
  const { tags } = await own.rest<{ tags: number[] }>('GET', `/items/articles/${id}?fields=tags`);
  await roundTrip(() =>
    update('articles', [id], { tags: { create: [{ tags_id: 4 }], update: [], delete: tags.slice(0, 1) } }),
  );
});

test('A23 parts of any collection, and translations', async () => {
  const { id } = await own.article({
    blocks: [
      { collection: 'block_text', item: { heading: 'First' } },
      { collection: 'block_quote', item: { quote: 'Second' } },
    ],
    translations: [{ languages_code: 'de-DE', title: 'Deutsch' }],
  });
  await roundTrip(() =>
    update('articles', [id], {
      blocks: [{ collection: 'block_quote', item: { quote: 'Another' } }],
      translations: [{ languages_code: 'fr-FR', title: 'Français' }],
    }),
  );
});

test('A23 a singleton', async () => {
  await roundTrip(() =>
    items({ action: 'update', collection: 'site_settings', data: [{ tagline: 'Other', logo: null }] }),
  );
});

test('A23 the first writing of a singleton', async () => {
  const [row] = (await own.rows('site_settings')).site_settings ?? [];
  await own.rest('DELETE', '/items/site_settings/1');
  const empty = await own.rest('GET', '/items/site_settings?fields=id,tagline');
  await items({
    action: 'update',
    collection: 'site_settings',
    data: [{ site_name: 'New', tagline: 'Made here' }],
  });
  await undo();
  expect(await own.rest('GET', '/items/site_settings?fields=id,tagline')).toEqual(empty);
  await own.rest('PATCH', '/items/site_settings', row);
});

test('A23 new rows go, with all that was made with them', async () => {
  await roundTrip(() =>
    items({
      action: 'create',
      collection: 'articles',
      data: [
        {
          title: 'Made here',
          slug: 'made-here',
          author: { name: 'Made with it' },
          tags: [{ tags_id: { name: 'made with it' } }, { tags_id: 1 }],
          comments: [{ name: 'Di', text: 'made with it' }],
          blocks: [{ collection: 'block_text', item: { heading: 'Made with it' } }],
        },
      ],
    }),
  );
});

test('A23 deleted rows come back with their keys and all that the database took along', async () => {
  const { id } = await own.article({
    category: 2,
    author: 1,
    featured: true,
    key_facts: [{ label: 'a', value: 'b' }],
    publish_date: '2026-01-31T10:00:00Z',
    tags: [{ tags_id: 1 }, { tags_id: 2 }],
    comments: [{ name: 'Ann', text: 'one', approved: true }],
    blocks: [{ collection: 'block_text', item: { heading: 'First' } }],
    translations: [{ languages_code: 'de-DE', title: 'Deutsch' }],
  });
  await roundTrip(() => items({ action: 'delete', collection: 'articles', keys: [id] }));
});

test('A23 a deleted row gets its links back from the rows that lost them', async () => {
  const author = await own.rest<{ id: number }>('POST', '/items/authors', { name: 'Goes' });
  await own.article({ author: author.id });
  await own.article({ author: author.id });
  await roundTrip(() => items({ action: 'delete', collection: 'authors', keys: [author.id] }));
});

test('A23 deleted rows with keys of every kind', async () => {
  const { id } = await own.rest<{ id: string }>('POST', '/items/block_text', {
    heading: 'Uuid',
    content: '<p>x</p>',
  });
  await own.rest('POST', '/items/languages', { code: 'xx-XX', name: 'Nowhere' });
  await own.rest('PATCH', '/items/languages/xx-XX', { name: 'Nowhere at all' });
  await roundTrip(async () => {
    await items({ action: 'delete', collection: 'block_text', keys: [id] });
    await items({ action: 'delete', collection: 'languages', keys: ['xx-XX'] });
  });
});

test('A23 changes that build on one another, undone as one', async () => {
  const answer = await roundTrip(async () => {
    const made = await items({ action: 'create', collection: 'authors', data: [{ name: 'New' }] });
    const [{ key } = {}] = made.data as Row[];
    const story = await items({
      action: 'create',
      collection: 'articles',
      data: [{ title: 'Of new', author: key }],
    });
    const [{ key: id } = {}] = story.data as Row[];
    await update('articles', [id], { status: 'published', title: 'Of the new one' });
    await update('articles', [id], { author: 1 });
    await update('articles', [id], { author: key });
    await items({ action: 'delete', collection: 'articles', keys: [id] });
  });
  expect(answer.info.undone).toHaveLength(6);
});

const edit = (path: string, body: Row) => own.rest('PATCH', `/items/${path}`, body);
const refused = async (args: Row = {}) => {
  const answer = await server.confirmed('history', { action: 'undo', ...args });
  expect(answer.isError, answer.text).toBe(true);
  return answer.text;
};
const changes = async () => {
  const answer = await server.call('history', { action: 'changes' });
  return answer.data as { change: number; did: string; undone?: string; cannotBeUndone?: string[] }[];
};

test('A23 stops at what a person changed since, in the preview and when it is made', async () => {
  const { id } = await own.article({ status: 'draft' });
  await update('articles', [id], { title: 'First' });
  const [oldest] = await changes();
  await update('articles', [id], { summary: 'Second' });
  const other = await own.article();
  await update('articles', [other.id], { title: 'Third' });
  await edit(`articles/${id}`, { summary: 'by a person' });

  const args = { action: 'undo', since: String(oldest?.change) };
  const preview = await server.call('history', args);
  expect(preview.info.rows).toBe(1);
  expect(preview.text).toContain('it undoes 1 of 3 changes');
  const [stop, beyond] = preview.info.cannotBeUndone as string[];
  expect(stop).toMatch(
    /updated articles \d+\): articles \d+: changed since: summary, by admin@example.com on 2/,
  );
  expect(beyond).toMatch(new RegExp(`^change ${oldest?.change} .*: it was made before that$`));

  const made = await server.call('history', { ...args, confirm: preview.info.confirm });
  expect(made.info.undone).toEqual([expect.stringContaining(`articles ${other.id}`)]);
  expect(made.info.notUndone).toEqual([
    expect.stringMatching(/changed since: summary/),
    expect.stringMatching(/First|made before that/),
  ]);
  expect(await own.rest('GET', `/items/articles/${id}?fields=title,summary`)).toEqual({
    title: 'First',
    summary: 'by a person',
  });
  expect(await refused()).toMatch(/CONFLICT.*changed since: summary.*Nothing was changed/s);
  // The one before is reached by its number: it has changed something else.
  await undo({ change: oldest?.change });
  expect((await own.rest('GET', `/items/articles/${id}?fields=title`)).title).toMatch(/^Own story/);
});

test('A23 refuses where the row went or came back since', async () => {
  const { id } = await own.article();
  await update('articles', [id], { title: 'Was changed' });
  await own.rest('DELETE', `/items/articles/${id}`);
  expect(await refused()).toMatch(/it was deleted since, by admin@example.com/);

  const tag = await own.rest<{ id: number }>('POST', '/items/tags', { name: 'comes back' });
  await items({ action: 'delete', collection: 'tags', keys: [tag.id] });
  await own.rest('POST', '/items/tags', { id: tag.id, name: 'by a person' });
  expect(await refused()).toMatch(/there is a row with this key again/);
  expect(await own.rest('GET', `/items/tags/${tag.id}`)).toEqual({ id: tag.id, name: 'by a person' });
});

test('A23 what somebody put back by hand is no conflict', async () => {
  const { id } = await own.article({ category: 1 });
  await update('articles', [id], { status: 'published', category: 2 });
  await edit(`articles/${id}`, { status: 'draft' });
  await undo();
  expect(await own.rest('GET', `/items/articles/${id}?fields=status,category`)).toEqual({
    status: 'draft',
    category: 1,
  });
});

test('A23 does not remove a new row that others edited or point at', async () => {
  const made = await items({ action: 'create', collection: 'authors', data: [{ name: 'Popular' }] });
  const [{ key } = {}] = made.data as Row[];
  await own.article({ author: key });
  expect(await refused()).toMatch(/articles \d+ points at it/);
  const story = await items({ action: 'create', collection: 'articles', data: [{ title: 'Edited since' }] });
  const [{ key: id } = {}] = story.data as Row[];
  await edit(`articles/${id}`, { category: 1 });
  expect(await refused()).toMatch(/it was edited since|changed since/);
  expect(await own.rest('GET', `/items/articles/${id}?fields=category`)).toEqual({ category: 1 });
});

test('A23 undone once, then the one before; what was undone can be done again by its number', async () => {
  const { id } = await own.article();
  const status = async () => (await own.rest('GET', `/items/articles/${id}?fields=status,title`)) as Row;
  const before = await status();
  await update('articles', [id], { title: 'One' });
  await update('articles', [id], { status: 'published' });
  await undo();
  expect(await status()).toMatchObject({ title: 'One', status: 'draft' });
  await undo();
  expect(await status()).toEqual(before);
  const [undid2, undid1, second, first] = await changes();
  expect([first?.undone, second?.undone].every(Boolean)).toBe(true);
  expect(undid1?.did).toBe(`undid ${second?.change}: updated articles ${id}`);
  expect(undid2?.did).toBe(`undid ${first?.change}: updated articles ${id}`);
  expect(await refused({ change: first?.change })).toMatch(/was undone already/);

  await undo({ change: undid2?.change });
  expect(await status()).toMatchObject({ title: 'One', status: 'draft' });
  expect((await changes()).find(({ change }) => change === first?.change)?.undone).toBeUndefined();
  await undo();
  expect(await status()).toEqual(before);
});

test('A23 two machines share one history', async () => {
  const elsewhere = await own.serve();
  const { id } = await own.article();
  await update('articles', [id], { title: 'Here' });
  await elsewhere.call('items', {
    action: 'update',
    collection: 'articles',
    keys: [id],
    data: [{ title: 'There' }],
  });
  const undone = await server.confirmed('history', { action: 'undo' });
  expect(undone.text).toContain('"title":["There","Here"]');
  const again = await elsewhere.confirmed('history', { action: 'undo' });
  expect(again.text).toContain('"Here",');
  expect((await changes())[0]?.did).toMatch(/^undid/);
});

test('A23 works with deletes switched off for what this assistant made itself, always confirmed', async () => {
  const careful = await own.serve();
  const made = await careful.call('items', {
    action: 'create',
    collection: 'tags',
    data: [{ name: 'for a moment' }],
  });
  const [{ key } = {}] = made.data as Row[];
  const held = await careful.call('history', { action: 'undo' });
  expect(held.isError).toBe(true);
  expect(held.info.needsConfirmation).toEqual(['it removes 1 row that this assistant made']);
  await careful.confirmed('history', { action: 'undo' });
  expect((await own.send('GET', `/items/tags/${key}`)).status).toBe(403);
  // To take that back and forth would be a way to delete.
  const [undid] = await changes();
  await careful.confirmed('history', { action: 'undo', change: undid?.change });
  expect((await own.send('GET', `/items/tags/${key}`)).status).toBe(200);
  await own.rest('DELETE', `/items/tags/${key}`);

  const readOnly = await own.serve({ flags: ['--read-only'] });
  expect((await readOnly.call('history', { action: 'undo' })).text).toContain('NOT_AVAILABLE');
});

test('A23 an editor undoes what the editor did, with the rights of an editor', async () => {
  const [policy] = await own.rest<{ id: string }[]>('GET', '/policies?filter[name][_eq]=Editor&fields=id');
  const [right] = await own.rest<{ id: number }[]>(
    'GET',
    '/permissions?limit=1&filter[collection][_eq]=articles&filter[action][_eq]=delete',
  );
  expect(right).toBeUndefined();
  const editor = await own.serve({ token: own.editor });
  const { id } = await own.article({ category: 1, tags: [{ tags_id: 1 }] });
  const change = { action: 'update', collection: 'articles', keys: [id], data: [{ category: 2, tags: [2] }] };
  change.data = [{ category: 2, tags: [{ tags_id: 2 }] }] as never;
  // Replacing a list deletes what is left out of it.
  const careful = await own.serve({ token: own.editor, flags: ['--allow-deletes'] });
  const made = await careful.confirmed('items', change);
  expect(made.isError, made.text).toBe(false);

  const without = await editor.call('history', { action: 'undo' });
  expect(without.text).toMatch(/FORBIDDEN: Your Directus user may not read directus_revisions/);
  expect(
    (await editor.client.listTools()).tools.find(({ name }) => name === 'history')?.inputSchema,
  ).toMatchObject({
    properties: { action: { enum: ['read', 'changes'] } },
  });
  const seen = await editor.call('history', { action: 'read', collection: 'articles', key: id });
  expect(seen.info.note).toContain('you may not read directus_revisions');
  expect(seen.data).toEqual([expect.objectContaining({ did: 'update', by: 'Edda Editor' })]);

  await own.rest('POST', '/permissions', {
    policy: policy?.id,
    collection: 'directus_revisions',
    action: 'read',
    fields: ['*'],
    permissions: {},
    validation: {},
  });
  const undone = await editor.confirmed('history', { action: 'undo' });
  expect(undone.isError, undone.text).toBe(false);
  const row = await own.rest('GET', `/items/articles/${id}?fields=category,tags.tags_id`);
  expect(row).toEqual({ category: 1, tags: [{ tags_id: 1 }] });

  // Somebody else's changes are not the editor's, and what an editor made and may not delete stays.
  expect((await editor.call('history', { action: 'undo' })).text).toContain('nothing to undo');
  const story = await editor.call('items', {
    action: 'create',
    collection: 'articles',
    data: [{ title: 'Mine' }],
  });
  const [{ key } = {}] = story.data as Row[];
  const kept = await editor.confirmed('history', { action: 'undo' });
  expect(kept.text).toMatch(/CONFLICT.*you have no permission to delete articles/s);
  expect((await own.send('GET', `/items/articles/${key}`)).status).toBe(200);
  await edit(`articles/${key}`, { title: 'By the admin' });
  expect((await editor.confirmed('history', { action: 'undo' })).text).toMatch(/changed since: title/);
});

test('A23 says before it happens what could not be undone', async () => {
  const make = (name: string, accountability: string | null) =>
    own.rest('POST', '/collections', {
      collection: name,
      schema: {},
      meta: { accountability },
      fields: [
        {
          field: 'id',
          type: 'integer',
          schema: { is_primary_key: true, has_auto_increment: true },
          meta: {},
        },
        { field: 'name', type: 'string', schema: {}, meta: {} },
        { field: 'secret', type: 'hash', schema: {}, meta: { special: ['hash', 'conceal'] } },
      ],
    });
  await make('untracked', null);
  await make('unrevised', 'activity');
  const lost = async (args: Row) => {
    const looked = await server.call('items', { dryRun: true, ...args });
    expect(looked.isError, looked.text).toBe(false);
    return looked.info.cannotBeUndone;
  };
  const row = (name: string) => own.rest<{ id: number }>('POST', `/items/${name}`, { name: 'a' });
  const { id: untracked } = await row('untracked');
  const { id: unrevised } = await row('unrevised');
  const off = ['all of it: untracked keeps no activity (accountability is off)'];
  expect(await lost({ action: 'create', collection: 'untracked', data: [{ name: 'b' }] })).toEqual(off);
  expect(await lost({ action: 'delete', collection: 'untracked', keys: [untracked] })).toEqual(off);
  const unknown = ['all of it: unrevised keeps no revisions'];
  expect(await lost({ action: 'create', collection: 'unrevised', data: [{ name: 'b' }] })).toBeUndefined();
  expect(
    await lost({ action: 'update', collection: 'unrevised', keys: [unrevised], data: [{ name: 'c' }] }),
  ).toEqual(unknown);
  expect(await lost({ action: 'delete', collection: 'unrevised', keys: [unrevised] })).toEqual(unknown);

  // What was said holds: a new row goes, a changed one cannot be put back.
  const before = await own.rows('unrevised');
  await items({ action: 'create', collection: 'unrevised', data: [{ name: 'b' }] });
  await undo();
  expect(await own.rows('unrevised')).toEqual(before);
  await update('unrevised', [unrevised], { name: 'c' });
  expect((await changes())[0]?.cannotBeUndone).toEqual(['unrevised: keeps no revisions']);
  expect(await refused()).toMatch(/CANNOT_BE_UNDONE.*unrevised \d+: unrevised keeps no revisions/s);

  // A row that is older than its revisions, and one with a secret.
  await own.rest('PATCH', '/collections/untracked', { meta: { accountability: 'all' } });
  const old = [`1 of 1 rows: Directus holds no revision of them`];
  expect(
    await lost({ action: 'update', collection: 'untracked', keys: [untracked], data: [{ name: 'c' }] }),
  ).toEqual(old);
  await update('untracked', [untracked], { name: 'c' });
  expect(await refused()).toMatch(/name of untracked \d+: no revision tells what it was/);
  await update('untracked', [untracked], { name: 'd', secret: 'x' });
  const undone = await undo();
  expect(undone.info.notUndone).toEqual([expect.stringMatching(/^secret of untracked \d+: nobody can read/)]);
  expect((await own.rest('GET', `/items/untracked/${untracked}`)).name).toBe('c');

  // More than one call can remember of what goes along.
  const many = await own.rest<{ id: number }[]>(
    'POST',
    '/items/articles',
    Array.from({ length: 60 }, (_, index) => ({
      title: `Many ${index}`,
      image: null,
      category: 1 + (index % 4),
      tags: [{ tags_id: 1 }, { tags_id: 2 }, { tags_id: 3 }],
      comments: [{ name: 'x', text: 'y' }],
    })),
  );
  const keys = many.map((one) => one.id);
  expect(await lost({ action: 'delete', collection: 'articles', keys })).toEqual([
    'what points at them or goes with them: that is more than can be kept; fewer rows at once can be undone',
  ]);
  expect(await lost({ action: 'delete', collection: 'articles', keys: keys.slice(0, 5) })).toBeUndefined();
  const stories = () =>
    own.rest('GET', '/items/articles?limit=-1&sort=id&fields=id,title,category,user_created,date_created');
  const all = await stories();
  await items({ action: 'delete', collection: 'articles', keys });
  await undo();
  expect(await stories()).toEqual(all);
  const moved = { action: 'update', collection: 'articles', data: [{ category: 4, image: null }] };
  expect(await lost({ ...moved, keys: keys.slice(0, 20) })).toBeUndefined();
  await own.rest('DELETE', '/collections/untracked');
  await own.rest('DELETE', '/collections/unrevised');
});

test('A23 a new collection, its fields and relations, and settings of both', async () => {
  const model = async () => ({
    snapshot: await own.rest('GET', '/schema/snapshot'),
    collections: await own.rest('GET', '/collections'),
  });
  const before = await model();
  const call = async (tool: string, args: Row) => {
    const answer = await server.confirmed(tool, args);
    expect(answer.isError, answer.text).toBe(false);
  };
  await call('collections', {
    action: 'create',
    data: [
      {
        collection: 'reviews',
        schema: {},
        meta: { note: 'x' },
        fields: [{ field: 'title', type: 'string', meta: {}, schema: {} }],
      },
    ],
  });
  const [start] = await changes();
  await call('fields', {
    action: 'create',
    collection: 'reviews',
    data: [{ field: 'article', type: 'integer', meta: { special: ['m2o'] }, schema: {} }],
  });
  await call('fields', {
    action: 'create',
    collection: 'articles',
    data: [
      { field: 'reviews', type: 'alias', meta: { special: ['o2m'] }, schema: null },
      { field: 'rating', type: 'integer', meta: { note: 'stars' }, schema: { default_value: 3 } },
    ],
  });
  await call('relations', {
    action: 'create',
    collection: 'reviews',
    field: 'article',
    data: {
      collection: 'reviews',
      field: 'article',
      related_collection: 'articles',
      meta: { one_field: 'reviews' },
    },
  });
  await items({ action: 'create', collection: 'reviews', data: [{ title: 'Good', article: 1 }] });
  await update('articles', [1], { rating: 5 });
  await call('collections', {
    action: 'update',
    data: [{ collection: 'articles', meta: { note: 'Other', group: null } }],
  });
  await call('fields', {
    action: 'update',
    collection: 'articles',
    data: [{ field: 'title', meta: { note: 'Other', width: 'half', options: { trim: true } } }],
  });
  const done = await undo({ since: String(start?.change) });
  expect(done.info.notUndone, done.text).toBeUndefined();
  expect(await model()).toEqual(before);
});

test('A23 does not drop what somebody else has filled or built on', async () => {
  const field = (name: string) => ({ field: name, type: 'string', meta: {}, schema: {} });
  const create = (collection: string, name: string) =>
    server.confirmed('fields', { action: 'create', collection, data: [field(name)] });
  await create('tags', 'colour');
  await edit('tags/1', { colour: 'red' });
  expect(await refused()).toMatch(/field tags.colour: 1 rows of tags hold values in it that would go/);
  await own.rest('DELETE', '/fields/tags/colour');

  await server.confirmed('collections', {
    action: 'create',
    data: [{ collection: 'shelf', schema: {}, meta: {} }],
  });
  const [made] = await changes();
  await own.rest('POST', '/items/shelf', {});
  expect(await refused()).toMatch(/collection shelf: it holds 1 rows that are not all this assistant's own/);
  await own.rest('DELETE', '/items/shelf/1');
  await own.rest('POST', '/fields/shelf', field('by_a_person'));
  expect(await refused()).toMatch(/somebody else has made or changed its field by_a_person/);
  await own.rest('DELETE', '/fields/shelf/by_a_person');
  await own.rest('POST', '/fields/tags', { field: 'shelf', type: 'integer', meta: {}, schema: {} });
  await own.rest('POST', '/relations', { collection: 'tags', field: 'shelf', related_collection: 'shelf' });
  expect(await refused()).toMatch(/tags.shelf, which somebody else has made, would go with it/);
  await own.rest('DELETE', '/fields/tags/shelf');
  await undo({ change: made?.change });
  expect((await own.send('GET', '/collections/shelf')).status).toBe(403);

  await create('tags', 'gone_soon');
  await server.confirmed('fields', { action: 'delete', collection: 'tags', field: 'gone_soon' });
  expect(await refused()).toMatch(/the field and its values: Directus keeps nothing/);
});

test("A23 rows of Directus's own: folders, files, flows, comments, panels, rights", async () => {
  const system = [
    'comments',
    'dashboards',
    'files',
    'flows',
    'folders',
    'operations',
    'panels',
    'permissions',
    'policies',
    'roles',
    'translations',
  ];
  const names = system.map((name) => `directus_${name}`);
  const [newest] = await own.rest<{ id: number }[]>('GET', '/activity?sort=-id&limit=1&fields=id');
  const folder = await own.rest<{ id: string }>('POST', '/folders', { name: 'Old' });
  const before = await own.rows(...names);
  const [file] = await own.rest<{ id: string }[]>('GET', '/files?limit=1');
  const [flow] = await own.rest<{ id: string }[]>('GET', '/flows?limit=1');
  const call = async (tool: string, args: Row) => {
    const answer = await server.confirmed(tool, args);
    expect(answer.isError, answer.text).toBe(false);
    return answer.data as Row[];
  };
  const [{ key: parent } = {}] = await call('folders', { action: 'create', data: [{ name: 'New' }] });
  await call('folders', { action: 'update', keys: [folder.id], data: [{ name: 'Renamed', parent }] });
  await call('files', { action: 'update', keys: [file?.id], data: [{ title: 'Renamed', folder: parent }] });
  await call('flows', { action: 'update', key: flow?.id, data: { name: 'Renamed', status: 'inactive' } });
  await own.asCall('POST', '/operations', {
    key: 'x',
    type: 'log',
    flow: flow?.id,
    position_x: 1,
    position_y: 1,
  });
  await own.asCall('POST', '/comments', { collection: 'articles', item: '1', comment: 'Hello' });
  const board = await own.asCall<{ id: string }>('POST', '/dashboards', { name: 'Board' });
  await own.asCall('POST', '/panels', {
    dashboard: board.id,
    type: 'label',
    position_x: 1,
    position_y: 1,
    width: 2,
    height: 2,
  });
  await own.asCall('POST', '/translations', { key: 'a', language: 'de-DE', value: 'A' });
  const policy = await own.asCall<{ id: string }>('POST', '/policies', { name: 'New' });
  await own.asCall('POST', '/permissions', {
    policy: policy.id,
    collection: 'tags',
    action: 'read',
    fields: ['*'],
    permissions: {},
    validation: {},
  });
  await own.asCall('POST', '/roles', { name: 'New' });
  const [first] = await own.rest<{ id: number }[]>(
    'GET',
    `/activity?sort=id&limit=1&fields=id&filter[user_agent][_starts_with]=directus-assistant&filter[id][_gt]=${newest?.id}`,
  );
  const held = await server.call('history', { action: 'undo', since: String(first?.id) });
  expect(held.info.needsConfirmation, held.text).toEqual(
    expect.arrayContaining(['it changes or runs flows', 'it changes who may do what']),
  );
  const done = await server.confirmed('history', { action: 'undo', since: String(first?.id) });
  expect(done.info.notUndone, done.text).toBeUndefined();
  expect(await own.rows(...names)).toEqual(before);

  await own.asCall('DELETE', `/files/${file?.id}`);
  expect((await changes())[0]?.cannotBeUndone).toEqual(['directus_files: the content of the files']);
  expect(await refused()).toMatch(/CANNOT_BE_UNDONE.*the content of the files/s);
});

test('A23 what was done stays done when Directus refuses in the middle, and is not done twice', async () => {
  const { id } = await own.article({ slug: 'taken-1' });
  const other = await own.article();
  await update('articles', [id], { slug: 'free-1' });
  const [oldest] = await changes();
  await update('articles', [other.id], { title: 'Newer' });
  await own.article({ slug: 'taken-1' });
  const answer = await server.confirmed('history', { action: 'undo', since: String(oldest?.change) });
  expect(answer.isError).toBe(true);
  expect(answer.text).toMatch(
    /RECORD_NOT_UNIQUE.*Before that, these were undone, and stay so: \d+ \(updated articles/s,
  );
  const [, newer, older] = await changes();
  expect([Boolean(newer?.undone), Boolean(older?.undone)]).toEqual([true, false]);
});

test('A23 versions: a new one goes, a promoted one is taken back, a saved one stays as it is', async () => {
  const { id } = await own.article({ title: 'Main', category: 1 });
  const versions = async (args: Row) => {
    const answer = await server.confirmed('versions', {
      collection: 'articles',
      key: id,
      version: 'draft',
      ...args,
    });
    expect(answer.isError, answer.text).toBe(false);
  };
  const main = () => own.rest('GET', `/items/articles/${id}?fields=title,category`);
  await versions({ action: 'create', data: { title: 'Draft' } });
  const [start] = await changes();
  await versions({ action: 'save', data: { category: 2 } });
  expect(await refused()).toMatch(/CANNOT_BE_UNDONE.*it can only be saved anew/s);
  await versions({ action: 'promote' });
  expect(await main()).toEqual({ title: 'Draft', category: 2 });
  const done = await undo({ since: String(start?.change) });
  expect(await main()).toEqual({ title: 'Main', category: 1 });
  expect(await own.rest('GET', `/versions?filter[item][_eq]=${id}`)).toEqual([]);
  expect(done.info.notUndone).toEqual([expect.stringMatching(/it can only be saved anew/)]);
});

test('A23 what was cut off in the middle is said, and undoing it again does the rest', async () => {
  const { id } = await own.article({ slug: 'taken-2', tags: [{ tags_id: 1 }] });
  const before = await own.rows('articles', 'articles_tags');
  await update('articles', [id], { slug: 'free-2', tags: [{ tags_id: 2 }] });
  const thief = await own.article({ slug: 'taken-2' });
  const answer = await server.confirmed('history', { action: 'undo' });
  expect(answer.text).toMatch(
    /RECORD_NOT_UNIQUE.*Before that, these were put back, and stay so: articles_tags \d+/s,
  );
  expect((await changes())[1]?.undone).toBe('in part');
  await own.rest('DELETE', `/items/articles/${thief.id}`);
  await undo();
  expect(await own.rows('articles', 'articles_tags')).toEqual(before);
  expect((await changes()).find(({ did }) => /^updated articles/.test(did))?.undone).toMatch(/^2/);
});

test('A23 what a flow changed that this assistant ran', async () => {
  const { id } = await own.article({ editor_note: 'old' });
  const [flow] = await own.rest<{ id: string }[]>('GET', '/flows?filter[trigger][_eq]=manual&fields=id');
  const ran = await server.confirmed('trigger-flow', {
    id: flow?.id,
    collection: 'articles',
    keys: [id],
    data: { note: 'new' },
  });
  expect(ran.isError, ran.text).toBe(false);
  expect((await changes())[0]).toMatchObject({
    did: `ran directus_flows ${flow?.id}; updated articles ${id}`,
    cannotBeUndone: [expect.stringMatching(/what the flow did beside changing rows/)],
  });
  const done = await undo();
  expect((await own.rest('GET', `/items/articles/${id}?fields=editor_note`)).editor_note).toBe('old');
  expect(done.info.notUndone).toEqual([`what the flow ${flow?.id} did beside changing rows`]);
});

test('A23 deleted rows that point at one another: a flow with its steps, a dashboard with its panels', async () => {
  const names = ['directus_flows', 'directus_operations', 'directus_dashboards', 'directus_panels'];
  const board = await own.rest<{ id: string }>('POST', '/dashboards', { name: 'Goes', note: 'soon' });
  await own.rest('POST', '/panels', {
    dashboard: board.id,
    type: 'label',
    name: 'On it',
    position_x: 1,
    position_y: 2,
    width: 4,
    height: 3,
    options: { text: 'Hello' },
  });
  const before = await own.rows(...names);
  const [flow] = await own.rest<{ id: string }[]>('GET', '/flows?limit=1');
  for (const [tool, key] of [
    ['flows', flow?.id],
    ['dashboards', board.id],
  ] as const) {
    const gone = await server.confirmed(tool, { action: 'delete', key });
    expect(gone.isError, gone.text).toBe(false);
    expect(await own.rows(...names)).not.toEqual(before);
    await undo();
    expect(await own.rows(...names)).toEqual(before);
  }
});

test('A23 many rows: updated, made and deleted by the hundred', { timeout: 120_000 }, async () => {
  const before = await own.rows('authors');
  const data = Array.from({ length: 600 }, (_, index) => ({ name: `Many ${index}`, role: 'x' }));
  await items({ action: 'create', collection: 'authors', data });
  const [start] = await changes();
  await items({
    action: 'update',
    collection: 'authors',
    query: { filter: { role: { _eq: 'x' } } },
    data: [{ bio: 'y' }],
  });
  const slow = { timeout: 100_000 };
  const call = async (args: Row) => {
    const reply = await server.client.callTool({ name: 'history', arguments: args }, undefined, slow);
    return takeApart(reply as never);
  };
  const args = { action: 'undo', since: String(start?.change) };
  const held = await call(args);
  expect(held.info.rows, held.text).toBe(1200);
  const done = await call({ ...args, confirm: held.info.confirm });
  expect(done.isError, done.text).toBe(false);
  expect(done.info.undone).toHaveLength(2);
  expect(await own.rows('authors')).toEqual(before);
});

test('A23 an edit of which only a revision tells is found as well', async () => {
  const editor = await own.serve({ token: own.editor });
  const made = await editor.call('items', {
    action: 'create',
    collection: 'articles_translations',
    data: [{ title: 'By the editor', languages_code: 'de-DE' }],
  });
  const [{ key } = {}] = made.data as Row[];
  // The editor may not see what the admin does, and a link is in no revision of a new row.
  await own.rest('PATCH', `/items/articles_translations/${key}`, { languages_code: 'fr-FR' });
  const answer = await editor.confirmed('history', { action: 'undo' });
  expect(answer.text).toMatch(/CONFLICT.*articles_translations \d+: it was edited since/s);
});

test('A23 a request of somebody else under the same name is no change of this user', async () => {
  const { id } = await own.article();
  await update('articles', [id], { title: 'Mine' });
  const made = await items({ action: 'create', collection: 'tags', data: [{ name: 'mine' }] });
  const [{ key } = {}] = made.data as Row[];
  const [entry] = await own.rest<{ user_agent: string }[]>(
    'GET',
    '/activity?sort=-id&limit=1&fields=user_agent',
  );
  const forged = { token: own.editor, agent: entry?.user_agent ?? '' };
  await own.send('PATCH', `/items/articles/${id}`, { summary: 'forged' }, forged);
  expect((await changes())[0]?.did).toBe(`created tags ${key}`);
  await undo();
  expect(await own.rest('GET', `/items/articles/${id}?fields=summary,title`)).toEqual({
    summary: 'forged',
    title: 'Mine',
  });
});

test('A23 looks again right before: what undoing one change sets off is an edit by somebody else', async () => {
  const { id } = await own.article();
  const { id: flow } = await own.rest<{ id: string }>('POST', '/flows', {
    name: 'Follows tags',
    status: 'active',
    trigger: 'event',
    accountability: 'all',
    options: { type: 'filter', scope: ['items.update'], collections: ['tags'] },
  });
  const { id: step } = await own.rest<{ id: string }>('POST', '/operations', {
    flow,
    key: 'note',
    type: 'item-update',
    position_x: 19,
    position_y: 1,
    options: {
      collection: 'articles',
      key: [id],
      payload: { summary: 'by a flow' },
      permissions: '$full',
      emitEvents: false,
    },
  });
  await update('articles', [id], { summary: 'by the assistant' });
  const [start] = await changes();
  const tag = await own.rest<{ id: number }>('POST', '/items/tags', { name: 'sets it off' });
  await update('tags', [tag.id], { name: 'renamed' });
  await own.rest('PATCH', `/flows/${flow}`, { operation: step });
  const since = String(start?.change);
  const held = await server.call('history', { action: 'undo', since });
  expect(held.info.cannotBeUndone).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/changed since/)]),
  );
  const done = await server.call('history', { action: 'undo', since, confirm: held.info.confirm });
  expect(done.info.undone, done.text).toEqual([expect.stringContaining(`updated tags ${tag.id}`)]);
  expect(done.info.notUndone).toContainEqual(expect.stringMatching(/articles \d+: changed since: summary/));
  expect((await own.rest('GET', `/items/articles/${id}?fields=summary`)).summary).toBe('by a flow');
  await own.rest('DELETE', `/flows/${flow}`);
});

test('A21 A23 relations of each kind made in one call, filled and undone', { timeout: 120_000 }, async () => {
  const model = async () => ({
    snapshot: await own.rest('GET', '/schema/snapshot'),
    collections: await own.rest('GET', '/collections'),
    content: await own.rows(...CONTENT),
  });
  const before = await model();
  const relate = async (args: Row) => {
    const answer = await server.confirmed('relations', { action: 'create', collection: 'articles', ...args });
    expect(answer.isError, answer.text).toBe(false);
  };
  await relate({ field: 'editor', kind: 'm2o', related: ['authors'], data: { related_field: 'edited' } });
  const [start] = await changes();
  expect(start?.did).toMatch(
    /created fields articles.editor, authors.edited|created fields authors.edited, articles.editor/,
  );
  await relate({ field: 'places', kind: 'm2m', related: ['tags'] });
  await relate({ field: 'extras', kind: 'm2a', related: ['block_text', 'block_quote'] });
  await relate({ field: 'gallery', kind: 'files' });
  await relate({ field: 'sources', kind: 'o2m', related: ['reader_comments'] });
  await update('articles', [2], { editor: 1, places: [{ tags_id: 1 }], sources: [2, 3] });
  const done = await undo({ since: String(start?.change) });
  expect(done.info.notUndone, done.text).toBeUndefined();
  expect(await model()).toEqual(before);
});
