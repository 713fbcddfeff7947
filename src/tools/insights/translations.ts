import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import type { Key } from '../../directus/types.ts';
import { several } from '../../guard/words.ts';
import type { Reply } from '../../result/reply.ts';
import { type Context, defineTool } from '../define.ts';
import { objects, rareQuery } from '../params.ts';
import type { Plan } from '../plan.ts';
import { isPlan } from '../plan.ts';
import { planDelete } from '../rows/delete.ts';
import { readRows } from '../rows/read.ts';
import { entriesIn, namesIn, readStrings, TRANSLATIONS } from './strings.ts';
import { planStrings } from './strings-set.ts';

export const translations = defineTool({
  name: 'translations',
  toolset: 'insights',
  title: 'Translations',
  description: "Studio's custom strings ($t:key).",
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({
        search: z.string().min(1).optional(),
        language: z.string().min(1).optional(),
        prefix: z.string().min(1).optional().meta({ wire: 'hidden' }),
        query: rareQuery.optional(),
      }),
      needs: (rights) => rights.may(TRANSLATIONS.collection, 'read'),
      beside: true,
    },
    set: {
      effect: 'write',
      about: 'data: [{key,language (en-US),value}].',
      input: z.strictObject({ data: objects }),
      needs: (rights) =>
        rights.may(TRANSLATIONS.collection, 'create') || rights.may(TRANSLATIONS.collection, 'update'),
    },
    delete: {
      effect: 'delete',
      input: z.strictObject({ data: objects }),
      needs: (rights) => rights.may(TRANSLATIONS.collection, 'delete'),
    },
  },
  async run(context, call) {
    switch (call.action) {
      case 'read': {
        const { search, prefix, language, query: given = {} } = call.input;
        const conditions = [
          ...(given.filter ? [given.filter] : []),
          ...(prefix ? [{ key: { _starts_with: prefix } }] : []),
          ...(language ? [{ language: { _eq: language } }] : []),
        ];
        return readRows(context, TRANSLATIONS, {
          query: {
            ...(given.aggregate ? {} : { fields: ['key', 'language', 'value'], sort: ['key', 'language'] }),
            ...given,
            ...(search ? { search } : {}),
            ...(conditions.length > 0 ? { filter: { _and: conditions } } : {}),
          },
        });
      }
      case 'set':
        return planStrings(context, entriesIn(call.input.data));
      case 'delete':
        return planRemoval(context, namesIn(call.input.data));
    }
  },
});

/** Plans to delete strings, in one language or in all where the call names none. */
async function planRemoval(
  context: Context,
  names: { key: string; language?: string }[],
): Promise<Plan | Reply> {
  const stored = await readStrings(
    context,
    names.map(({ key }) => key),
  );
  const ids = new Set<Key>();
  for (const { key, language } of names) {
    const found = stored.filter(
      (row) => row.key === key && (language === undefined || row.language === language),
    );
    if (found.length === 0) {
      throw new ToolError(
        'NOT_FOUND',
        `There is no string ${JSON.stringify(key)}${language ? ` in ${language}` : ''}. Nothing was deleted.`,
        'Read the strings to find the right keys.',
      );
    }
    for (const { id } of found) ids.add(id);
  }
  const plan = await planDelete(context, TRANSLATIONS, { keys: [...ids] });
  if (!isPlan(plan)) return plan;
  return { ...plan, what: `delete ${several(ids.size, 'custom string')}` };
}
