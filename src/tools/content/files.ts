import * as z from 'zod';
import { defineTool } from '../define.ts';
import { inTurn } from '../in-turn.ts';
import { keys, object, objects, sameQuery } from '../params.ts';
import { planDelete } from '../rows/delete.ts';
import { readRows } from '../rows/read.ts';
import type { Target } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';

const target: Target = { collection: 'directus_files', endpoint: '/files' };

export const files = defineTool({
  name: 'files',
  toolset: 'content',
  title: 'Files',
  description: 'What is stored about files: title, type, folder, tags, size. See a file with assets.',
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
      about: 'import: data [{"url":"https://...","file":{"title":"..."}}].',
      input: z.strictObject({
        data: z
          .array(z.strictObject({ url: z.url({ protocol: /^https?$/ }), file: object.optional() }))
          .min(1)
          .max(10),
      }),
      needs: (rights) => rights.may('directus_files', 'create'),
    },
  },
  async run(context, call) {
    switch (call.action) {
      case 'read':
        return readRows(context, target, call.input);
      case 'update':
        return planUpdate(context, target, { ...call.input, rows: call.input.data });
      case 'delete':
        return planDelete(context, target, call.input);
      case 'import': {
        const { data } = call.input;
        return {
          what: `import ${data.length} files`,
          rows: data.length,
          preview: async () => ({ changes: data }),
          state: async () => [],
          async apply(directus) {
            let count = 0;
            const importOne = async ({ url, file }: (typeof data)[number]) => {
              const imported = await directus.request<{ id: string }>('POST', '/files/import', {
                query: { fields: ['id', 'title', 'type', 'filename_download', 'filesize', 'folder'] },
                body: { url, data: file ?? {} },
                signal: context.signal,
              });
              count += 1;
              context.progress(count, data.length, url);
              return imported;
            };
            const imported = await inTurn(data, 'imported', importOne, ({ url }) => url);
            return { info: { imported: imported.length }, data: imported };
          },
        };
      }
    }
  },
});
