import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshArticle, freshUser, type Right, rest } from './helpers.ts';
import { startProxy } from './proxy.ts';
import { type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus, takesRules } from './shared-directus.ts';

const { editor, readonly, admin, url } = sharedDirectus();
const asAdmin = rest(admin.token);
const flags = ['--allow-deletes'];

const NOBODY_ID = '6b0e6a34-0000-4000-8000-000000000000';
/** What Directus recommends, to the letter. */
const ownFiles: Right[] = [
  { collection: 'directus_files', action: 'read' },
  {
    collection: 'directus_files',
    action: 'update',
    permissions: { uploaded_by: { _eq: '$CURRENT_USER' } },
    fields: [
      'title',
      'description',
      'tags',
      'location',
      'folder',
      'focal_point_x',
      'focal_point_y',
      'filename_download',
    ],
  },
];

let as: { editor: TestServer; reader: TestServer; owner: TestServer; nobody: TestServer };
const users: { remove(): Promise<void> }[] = [];
let file: string;

beforeAll(async () => {
  const owner = await freshUser([
    ...ownFiles,
    { collection: 'articles', action: 'read' },
    { collection: 'authors', action: 'read' },
    { collection: 'reader_comments', action: 'create' },
  ]);
  users.push(owner);
  const { data } = await asAdmin('GET', '/files?limit=1&fields=id');
  file = (data as { id: string }[])[0]?.id ?? '';
  as = {
    editor: await startServer({ token: editor.token, flags }),
    reader: await startServer({ token: readonly.token, flags }),
    owner: await startServer({ token: owner.token, flags }),
    nobody: await startServer({ token: '', flags }),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(as ?? {}).map((server) => server.close()));
  for (const user of users) await user.remove();
});

type Who = keyof typeof as;

