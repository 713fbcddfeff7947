import type { Undo } from '../../../directus/agent.ts';
import type { Directus, Method } from '../../../directus/connection.ts';
import { endpointOf, path } from '../../../directus/path.ts';
import { primaryKey } from '../../../directus/schema.ts';
import type { Relation } from '../../../directus/types.ts';
import type { Context } from '../../define.ts';
import { placesOf } from './model.ts';
import { isBirthStamp, isStamp, type Row } from './past.ts';
import { withoutStamps } from './stamps.ts';
import { isModel, omit, pick, type Step } from './step.ts';

/** Rows in one request. */
const AT_ONCE = 250;

type Request = { method: Method; target: string; body?: unknown };

/**
 * Makes the steps of one change: first the rows that are missing, then what rows pointed at and held, and last what
 * was made goes, so that nothing is ever left pointing at nothing.
 */
export async function makeSteps(
  context: Context,
  undoing: (undo: Undo) => Directus,
  { change: { call }, steps, stamps }: { change: { call: string }; steps: Step[]; stamps: boolean },
): Promise<void> {
  const requests = [...(await rowRequests(context, steps)), ...(await modelRequests(context, steps))];
  const make = async () => {
    for (const [index, request] of requests.entries())
      await send(undoing({ call, whole: index === requests.length - 1 }), request, context.signal);
  };
  try {
    if (stamps) await withoutStamps(context, undoing({ call, whole: false }), steps, make);
    else await make();
  } finally {
    if (stamps || steps.some(({ collection }) => isModel(collection))) context.schema.forget();
  }
}

function send(directus: Directus, { method, target, body }: Request, signal: AbortSignal): Promise<unknown> {
  return directus.request(method, target, { ...(body === undefined ? {} : { body }), signal });
}

async function rowRequests(context: Context, steps: Step[]): Promise<Request[]> {
  const relations = await context.schema.relations(context.signal);
  const rows = steps.filter(({ collection }) => !isModel(collection));
  const collections = inOrder([...new Set(rows.map(({ collection }) => collection))], relations);
  const of = (kind: Step['kind'], names: string[]) =>
    Promise.all(
      names.map((name) => {
        const own = rows.filter((step) => step.kind === kind && step.collection === name);
        return own.length > 0 ? requestsFor(context, name, kind, own, relations) : [];
      }),
    );
  return [
    ...(await of('recreate', collections)),
    ...(await of('restore', collections)),
    ...(await of('remove', collections.toReversed())),
  ].flat();
}

async function requestsFor(
  { schema, signal }: Context,
  collection: string,
  kind: Step['kind'],
  steps: Step[],
  relations: Relation[],
): Promise<Request[]> {
  const target = endpointOf(collection);
  const fields = await schema.fields(collection, signal);
  const pk = primaryKey(fields)?.field ?? 'id';
  const isSingle = (await schema.collection(collection, signal))?.meta?.singleton === true;
  const patches = (rows: Row[]): Request[] =>
    isSingle
      ? rows.map(({ [pk]: _key, ...body }) => ({ method: 'PATCH', target, body }))
      : inParts(rows).map((body) => ({ method: 'PATCH', target, body }));
  if (kind === 'remove')
    return inParts(steps.map(({ key }) => key).toReversed()).map((body) => ({
      method: 'DELETE',
      target,
      body,
    }));
  if (kind === 'restore')
    return patches(steps.map(({ key, values, stamps }) => ({ ...values, ...stamps?.then, [pk]: key })));
  if (isSingle) return steps.map(({ values }) => ({ method: 'PATCH', target, body: values }));
  // Rows that point at one another cannot all be there first: such links follow when the rows are.
  const own = relations.filter(
    (one) => one.collection === collection && one.related_collection === collection,
  );
  const later = own.map(({ field }) => field);
  const births = fields.filter(isBirthStamp).map(({ field }) => field);
  const stamps = fields.filter(isStamp).map(({ field }) => field);
  const posts = inParts(steps.map(({ values }) => omit(values, later)));
  const follow = steps
    .filter(({ values }) => [...later, ...births].some((name) => (values[name] ?? null) !== null))
    .map(({ key, values }) => ({ ...pick(values, [...later, ...births, ...stamps]), [pk]: key }));
  return [...posts.map((body): Request => ({ method: 'POST', target, body })), ...patches(follow)];
}

/** Collections in the order in which their rows can be made: those that are pointed at first. */
function inOrder(names: string[], relations: Relation[]): string[] {
  const ordered: string[] = [];
  const visit = (name: string, path: string[]) => {
    if (ordered.includes(name) || path.includes(name)) return;
    for (const { collection, related_collection: target } of relations)
      if (collection === name && target && names.includes(target)) visit(target, [...path, name]);
    ordered.push(name);
  };
  for (const name of names) visit(name, []);
  return ordered;
}

async function modelRequests(context: Context, steps: Step[]): Promise<Request[]> {
  const own = steps.filter(({ collection }) => isModel(collection));
  const fields = own.filter(({ collection }) => collection === 'directus_fields');
  const places = await placesOf(
    context,
    fields.map(({ key }) => key),
  );
  const dropped = own
    .filter(({ collection, kind }) => collection === 'directus_collections' && kind === 'remove')
    .map(({ key }) => String(key));
  // Fields that only list rows go first: with the column behind them they would go by themselves, without a trace.
  const isAlias = ({ key }: Step) => places.get(String(key))?.type === 'alias';
  const ordered = [...fields.filter(isAlias), ...fields.filter((one) => !isAlias(one)).toReversed()];
  const fieldRequests = ordered.flatMap(({ key, kind, values }): Request[] => {
    const place = places.get(String(key));
    if (!place || dropped.includes(place.collection)) return [];
    const target = path`/fields/${place.collection}/${place.field}`;
    return [
      kind === 'remove' ? { method: 'DELETE', target } : { method: 'PATCH', target, body: { meta: values } },
    ];
  });
  const settings = own.flatMap(({ collection, key, kind, values }): Request[] =>
    collection === 'directus_collections' && kind === 'restore'
      ? [{ method: 'PATCH', target: path`/collections/${key}`, body: { meta: values } }]
      : [],
  );
  const relations = await context.schema.relations(context.signal);
  const drops = inOrder(dropped, relations)
    .toReversed()
    .map((name): Request => ({ method: 'DELETE', target: path`/collections/${name}` }));
  return [...settings, ...fieldRequests, ...drops];
}

function inParts<T>(all: T[]): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) parts.push(all.slice(from, from + AT_ONCE));
  return parts;
}
