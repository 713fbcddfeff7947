import * as z from 'zod';
import type { Rights } from '../../directus/rights.ts';
import { type Context, defineTool, type Tool } from '../define.ts';
import { key, object, sameQuery } from '../params.ts';
import { planCreate } from '../rows/create.ts';
import { planDelete } from '../rows/delete.ts';
import { readRows } from '../rows/read.ts';
import type { Target } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';

/** A tool over one of Directus's collections for automation, whose rows are written one at a time. */
export function defineAutomation(about: {
  name: string;
  title: string;
  description: string;
  /** What `data` holds. */
  data: string;
  target: Target;
  needs: (rights: Rights) => boolean;
  /** Refuses data that Directus would take and that would do harm or nothing. */
  check: (context: Context, data: Record<string, unknown>) => Promise<void>;
}): Tool {
  const { target, needs, data, check, ...names } = about;
  return defineTool({
    ...names,
    toolset: 'automation',
    actions: {
      read: {
        effect: 'read',
        input: z.strictObject({ key: key.optional(), query: sameQuery.optional() }),
        needs,
      },
      create: { effect: 'automation', about: data, input: z.strictObject({ data: object }), needs },
      update: { effect: 'automation', input: z.strictObject({ key, data: object }), needs },
      delete: { effect: 'delete', input: z.strictObject({ key }), needs },
    },
    async run(context, call) {
      switch (call.action) {
        case 'read': {
          const { key: one, query } = call.input;
          return readRows(context, target, { query, ...(one === undefined ? {} : { keys: [one] }) });
        }
        case 'create':
          await check(context, call.input.data);
          return planCreate(context, target, [call.input.data]);
        case 'update':
          await check(context, call.input.data);
          return planUpdate(context, target, { keys: [call.input.key], rows: [call.input.data] });
        case 'delete':
          return planDelete(context, target, { keys: [call.input.key] });
      }
    },
  });
}
