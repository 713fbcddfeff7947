import * as z from 'zod';
import { endpointOf } from '../../directus/path.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { defineTool } from '../define.ts';
import { collection, keys, maxTokens, objects, query, textOffset } from '../params.ts';
import { planCreate } from '../rows/create.ts';
import { planDelete } from '../rows/delete.ts';
import { readRows } from '../rows/read.ts';
import type { Target } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';
import { isSingleton, planSingleton } from '../singleton.ts';

export const items = defineTool({
  name: 'items',
  toolset: 'content',
  title: 'Items',
  description: 'Items of a collection. Read only the fields you need; author.name reaches into relations.',
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({
        collection,
        keys: keys.optional(),
        query: query.optional(),
        count: z.boolean().optional(),
        maxTokens,
        textOffset,
      }),
      needs: (rights) => rights.mayAny('read'),
    },
    create: {
      effect: 'write',
      about: 'Relations in data: key or object for one; {"create":[],"update":[],"delete":[]} for many.',
      input: z.strictObject({ collection, data: objects }),
      needs: (rights) => rights.mayAny('create'),
    },
    update: {
      effect: 'write',
      about: 'update: one object with keys or query.filter, or rows with keys; singletons need neither.',
      input: z.strictObject({ collection, data: objects, keys: keys.optional(), query: query.optional() }),
      needs: (rights) => rights.mayAny('update'),
    },
    delete: {
      effect: 'delete',
      input: z.strictObject({ collection, keys: keys.optional(), query: query.optional() }),
      needs: (rights) => rights.mayAny('delete'),
    },
  },
  async run(context, call) {
    checkSystemCollection(call.input.collection, context.settings);
    const target: Target = {
      collection: call.input.collection,
      endpoint: endpointOf(call.input.collection),
    };
    switch (call.action) {
      case 'read': {
        const reply = await readRows(context, target, call.input);
        const { maxTokens: most, textOffset: from } = call.input;
        return { ...reply, ...(most ? { maxTokens: most } : {}), textOffset: from ?? 0 };
      }
      case 'create':
        return (await isSingleton(context, target))
          ? planSingleton(context, target, call.input.data)
          : planCreate(context, target, call.input.data);
      case 'update':
        return (await isSingleton(context, target))
          ? planSingleton(context, target, call.input.data)
          : planUpdate(context, target, { ...call.input, rows: call.input.data });
      case 'delete':
        return planDelete(context, target, call.input);
    }
  },
});
