import { randomUUID } from 'node:crypto';
import { readMany } from '../../directus/connection.ts';
import { countRows } from '../../directus/count.ts';
import { type Flow, readFlow, type Step } from '../../guard/flow-steps.ts';
import { outlook, placeOf, stepOutlook } from '../../guard/flows.ts';
import { permanence } from '../../guard/undoable.ts';
import { quoted, several } from '../../guard/words.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import { isPlan, type Plan } from '../plan.ts';
import { planDelete } from '../rows/delete.ts';
import { inspectRows, refuseEmpty } from '../rows/inspect.ts';
import type { Row, Target } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';
import { bad } from '../wrong.ts';
import { lastFirst, starts, stepId } from './graph.ts';
import { shapeFlow } from './shape.ts';
import { newSteps, rowOf } from './steps.ts';
import { checkTrigger } from './triggers.ts';

export const FLOWS: Target = { collection: 'directus_flows', endpoint: '/flows' };

/** Plans a flow with its steps, all of it or nothing. */
export async function planFlow(context: Context, data: Row): Promise<Plan> {
  refuseEmpty([data], 'store');
  const { operations, ...given } = data;
  if (given.operation !== undefined && given.operation !== null)
    throw bad(
      'operation',
      'cannot be set for a new flow',
      'Give its steps in operations; the first comes first.',
    );
  const { rows } = await inspectRows(context, FLOWS, [given], true);
  const row = { id: randomUUID(), ...rows[0] } as Row & { id: string };
  for (const field of ['name', 'trigger'])
    if (!row[field]) throw bad(field, 'is missing', `Give the ${field} of the flow.`);
  await checkTrigger(context, row, { options: {}, ...row });
  const steps = await newSteps(context, operations);
  const name = String(row.name);
  const look = () => Promise.all(steps.map((step) => stepOutlook(context, step, name)));
  const deletes = (await look()).flatMap((one) => one.deletes);
  const first = starts(steps)[0]?.id ?? null;
  const made: Flow = { ...(row as unknown as Flow), operation: first, operations: steps };
  return {
    what: `create the flow ${quoted(name)}${steps.length > 0 ? ` with ${several(steps.length, 'step')}` : ''}`,
    rows: 1 + steps.length,
    deletes,
    preview: async () => ({
      changes: inRows('new', withoutIds(shapeFlow(made))),
      permanent: await permanence(context, FLOWS.collection, 'create', []),
    }),
    // What was created meanwhile may be just this flow.
    state: async () => [
      await countRows(context.directus, FLOWS.endpoint, {}, context.signal),
      (await look()).map((one) => one.flows.slice(1)),
    ],
    async apply(directus) {
      // One request, so that Directus makes all of it or nothing.
      await directus.request('POST', FLOWS.endpoint, {
        query: { fields: ['id'] },
        body: {
          ...row,
          operation: first,
          operations: { create: lastFirst(steps).map(rowOf), update: [], delete: [] },
        },
        signal: context.signal,
      });
      const stored = await readFlow(context, row.id);
      return {
        info: { created: row.id, steps: stored?.operations.length, ...address(context, row) },
        data: stored ? shapeFlow(stored) : undefined,
      };
    },
  };
}

/** Ids of what does not exist yet tell nobody anything, and differ each time. */
function withoutIds({ id: _id, operations, ...flow }: Row): Row {
  const steps = Array.isArray(operations) ? operations.map(({ id: _step, ...step }: Row) => step) : [];
  return { ...flow, ...(steps.length > 0 ? { operations: steps } : {}) };
}

/** A flow and its steps as rows of a preview, so that a person sees each. */
function inRows(what: 'new' | 'deleted', { operations, neverRun, ...flow }: Row): Row[] {
  return [flow, ...[operations ?? [], neverRun ?? []].flat()].map((row) => ({ [what]: row }));
}

function address({ directus }: Context, { trigger, id }: Row): Row {
  return trigger === 'webhook' ? { url: `${directus.url}/flows/trigger/${id}` } : {};
}

/** What decides when a flow runs and what it does then. */
const RUNNING = ['status', 'trigger', 'options', 'operation'];

/** Plans other values for a flow. */
export async function planFlowChange(context: Context, flow: Flow, given: Row): Promise<Plan | Reply> {
  if ('operations' in given)
    throw bad(
      'operations',
      'cannot be changed here',
      'Use the tool operations; a new flow takes them all at once.',
    );
  const data =
    'operation' in given
      ? { ...given, operation: stepId(flow.operations, given.operation, 'data.operation') }
      : given;
  if ('name' in data && !data.name) throw bad('name', 'cannot be empty', 'Give the name of the flow.');
  const after = { ...flow, ...data } as Flow;
  await checkTrigger(context, after, data);
  const plan = await planUpdate(context, FLOWS, { keys: [flow.id], rows: [data] });
  if (!isPlan(plan)) return plan;
  const matters = after.status === 'active' && RUNNING.some((field) => field in data);
  const look = async () => (matters ? outlook(context, after, { name: after.name }) : undefined);
  const run = await look();
  return {
    ...plan,
    what: `update the flow ${quoted(flow.name)}`,
    deletes: [
      ...(plan.deletes ?? []),
      ...(run?.deletes.map((phrase) => `${phrase}, whenever it runs`) ?? []),
    ],
    state: async () => [await plan.state(), await readFlow(context, flow.id), (await look())?.flows.slice(1)],
  };
}

/** Plans to delete a flow with its steps. */
export async function planFlowRemoval(context: Context, flow: Flow): Promise<Plan | Reply> {
  const plan = await planDelete(context, FLOWS, { keys: [flow.id] });
  if (!isPlan(plan)) return plan;
  const { length: steps } = flow.operations;
  return {
    ...plan,
    what: `delete the flow ${quoted(flow.name)}${steps > 0 ? ` and its ${several(steps, 'step')}` : ''}`,
    rows: 1 + steps,
    async preview() {
      const [{ permanent = [] }, callers] = await Promise.all([plan.preview(), runBy(context, flow.id)]);
      return {
        changes: inRows('deleted', shapeFlow(flow)),
        cascades: callers.map(
          ({ flow: name, ...step }) => `${placeOf(step, name)} would run nothing any more`,
        ),
        permanent: [
          ...permanent,
          ...(steps > 0 ? ['its steps: Directus notes nothing of them as they go with their flow'] : []),
        ],
      };
    },
    state: async () => [await readFlow(context, flow.id), await runBy(context, flow.id)],
  };
}

/** Steps of other flows that run this one. */
async function runBy({ directus, signal }: Context, id: string): Promise<{ key: string; flow: string }[]> {
  type Found = Pick<Step, 'key' | 'options'> & { flow: { id: string; name: string } };
  const query = {
    fields: ['key', 'options', 'flow.id', 'flow.name'],
    filter: { type: { _eq: 'trigger' } },
    limit: -1,
  };
  const steps = await readMany<Found>(directus, '/operations', query, { signal });
  return steps
    .filter(({ options, flow }) => options?.flow === id && flow.id !== id)
    .map(({ key: step, flow }) => ({ key: step, flow: flow.name }));
}
