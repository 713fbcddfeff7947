import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import type { Field } from '../../directus/types.ts';
import { requireCollection, requireField } from '../../guard/model.ts';
import type { Reply } from '../../result/reply.ts';
import { admins, anyone, type Context, defineTool } from '../define.ts';
import { collection, objects } from '../params.ts';
import { planFields } from './create-fields.ts';
import { planFieldDelete } from './delete-field.ts';
import { prune } from './prune.ts';
import { planFieldUpdates } from './update-fields.ts';

const field = z.string().min(1);

export const fields = defineTool({
  name: 'fields',
  toolset: 'model',
  title: 'Fields',
  description: 'Fields of a collection with all their settings; schema is shorter.',
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({ collection: collection.optional(), field: field.optional() }),
      needs: anyone,
      beside: true,
    },
    create: {
      effect: 'schema',
      about:
        'data: {"field","type":"string","schema":{},"meta":{"interface":"input"}}, or as in relations ' +
        '{"field","kind","related"}.',
      input: z.strictObject({ collection, data: objects }),
      needs: admins,
    },
    update: { effect: 'schema', input: z.strictObject({ collection, data: objects }), needs: admins },
    delete: { effect: 'delete', input: z.strictObject({ collection, field }), needs: admins },
  },
  async run(context, call) {
    await context.schema.renew(context.signal);
    if (call.action === 'read') return read(context, call.input);
    // A change of a column leaves no activity that would tell of it.
    context.schema.forget();
    switch (call.action) {
      case 'create':
        return planFields(context, call.input.collection, call.input.data);
      case 'update':
        return planFieldUpdates(context, call.input.collection, call.input.data);
      case 'delete':
        return planFieldDelete(context, call.input.collection, call.input.field);
    }
  },
});

async function read(
  { directus, schema, signal }: Context,
  input: { collection?: string | undefined; field?: string | undefined },
): Promise<Reply> {
  if (!input.collection) {
    if (input.field)
      throw new ToolError('INVALID_PAYLOAD', 'field needs its collection.', 'Give collection as well.');
    const all = await directus.request<Field[]>('GET', '/fields', { signal });
    // In full this is close to a megabyte; one collection at a time is.
    return {
      data: all.map(({ collection: of, field: name, type }) => ({ collection: of, field: name, type })),
    };
  }
  if (input.field) return { data: prune(await requireField(schema, input.collection, input.field, signal)) };
  await requireCollection(schema, input.collection, signal);
  return { data: prune(await schema.fields(input.collection, signal)) };
}
