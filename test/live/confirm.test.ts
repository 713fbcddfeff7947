import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshArticle, rest } from './helpers.ts';
import { type Answer, type Row, startServer, type TestServer, writeSettings } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);
let server: TestServer;
let deleting: TestServer;
let registry: TestServer;
beforeAll(async () => {
  [server, deleting, registry] = await Promise.all([
    startServer(),
    startServer({ flags: ['--allow-deletes'] }),
    startServer({ flags: ['--allow-deletes', '--tool-mode', 'registry'] }),
  ]);
});
afterAll(async () => {
  await Promise.all([server?.close(), deleting?.close(), registry?.close()]);
});

const articles = (action: string, args: Row, on = server) =>
  on.call('items', { action, collection: 'articles', ...args });

async function many(count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let made = 0; made < count; made++) ids.push((await freshArticle({ summary: 'Before' })).id);
  return ids;
}
const summaries = async (ids: number[]) => {
  const { data } = await asAdmin('GET', `/items/articles?filter[id][_in]=${ids.join()}&fields=summary`);
  return (data as { summary: string }[]).map(({ summary }) => summary);
};

/** Held: an error to whatever only looks for success, that says that nothing was done and how to go on. */
function held(answer: Answer): string {
  expect(answer.isError, answer.text).toBe(true);
  expect(answer.info.notDone).toMatch(/^Nothing was changed\. This would /);
  expect(answer.info.needsConfirmation).toBeInstanceOf(Array);
  const { confirm } = answer.info;
  expect(confirm, answer.text).toMatch(/^[\w-]{30,60}$/);
  return String(confirm);
}
const refusal = (answer: Answer, why: RegExp) => {
  held(answer);
  expect(answer.info.refused).toMatch(why);
};

describe('A9 a change of more than ten rows waits', () => {
  test('A9 the preview has the exact count and a sample of before and after, and one confirmation applies it', async () => {
    const keys = await many(12);
    const change = { keys, data: { summary: 'After' } };
    const first = await articles('update', change);
    const confirm = held(first);
    expect(first.info).toMatchObject({
      rows: 12,
      needsConfirmation: ['more than 10 rows (limits.changeRows)'],
    });
    expect(first.data).toEqual(
      keys.slice(0, 5).map((key) => ({ key, changed: { summary: ['Before', 'After'] } })),
    );
    expect(new Set(await summaries(keys))).toEqual(new Set(['Before']));

    const applied = await articles('update', { ...change, confirm });
    expect(applied.isError, applied.text).toBe(false);
    expect(applied.info).toEqual({ updated: 12 });
    expect(new Set(await summaries(keys))).toEqual(new Set(['After']));
  });

  test('A9 by filter as well as by keys, and for creations', async () => {
    const mark = `Mark ${Math.random()}`;
    const rows = Array.from({ length: 11 }, (_, index) => ({ title: `${mark} ${index}` }));
    const creation = await articles('create', { data: rows });
    expect(held(creation)).toBeTruthy();
    expect(creation.info.rows).toBe(11);
    const filter = { title: { _starts_with: mark } };
    const read = async () =>
      server.rows('items', { action: 'read', collection: 'articles', query: { filter } });
    expect(await read()).toEqual([]);
    const created = await articles('create', { data: rows, confirm: creation.info.confirm });
    expect(created.info).toEqual({ created: 11 });

    const update = await articles('update', { query: { filter }, data: { summary: 'After' } });
    held(update);
    expect(update.info.rows).toBe(11);
    const ten = await articles('update', { query: { filter, limit: 10 }, data: { summary: 'Ten' } });
    expect(ten.info).toMatchObject({ updated: 10 });
  });

  test('A9 related rows count as rows of the call', async () => {
    const { id } = await freshArticle();
    const comments = Array.from({ length: 10 }, (_, index) => ({ name: `N${index}`, text: 'T' }));
    const answer = await articles('update', { keys: [id], data: { comments: { create: comments } } });
    held(answer);
    expect(answer.info.rows).toBe(11);
  });

  test('A9 rows that a new list leaves out count as well, where they only lose their link', async () => {
    const { data } = await asAdmin('POST', '/items/authors', { name: `Prolific ${Math.random()}` });
    const author = (data as { id: number }).id;
    const keys = await many(12);
    await asAdmin('PATCH', '/items/articles', { keys, data: { author } });
    const linked = async () => {
      const query = { filter: { author: { _eq: author } }, fields: ['id'] };
      return (await server.rows('items', { action: 'read', collection: 'articles', query })).length;
    };
    const authors = (articles: unknown) =>
      server.call('items', { action: 'update', collection: 'authors', keys: [author], data: { articles } });
    for (const [list, rows] of [
      [[], 13],
      [null, 13],
      [keys.slice(0, 1), 13],
    ] as const) {
      const answer = await authors(list);
      held(answer);
      expect([list, answer.info.rows]).toEqual([list, rows]);
    }
    // As a part of a new row, too.
    const within = await server.call('items', {
      action: 'create',
      collection: 'articles',
      data: { title: 'Makes many', author: { id: author, articles: [] } },
    });
    held(within);
    expect(within.info.rows).toBe(14);
    expect(await linked()).toBe(12);
    const done = await authors(keys.slice(0, 4));
    expect(done.isError).toBe(true);
    expect((await authors(keys)).isError).toBe(true);
    expect(await linked()).toBe(12);
  });
});

