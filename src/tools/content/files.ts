import * as z from 'zod';
import { defineTool } from '../define.ts';
import { keys, objects, sameQuery } from '../params.ts';
import { planDelete } from '../rows/delete.ts';
import { readRows } from '../rows/read.ts';
import type { Target } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';
import { refuseKept } from './file-fields.ts';
import { imported, uploaded } from './upload/entry.ts';
import { planUpload } from './upload/plan.ts';

const target: Target = { collection: 'directus_files', endpoint: '/files' };

export const files = defineTool({
  name: 'files',
  toolset: 'content',
  title: 'Files',
  description: 'Files: title, type, folder, tags, size. See one with assets.',
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({ keys: keys.optional(), query: sameQuery.optional() }),
      needs: (rights) => rights.may('directus_files', 'read'),
    },
    update: {
      effect: 'write',
      input: z.strictObject({ data: objects, keys: keys.optional(), query: sameQuery.optional() }),
      needs: (rights) => rights.may('directus_files', 'update'),
    },
    delete: {
      effect: 'delete',
      input: z.strictObject({ keys }),
      needs: (rights) => rights.may('directus_files', 'delete'),
    },
    import: {
      effect: 'write',
      input: z.strictObject({ data: imported }),
      needs: (rights) => rights.may('directus_files', 'create'),
    },
    upload: {
      effect: 'write',
      about:
        'upload: data [{"url"|"base64"|"text"|"path","filename","title","folder","link":{"collection","key","field"}}]; link puts the file into an item.',
      input: z.strictObject({ data: uploaded }),
      needs: (rights) => rights.may('directus_files', 'create'),
    },
  },
  async run(context, call) {
    switch (call.action) {
      case 'read':
        return readRows(context, target, call.input);
      case 'update':
        refuseKept(call.input.data);
        return planUpdate(context, target, { ...call.input, rows: call.input.data });
      case 'delete':
        return planDelete(context, target, call.input);
      case 'import':
      case 'upload':
        return planUpload(context, call.input.data);
    }
  },
});
