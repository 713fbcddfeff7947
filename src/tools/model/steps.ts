import type { Directus } from '../../directus/connection.ts';
import { DirectusError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import { readRights } from '../../directus/rights.ts';
import type { Relation } from '../../directus/types.ts';

type Row = Record<string, unknown>;

export type NewField = { field: string; type: string; schema?: Row | null; meta: Row };
export type NewCollection = { collection: string; schema: Row | null; meta: Row; fields?: NewField[] };
export type NewRelation = {
  collection: string;
  field: string;
  related_collection: string | null;
  schema: Row | null;
  meta: Row;
};

/** One request that adds to the data model, and what takes it back. */
export type Step =
  | { make: 'collection'; body: NewCollection }
  | { make: 'field'; collection: string; body: NewField }
  | { make: 'relation'; body: NewRelation }
  /** Gives a relation that exists its list on the one side, in an order where one is named. */
  | { make: 'list'; relation: Relation; field: string; sort?: string | undefined };

/** What a step makes, by name. */
export function nameOf(step: Step): string {
  switch (step.make) {
    case 'collection':
      return step.body.collection;
    case 'field':
      return `${step.collection}.${step.body.field}`;
    case 'relation':
      return `the relation ${step.body.collection}.${step.body.field}`;
    case 'list':
      return `the list of ${step.relation.collection}.${step.relation.field}`;
  }
}

/** Takes one step. */
export function make(directus: Directus, step: Step, signal: AbortSignal): Promise<unknown> {
  switch (step.make) {
    case 'collection':
      return directus.request('POST', '/collections', { body: step.body, signal });
    case 'field':
      return directus.request('POST', path`/fields/${step.collection}`, { body: step.body, signal });
    case 'relation':
      return directus.request('POST', '/relations', { body: step.body, signal });
    case 'list': {
      const { relation, field, sort } = step;
      const meta = { one_field: field, ...(sort ? { sort_field: sort } : {}) };
      return changeRelation(directus, relation, { meta }, signal);
    }
  }
}

/**
 * Changes a relation in a way that Directus survives. Without the collection the relation leads to it ends, and without
 * the rules the foreign key loses them. And it ends when this is the first request after its schema was forgotten, as it
 * is by every change of the model: then it may not write to what it has just read. So it is made to read once more.
 */
export async function changeRelation(
  directus: Directus,
  relation: Relation,
  change: { schema?: Row | undefined; meta?: Row | undefined },
  signal?: AbortSignal,
): Promise<void> {
  const { collection, field, related_collection, schema } = relation;
  const rules = {
    ...(schema?.on_delete ? { on_delete: schema.on_delete } : {}),
    ...(schema?.on_update ? { on_update: schema.on_update } : {}),
  };
  const body = {
    collection,
    field,
    related_collection,
    ...(change.meta ? { meta: change.meta } : {}),
    schema: { ...rules, ...change.schema },
  };
  const place = path`/relations/${collection}/${field}`;
  await directus.request('GET', place, { signal });
  await directus.request('PATCH', place, { body, signal });
}

/** Takes one step back; sent whether or not the call was cancelled: what was begun is not left half done. */
export function undo(directus: Directus, step: Step): Promise<unknown> {
  switch (step.make) {
    case 'collection':
      return directus.request('DELETE', path`/collections/${step.body.collection}`);
    case 'field':
      return directus.request('DELETE', path`/fields/${step.collection}/${step.body.field}`);
    case 'relation':
      return deleteRelation(directus, step.body.collection, step.body.field);
    case 'list': {
      const { one_field = null, sort_field = null } = step.relation.meta ?? {};
      return changeRelation(directus, step.relation, { meta: { one_field, sort_field } });
    }
  }
}

/**
 * Deletes a relation. It is read first: a Directus on SQLite that has just forgotten its foreign keys waits for itself
 * for a minute when it has to look them up while it deletes one.
 */
export async function deleteRelation(directus: Directus, collection: string, field: string): Promise<void> {
  const place = path`/relations/${collection}/${field}`;
  await directus.request('GET', place);
  await directus.request('DELETE', place);
}

/**
 * Whether what a step makes is there; also true when that cannot be found out. To administrators alone a refusal of
 * Directus says that it is not: others are refused what is there as well.
 */
export async function exists(directus: Directus, step: Step): Promise<boolean> {
  const place = {
    collection: () => path`/collections/${nameOf(step)}`,
    field: () => (step.make === 'field' ? path`/fields/${step.collection}/${step.body.field}` : ''),
    relation: () =>
      step.make === 'relation' ? path`/relations/${step.body.collection}/${step.body.field}` : '',
    list: () => '',
  }[step.make]();
  if (!place) return true;
  try {
    await directus.request('GET', place);
    return true;
  } catch (error) {
    const isRefused = error instanceof DirectusError && [403, 404].includes(error.status);
    return !isRefused || !(await readRights(directus).catch(() => undefined))?.admin;
  }
}
