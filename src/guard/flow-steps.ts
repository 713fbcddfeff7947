import { type Reader, readMany } from '../directus/connection.ts';
import { DirectusError } from '../directus/errors.ts';

/** A step of a flow, as Directus keeps it. */
export type Step = {
  id: string;
  key: string;
  type: string;
  name?: string | null;
  options: Record<string, unknown> | null;
  resolve: string | null;
  reject: string | null;
  position_x: number;
  position_y: number;
};

/** A flow with its steps. */
export type Flow = {
  id: string;
  name: string;
  status: string;
  trigger: string | null;
  accountability: string | null;
  options: Record<string, unknown> | null;
  /** The first step. */
  operation: string | null;
  operations: Step[];
};

const FLOW = ['id', 'name', 'status', 'trigger', 'accountability', 'options', 'operation'];
const STEP = ['id', 'key', 'type', 'name', 'options', 'resolve', 'reject', 'position_x', 'position_y'];

/** A flow with its steps; undefined when there is none, or when this user may not see what it does. */
export async function readFlow(
  { directus, signal }: { directus: Reader; signal: AbortSignal },
  id: string,
): Promise<Flow | undefined> {
  const query = {
    fields: [...FLOW, ...STEP.map((field) => `operations.${field}`)],
    filter: { id: { _eq: id } },
    deep: { operations: { _limit: -1, _sort: ['position_x', 'position_y', 'key'] } },
  };
  try {
    const [flow] = await readMany<Flow>(directus, '/flows', query, { signal });
    return flow && isWhole(flow) ? flow : undefined;
  } catch (error) {
    if (error instanceof DirectusError && error.status === 403) return undefined;
    throw error;
  }
}

/** What a user may not read of related rows Directus leaves out without a word. */
function isWhole(flow: Flow): boolean {
  const has = (row: object, fields: string[]) => fields.every((field) => field in row);
  return (
    has(flow, FLOW) && Array.isArray(flow.operations) && flow.operations.every((step) => has(step, STEP))
  );
}

/** The steps that a run can reach, in that order; `undefined` among them stands for a step that is not to be seen. */
export function reachable({
  operation,
  operations,
}: Pick<Flow, 'operation' | 'operations'>): (Step | undefined)[] {
  const byId = new Map(operations.map((step) => [step.id, step]));
  const seen = new Set<string>();
  const found: (Step | undefined)[] = [];
  const waiting = operation === null ? [] : [operation];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const step = byId.get(id);
    found.push(step);
    waiting.push(...[step?.resolve, step?.reject].filter((next) => typeof next === 'string'));
  }
  return found;
}
