import type { Collection } from '../../directus/types.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { noCollection, refused, settingsOf } from '../../guard/model.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { inspectSettings } from './collection-settings.ts';
import { metaOf } from './entries.ts';
import { becomingSettings, changedSettings, storedOtherwise, warningOf } from './receipts.ts';

type Row = Record<string, unknown>;
type Change = { before: Collection; meta: Row };

/** Plans new settings of collections; what is not named stays. Directus stores those of one call all or none. */
export async function planCollectionUpdates(context: Context, data: Row[]): Promise<Plan> {
  const { schema, signal } = context;
  const known = await settingsOf(schema, 'collections', signal);
  const changes: Change[] = [];
  const risks: string[] = [];
  for (const given of data) {
    const change = await readChange(context, given, known);
    if (changes.some((one) => one.before.collection === change.before.collection))
      throw refused(`data names ${change.before.collection} twice.`);
    risks.push(...(await inspectSettings(context, change.before, change.meta)));
    changes.push(change);
  }
  const names = changes.map(({ before }) => before.collection);
  return {
    what: `change the ${names.length === 1 ? 'collection' : 'collections'} ${names.join(', ')}`,
    rows: 0,
    risks,
    preview: async () => ({
      changes: changes.map(({ before, meta }) => ({
        collection: before.collection,
        changed: becomingSettings(before, { meta }),
      })),
    }),
    state: async () => ({ changes, risks }),
    async apply(directus) {
      const body = changes.map(({ before, meta }) => ({ collection: before.collection, meta }));
      try {
        await directus.request('PATCH', '/collections', { body, signal });
      } finally {
        schema.forget();
      }
      return receiptOf(changes, await schema.collections(signal));
    },
  };
}

async function readChange(
  { schema, settings, signal }: Context,
  given: Row,
  known: string[],
): Promise<Change> {
  const { collection: name, meta, schema: table, ...rest } = given;
  const stray = Object.keys(rest)[0] ?? (settles(table) ? 'schema' : undefined);
  if (typeof name !== 'string' || typeof meta !== 'object' || meta === null || stray !== undefined) {
    throw refused(
      stray === undefined
        ? 'Each entry of data needs collection and meta.'
        : `"${stray.slice(0, 60)}" of a collection cannot be changed.`,
      'Write {"collection":"name","meta":{"note":"..."}}.',
    );
  }
  checkSystemCollection(name, settings);
  const all = await schema.collections(signal);
  const before = all.find((one) => one.collection === name);
  if (!before)
    throw noCollection(
      name,
      all.map((one) => one.collection),
    );
  return { before, meta: metaOf(meta, known, { collection: name }) ?? {} };
}

/** A record that was read holds its table as well, which says nothing about a change. */
function settles(table: unknown): boolean {
  return table !== undefined && table !== null && !(typeof table === 'object' && 'name' in table);
}

function receiptOf(changes: Change[], all: Collection[]) {
  const after = (name: string) => all.find((one) => one.collection === name);
  const data = changes.map(({ before }) => ({
    collection: before.collection,
    changed: changedSettings({ meta: before.meta }, { meta: after(before.collection)?.meta }),
  }));
  const otherwise = changes.flatMap(({ before, meta }) =>
    storedOtherwise({ meta }, after(before.collection)).map((path) => `${before.collection} ${path}`),
  );
  const same = data.filter(({ changed }) => Object.keys(changed).length === 0);
  return {
    info: {
      updated: changes.map(({ before }) => before.collection),
      ...(same.length > 0 ? { unchanged: same.map(({ collection }) => collection) } : {}),
      ...warningOf(otherwise),
    },
    data: data.filter(({ changed }) => Object.keys(changed).length > 0),
  };
}
