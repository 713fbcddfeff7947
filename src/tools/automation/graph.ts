import { ToolError } from '../../directus/errors.ts';
import { quoted } from '../../guard/words.ts';
import { didYouMean } from '../../settings/suggest.ts';

/** How a step is linked: the ids of those that follow it. */
export type Linked = { id: string; key: string; resolve: string | null; reject: string | null };

type Place = { position_x?: number | null | undefined; position_y?: number | null | undefined };

export const LINKS = ['resolve', 'reject'] as const;

/** The id of the step that is meant by its id or its key. */
export function stepId(steps: Pick<Linked, 'id' | 'key'>[], given: unknown, where: string): string | null {
  if (given === null || given === undefined) return null;
  const found = steps.find(({ id, key }) => id === given || key === given);
  if (found) return found.id;
  const keys = steps.map(({ key }) => key);
  throw new ToolError(
    'INVALID_PAYLOAD',
    `${where}: the flow has no step ${quoted(given)}.${typeof given === 'string' ? didYouMean(given, keys) : ''} Nothing was changed.`,
    keys.length > 0 ? `Steps: ${keys.join(', ')}.` : 'The flow has no steps yet.',
  );
}

/**
 * Refuses links that Directus would store and then fail over whenever it loads its flows, all of them: circles, and
 * links to steps of other flows; and those its database refuses.
 */
export function checkLinks(steps: Linked[]): void {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const keys = new Set<string>();
  for (const { key } of steps) {
    if (keys.has(key))
      throw wrong(`two steps of the flow have the key ${quoted(key)}`, 'Give each its own key.');
    keys.add(key);
  }
  for (const link of LINKS) {
    const led = new Map<string, Linked>();
    for (const step of steps) {
      const next = step[link];
      if (next === null) continue;
      const other = led.get(next);
      const target = byId.get(next);
      if (other || !target) {
        const key = quoted(target?.key ?? next);
        throw wrong(
          other
            ? `${quoted(other.key)} and ${quoted(step.key)} both lead to ${key} by ${link}, and a step can follow only one`
            : `${quoted(step.key)} leads to ${key}, which is no step of this flow`,
          'Make a step of its own for each, or lead both to a trigger step that runs another flow.',
        );
      }
      led.set(next, step);
    }
  }
  refuseCircles(steps, byId);
}

function refuseCircles(steps: Linked[], byId: Map<string, Linked>): void {
  const done = new Set<Linked>();
  const follow = (step: Linked | undefined, path: Linked[]) => {
    if (!step || done.has(step)) return;
    if (path.includes(step)) {
      const round = [...path.slice(path.indexOf(step)), step].map(({ key }) => key);
      throw wrong(`the steps run in a circle: ${round.join(' > ')}`, 'Leave out the link that leads back.');
    }
    for (const link of LINKS) follow(byId.get(step[link] ?? ''), [...path, step]);
    done.add(step);
  };
  for (const step of steps) follow(step, []);
}

function wrong(what: string, next: string): ToolError {
  return new ToolError('INVALID_PAYLOAD', `In operations, ${what}. Nothing was changed.`, next);
}

/** The steps that no other leads to. */
export function starts<T extends Linked>(steps: T[]): T[] {
  const led = new Set(steps.flatMap(({ resolve, reject }) => [resolve, reject]));
  return steps.filter(({ id }) => !led.has(id));
}

/** The steps with each after those it leads to: a link needs the step it names to exist. */
export function lastFirst<T extends Linked>(steps: T[]): T[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const done = new Set<T>();
  const add = (step: T | undefined) => {
    if (!step || done.has(step)) return;
    for (const link of LINKS) add(byId.get(step[link] ?? ''));
    done.add(step);
  };
  for (const step of steps) add(step);
  return [...done];
}

/** Steps in Studio are squares of 14, 18 apart; the trigger stands before the first. */
const APART = 18;
const FIRST: [number, number] = [19, 1];

/** Places every step that has no place: what follows on success to the right, on failure one row further down. */
export function placed<T extends Linked & Place>(
  steps: T[],
): (T & { position_x: number; position_y: number })[] {
  const places = new Map<string, [number, number]>();
  for (const { id, position_x: x, position_y: y } of steps)
    if (typeof x === 'number' && typeof y === 'number') places.set(id, [x, y]);
  const put = (id: string, x: number, y: number) => {
    if (places.has(id)) return;
    const isTaken = (row: number) =>
      [...places.values()].some(([a, b]) => Math.abs(a - x) < APART && Math.abs(b - row) < APART);
    let row = y;
    while (isTaken(row)) row += APART;
    places.set(id, [x, row]);
  };
  const byId = new Map(steps.map((step) => [step.id, step]));
  const done = new Set<T>();
  const placeAll = (step: T | undefined) => {
    if (!step || done.has(step)) return;
    done.add(step);
    const [x, y] = places.get(step.id) ?? FIRST;
    if (step.resolve) put(step.resolve, x + APART, y);
    if (step.reject) put(step.reject, x + APART, y + APART);
    for (const link of LINKS) placeAll(byId.get(step[link] ?? ''));
  };
  for (const step of starts(steps)) {
    put(step.id, ...FIRST);
    placeAll(step);
  }
  return steps.map((step) => {
    const [x, y] = places.get(step.id) ?? FIRST;
    return { ...step, position_x: x, position_y: y };
  });
}