describe('A11 a confirmation holds for what was previewed and nothing else', () => {
  test('A11 the item changed since: refused, with a new preview that shows it', async () => {
    const keys = await many(11);
    const change = { keys, data: { summary: 'After' } };
    const confirm = held(await articles('update', change));
    await asAdmin('PATCH', `/items/articles/${keys[0]}`, { summary: 'A person' });
    const second = await articles('update', { ...change, confirm });
    refusal(second, /changed since the preview/);
    expect(second.data).toContainEqual({ key: keys[0], changed: { summary: ['A person', 'After'] } });
    expect(await summaries([keys[0] ?? 0])).toEqual(['A person']);
    const third = await articles('update', { ...change, confirm: second.info.confirm });
    expect(third.info).toEqual({ updated: 11 });
  });

  test('A11 another field of the item counts as well', async () => {
    const keys = await many(11);
    const change = { keys, data: { summary: 'After' } };
    const confirm = held(await articles('update', change));
    await asAdmin('PATCH', `/items/articles/${keys[3]}`, { editor_note: 'Do not touch' });
    refusal(await articles('update', { ...change, confirm }), /changed since/);
  });

  test('A11 it applies once only', async () => {
    const rows = Array.from({ length: 11 }, () => ({ title: `Once ${Math.random()}` }));
    const confirm = held(await articles('create', { data: rows }));
    expect((await articles('create', { data: rows, confirm })).info).toEqual({ created: 11 });
    refusal(await articles('create', { data: rows, confirm }), /used already/);
  });

  test('A11 twice at once still applies once', async () => {
    const rows = Array.from({ length: 11 }, () => ({ title: `Twice ${Math.random()}` }));
    const confirm = held(await articles('create', { data: rows }));
    const both = await Promise.all([
      articles('create', { data: rows, confirm }),
      articles('create', { data: rows, confirm }),
    ]);
    expect(both.filter(({ isError }) => !isError)).toHaveLength(1);
  });

  test.each([
    ['other data', (change: Row) => ({ ...change, data: { summary: 'Other' } })],
    ['fewer keys', (change: Row) => ({ ...change, keys: (change.keys as number[]).slice(0, 11) })],
    ['another action', ({ keys }: Row) => ({ action: 'delete', keys })],
  ])('A11 a token for one call does not confirm one with %s', async (_, other) => {
    const keys = await many(12);
    const change = { keys, data: { summary: 'After' } };
    const confirm = held(await articles('update', change, deleting));
    refusal(await articles('update', { ...other(change), confirm }, deleting), /belongs to another call/);
    expect(new Set(await summaries(keys))).toEqual(new Set(['Before']));
  });

  test.each(['yes', 'true', '', '..', 'A'.repeat(43), 'x'.repeat(100_000)])(
    'A11 "%.20s" is no confirmation',
    async (confirm) => {
      const keys = await many(11);
      const answer = await articles('update', { keys, data: { summary: 'After' }, confirm });
      if (confirm) refusal(answer, /belongs to another call, or .* or is none/);
      else held(answer);
      expect(new Set(await summaries(keys))).toEqual(new Set(['Before']));
    },
  );

  test('A11 the same call in another spelling is the same call', async () => {
    const keys = await many(11);
    const confirm = held(await articles('update', { keys, data: { summary: 'After' } }));
    const spelt = { keys: JSON.stringify(keys), data: '[{"summary":"After"}]', confirm };
    expect((await articles('update', spelt)).info).toMatchObject({ updated: 11 });
  });

  test('A11 the token of one user is none for another', async () => {
    const editor = await startServer({ token: sharedDirectus().editor.token });
    try {
      const keys = await many(11);
      const change = { keys, data: { summary: 'After' } };
      const confirm = held(await articles('update', change));
      refusal(await articles('update', { ...change, confirm }, editor), /another call/);
      held(await articles('update', change, editor));
    } finally {
      await editor.close();
    }
  });

  test('a token given while changes were allowed is worth nothing once they are not', async () => {
    const own = await startServer({ settings: { allowDeletes: true } });
    try {
      const { id } = await freshArticle();
      const confirm = held(await articles('delete', { keys: [id] }, own));
      await writeSettings(own.folder, { allowDeletes: true, readOnly: true });
      await expect
        .poll(async () => (await articles('delete', { keys: [id], dryRun: true }, own)).text)
        .toMatch(/Read-only/);
      expect((await articles('delete', { keys: [id], confirm }, own)).text).toMatch(/Read-only/);
      expect((await asAdmin('GET', `/items/articles/${id}`)).status).toBe(200);
    } finally {
      await own.close();
    }
  });
});

