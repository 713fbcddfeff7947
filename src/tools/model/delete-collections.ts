import { countRows } from '../../directus/count.ts';
import { ToolError } from '../../directus/errors.ts';
import { endpointOf, path } from '../../directus/path.ts';
import type { Collection, Relation } from '../../directus/types.ts';
import { noCollection, refused } from '../../guard/model.ts';
import { usesOfCollection } from '../../guard/model-use.ts';
import { filled, rowsOf } from '../../guard/tally.ts';
import type { Context } from '../define.ts';
import { inTurn } from '../in-turn.ts';
import type { Plan } from '../plan.ts';

type Going = { about: Collection; items: number; uses: string[] };

/** Plans to delete collections with everything in them. */
export async function planCollectionDeletes(context: Context, keys: string[]): Promise<Plan> {
  const { directus, schema, signal } = context;
  for (const key of keys) refuseSystem(key);
  const names = inOrder([...new Set(keys)], await schema.relations(signal));
  const all = await schema.collections(signal);
  const going: Going[] = [];
  for (const name of names) {
    const about = all.find((one) => one.collection === name);
    if (!about)
      throw noCollection(
        name,
        all.map((one) => one.collection),
      );
    await refuseHeld(context, name, names);
    const items = about.schema === null ? 0 : await countRows(directus, endpointOf(name), {}, signal);
    going.push({ about, items, uses: await usesOfCollection(context, name, names) });
  }
  const items = going.reduce((sum, one) => sum + one.items, 0);
  return {
    what: `delete ${going.map(({ about, items: count }) => phrase(about, count)).join(', ')}`,
    rows: items,
    preview: async () => ({
      changes: await Promise.all(going.map((one) => shown(context, one))),
      cascades: going.flatMap(({ uses }) => uses),
      permanent: [
        items > 0
          ? 'all of it: neither collections nor their items are restored; their activity and revisions are deleted as well'
          : 'a collection that was deleted is not restored; it can be created again',
      ],
    }),
    state: async () => ({
      going,
      newest: await Promise.all(names.map((name) => newestActivity(context, name))),
    }),
    async apply(directus) {
      const removeOne = (key: string) => directus.request('DELETE', path`/collections/${key}`, { signal });
      try {
        await inTurn(names, 'deleted', removeOne, (key) => key);
      } finally {
        schema.forget();
      }
      return { info: { deleted: names, ...(items > 0 ? { items } : {}) } };
    },
  };
}

function phrase({ collection, schema }: Collection, items: number): string {
  if (schema === null) return `the folder ${collection}`;
  if (items === 0) return `the empty collection ${collection}`;
  return `the collection ${collection} with its ${items} ${items === 1 ? 'item' : 'items'}`;
}

async function shown({ schema, signal }: Context, { about, items }: Going): Promise<unknown> {
  const fields = about.schema === null ? [] : await schema.fields(about.collection, signal);
  return {
    deleted: about.collection,
    ...(about.schema === null ? { folder: true } : { items, fields: fields.map((one) => one.field) }),
  };
}

/** No setting allows this: without them Directus is broken. */
function refuseSystem(name: string): void {
  if (!name.toLowerCase().startsWith('directus_')) return;
  throw new ToolError(
    'SYSTEM_COLLECTION',
    `${name} is one of Directus's own collections and is never deleted. Nothing was changed.`,
  );
}

/** With these rules the database keeps a table while rows point at it. */
const HOLDS = ['NO ACTION', 'RESTRICT'];

async function refuseHeld(context: Context, name: string, going: string[]): Promise<void> {
  const relations = await context.schema.relations(context.signal);
  for (const relation of relations.filter((one) => isHolding(one, name) && !going.includes(one.collection))) {
    const { collection, field, schema } = relation;
    const count = await filled(context, collection, field);
    if (count === 0) continue;
    throw refused(
      `${rowsOf(count, collection)} point at ${name} and keep it from being deleted (${collection}.${field}, ${schema?.on_delete}).`,
      'Empty or delete that field first.',
    );
  }
}

function isHolding({ related_collection, schema }: Relation, name: string): boolean {
  return related_collection === name && HOLDS.includes(schema?.on_delete?.toUpperCase() ?? '');
}

/** What points at others goes before them. */
function inOrder(names: string[], relations: Relation[]): string[] {
  const left = [...names];
  const ordered: string[] = [];
  while (left.length > 0) {
    const pointedAt = (name: string) =>
      relations.some(
        (one) => one.related_collection === name && one.collection !== name && left.includes(one.collection),
      );
    const next = Math.max(
      left.findIndex((name) => !pointedAt(name)),
      0,
    );
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}

/** Tells whether anything in the collection changed meanwhile, without reading all of it. */
async function newestActivity({ directus, signal }: Context, name: string): Promise<unknown> {
  const query = { aggregate: { max: ['id'] }, filter: { collection: { _eq: name } } };
  return directus.request('GET', '/activity', { query, signal });
}
