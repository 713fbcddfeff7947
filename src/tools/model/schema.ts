import * as z from 'zod';
import { isUserCollection } from '../../directus/schema.ts';
import type { Collection } from '../../directus/types.ts';
import { requireCollection } from '../../guard/model.ts';
import { anyone, type Context, defineTool } from '../define.ts';
import { collection } from '../params.ts';
import { describeCollection } from './describe.ts';

export const schema = defineTool({
  name: 'schema',
  toolset: 'content',
  title: 'Schema',
  description:
    'What collections and fields there are. Without keys: all collections. With keys (names of collections): their fields, as ' +
    '"type flags =default {choices} - note". * means required; "m2o x" leads to collection x; "m2m x via j(a,b)" goes ' +
    'through junction j.',
  actions: {
    '': { effect: 'read', input: z.strictObject({ keys: z.array(collection).optional() }), needs: anyone },
  },
  async run(context, { input }) {
    await context.schema.renew(context.signal);
    return { data: input.keys?.length ? await details(context, input.keys) : await overview(context) };
  },
});

/** Names and notes of everything that holds items; the folders they are grouped in. */
export async function overview({ schema: model, signal }: Context): Promise<Record<string, unknown>> {
  const all = (await model.collections(signal)).filter(
    ({ collection: name }) => !name.startsWith('directus_'),
  );
  const folders = all.filter((one) => one.schema === null).map((one) => one.collection);
  return {
    collections: all.filter(isUserCollection).map(line),
    ...(folders.length > 0 ? { folders } : {}),
  };
}

export async function details(
  { schema: model, signal }: Context,
  keys: string[],
): Promise<Record<string, unknown>> {
  const described: Record<string, unknown> = {};
  for (const key of new Set(keys)) {
    await requireCollection(model, key, signal);
    const [about, fields, relations] = await Promise.all([
      model.collection(key, signal),
      model.fields(key, signal),
      model.relations(signal),
    ]);
    described[key] = describeCollection(about, fields, relations);
  }
  return described;
}

function line({ collection: name, meta }: Collection): string {
  const note = meta?.note && !meta.note.startsWith('$t') ? `: ${meta.note}` : '';
  return `${name}${meta?.singleton ? ' (singleton)' : ''}${note}`;
}
