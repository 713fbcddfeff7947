import * as z from 'zod';
import { readMany } from '../../directus/connection.ts';
import { ToolError } from '../../directus/errors.ts';
import { readFlow } from '../../guard/flow-steps.ts';
import type { Reply } from '../../result/reply.ts';
import { admins, type Context, defineTool } from '../define.ts';
import { findByName } from '../find.ts';
import { key, object, rareQuery } from '../params.ts';
import { readRows } from '../rows/read.ts';
import { shapeStep } from './shape.ts';
import { type Placed, planStep, planStepChange, planStepRemoval } from './step-changes.ts';
import { OPERATIONS } from './steps.ts';

export const operations = defineTool({
  name: 'operations',
  toolset: 'automation',
  title: 'Operations',
  description: 'Steps of flows. key: id, or key of a step.',
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({ key: key.optional(), query: rareQuery.optional() }),
      needs: admins,
      beside: true,
    },
    create: {
      effect: 'automation',
      about:
        'create data: flow (id or name), after (key of the step before), key, type, options, resolve, reject.',
      input: z.strictObject({ data: object }),
      needs: admins,
    },
    update: { effect: 'automation', input: z.strictObject({ key, data: object }), needs: admins },
    delete: { effect: 'delete', input: z.strictObject({ key }), needs: admins },
  },
  async run(context, call) {
    switch (call.action) {
      case 'read':
        return read(context, call.input);
      case 'create':
        return planStep(context, call.input.data);
      case 'update':
        return planStepChange(context, await existing(context, call.input.key), call.input.data);
      case 'delete':
        return planStepRemoval(context, await existing(context, call.input.key));
    }
  },
});

async function existing(context: Context, given: string | number): Promise<Placed> {
  const id = await findStep(context, given);
  const query = { fields: ['flow'], filter: { id: { _eq: id } } };
  const [row] = await readMany<{ flow: string }>(context.directus, OPERATIONS.endpoint, query, {
    signal: context.signal,
  });
  return inFlow(context, row?.flow ?? '', id);
}

async function inFlow(context: Context, flowId: string, id: string): Promise<Placed> {
  const flow = await readFlow(context, flowId);
  const step = flow?.operations.find((one) => one.id === id);
  if (flow && step) return { flow, step };
  throw new ToolError(
    'NOT_FOUND',
    'The step is not among those of its flow. Nothing was done.',
    'Read the flow again.',
  );
}

function findStep(context: Context, given: string | number): Promise<string> {
  return findByName(
    context,
    { endpoint: OPERATIONS.endpoint, what: 'step', nameField: 'key' },
    String(given),
  );
}

/** What a list tells of each step when the query names no fields. */
const GLANCE = ['id', 'flow.name', 'key', 'type', 'name'];

async function read(
  context: Context,
  { key: given, query }: { key?: string | number | undefined; query?: Record<string, unknown> | undefined },
): Promise<Reply> {
  if (given === undefined) {
    const fields = query?.fields || query?.aggregate ? {} : { fields: GLANCE };
    return readRows(context, OPERATIONS, { query: { ...query, ...fields } });
  }
  if (query) return readRows(context, OPERATIONS, { keys: [await findStep(context, given)], query });
  const { flow, step } = await existing(context, given);
  return { data: { flow: flow.name, ...shapeStep(step, flow.operations) } };
}
