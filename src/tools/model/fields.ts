import * as z from 'zod';
import type { Directus } from '../../directus/connection.ts';
import { HalfDoneError, ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import type { Field } from '../../directus/types.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { checkNewName, refusePrimaryKey, requireCollection, requireField } from '../../guard/model.ts';
import { admins, anyone, type Context, defineTool } from '../define.ts';
import { collection, objects } from '../params.ts';
import type { Plan } from '../plan.ts';
import { prune } from './prune.ts';

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
    },
    create: {
      effect: 'schema',
      about:
        'data: {"field":"name","type":"string","schema":{"is_nullable":true},"meta":{"interface":"input","required":true}}.',
      input: z.strictObject({ collection, data: objects }),
      needs: admins,
    },
    update: { effect: 'schema', input: z.strictObject({ collection, data: objects }), needs: admins },
    delete: {
      effect: 'delete',
      about: 'delete: with its values.',
      input: z.strictObject({ collection, field }),
      needs: admins,
    },
  },
  async run(context, call) {
    await context.schema.renew(context.signal);
    switch (call.action) {
      case 'read':
        return read(context, call.input);
      case 'create':
        return create(context, call.input.collection, call.input.data);
      case 'update':
        return update(context, call.input.collection, call.input.data);
      case 'delete':
        return remove(context, call.input.collection, call.input.field);
    }
  },
});

async function read(
  { directus, schema, signal }: Context,
  input: { collection?: string | undefined; field?: string | undefined },
) {
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

async function create(
  { schema, settings, signal }: Context,
  collectionName: string,
  data: Record<string, unknown>[],
): Promise<Plan> {
  checkSystemCollection(collectionName, settings);
  await requireCollection(schema, collectionName, signal);
  const existing = (await schema.fields(collectionName, signal)).map((one) => one.field);
  for (const { field: name, type } of data) {
    checkNewName(name, 'field');
    if (existing.includes(name)) {
      throw new ToolError(
        'INVALID_PAYLOAD',
        `${collectionName} has a field "${name}" already. Nothing was changed.`,
        'Use update to change it.',
      );
    }
    if (typeof type !== 'string') {
      throw new ToolError(
        'INVALID_PAYLOAD',
        `The new field "${name}" needs a type.`,
        'For example string, text, integer, boolean, dateTime, json, uuid, alias.',
      );
    }
  }
  return {
    what: `create the fields ${data.map(({ field }) => `${collectionName}.${field}`).join(', ')}`,
    rows: data.length,
    preview: async () => ({ changes: data }),
    state: async () => existing,
    async apply(directus) {
      const created: string[] = [];
      try {
        for (const one of data) {
          await directus.request('POST', path`/fields/${collectionName}`, { body: one, signal });
          created.push(String(one.field));
        }
      } catch (error) {
        // All or nothing: what this call has made is taken back.
        const left = await takeBack(directus, collectionName, created);
        throw left.length > 0 ? new HalfDoneError('created', left, error) : error;
      } finally {
        schema.forget();
      }
      return { info: { created }, data: await stored(schema, collectionName, created, signal) };
    },
  };
}

/** Deletes fields again, the last one first, and returns those that could not be. */
async function takeBack(directus: Directus, collectionName: string, created: string[]): Promise<string[]> {
  const left: string[] = [];
  for (const name of [...created].reverse()) {
    await directus
      .request('DELETE', path`/fields/${collectionName}/${name}`)
      .catch(() => left.push(`${collectionName}.${name}`));
  }
  return left;
}

async function update(
  { schema, settings, signal }: Context,
  collectionName: string,
  data: Record<string, unknown>[],
): Promise<Plan> {
  checkSystemCollection(collectionName, settings);
  for (const { field: name } of data) {
    if (typeof name !== 'string')
      throw new ToolError(
        'INVALID_PAYLOAD',
        'Each entry of data needs the name of its field.',
        'Write {"field":"name","meta":{...}}.',
      );
    await requireField(schema, collectionName, name, signal);
  }
  const updated = data.map((one) => String(one.field));
  return {
    what: `change the fields ${updated.map((name) => `${collectionName}.${name}`).join(', ')}`,
    rows: data.length,
    preview: async () => ({ changes: data }),
    state: () => stored(schema, collectionName, updated, signal),
    async apply(directus) {
      await directus.request('PATCH', path`/fields/${collectionName}`, { body: data, signal });
      schema.forget();
      return { info: { updated }, data: await stored(schema, collectionName, updated, signal) };
    },
  };
}

async function remove(
  { schema, settings, signal }: Context,
  collectionName: string,
  name: string,
): Promise<Plan> {
  checkSystemCollection(collectionName, settings);
  await requireField(schema, collectionName, name, signal);
  await refusePrimaryKey(schema, collectionName, name, signal);
  return {
    what: `delete the field ${collectionName}.${name} with its values`,
    rows: 0,
    preview: async () => ({}),
    state: () => schema.fields(collectionName, signal),
    async apply(directus) {
      await directus.request('DELETE', path`/fields/${collectionName}/${name}`, { signal });
      schema.forget();
      return { info: { deleted: `${collectionName}.${name}` } };
    },
  };
}

async function stored(
  schema: Context['schema'],
  collectionName: string,
  names: string[],
  signal: AbortSignal,
) {
  const all = await schema.fields(collectionName, signal);
  return prune(all.filter((one) => names.includes(one.field)));
}
