import { path } from '../../../directus/path.ts';
import type { Context } from '../../define.ts';
import type { Request } from './make.ts';
import { placesOf } from './places.ts';
import { isModel, type Step } from './step.ts';

/** The requests that make steps on collections and fields. */
export async function modelRequests(context: Context, steps: Step[]): Promise<Request[]> {
  const own = steps.filter(({ collection }) => isModel(collection));
  if (own.length === 0) return [];
  const collections = own.filter(({ collection }) => collection === 'directus_collections');
  const dropped = collections.filter(({ kind }) => kind === 'remove').map(({ key }) => String(key));
  const settings = collections
    .filter(({ kind }) => kind === 'restore')
    .map(({ key, values }): Request => {
      const target = path`/collections/${key}`;
      return { method: 'PATCH', target, body: { meta: values }, what: `collection ${key}` };
    });
  const drops = (await inOrder(context, dropped)).map((name): Request => {
    return { method: 'DELETE', target: path`/collections/${name}`, what: `collection ${name}` };
  });
  const fields = own.filter(({ collection }) => collection === 'directus_fields');
  return [...settings, ...(await fieldRequests(context, fields, dropped)), ...drops];
}

/** @param dropped collections that go with all their fields */
async function fieldRequests(context: Context, steps: Step[], dropped: string[]): Promise<Request[]> {
  const places = await placesOf(
    context,
    steps.map(({ key }) => key),
  );
  // Fields that only list rows go first: with the column behind them they would go by themselves, without a trace.
  const isAlias = ({ key }: Step) => places.get(String(key))?.type === 'alias';
  const ordered = [...steps.filter(isAlias), ...steps.filter((one) => !isAlias(one)).toReversed()];
  return ordered.flatMap(({ key, kind, values }): Request[] => {
    const place = places.get(String(key));
    if (!place || dropped.includes(place.collection)) return [];
    const target = path`/fields/${place.collection}/${place.field}`;
    const what = `field ${place.collection}.${place.field}`;
    if (kind === 'remove') return [{ method: 'DELETE', target, what }];
    return [{ method: 'PATCH', target, body: { meta: values }, what }];
  });
}

/** Collections in the order in which they can be dropped: those that point at others first. */
async function inOrder({ schema, signal }: Context, names: string[]): Promise<string[]> {
  const relations = await schema.relations(signal);
  const ordered: string[] = [];
  const visit = (name: string, path: string[]) => {
    if (ordered.includes(name) || path.includes(name)) return;
    const pointing = relations.filter((one) => one.related_collection === name);
    for (const { collection } of pointing) if (names.includes(collection)) visit(collection, [...path, name]);
    ordered.push(name);
  };
  for (const name of names) visit(name, []);
  return ordered;
}
