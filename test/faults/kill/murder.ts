import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { rest } from '../../live/helpers.ts';
import type { TestProxy } from '../../live/proxy.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import type { WritingModel } from '../fixtures/writing-model.ts';
import { FULL } from '../length.ts';

export const KILLS = FULL ? 100 : 7;
export const TIMEOUT_MS = FULL ? 1_800_000 : 300_000;

/** What is looked at to choose the moment of a kill. */
type Watched = { model: WritingModel; proxy: TestProxy };

const MOMENTS = ['asked', 'written', 'asked again', 'at once'] as const;

/**
 * Resolves at a moment in the life of a chat that writes one article, and a little after: before or while the model
 * answers, as the article is on its way to Directus, or after. At the latest when `over` resolves.
 */
export async function moment(random: () => number, { model, proxy }: Watched, over: Promise<unknown>) {
  const which = MOMENTS[Math.floor(random() * MOMENTS.length)] ?? 'at once';
  const more = random() * 60;
  const { promise: come, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  model.onRequest(() => {
    asked += 1;
    if (which === (asked > 1 ? 'asked again' : 'asked')) resolve();
  });
  proxy.interfere(({ method, path }) => {
    if (which === 'written' && method === 'POST' && path === '/items/articles') resolve();
    return false;
  });
  if (which === 'at once') resolve();
  await Promise.race([come, over]);
  await wait(more);
}

const asAdmin = rest(sharedDirectus().admin.token);

/** How many articles there are by each of the names that begin so. */
export async function written(mark: string): Promise<Map<string, number>> {
  const query = `filter[title][_starts_with]=${mark}&fields=title&limit=-1`;
  const { data } = await asAdmin('GET', `/items/articles?${query}`);
  const counts = new Map<string, number>();
  for (const { title } of data as { title: string }[]) counts.set(title, (counts.get(title) ?? 0) + 1);
  return counts;
}

export const writtenOf = async (name: string): Promise<number> => (await written(name)).get(name) ?? 0;

/** The ids of processes that were started with `home` in their environment. */
function processesOf(home: string): string[] {
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id) || Number(id) === process.pid) return false;
    try {
      return readFileSync(`/proc/${id}/environ`, 'utf8').includes(home);
    } catch {
      return false;
    }
  });
}

/** Nobody who was started by what was killed stays behind; known where there is a /proc. */
export async function nobodyIsLeft(home: string): Promise<void> {
  if (process.platform !== 'linux') return;
  await vi.waitFor(() => expect(processesOf(home)).toEqual([]), { timeout: 20_000, interval: 50 });
}

/**
 * What is said of a call must be so: `said` is what the model or the person is told of its outcome, undefined where
 * nothing is known of the call.
 */
export function mustBeTrue(said: string | undefined, count: number): void {
  expect(count).toBeLessThanOrEqual(1);
  if (said !== undefined && /may or may not/.test(said)) return;
  const denies = said === undefined || /\bnot run\b|did not answer this request/.test(said);
  expect(count, said).toBe(denies ? 0 : 1);
}
