import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import { type Flow, readFlow } from '../../guard/flow-steps.ts';
import type { Reply } from '../../result/reply.ts';
import { admins, type Context, defineTool } from '../define.ts';
import { key, object, rareQuery } from '../params.ts';
import { readRows } from '../rows/read.ts';
import { findFlow } from './find-flow.ts';
import { FLOWS, planFlow, planFlowChange, planFlowRemoval } from './flow-changes.ts';
import { shapeFlow } from './shape.ts';

export const flows = defineTool({
  name: 'flows',
  toolset: 'automation',
  title: 'Flows',
  description: 'Flows. key: id or name.',
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({ key: key.optional(), query: rareQuery.optional() }),
      needs: admins,
    },
    create: {
      effect: 'automation',
      about:
        'data: name, trigger (event|webhook|schedule|operation|manual), options, status, ' +
        'operations:[{key,type,options,resolve,reject}] (resolve, reject: next key; default: in order).',
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
        return planFlow(context, call.input.data);
      case 'update':
        return planFlowChange(context, await existing(context, call.input.key), call.input.data);
      case 'delete':
        return planFlowRemoval(context, await existing(context, call.input.key));
    }
  },
});

async function existing(context: Context, given: string | number): Promise<Flow> {
  const flow = await readFlow(context, await findFlow(context, given));
  if (flow) return flow;
  throw new ToolError(
    'FORBIDDEN',
    'You may not see the steps of flows. Nothing was done.',
    'Ask an administrator.',
  );
}

/** What a list tells of each flow when the query names no fields. */
const GLANCE = ['id', 'name', 'status', 'trigger', 'description'];

async function read(
  context: Context,
  { key: given, query }: { key?: string | number | undefined; query?: Record<string, unknown> | undefined },
): Promise<Reply> {
  if (given === undefined) {
    const fields = query?.fields || query?.aggregate ? {} : { fields: GLANCE };
    return readRows(context, FLOWS, { query: { ...query, ...fields } });
  }
  if (query) return readRows(context, FLOWS, { keys: [await findFlow(context, given)], query });
  return { data: shapeFlow(await existing(context, given)) };
}