describe('dryRun', () => {
  test('shows what a change would do and does nothing, also where it needs no confirmation', async () => {
    const { id } = await freshArticle({ summary: 'Before' });
    const answer = await articles('update', { keys: [id], data: { summary: 'After' }, dryRun: true });
    expect(answer.isError, answer.text).toBe(false);
    expect(answer.info).toMatchObject({
      notDone: expect.stringContaining('update 1 row of articles'),
      dryRun: true,
    });
    expect(answer.info.confirm).toBeUndefined();
    expect(answer.data).toEqual([{ key: id, changed: { summary: ['Before', 'After'] } }]);
    expect(await summaries([id])).toEqual(['Before']);
  });

  test('of a change that needs confirmation gives the token that applies it', async () => {
    const { id } = await freshArticle();
    const dry = await articles('delete', { keys: [id], dryRun: 'true' }, deleting);
    expect(dry.isError, dry.text).toBe(false);
    expect((await asAdmin('GET', `/items/articles/${id}`)).status).toBe(200);
    const done = await articles('delete', { keys: [id], confirm: dry.info.confirm }, deleting);
    expect(done.info).toEqual({ deleted: [id] });
  });

  test('with a good token still does nothing', async () => {
    const { id } = await freshArticle();
    const confirm = held(await articles('delete', { keys: [id] }, deleting));
    const dry = await articles('delete', { keys: [id], dryRun: true, confirm }, deleting);
    expect(dry.info.dryRun, dry.text).toBe(true);
    expect((await asAdmin('GET', `/items/articles/${id}`)).status).toBe(200);
  });

  test('finds the same faults as the change itself', async () => {
    const answer = await articles('create', { data: { titel: 'x' }, dryRun: true });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('"title"');
  });
});

