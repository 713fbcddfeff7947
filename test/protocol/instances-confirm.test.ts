import { describe, expect, test } from 'vitest';
import { freshArticle, rest } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { confirmIn } from './fixtures/clients.ts';
import { twoInstances } from './fixtures/instances.ts';
import { call } from './fixtures/rpc.ts';
import { type Served, serve } from './fixtures/served.ts';

const admin = () => sharedDirectus().admin.token;
const exists = async (id: number) => (await rest(admin())('GET', `/items/articles/${id}`)).status === 200;
const remove = (id: number) => ({ action: 'delete', collection: 'articles', keys: [id] });
const DELETES = { flags: ['--allow-deletes'] };

describe('a confirmation given by one instance', () => {
  const confirmed = async (url: string, id: number, confirm: string) =>
    call(url, 'items', { ...remove(id), confirm });
  const given = async ({ url }: Served, id: number) => confirmIn(await call(url, 'items', remove(id)));

  /** A creation that is held; it rests on how many rows there are. */
  const creation = () => {
    const title = `Held ${crypto.randomUUID()}`;
    const query = new URLSearchParams({ 'filter[title][_eq]': title, limit: '-1', fields: 'id' });
    return {
      create: { action: 'create', collection: 'articles', data: Array(11).fill({ title }) },
      rows: async () => (await rest(admin())('GET', `/items/articles?${query}`)).data as { id: number }[],
    };
  };
  const DONE = '"created":11';

  test('A11 is used through the other, once, and then refused by both', async () => {
    const { a, b } = await twoInstances();
    const { create, rows } = creation();
    const confirm = confirmIn(await call(a.url, 'items', create));
    expect(await call(b.url, 'items', { ...create, confirm })).toContain(DONE);
    // As many rows as at the preview, so that nothing but its use speaks against it.
    await rest(admin())(
      'DELETE',
      '/items/articles',
      (await rows()).map(({ id }) => id),
    );
    for (const { url } of [a, b])
      expect(await call(url, 'items', { ...create, confirm })).toMatch(/notDone.*confirm was used already/);
    expect(await rows()).toEqual([]);
  });

  test('A11 makes one change when it is used through both at once', async () => {
    const { a, b } = await twoInstances();
    const { create, rows } = creation();
    const confirm = confirmIn(await call(a.url, 'items', create));
    const answers = await Promise.all(
      [a, b, a, b].map(({ url }) => call(url, 'items', { ...create, confirm })),
    );
    expect(answers.filter((text) => text.includes(DONE))).toHaveLength(1);
    expect(answers.filter((text) => /notDone.*refused/.test(text))).toHaveLength(3);
    expect(await rows()).toHaveLength(11);
  });

  test('A11 is refused with a new preview when its giver is gone', async () => {
    const { a, b, kill } = await twoInstances(DELETES);
    const { id } = await freshArticle();
    const confirm = await given(a, id);
    await kill(a);
    const refused = await confirmed(b.url, id, confirm);
    expect(refused).toMatch(/notDone.*The server that gave confirm was restarted/);
    expect(await exists(id)).toBe(true);
    expect(await confirmed(b.url, id, confirmIn(refused))).toContain(`"deleted":[${id}]`);
  });

  test('A11 is refused by one that does not share the key', async () => {
    const [a, b] = await Promise.all([serve(DELETES), serve(DELETES)]);
    const { id } = await freshArticle();
    expect(await confirmed(b.url, id, await given(a, id))).toMatch(/notDone.*refused/);
    expect(await exists(id)).toBe(true);
  });
});
