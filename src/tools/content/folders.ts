import * as z from 'zod';
import { readMany } from '../../directus/connection.ts';
import { ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import type { Key } from '../../directus/types.ts';
import { type Context, defineTool } from '../define.ts';
import { keys, objects, sameQuery } from '../params.ts';
import { planCreate } from '../rows/create.ts';
import { planDelete } from '../rows/delete.ts';
import { readRows } from '../rows/read.ts';
import type { Target } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';

const target: Target = { collection: 'directus_folders', endpoint: '/folders' };

type Row = Record<string, unknown>;

/** A folder inside itself could be reached by no one. */
async function refuseCycle({ directus, signal }: Context, keys: Key[], rows: Row[]): Promise<void> {
  for (const row of rows) {
    const moved = [...keys, row.id].map(String);
    const seen = new Set<string>();
    let parent = row.parent;
    while (typeof parent === 'string' && parent && !seen.has(parent)) {
      if (moved.includes(parent)) {
        throw new ToolError(
          'INVALID_PAYLOAD',
          'A folder cannot be moved into itself or into one of its own folders. Nothing was changed.',
          'Choose another parent; null is the root.',
        );
      }
      seen.add(parent);
      const query = { fields: ['parent'] };
      parent = (await directus.request<Row>('GET', path`/folders/${parent}`, { query, signal })).parent;
    }
  }
}

/** Directus fails over a folder that still holds folders. Those go with it when they are named as well. */
async function refuseParents({ directus, signal }: Context, keys: Key[]): Promise<void> {
  const filter = { _and: [{ parent: { _in: keys } }, { id: { _nin: keys } }] };
  const query = { fields: ['id'], filter, limit: NAMED + 1 };
  const inside = await readMany<Row>(directus, target.endpoint, query, { signal });
  if (inside.length === 0) return;
  throw new ToolError(
    'NOT_EMPTY',
    'These folders hold other folders, and Directus deletes none that does. Nothing was deleted.',
    'Name those inside in keys as well, or move them first. Files move to the root by themselves.',
    { inside: inside.slice(0, NAMED).map(({ id }) => id), ...(inside.length > NAMED ? { more: true } : {}) },
  );
}

/** Folders that an error names. */
const NAMED = 20;

export const folders = defineTool({
  name: 'folders',
  toolset: 'content',
  title: 'Folders',
  description: 'Folders of the file library: name and parent (null is the root).',
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({ keys: keys.optional(), query: sameQuery.optional() }),
      needs: (rights) => rights.may('directus_folders', 'read'),
    },
    create: {
      effect: 'write',
      input: z.strictObject({ data: objects }),
      needs: (rights) => rights.may('directus_folders', 'create'),
    },
    update: {
      effect: 'write',
      input: z.strictObject({ data: objects, keys: keys.optional(), query: sameQuery.optional() }),
      needs: (rights) => rights.may('directus_folders', 'update'),
    },
    delete: {
      effect: 'delete',
      input: z.strictObject({ keys }),
      needs: (rights) => rights.may('directus_folders', 'delete'),
    },
  },
  async run(context, call) {
    switch (call.action) {
      case 'read':
        return readRows(context, target, call.input);
      case 'create':
        return planCreate(context, target, call.input.data);
      case 'update':
        await refuseCycle(context, call.input.keys ?? [], call.input.data);
        return planUpdate(context, target, { ...call.input, rows: call.input.data });
      case 'delete':
        await refuseParents(context, call.input.keys);
        return planDelete(context, target, call.input);
    }
  },
});
