import { type Flow, reachable, type Step } from '../../guard/flow-steps.ts';

/**
 * A flow the way it is created: the steps in the order they run in, linked by their keys, and nothing that says
 * nothing.
 */
export function shapeFlow({ operations, operation: _first, ...flow }: Flow): Record<string, unknown> {
  const linked = reachable({ operation: _first, operations }).filter((step) => step !== undefined);
  const loose = operations.filter((step) => !linked.includes(step));
  return {
    ...withoutEmpty(flow),
    operations: linked.map((step) => shapeStep(step, operations)),
    ...(loose.length > 0 ? { neverRun: loose.map((step) => shapeStep(step, operations)) } : {}),
  };
}

export function shapeStep(step: Step, all: Step[]): Record<string, unknown> {
  const { position_x: _x, position_y: _y, resolve, reject, ...rest } = step;
  const keyOf = (id: string | null) => all.find((one) => one.id === id)?.key ?? id;
  return withoutEmpty({ ...rest, resolve: keyOf(resolve), reject: keyOf(reject) });
}

function withoutEmpty(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));
}
