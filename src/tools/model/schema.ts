import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import { isUserCollection } from '../../directus/schema.ts';
import type { Collection, Field } from '../../directus/types.ts';
import type { Reply } from '../../result/reply.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { anyone, type Context, defineTool } from '../define.ts';
import { collection } from '../params.ts';
import { describeCollection } from './describe.ts';
import { describeField } from './field-line.ts';
import { type Found, find } from './find.ts';
import { linesOf } from './overview.ts';

export const schema = defineTool({
  name: 'schema',
  toolset: 'content',
  title: 'Schema',
  description:
    'The data model. Without arguments: all collections. keys (directus_* too): their fields, as "type ' +
    'flags =default {choices} - note"; * is required, "m2m x via j(a,b)" leads to x through junction j. search: ' +
    'either by words.',
  actions: {
    '': {
      effect: 'read',
      input: z.strictObject({ keys: z.array(collection).optional(), search: z.string().trim().optional() }),
      needs: anyone,
    },
  },
  async run(context, { input: { keys, search } }) {
    await context.schema.renew(context.signal);
    if (search) return searched(context, search, keys);
    return keys?.length ? { data: await details(context, keys) } : overview(context);
  },
});

/** Names and notes of everything that holds items; the folders they are grouped in. */
async function overview({ schema: model, signal }: Context): Promise<Reply> {
  const all = (await model.collections(signal)).filter(
    ({ collection: name }) => !name.startsWith('directus_'),
  );
  const { lines, left } = linesOf(all.filter(isUserCollection));
  const folders = linesOf(all.filter(isFolder), MOST_FOLDER_TOKENS);
  return {
    ...(left > 0 ? { info: { more: `${left} collections are not shown: find them with search` } } : {}),
    data: { collections: lines, ...(folders.lines.length > 0 ? { folders: folders.lines } : {}) },
  };
}

const MOST_FOLDER_TOKENS = 150;

function isFolder(one: Collection): boolean {
  return one.schema === null;
}

async function details(context: Context, keys: string[]): Promise<Record<string, unknown>> {
  const { schema: model, signal } = context;
  const described: Record<string, unknown> = {};
  for (const about of await requireAll(context, keys)) {
    const [fields, relations, permissions] = await Promise.all([
      model.fields(about.collection, signal),
      model.relations(signal),
      model.permissions(signal),
    ]);
    const own = permissions && (permissions[about.collection] ?? {});
    described[about.collection] = isFolder(about)
      ? { folder: await collectionsIn(context, about.collection) }
      : describeCollection(about, fields, relations, own);
  }
  return described;
}

async function collectionsIn({ schema: model, signal }: Context, folder: string): Promise<string[]> {
  const all = await model.collections(signal);
  return all.filter(({ meta }) => meta?.group === folder).map(({ collection: name }) => name);
}

/** @throws ToolError that names every key that is no collection for this user, with near matches */
async function requireAll({ schema: model, signal }: Context, keys: string[]): Promise<Collection[]> {
  const read = () => Promise.all([...new Set(keys)].map((key) => model.collection(key, signal)));
  let found = await read();
  if (found.includes(undefined)) {
    // What is known may be old: nothing is called unknown before it was read anew.
    model.forget();
    found = await read();
  }
  const missing = [...new Set(keys)].filter((_key, index) => found[index] === undefined);
  if (missing.length > 0) {
    const names = (await model.collections(signal)).map(({ collection: name }) => name);
    throw new ToolError(
      'NOT_FOUND',
      missing
        .slice(0, 5)
        .map((key) => `There is no collection "${key.slice(0, 60)}".${didYouMean(key, names)}`)
        .join(' '),
      'Call schema without keys for a list, or with search.',
    );
  }
  return found.filter((one) => one !== undefined);
}

const MOST_FOUND_TOKENS = 400;

/** What fits some words, of all collections or of those that are named. */
async function searched(context: Context, words: string, keys?: string[]): Promise<Reply> {
  let found = await findIn(context, words, keys);
  if (found.collections.length === 0 && found.fields.length === 0) {
    context.schema.forget();
    found = await findIn(context, words, keys);
  }
  const { lines, left } = linesOf(found.collections, MOST_FOUND_TOKENS);
  const fields = await linesOfFields(context, found.fields);
  if (lines.length === 0 && found.fields.length === 0)
    return {
      info: { found: 0, next: 'Try other words, or call schema without arguments for all collections.' },
    };
  const more = [
    left > 0 ? `${left} more collections` : '',
    found.left > 0 ? `${found.left} more fields` : '',
  ].filter(Boolean);
  return {
    ...(more.length > 0 ? { info: { more: `${more.join(' and ')} fit: use more words, or add keys` } } : {}),
    data: {
      ...(lines.length > 0 ? { collections: lines } : {}),
      ...(found.fields.length > 0 ? { fields } : {}),
    },
  };
}

async function findIn(context: Context, words: string, keys?: string[]): Promise<Found> {
  const { schema: model, signal } = context;
  if (!keys?.length) return find(words, await model.collections(signal), await model.allFields(signal));
  const named = await requireAll(context, keys);
  const fields = await Promise.all(named.map(({ collection: name }) => model.fields(name, signal)));
  return find(words, named, fields.flat());
}

async function linesOfFields({ schema: model, signal }: Context, fields: Field[]) {
  const relations = await model.relations(signal);
  return Object.fromEntries(
    fields.map((field) => [`${field.collection}.${field.field}`, describeField(field, relations)]),
  );
}
