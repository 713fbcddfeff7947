import * as z from 'zod';
import { defineTool } from '../define.ts';
import { keys, objects, sameQuery } from '../params.ts';
import { createRows, deleteRows, readRows, type Target, updateRows } from '../rows.ts';

const target: Target = { collection: 'directus_folders', endpoint: '/folders' };

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
        return createRows(context, target, call.input.data);
      case 'update':
        return updateRows(context, target, { ...call.input, rows: call.input.data });
      case 'delete':
        return deleteRows(context, target, call.input);
    }
  },
});