/** Fails unless the answer is just these words, and asks for no confirmation of what cannot be done. */
async function refused(who: Who, tool: string, args: Row, says: RegExp): Promise<void> {
  const answer = await as[who].call(tool, args);
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.info.confirm).toBeUndefined();
  expect(answer.text).not.toMatch(/undefined|\[object|You don't have permission|Queried in/);
}

const items = (action: string, collection: string, more: Row = {}): [string, Row] => [
  'items',
  { action, collection, ...more },
];

describe('A24 a right that no policy gives', () => {
  test.each<[Who, [string, Row], string, string]>([
    ['editor', items('create', 'authors', { data: { name: 'X' } }), 'create', 'authors'],
    ['editor', items('update', 'authors', { keys: [1], data: { name: 'X' } }), 'update', 'authors'],
    ['editor', items('delete', 'articles', { keys: [1] }), 'delete', 'articles'],
    ['editor', items('delete', 'articles', { query: { filter: { id: { _eq: 1 } } } }), 'delete', 'articles'],
    ['editor', items('update', 'site_settings', { data: { site_name: 'X' } }), 'update', 'site_settings'],
    ['reader', items('create', 'articles', { data: { title: 'X' } }), 'create', 'articles'],
    ['reader', items('update', 'articles', { keys: [1], data: { title: 'X' } }), 'update', 'articles'],
    ['reader', items('delete', 'articles', { keys: [1] }), 'delete', 'articles'],
    ['reader', ['files', { action: 'delete', keys: [NOBODY_ID] }], 'delete', 'directus_files'],
    [
      'editor',
      ['folders', { action: 'update', keys: [NOBODY_ID], data: { name: 'X' } }],
      'update',
      'directus_folders',
    ],
    ['editor', ['flows', { action: 'read' }], 'read', 'directus_flows'],
    ['editor', ['operations', { action: 'read' }], 'read', 'directus_operations'],
    [
      'editor',
      ['trigger-flow', { id: NOBODY_ID, collection: 'articles', keys: [1] }],
      'read',
      'directus_flows',
    ],
  ])('A24 %s, %j: names %s on %s, and no retry', async (who, [tool, args], action, collection) => {
    const answer = await as[who].call(tool, args);
    if (answer.text.startsWith('NOT_FOUND')) {
      expect(answer.text).toMatch(/You may read every row, so it does not exist/);
      return;
    }
    await refused(
      who,
      tool,
      args,
      new RegExp(
        `^FORBIDDEN: You may not ${action} ${collection}: none of your policies gives ${action} on ${collection}\\.\n` +
          `Do not try again: only an administrator can give ${action} on ${collection}\\.$`,
      ),
    );
  });

  test('A24 of what cannot be done nobody is asked, nor is it previewed', async () => {
    for (const action of ['delete', 'update']) {
      const data = action === 'update' ? { data: { title: 'X' } } : {};
      const args = { action, collection: 'articles', keys: [1], ...data, dryRun: true };
      await refused('reader', 'items', args, /none of your policies gives (delete|update) on articles/);
    }
  });

  test('A24 the data model is for administrators, also in a preview', async () => {
    const only = /^FORBIDDEN: Only administrators may do this: changing the data model\.\nDo not try again/;
    const calls: [string, Row][] = [
      ['collections', { action: 'create', data: [{ collection: 'not_made' }] }],
      ['collections', { action: 'delete', keys: ['articles'] }],
      ['fields', { action: 'create', collection: 'articles', data: [{ field: 'not_made', type: 'string' }] }],
      [
        'fields',
        { action: 'update', collection: 'articles', data: [{ field: 'title', meta: { note: 'X' } }] },
      ],
      ['fields', { action: 'delete', collection: 'articles', field: 'summary' }],
      ['relations', { action: 'delete', collection: 'articles', field: 'author' }],
    ];
    for (const [tool, args] of calls) await refused('editor', tool, args, only);
  });

  test('A24 what is nested in data needs its own right, and that one is named', async () => {
    const { id } = await freshArticle({ tags: [{ tags_id: 1 }] });
    const { data } = await asAdmin('GET', `/items/articles/${id}?fields=tags`);
    const link = (data as { tags: number[] }).tags[0];
    await refused(
      'editor',
      ...items('update', 'articles', {
        keys: [id],
        data: { tags: { update: [{ id: link, tags_id: { id: 1, name: 'Not so' } }] } },
      }),
      /none of your policies gives update on tags/,
    );
    await refused(
      'editor',
      ...items('update', 'articles', { keys: [id], data: { author: { name: 'Nobody' } } }),
      /none of your policies gives create or update on authors/,
    );
  });

  test('A24 a collection that may be written but not read is no unknown one', async () => {
    await refused(
      'owner',
      ...items('create', 'reader_comments', { data: { text: 'X' } }),
      /none of your policies gives read on reader_comments\. You may create there/,
    );
  });

  test('A24 without a token, the public policy is what is missing something', async () => {
    await refused(
      'nobody',
      ...items('read', 'articles'),
      /There is no collection "articles"[\s\S]*Nobody is signed in/,
    );
    await refused(
      'nobody',
      ...items('update', 'articles', { keys: [1], data: { title: 'X' } }),
      /There is no collection "articles"[\s\S]*Nobody is signed in/,
    );
    await refused('nobody', 'flows', { action: 'read' }, /nobody is signed in[\s\S]*DIRECTUS_TOKEN/);
  });
});

describe('A24 names', () => {
  test('A24 a collection that does not exist is told with near ones, not as forbidden', async () => {
    for (const who of ['editor', 'reader'] as const)
      await refused(
        who,
        ...items('read', 'articels'),
        /^NOT_FOUND: There is no collection "articels" that you may see\. Did you mean "articles"/,
      );
  });

  test.each<[string, Row]>([
    ['fields', { fields: ['titel'] }],
    ['filter', { filter: { titel: { _eq: 'X' } } }],
    ['sort', { sort: ['titel'] }],
    ['aggregate', { aggregate: { max: ['titel'] } }],
    ['groupBy', { aggregate: { count: ['*'] }, groupBy: ['titel'] }],
  ])('A24 a field in %s that does not exist is told with near ones', async (_part, query) => {
    for (const who of ['editor', 'reader'] as const)
      await refused(
        who,
        ...items('read', 'articles', { query }),
        /^INVALID_QUERY: articles has no field "titel"\. Did you mean "title"/,
      );
  });

  test('A24 a relation that Directus leaves out without a word is an error', async () => {
    await refused(
      'editor',
      ...items('read', 'articles', { query: { fields: ['id', 'autor.name'], limit: 2 } }),
      /articles has no field "autor"\. Did you mean "author"/,
    );
    await refused(
      'editor',
      ...items('read', 'articles', {
        query: { fields: ['author.portrat.title'], filter: { author: { _nnull: true } }, limit: 2 },
      }),
      /authors has no field "portrat"\. Did you mean "portrait"/,
    );
    await refused(
      'editor',
      ...items('read', 'articles', { query: { fields: ['id', 'title.name'], limit: 2 } }),
      /articles\.title is no relation/,
    );
  });

  test('A24 a relation to what may not be read names the right that is missing', async () => {
    const query = { fields: ['id', 'category.name'], filter: { category: { _nnull: true } }, limit: 2 };
    await refused(
      'owner',
      ...items('read', 'articles', { query }),
      /articles\.category is no relation, or leads to rows that your policies give no read on/,
    );
    const allowed = await as.owner.call(
      ...items('read', 'articles', { query: { fields: ['id', 'author.name'], limit: 2 } }),
    );
    expect(allowed.isError, allowed.text).toBe(false);
  });

  test('A24 a version needs the right to read versions', async () => {
    await refused(
      'reader',
      ...items('read', 'articles', { keys: [1], query: { version: 'draft' } }),
      /directus_versions/,
    );
  });
});

describe('A24 rows', () => {
  test('A24 who may read every row is told that a row does not exist', async () => {
    await refused(
      'editor',
      ...items('update', 'articles', { keys: [99_999_999], data: { title: 'X' } }),
      /^NOT_FOUND: articles has no row with id 99999999 .* You may read every row, so it does not exist\./,
    );
    const { info } = await as.editor.call(...items('read', 'articles', { keys: [99_999_999] }));
    expect(info).toEqual({ notFound: [99_999_999] });
  });

  test('A24 a file of another user is out of the rule, and a field out of the permission', async () => {
    await refused(
      'owner',
      'files',
      { action: 'update', keys: [file], data: { title: 'Mine' } },
      new RegExp(
        `^FORBIDDEN: You may update only some rows of directus_files, chosen by a rule in your policies\\. .*\\(${file}\\)\\.\nDo not try again`,
      ),
    );
    await refused(
      'owner',
      'files',
      { action: 'update', keys: [file], data: { type: 'text/plain' } },
      /^FORBIDDEN: You may not update directus_files\.type: your policies give update on directus_files only for title, .*\nDo not try again as it is: leave type out/,
    );
    await refused(
      'owner',
      'files',
      { action: 'delete', keys: [file] },
      /none of your policies gives delete on directus_files/,
    );
  });

  test('A24 a field of what is related counts as well, in fields, filter and sort', async () => {
    for (const query of [
      { fields: ['uploaded_by.email'] },
      { filter: { uploaded_by: { email: { _eq: 'x' } } } },
      { sort: ['uploaded_by.email'] },
    ])
      await refused('owner', 'files', { action: 'read', query }, /directus_users/);
  });
});

// Custom rules: what Directus 12 takes of them is shown above.
if (takesRules()) {
  describe('A24 rules for rows and fields', () => {
    let ruled: TestServer;
    let mine: number;
    let published: number;
    let hidden: number;
    beforeAll(async () => {
      const user = await freshUser(
        [
          {
            collection: 'articles',
            action: 'read',
            fields: ['id', 'title', 'status', 'featured', 'author', 'category'],
            permissions: { status: { _eq: 'published' } },
          },
          {
            collection: 'articles',
            action: 'update',
            fields: ['title'],
            permissions: { featured: { _eq: true } },
          },
          { collection: 'articles', action: 'delete', permissions: { featured: { _eq: true } } },
          { collection: 'articles', action: 'create', fields: ['title', 'slug', 'body'] },
          { collection: 'authors', action: 'read', fields: ['id', 'name'] },
        ],
        { studio: true },
      );
      users.push(user);
      ruled = await startServer({ token: user.token, flags });
      mine = (await freshArticle({ status: 'published', featured: true })).id;
      published = (await freshArticle({ status: 'published', featured: false })).id;
      hidden = (await freshArticle({ status: 'draft' })).id;
    });
    afterAll(() => ruled?.close());

    const no = async (action: string, more: Row, says: RegExp) => {
      const answer = await ruled.call('items', { action, collection: 'articles', ...more });
      expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
      expect(answer.text).toMatch(says);
      expect(answer.info.confirm).toBeUndefined();
    };

    test('A24 a row outside the rule for the change is named, and no other', async () => {
      const only = new RegExp(`You may update only some rows of articles, .*\\(${published}\\)\\.`);
      await no('update', { keys: [published], data: { title: 'X' } }, only);
      await no('update', { keys: [mine, published], data: { title: 'X' } }, only);
      await no(
        'delete',
        { keys: [published] },
        new RegExp(`You may delete only some rows of articles, .*\\(${published}\\)\\.`),
      );
    });

    test('A24 a row outside the rule for reading may be there all the same', async () => {
      const may = /You may read only some rows, .*: it does not exist, or is none of these/;
      await no('update', { keys: [hidden], data: { title: 'X' } }, may);
      await no('update', { keys: [99_999_999], data: { title: 'X' } }, may);
      const { info, data } = await ruled.call('items', {
        action: 'read',
        collection: 'articles',
        keys: [hidden, mine],
        query: { fields: ['id'] },
      });
      expect(info).toEqual({ notFound: [hidden], note: expect.stringMatching(/only some rows of articles/) });
      expect(data).toEqual([{ id: mine }]);
    });

    test.each<[string, Row]>([
      ['fields', { fields: ['body'] }],
      ['filter', { filter: { body: { _contains: 'x' } } }],
      ['sort', { sort: ['body'] }],
      ['aggregate', { aggregate: { max: ['body'] } }],
    ])('A24 a field out of the permission, in %s', (_part, query) =>
      no(
        'read',
        { query },
        /^FORBIDDEN: You may not read articles\.body, if there is such a field: your policies give read on articles only for id, title, status, featured, author, category\.\nDo not try again as it is: leave body out/,
      ),
    );

    test('A24 a related collection without the right to read it', () =>
      no(
        'read',
        { query: { fields: ['id', 'category.name'] } },
        /^FORBIDDEN: You may not read categories: none of your policies gives read on categories\./,
      ));

    test('A24 a field of a related row', () =>
      no(
        'read',
        { query: { fields: ['author.email'] } },
        /You may not read authors\.email.*only for id, name/,
      ));

    test('A24 a field that may be read and not written', async () => {
      await no(
        'update',
        { keys: [mine], data: { status: 'draft' } },
        /^FORBIDDEN: You may not update articles\.status: your policies give update on articles only for title\./,
      );
      await no('create', { data: { title: 'X', status: 'draft' } }, /You may not create articles\.status/);
    });

    test('A24 a field that may be written and not read', () =>
      no(
        'create',
        { data: { title: 'X', body: 'X' } },
        /articles has no field "body"\. If there is one, your policies do not give read on it\. You may create it/,
      ));

    test('A24 what is allowed is done', async () => {
      const { info } = await ruled.call('items', {
        action: 'update',
        collection: 'articles',
        keys: [mine],
        data: { title: 'Allowed' },
      });
      expect(info).toEqual({ updated: 1 });
    });
  });
}

test('A24 a call that succeeds asks for no permissions', async () => {
  const proxy = await startProxy();
  const server = await startServer({ token: editor.token, url: proxy.url });
  try {
    const { id } = await freshArticle();
    await server.call('items', { action: 'read', collection: 'articles', keys: [id] });
    const before = proxy.passed.length;
    const read = await server.call('items', {
      action: 'read',
      collection: 'articles',
      query: { fields: ['id', 'author.name'], limit: 3 },
    });
    const change = await server.call('items', {
      action: 'update',
      collection: 'articles',
      keys: [id],
      data: { title: 'Cheap' },
    });
    expect([read.isError, change.isError]).toEqual([false, false]);
    const asked = proxy.passed.slice(before).map(({ path }) => path);
    expect(asked.filter((path) => path.startsWith('/permissions'))).toEqual([]);
  } finally {
    await server.close();
    await proxy.close();
  }
});

test('A24 an administrator is told what does not exist', async () => {
  const server = await startServer({ token: admin.token, url, flags });
  try {
    const missing = await server.call('assets', { id: NOBODY_ID });
    expect(missing.text).toMatch(/^NOT_FOUND: You may do everything, so what the call names does not exist/);
    const field = await server.call('items', {
      action: 'read',
      collection: 'articles',
      query: { filter: { titel: { _eq: 'X' } } },
    });
    expect(field.text).toMatch(/articles has no field "titel"\. Did you mean "title"/);
  } finally {
    await server.close();
  }
});
