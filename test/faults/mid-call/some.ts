import { tools } from '../../../src/tools/list.ts';
import type { Passed } from '../../live/proxy.ts';
import { isRead } from '../every-call/judge.ts';
import { FULL } from '../length.ts';
import { randomFrom } from '../random.ts';

/** Every action there is. */
export const actions = tools.flatMap((tool) =>
  Object.keys(tool.actions).map((action) => ({
    tool: tool.name,
    action,
    effect: tool.actions[action]?.effect,
  })),
);

/** All, or in a short run so many of them, always the same. */
export function some<T>(all: T[], count: number, seed = 1): T[] {
  if (FULL || all.length <= count) return all;
  const random = randomFrom(seed);
  const left = [...all];
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)).flat();
}

/** A cause that strikes just before one of the requests of a call, by its number. */
export type Strike<T> = { cause: T; nth: number };

/**
 * Every cause where the call writes; where it reads one, each of them in turn. In a short run two of all causes at all
 * requests, one of which where something is written.
 */
export function strikes<T>(sent: Passed[], causes: T[], seed: number): Strike<T>[] {
  const all = sent.flatMap((_request, nth) => causes.map((cause) => ({ cause, nth })));
  const writes = all.filter(({ nth }) => sent[nth] && !isRead(sent[nth]));
  if (!FULL) return [...new Set([...some(all, 1, seed), ...some(writes, 1, seed)])];
  const isNext = ({ cause, nth }: Strike<T>) => cause === causes[(nth + seed) % causes.length];
  return all.filter((one) => writes.includes(one) || isNext(one));
}
