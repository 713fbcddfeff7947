import { tools } from '../../../src/tools/list.ts';
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
