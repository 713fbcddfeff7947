import * as z from 'zod';
import type { Collection } from '../../directus/types.ts';
import { requireCollection } from '../../guard/model.ts';
import { admins, anyone, defineTool } from '../define.ts';
import { collection, objects } from '../params.ts';
import { planCollections } from './create-collections.ts';
import { planCollectionDeletes } from './delete-collections.ts';
import { prune } from './prune.ts';
import { planCollectionUpdates } from './update-collections.ts';

const names = z.array(collection).min(1);

export const collections = defineTool({
  name: 'collections',
  toolset: 'model',
  title: 'Collections',
  description: 'Collections with all their settings.',
  actions: {
    read: { effect: 'read', input: z.strictObject({ keys: names.optional() }), needs: anyone, beside: true },
    create: {
      effect: 'schema',
      about:
        'create: data {"collection":"name","schema":{},"meta":{},"fields":[]}, fields as in fields; no schema: a folder.',
      input: z.strictObject({ data: objects }),
      needs: admins,
    },
    update: {
      effect: 'schema',
      about: 'update: data {"collection","meta"}.',
      input: z.strictObject({ data: objects }),
      needs: admins,
    },
    delete: { effect: 'delete', input: z.strictObject({ keys: names }), needs: admins },
  },
  async run(context, call) {
    const { schema, signal } = context;
    await schema.renew(signal);
    if (call.action === 'read') {
      const { keys } = call.input;
      for (const key of keys ?? []) await requireCollection(schema, key, signal);
      const all = await schema.collections(signal);
      return { data: shown(keys ? all.filter((one) => keys.includes(one.collection)) : all) };
    }
    schema.forget();
    switch (call.action) {
      case 'create':
        return planCollections(context, call.input.data);
      case 'update':
        return planCollectionUpdates(context, call.input.data);
      case 'delete':
        return planCollectionDeletes(context, call.input.keys);
    }
  },
});

/** Settings without what says nothing, and without the table's SQL. */
function shown(all: Collection[]): unknown {
  return prune(
    all.map(({ collection: name, meta, schema }) => ({
      collection: name,
      meta,
      folder: schema === null || undefined,
    })),
  );
}