describe('deletes wait, and say what goes along', () => {
  test('rows that point at what is deleted are counted', async () => {
    const { id } = await freshArticle({
      comments: [
        { name: 'R', text: 'T' },
        { name: 'S', text: 'U' },
      ],
    });
    const first = await articles('delete', { keys: [id] }, deleting);
    held(first);
    expect(first.info.cascades).toEqual([expect.stringMatching(/^2 rows of reader_comments would /)]);
    expect(first.data).toMatchObject([{ deleted: { id } }]);
  });

  test('rows that an update deletes are counted exactly, and wait as well', async () => {
    const { id } = await freshArticle({ tags: [{ tags_id: 1 }, { tags_id: 2 }, { tags_id: 3 }] });
    const { data } = await asAdmin('GET', `/items/articles/${id}?fields=tags.id,tags.tags_id`);
    const [kept] = (data as { tags: { id: number }[] }).tags;
    const change = { keys: [id], data: { tags: [kept?.id] } };
    const off = await articles('update', change);
    expect(off.text).toMatch(
      /DELETES_OFF.*2 rows of articles_tags that the new list at articles\.tags leaves out/,
    );
    const first = await articles('update', change, deleting);
    const confirm = held(first);
    expect(first.info).toMatchObject({ deletes: [expect.stringContaining('2 rows of articles_tags')] });
    expect(first.info.needsConfirmation).toContain('it deletes');
    const done = await articles('update', { ...change, confirm }, deleting);
    expect(done.isError, done.text).toBe(false);
    const { data: after } = await asAdmin('GET', `/items/articles/${id}?fields=tags`);
    expect(after).toEqual({ tags: [kept?.id] });
  });

  test('a list that leaves nothing out is no delete', async () => {
    const { id } = await freshArticle({ tags: [{ tags_id: 1 }] });
    const { data } = await asAdmin('GET', `/items/articles/${id}?fields=tags`);
    const { tags } = data as { tags: number[] };
    const answer = await articles('update', { keys: [id], data: { tags: [...tags, { tags_id: 2 }] } });
    expect(answer.isError, answer.text).toBe(false);
  });
});

describe('A13 the policy decides', () => {
  test('A13 blocked: refused when called, whatever token, and told why', async () => {
    const own = await startServer({ settings: { policy: { write: 'block' } } });
    try {
      const answer = await articles('create', { data: { title: 'X' }, dryRun: true }, own);
      expect(answer.text).toMatch(/policy\.write/);
      expect(answer.isError).toBe(true);
      const { tools } = await own.client.listTools();
      const items = tools.find(({ name }) => name === 'items');
      expect(items?.annotations?.readOnlyHint).toBe(true);
    } finally {
      await own.close();
    }
  });

  test('A13 confirm: the smallest change waits', async () => {
    const own = await startServer({ settings: { policy: { write: 'confirm' } } });
    try {
      const { id } = await freshArticle({ summary: 'Before' });
      const change = { keys: [id], data: { summary: 'After' } };
      const confirm = held(await articles('update', change, own));
      expect((await articles('update', { ...change, confirm }, own)).info).toEqual({ updated: 1 });
    } finally {
      await own.close();
    }
  });

  test('A13 the strictest of all sources counts', async () => {
    const own = await startServer({
      settings: { policy: { write: 'confirm' } },
      env: { POLICY_WRITE: 'allow' },
    });
    try {
      held(await articles('create', { data: { title: 'X' } }, own));
    } finally {
      await own.close();
    }
  });

  test('A13 read-only: nothing that changes is listed, and what is called all the same is refused', async () => {
    const own = await startServer({ flags: ['--read-only', '--allow-deletes'] });
    try {
      const { tools } = await own.client.listTools();
      for (const tool of tools) {
        expect(tool.annotations?.readOnlyHint, tool.name).toBe(true);
        expect(Object.keys(tool.inputSchema.properties ?? {})).not.toContain('confirm');
      }
      for (const action of ['create', 'update', 'delete']) {
        const answer = await articles(action, { keys: ['1'], data: { title: 'X' } }, own);
        expect(answer.text).toMatch(/NOT_AVAILABLE.*[Rr]ead-only/);
      }
    } finally {
      await own.close();
    }
  });
});

