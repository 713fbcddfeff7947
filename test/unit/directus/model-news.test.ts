import { expect, test, vi } from 'vitest';
import type { Reader } from '../../../src/directus/connection.ts';
import { watchModel } from '../../../src/directus/model-news.ts';

type Entry = { id: number; collection: string };
type Query = {
  aggregate?: object;
  filter?: { id: { _gt: number }; collection?: { _in: string[] } };
  limit?: number;
};

/** Activity that can be read as the watch reads it. */
function activity(entries: Entry[]) {
  const request = vi.fn(async (_method: string, _path: string, { query }: { query: Query }) => {
    const { aggregate, filter, limit = -1 } = query;
    const found = entries
      .filter(({ id }) => id > (filter?.id._gt ?? 0))
      .filter(({ collection }) => filter?.collection?._in.includes(collection) ?? true)
      .toSorted((a, b) => b.id - a.id);
    if (!aggregate) return found.slice(0, limit < 0 ? undefined : limit);
    const groups = Map.groupBy(found, ({ collection }) => collection);
    return [...groups].map(([collection, [newest]]) => ({ collection, max: { id: newest?.id } }));
  });
  return { request, reader: { request } as unknown as Reader };
}

const rows = (from: number, to: number, collection = 'articles'): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ id: from + index, collection }));

test('the first look is news, later ones only where the model was changed since', async () => {
  const entries = [...rows(1, 3, 'directus_fields'), ...rows(4, 9)];
  const changed = watchModel(activity(entries).reader);
  expect(await changed()).toBe(true);
  expect(await changed()).toBe(false);
  entries.push(...rows(10, 12));
  expect(await changed()).toBe(false);
  entries.push(...rows(13, 13, 'directus_collections'));
  expect([await changed(), await changed()]).toEqual([true, false]);
});

test('a change that shows late, under a lower id than what was there before it, is seen', async () => {
  const entries = rows(1, 9);
  const changed = watchModel(activity(entries).reader);
  await changed();
  entries.push(...rows(15, 15));
  expect(await changed()).toBe(false);
  // Their transaction began before and ended later.
  entries.push(...rows(10, 14, 'directus_fields'));
  expect([await changed(), await changed()]).toEqual([true, false]);
});

test('what was written while the first look was taken is seen', async () => {
  const entries = rows(5, 9);
  const changed = watchModel(activity(entries).reader);
  await changed();
  entries.push(...rows(4, 4, 'directus_fields'));
  expect(await changed()).toBe(true);
});

test('looks walk over the entries of the last seconds only, and ask once where the model is as it was', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const entries = rows(1, 1000);
    const { request, reader } = activity(entries);
    const changed = watchModel(reader);
    await changed();
    for (let look = 0; look < 4; look++) {
      vi.advanceTimersByTime(11_000);
      await changed();
    }
    request.mockClear();
    await changed();
    expect(request.mock.calls.map(([, , { query }]) => query.filter?.id._gt)).toEqual([1000]);
  } finally {
    vi.useRealTimers();
  }
});
