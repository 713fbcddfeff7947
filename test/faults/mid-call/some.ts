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

/** Every cause where the call writes; where it reads one, each of them in turn. */
export function strikes<T>(sent: Passed[], causes: T[], seed: number): Strike<T>[] {
  return sent.flatMap((request, nth) => {
    const inTurn = (nth + seed) % causes.length;
    const here = isRead(request) ? causes.slice(inTurn, inTurn + 1) : causes;
    return here.map((cause) => ({ cause, nth }));
  });
}
