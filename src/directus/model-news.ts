import type { Reader } from './connection.ts';

/** Collections in whose activity a change of the data model shows. */
const MODEL = ['directus_collections', 'directus_fields'];

/**
 * How long after another entry one with a lower id may still appear. Postgres and MySQL give an entry its id when it is
 * written, and show it when its transaction ends, which may be after one that began later.
 */
const LATE_MS = 10_000;

/** Entries that the first look goes back, for what was being written meanwhile. */
const BACK = 100;

/**
 * Makes a look at activity that says whether the data model may have changed since the look before. It walks only over
 * entries of the last seconds, so it costs the same on a table of millions.
 */
export function watchModel(directus: Reader): (signal?: AbortSignal) => Promise<boolean> {
  /** Everything up to here was there long ago. */
  let floor: number | undefined;
  let newest = 0;
  /** What was the newest at a time, until that is long ago. */
  let mark = { newest, at: 0 };
  let known = new Set<number>();

  const read = <T>(query: Record<string, unknown>, signal?: AbortSignal) =>
    directus.request<T[]>('GET', '/activity', { query, signal });
  const entriesSince = async (id: number, signal?: AbortSignal) => {
    const filter = { id: { _gt: id }, collection: { _in: MODEL } };
    return (await read<{ id: number }>({ fields: ['id'], filter, sort: ['-id'], limit: -1 }, signal)).map(
      (entry) => entry.id,
    );
  };
  const first = async (signal?: AbortSignal) => {
    newest = (await read<{ id: number }>({ fields: ['id'], sort: ['-id'], limit: 1 }, signal))[0]?.id ?? 0;
    const from = Math.max(0, newest - BACK);
    known = new Set(await entriesSince(from, signal));
    mark = { newest, at: performance.now() };
    floor = from;
    return true;
  };

  return async (signal) => {
    if (floor === undefined) return first(signal);
    const groups = await read<{ collection: string; max: { id: number } }>(
      { aggregate: { max: ['id'] }, groupBy: ['collection'], filter: { id: { _gt: floor } } },
      signal,
    );
    const touched = groups.some(({ collection }) => MODEL.includes(collection));
    const entries = touched ? await entriesSince(floor, signal) : [];
    const isNews = entries.some((id) => !known.has(id));
    known = new Set(entries);
    newest = Math.max(newest, ...groups.map(({ max }) => Number(max.id)));
    const now = performance.now();
    if (now - mark.at > LATE_MS) {
      floor = mark.newest;
      mark = { newest, at: now };
    }
    return isNews;
  };
}