describe('registry mode is no way round', () => {
  const execute = (input: Row, beside: Row = {}) =>
    registry.call('execute', { name: 'items', input: { collection: 'articles', ...input }, ...beside });

  test('a change waits there as well, and is confirmed beside the arguments or among them', async () => {
    for (const place of ['beside', 'among'] as const) {
      const { id } = await freshArticle();
      const change = { action: 'delete', keys: [id] };
      const confirm = held(await execute(change));
      const done =
        place === 'beside' ? await execute(change, { confirm }) : await execute({ ...change, confirm });
      expect(done.info, done.text).toEqual({ deleted: [id] });
    }
  });

  test('dryRun beside the arguments counts, and a misspelt one is refused', async () => {
    const { id } = await freshArticle({ summary: 'Before' });
    const change = { action: 'update', keys: [id], data: { summary: 'After' } };
    expect((await execute(change, { dryRun: true })).info.dryRun).toBe(true);
    const misspelt = await execute(change, { dryrun: true });
    expect(misspelt.text).toMatch(/Unknown argument "dryrun".*"dryRun"/);
    expect(await summaries([id])).toEqual(['Before']);
  });

  test('its list says that there are such arguments', async () => {
    const { tools } = await registry.client.listTools();
    const { properties } = tools.find(({ name }) => name === 'execute')?.inputSchema ?? {};
    expect(Object.keys(properties ?? {})).toEqual(['name', 'input', 'dryRun', 'confirm']);
  });
});

describe('what the settings open is still what it is', () => {
  test("rows of Directus's own collections are no mere content", async () => {
    const own = await startServer({
      settings: {
        systemCollections: ['directus_roles', 'directus_flows', 'directus_settings'],
        policy: { automation: 'allow' },
      },
    });
    try {
      const items = (collection: string, data: Row) =>
        own.call('items', { action: 'create', collection, data });
      const role = await items('directus_roles', { name: 'Made by a test' });
      held(role);
      expect(role.info.needsConfirmation).toEqual(['it changes who may do what']);
      const flow = await items('directus_flows', { name: 'X', status: 'inactive' });
      expect(flow.text).toMatch(/Use the tool flows/);
    } finally {
      await own.close();
    }
  });

  test('nor where they are reached by a version or a file', async () => {
    const own = await startServer({ settings: { systemCollections: ['directus_users'] } });
    try {
      const { data: me } = await asAdmin('GET', '/users/me?fields=id,first_name');
      const { id, first_name } = me as { id: string; first_name: string };
      const article = await freshArticle();
      const version = { collection: 'articles', item: String(article.id), key: 'draft' };
      const { data } = await asAdmin('POST', '/versions', version);
      await asAdmin('POST', `/versions/${(data as { id: string }).id}/save`, {
        user_created: { id, first_name },
      });
      const promote = { action: 'promote', collection: 'articles', key: article.id, version: 'draft' };
      const promoted = await own.call('versions', promote);
      held(promoted);
      expect(promoted.info.needsConfirmation).toEqual(['it changes who may do what']);
      const link = { collection: 'directus_users', key: id, field: 'avatar' };
      const uploaded = await own.call('files', {
        action: 'upload',
        data: [{ text: 'a', filename: 'a.txt', link }],
      });
      held(uploaded);
      expect(uploaded.info.needsConfirmation).toEqual(['it changes who may do what']);
    } finally {
      await own.close();
    }
  });
});
