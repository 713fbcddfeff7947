import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { requireCollection, requireRelation } from '../../guard/model.ts';
import type { Reply } from '../../result/reply.ts';
import { admins, anyone, type Context, defineTool } from '../define.ts';
import { collection, object } from '../params.ts';
import type { Plan } from '../plan.ts';
import { planRelationDelete, planRelationUpdate } from './change-relations.ts';
import { planBareRelation, planRelation } from './create-relation.ts';
import { KINDS } from './entries.ts';
import { prune } from './prune.ts';

const field = z.string().min(1);

export const relations = defineTool({
  name: 'relations',
  toolset: 'model',
  title: 'Relations',
  description: 'Relations, named by their many side.',
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
        'create with kind: makes field in collection, leading to related (m2a: several), with all it needs; data: ' +
        'related_field, junction, sort_field, on_delete, required, note, meta. Without kind: over existing fields; data ' +
        '{"related_collection","schema","meta"}.',
      input: z.strictObject({
        collection,
        field,
        kind: z.enum(KINDS).optional(),
        related: z.array(collection).min(1).optional(),
        data: object.optional(),
      }),
      needs: admins,
    },
    update: { effect: 'schema', input: z.strictObject({ collection, field, data: object }), needs: admins },
    delete: { effect: 'delete', input: z.strictObject({ collection, field }), needs: admins },
  },
  async run(context, call) {
    const { schema, settings, signal } = context;
    await schema.renew(signal);
    if (call.action === 'read') return read(context, call.input);
    schema.forget();
    checkSystemCollection(call.input.collection, settings);
    switch (call.action) {
      case 'create':
        return create(context, call.input);
      case 'update':
        return planRelationUpdate(context, call.input, call.input.data);
      case 'delete':
        return planRelationDelete(context, call.input);
    }
  },
});

async function read(
  { schema, signal }: Context,
  { collection: of, field: at }: { collection?: string | undefined; field?: string | undefined },
): Promise<Reply> {
  if (of && at) return { data: prune(await requireRelation(schema, of, at, signal)) };
  if (of) await requireCollection(schema, of, signal);
  const all = await schema.relations(signal);
  return { data: prune(of ? all.filter((one) => one.collection === of) : all) };
}

type Creation = {
  collection: string;
  field: string;
  kind?: string | undefined;
  related?: string[] | undefined;
  data?: Record<string, unknown> | undefined;
};

function create(context: Context, { kind, related, data, ...place }: Creation): Promise<Plan> {
  const spec = { ...data, ...(kind ? { kind } : {}), ...(related ? { related } : {}) };
  if ('kind' in spec) return planRelation(context, place, spec);
  if (data && !related) return planBareRelation(context, place, data);
  throw new ToolError(
    'INVALID_PAYLOAD',
    related
      ? 'related says where a new relation leads, and kind is not given. Nothing was changed.'
      : 'create needs kind and related, or data for a relation over existing fields. Nothing was changed.',
    `Kinds: ${KINDS.join(', ')}.`,
  );
}
