import * as z from 'zod';
import type { Reply } from '../../result/reply.ts';
import { type Context, defineTool } from '../define.ts';
import { collection, key, object, page } from '../params.ts';
import { isPlan, type Plan } from '../plan.ts';
import { planDelete } from '../rows/delete.ts';
import { listVersions, readVersion, versionRows } from './list.ts';
import { requireRight, requireRightOn } from './permission.ts';
import { compareVersion, planPromote } from './promote.ts';
import { planNewVersion, planSave } from './save.ts';
import { type Found, findVersion } from './version.ts';

const one = { collection, key: key.optional(), version: z.string().min(1).max(64) };

export const versions = defineTool({
  name: 'versions',
  toolset: 'collaboration',
  title: 'Versions',
  description: 'Changes to an item, kept beside it (main) as versions. items query.version reads as of one.',
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({
        collection,
        key: key.optional(),
        version: one.version.optional(),
        query: page,
      }),
      needs: (rights) => rights.may('directus_versions', 'read'),
    },
    create: {
      effect: 'write',
      input: z.strictObject({ ...one, name: z.string().max(255).optional(), data: object.optional() }),
      needs: (rights) => rights.may('directus_versions', 'create'),
    },
    save: {
      effect: 'write',
      about: 'save: data as in items update.',
      input: z.strictObject({ ...one, data: object }),
      needs: (rights) => rights.may('directus_versions', 'update'),
    },
    compare: {
      effect: 'read',
      input: z.strictObject(one),
      needs: (rights) => rights.may('directus_versions', 'read'),
    },
    promote: {
      effect: 'write',
      about: 'promote: into main.',
      input: z.strictObject(one),
      needs: (rights) => rights.may('directus_versions', 'read') && rights.mayAny('update'),
    },
    delete: {
      effect: 'delete',
      input: z.strictObject(one),
      needs: (rights) => rights.may('directus_versions', 'delete'),
    },
  },
  async run(context, { action, input }) {
    if (action === 'read' && input.version === undefined) return listVersions(context, input);
    if (action === 'create') {
      await requireRight(context, 'directus_versions', 'create', 'create versions');
      return planNewVersion(context, input);
    }
    const { version = '' } = input;
    const found = await findVersion(context, input.collection, input.key, version);
    switch (action) {
      case 'read':
        return readVersion(context, found);
      case 'compare':
        return compareVersion(context, found);
      case 'save':
        await requireRightOn(context, 'directus_versions', found.id, 'update', 'save into this version');
        return planSave(context, found, input.data);
      case 'promote':
        return planPromote(context, found);
      case 'delete':
        await requireRightOn(context, 'directus_versions', found.id, 'delete', 'delete this version');
        return planRemoval(context, found);
    }
  },
});

async function planRemoval(context: Context, { id, words }: Found): Promise<Plan | Reply> {
  const plan = await planDelete(context, versionRows, { keys: [id] });
  if (!isPlan(plan)) return plan;
  const apply: Plan['apply'] = async (directus) => {
    await plan.apply(directus);
    return { info: { deleted: words } };
  };
  return { ...plan, what: `delete ${words}`, apply };
}
