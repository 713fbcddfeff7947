import { endpointOf } from '../../../directus/path.ts';
import { primaryKey } from '../../../directus/schema.ts';
import type { Field, Relation } from '../../../directus/types.ts';
import type { Context } from '../../define.ts';
import type { Request } from './make.ts';
import { isBirthStamp, isStamp, type Row } from './past.ts';
import { isModel, omit, pick, type Step } from './step.ts';
import { listed } from './words.ts';

/** Rows in one request. */
const AT_ONCE = 250;

/** What is known of a collection, and what is to be done to its rows. */
type Work = {
  collection: string;
  fields: Field[];
  pk: string;
  isSingle: boolean;
  steps: Step[];
};

/** The requests that make steps on rows, in the order in which the database takes them. */
export async function rowRequests(context: Context, steps: Step[]): Promise<Request[]> {
  const relations = await context.schema.relations(context.signal);
  const rows = steps.filter(({ collection }) => !isModel(collection));
  const all = await Promise.all(
    [...Map.groupBy(rows, ({ collection }) => collection)].map(([name, own]) => workOn(context, name, own)),
  );
  const work = inOrder(all, relations);
  const made = work.map((one, index) => recreating(one, lateLinks(work, index, relations)));
  return [
    ...made.flatMap(({ posts }) => posts),
    ...made.flatMap(({ follow }) => follow),
    ...work.flatMap(restoring),
    ...work.toReversed().flatMap(removing),
  ];
}

async function workOn({ schema, signal }: Context, collection: string, steps: Step[]): Promise<Work> {
  const fields = await schema.fields(collection, signal);
  const isSingle = (await schema.collection(collection, signal))?.meta?.singleton === true;
  return { collection, fields, pk: primaryKey(fields)?.field ?? 'id', isSingle, steps };
}

/** Collections in the order in which their rows can be made: those that are pointed at first. */
function inOrder(all: Work[], relations: Relation[]): Work[] {
  const ordered: Work[] = [];
  const links = (from: Work, to: Work) =>
    relations.filter((one) => one.collection === from.collection && one.related_collection === to.collection);
  const isRequired = (from: Work, { field }: Relation) =>
    from.fields.some((one) => one.field === field && one.schema?.is_nullable === false);
  const visit = (work: Work, path: Work[]) => {
    if (ordered.includes(work) || path.includes(work)) return;
    for (const other of all) {
      const between = links(work, other);
      // Of two that point at one another, the one goes first that can do without for a while.
      const counts = links(other, work).length === 0 || between.some((one) => isRequired(work, one));
      if (other !== work && between.length > 0 && counts) visit(other, [...path, work]);
    }
    ordered.push(work);
  };
  for (const work of all) visit(work, []);
  return ordered;
}

/** Fields that point at rows which are made later, or together with their own. */
function lateLinks(work: Work[], index: number, relations: Relation[]): string[] {
  const later = work.slice(index).map(({ collection }) => collection);
  const own = relations.filter((one) => one.collection === work[index]?.collection);
  return own.filter((one) => later.includes(one.related_collection ?? '')).map(({ field }) => field);
}

function recreating(work: Work, late: string[]): { posts: Request[]; follow: Request[] } {
  const { collection, fields, isSingle } = work;
  const steps = work.steps.filter(({ kind }) => kind === 'recreate');
  const target = endpointOf(collection);
  if (isSingle)
    return {
      posts: steps.map(({ values }) => ({ method: 'PATCH', target, body: values, what: collection })),
      follow: [],
    };
  const posts = inParts(steps).map(
    (part): Request => ({
      method: 'POST',
      target,
      body: part.map(({ values }) => omit(values, late)),
      what: named(work, part),
    }),
  );
  // Who made a row and when can be set when it is there.
  const births = fields.filter(isBirthStamp).map(({ field }) => field);
  const stamps = fields.filter(isStamp).map(({ field }) => field);
  const open = steps.filter(({ values }) =>
    [...late, ...births].some((name) => (values[name] ?? null) !== null),
  );
  return {
    posts,
    follow: patches(work, open, ({ values }) => pick(values, [...late, ...births, ...stamps])),
  };
}

function restoring(work: Work): Request[] {
  const steps = work.steps.filter(({ kind }) => kind === 'restore');
  return patches(work, steps, ({ values, stamps }) => ({ ...values, ...stamps?.then }));
}

function removing(work: Work): Request[] {
  const steps = work.steps.filter(({ kind }) => kind === 'remove').toReversed();
  return inParts(steps).map((part) => ({
    method: 'DELETE',
    target: endpointOf(work.collection),
    body: part.map(({ key }) => key),
    what: named(work, part),
  }));
}

function patches(work: Work, steps: Step[], valuesOf: (step: Step) => Row): Request[] {
  const { collection, pk, isSingle } = work;
  return inParts(steps).map((part) => {
    const rows = part.map((step) => ({ ...valuesOf(step), [pk]: step.key }));
    const body = isSingle ? omit(rows[0] ?? {}, [pk]) : rows;
    return { method: 'PATCH', target: endpointOf(collection), body, what: named(work, part) };
  });
}

const named = ({ collection }: Work, steps: Step[]): string =>
  `${collection} ${listed(steps.map(({ key }) => String(key)))}`;

function inParts<T>(all: T[]): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) parts.push(all.slice(from, from + AT_ONCE));
  return parts;
}
