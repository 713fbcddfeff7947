import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import type { Relation } from '../../directus/types.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { requireCollection, requireField, requireRelation } from '../../guard/model.ts';
import { admins, anyone, type Context, defineTool } from '../define.ts';
import { collection, object } from '../params.ts';
import type { Plan } from '../plan.ts';
import { prune } from './prune.ts';

const field = z.string().min(1);

export const relations = defineTool({
  name: 'relations',
  toolset: 'model',
  title: 'Relations',
  description: 'Relations, each named by collection and field of its many side.',
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({ collection: collection.optional(), field: field.optional() }),
      needs: anyone,
    },
    create: {
      effect: 'schema',
      about:
        'create: the fields must exist; data {"related_collection":"authors","meta":{"one_field":"articles"},"schema":' +
        '{"on_delete":"SET NULL"}}; for many-to-any related_collection is null and meta has one_allowed_collections and ' +
        'one_collection_field.',
      input: z.strictObject({ collection, field, data: object }),
      needs: admins,
    },
    update: { effect: 'schema', input: z.strictObject({ collection, field, data: object }), needs: admins },
    delete: { effect: 'delete', input: z.strictObject({ collection, field }), needs: admins },
  },
  async run(context, call) {
    const { schema, settings, signal } = context;
    await schema.renew(signal);
    if (call.action === 'read') {
      const { collection: of, field: at } = call.input;
      if (of && at) return { data: prune(await requireRelation(schema, of, at, signal)) };
      if (of) await requireCollection(schema, of, signal);
      const all = await schema.relations(signal);
      return { data: prune(of ? all.filter((one) => one.collection === of) : all) };
    }
    checkSystemCollection(call.input.collection, settings);
    switch (call.action) {
      case 'create':
        return create(context, call.input);
      case 'update':
        return update(context, call.input);
      case 'delete':
        return remove(context, call.input);
    }
  },
});

type Place = { collection: string; field: string };
type Change = Place & { data: Record<string, unknown> };

/** Directus creates what `data` says and reads back what the arguments say; where they differ, nobody knows what is meant. */
function samePlace({ collection: of, field: at, data }: Change): void {
  if ((data.collection ?? of) === of && (data.field ?? at) === at) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    'data names another collection or field than the call. Nothing was changed.',
    'Leave collection and field out of data.',
  );
}

/** A relation without a collection to lead to brings Directus down, so it never gets there. */
async function requireTarget({ schema, signal }: Context, target: unknown, meta: unknown): Promise<void> {
  if (typeof target === 'string') return requireCollection(schema, target, signal);
  const allowed = (meta as { one_allowed_collections?: unknown } | null | undefined)?.one_allowed_collections;
  if (target === null && Array.isArray(allowed) && allowed.length > 0) {
    for (const name of allowed) await requireCollection(schema, String(name), signal);
    return;
  }
  throw new ToolError(
    'INVALID_PAYLOAD',
    'data.related_collection must name a collection, or be null with meta.one_allowed_collections for many-to-any. Nothing was changed.',
  );
}

async function create(context: Context, input: Change): Promise<Plan> {
  const { schema, signal } = context;
  samePlace(input);
  const { collection: of, field: at, data } = input;
  await requireField(schema, of, at, signal);
  if ((await schema.relations(signal)).some((one) => one.collection === of && one.field === at)) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `A relation starts at ${of}.${at} already. Nothing was changed.`,
      'Use update to change it.',
    );
  }
  await requireTarget(context, data.related_collection, data.meta);
  return {
    what: `create the relation ${of}.${at}`,
    rows: 0,
    preview: async () => ({ changes: data }),
    state: () => schema.relations(signal),
    async apply(directus) {
      await directus.request('POST', '/relations', { body: { ...data, collection: of, field: at }, signal });
      schema.forget();
      return { info: { created: `${of}.${at}` }, data: prune(await requireRelation(schema, of, at, signal)) };
    },
  };
}

async function update(context: Context, input: Change): Promise<Plan> {
  const { schema, signal } = context;
  samePlace(input);
  const { collection: of, field: at, data } = input;
  if (Object.keys(data).length === 0)
    throw new ToolError('INVALID_PAYLOAD', 'data is empty: there is nothing to change.');
  const relation = await requireRelation(schema, of, at, signal);
  const target =
    data.related_collection === undefined ? relation.related_collection : data.related_collection;
  await requireTarget(context, target, { ...relation.meta, ...(data.meta as object | undefined) });
  if (target !== relation.related_collection) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `The relation at ${of}.${at} leads to ${relation.related_collection ?? 'any of several collections'}; that cannot be changed.`,
      'Delete it and create another.',
    );
  }
  // Directus reads all of these from the payload: without one it ends, and without the rule its foreign key loses it.
  const body = {
    ...data,
    collection: of,
    field: at,
    related_collection: target,
    schema: { ...rulesOf(relation), ...(data.schema as object | undefined) },
  };
  return {
    what: `change the relation ${of}.${at}`,
    rows: 0,
    preview: async () => ({ changes: data }),
    state: () => schema.relations(signal),
    async apply(directus) {
      await directus.request('PATCH', path`/relations/${of}/${at}`, { body, signal });
      schema.forget();
      return { info: { updated: `${of}.${at}` }, data: prune(await requireRelation(schema, of, at, signal)) };
    },
  };
}

async function remove({ schema, signal }: Context, { collection: of, field: at }: Place): Promise<Plan> {
  await requireRelation(schema, of, at, signal);
  return {
    what: `delete the relation ${of}.${at}`,
    rows: 0,
    preview: async () => ({}),
    state: () => schema.relations(signal),
    async apply(directus) {
      await directus.request('DELETE', path`/relations/${of}/${at}`, { signal });
      schema.forget();
      const left = (await schema.relations(signal)).some((one) => one.collection === of && one.field === at);
      return { info: { deleted: `${of}.${at}`, ...(left ? { warning: LEFT } : {}) } };
    },
  };
}

/** SQLite cannot drop a foreign key by itself. */
const LEFT =
  "The database still has the foreign key; only Directus's own settings of the relation are gone. Deleting the field removes both.";

/** What the foreign key does when the row it points to is deleted or gets another key. */
function rulesOf({ schema }: Relation): Record<string, unknown> {
  return {
    ...(schema?.on_delete ? { on_delete: schema.on_delete } : {}),
    ...(schema?.on_update ? { on_update: schema.on_update } : {}),
  };
}
