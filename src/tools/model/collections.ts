import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import { path } from '../../directus/path.ts';
import type { Collection } from '../../directus/types.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { checkNewName, requireCollection } from '../../guard/model.ts';
import { admins, anyone, type Context, defineTool } from '../define.ts';
import { inTurn } from '../in-turn.ts';
import { collection, objects } from '../params.ts';
import type { Plan } from '../plan.ts';
import { prune } from './prune.ts';

const names = z.array(collection).min(1);

export const collections = defineTool({
  name: 'collections',
  toolset: 'model',
  title: 'Collections',
  description: 'Collections with all their settings.',
  actions: {
    read: { effect: 'read', input: z.strictObject({ keys: names.optional() }), needs: anyone },
    create: {
      effect: 'schema',
      about:
        'create: data {"collection":"name","schema":{},"meta":{"note":"..."},"fields":[...]}; without schema a folder; ' +
        'without a primary key field it gets an id.',
      input: z.strictObject({ data: objects }),
      needs: admins,
    },
    update: {
      effect: 'schema',
      about: 'update: data {"collection":"name","meta":{...}}.',
      input: z.strictObject({ data: objects }),
      needs: admins,
    },
    delete: {
      effect: 'delete',
      about: 'delete: with all its items.',
      input: z.strictObject({ keys: names }),
      needs: admins,
    },
  },
  async run(context, call) {
    const { schema, signal } = context;
    await schema.renew(signal);
    switch (call.action) {
      case 'read': {
        const all = await schema.collections(signal);
        const { keys } = call.input;
        for (const key of keys ?? []) await requireCollection(schema, key, signal);
        return { data: shown(keys ? all.filter((one) => keys.includes(one.collection)) : all) };
      }
      case 'create':
        return create(context, call.input.data);
      case 'update':
        return update(context, call.input.data);
      case 'delete':
        return remove(context, call.input.keys);
    }
  },
});

async function create({ schema, signal }: Context, data: Record<string, unknown>[]): Promise<Plan> {
  const existing = (await schema.collections(signal)).map((one) => one.collection);
  for (const { collection: name, fields, schema: table } of data) {
    checkNewName(name, 'collection');
    checkNewFields(name, fields, table);
    if (existing.includes(name))
      throw new ToolError('INVALID_PAYLOAD', `There is a collection "${name}" already. Nothing was changed.`);
  }
  const created = data.map((one) => String(one.collection));
  return {
    what: `create the collections ${created.join(', ')}`,
    rows: data.length,
    preview: async () => ({ changes: data }),
    state: async () => existing,
    async apply(directus) {
      await directus.request('POST', '/collections', { body: data, signal });
      schema.forget();
      const stored = (await schema.collections(signal)).filter((one) => created.includes(one.collection));
      return { info: { created }, data: shown(stored) };
    },
  };
}

/** Directus would take fields of any name, and then ignore the collection; a folder has none. */
function checkNewFields(name: string, fields: unknown, table: unknown): void {
  if (fields === undefined) return;
  if (!Array.isArray(fields) || !fields.every(isObject))
    throw new ToolError('INVALID_PAYLOAD', `fields of ${name} must be a list of objects.`);
  for (const { field } of fields) checkNewName(field, 'field');
  if (fields.length > 0 && !isObject(table)) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${name} has fields but no schema, and without one it would be a folder. Nothing was changed.`,
      'Add "schema":{}.',
    );
  }
}

async function update({ schema, settings, signal }: Context, data: Record<string, unknown>[]): Promise<Plan> {
  for (const { collection: name, meta, ...rest } of data) {
    const stray = Object.keys(rest)[0];
    if (typeof name !== 'string' || typeof meta !== 'object' || meta === null || stray) {
      throw new ToolError(
        'INVALID_PAYLOAD',
        stray
          ? `"${stray}" of a collection cannot be changed.`
          : 'Each entry of data needs collection and meta.',
        'Write {"collection":"name","meta":{"note":"..."}}.',
      );
    }
    checkSystemCollection(name, settings);
    await requireCollection(schema, name, signal);
  }
  const updated = data.map((one) => String(one.collection));
  const stored = async () =>
    (await schema.collections(signal)).filter((one) => updated.includes(one.collection));
  return {
    what: `change the collections ${updated.join(', ')}`,
    rows: data.length,
    preview: async () => ({ changes: data }),
    state: stored,
    async apply(directus) {
      await directus.request('PATCH', '/collections', { body: data, signal });
      schema.forget();
      return { info: { updated }, data: shown(await stored()) };
    },
  };
}

async function remove({ schema, signal }: Context, keys: string[]): Promise<Plan> {
  for (const key of keys) {
    refuseSystem(key);
    await requireCollection(schema, key, signal);
  }
  return {
    what: `delete the collections ${keys.join(', ')} with all their items`,
    rows: keys.length,
    preview: async () => ({}),
    state: () => schema.collections(signal),
    async apply(directus) {
      const removeOne = (key: string) => directus.request('DELETE', path`/collections/${key}`, { signal });
      try {
        await inTurn(keys, 'deleted', removeOne, (key) => key);
      } finally {
        schema.forget();
      }
      return { info: { deleted: keys } };
    },
  };
}

/** No setting allows this: without them Directus is broken. */
function refuseSystem(name: string): void {
  if (!name.toLowerCase().startsWith('directus_')) return;
  throw new ToolError(
    'SYSTEM_COLLECTION',
    `${name} is one of Directus's own collections and is never deleted. Nothing was changed.`,
  );
}

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
