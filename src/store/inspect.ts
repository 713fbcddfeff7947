import { isDeepStrictEqual } from 'node:util';
import type { Directus } from '../directus/connection.ts';
import { path } from '../directus/path.ts';
import type { Collection, Field, Relation } from '../directus/types.ts';
import {
  type CollectionPlan,
  collections,
  type PermissionPlan,
  type PolicyPlan,
  policies,
  relations,
} from './layout.ts';

/** Something the store in Directus consists of. */
export type Part = {
  /** `collection assistant_usage`. */
  what: string;
  state: 'there' | 'missing' | 'differs';
  /** How it differs, as a sentence. */
  how?: string;
  /** Makes or mends it; where there is none, a person has to. */
  make?: () => Promise<unknown>;
};

type PermissionRow = PermissionPlan & { id: number; policy: string };

/** Our collections of those there are. */
export const namesOfStore = collections.map(({ collection }) => collection);

/**
 * What is there of the store in Directus, in the order in which it is made.
 * @param directus as an admin
 * @param planned policies that this Directus can have
 */
export async function inspectStore(
  directus: Directus,
  planned: readonly PolicyPlan[] = policies,
): Promise<Part[]> {
  const [there, permissions, found] = await Promise.all([
    directus.request<Collection[]>('GET', '/collections'),
    directus.request<PermissionRow[]>('GET', '/permissions', {
      query: { filter: { collection: { _in: namesOfStore } }, limit: -1 },
    }),
    directus.request<{ id: string }[]>('GET', '/policies', { query: { fields: ['id'], limit: -1 } }),
  ]);
  const known = new Map(there.map((one) => [one.collection, one]));
  const parts: Part[] = [];
  for (const plan of collections) parts.push(...(await collectionParts(directus, plan, known)));
  parts.push(...(await relationParts(directus)));
  for (const policy of planned) {
    parts.push(policyPart(directus, policy, found));
    parts.push(...permissionParts(directus, policy, permissions));
  }
  parts.push(...strangers(permissions, there));
  return parts;
}

async function collectionParts(
  directus: Directus,
  { collection, note, fields }: CollectionPlan,
  known: ReadonlyMap<string, Collection>,
): Promise<Part[]> {
  const what = `collection ${collection}`;
  const meta = { hidden: true, accountability: null };
  const had = known.get(collection);
  if (!had) {
    const body = { collection, schema: {}, meta: { ...meta, note, icon: 'forum' }, fields };
    return [{ what, state: 'missing', make: () => directus.request('POST', '/collections', { body }) }];
  }
  const hidden = had.meta?.hidden === true && had.meta.accountability === null;
  const self: Part = hidden
    ? { what, state: 'there' }
    : {
        what,
        state: 'differs',
        how: 'It is shown among the content, or its changes are recorded a second time.',
        make: () => directus.request('PATCH', path`/collections/${collection}`, { body: { meta } }),
      };
  const present = await directus.request<Field[]>('GET', path`/fields/${collection}`);
  const others = fields.flatMap((plan): Part[] => {
    // Databases give other names to one type, so types are not compared.
    if (present.some((one) => one.field === plan.field)) return [];
    const make = () => directus.request('POST', path`/fields/${collection}`, { body: plan });
    return [{ what: `field ${collection}.${plan.field}`, state: 'missing', make }];
  });
  return [self, ...others];
}

async function relationParts(directus: Directus): Promise<Part[]> {
  const there = await directus.request<Relation[]>('GET', '/relations');
  return relations.map(({ collection, field, related_collection, one_field }) => {
    const what = `relation ${collection}.${field} to ${related_collection}`;
    const had = there.find((one) => one.collection === collection && one.field === field);
    if (had?.schema?.on_delete === 'CASCADE' && had.related_collection === related_collection)
      return { what, state: 'there' };
    if (had) return { what, state: 'differs', how: 'What belongs to a removed row stays behind.' };
    const body = {
      collection,
      field,
      related_collection,
      meta: { one_field, one_deselect_action: 'nullify' },
      schema: { on_delete: 'CASCADE' },
    };
    return { what, state: 'missing', make: () => directus.request('POST', '/relations', { body }) };
  });
}

function policyPart(
  directus: Directus,
  { id, name, description }: PolicyPlan,
  found: readonly { id: string }[],
): Part {
  const what = `policy "${name}"`;
  if (found.some((one) => one.id === id)) return { what, state: 'there' };
  const body = { id, name, description, icon: 'forum', app_access: false, admin_access: false };
  return { what, state: 'missing', make: () => directus.request('POST', '/policies', { body }) };
}

const rulesOf = ({ fields, permissions, validation, presets }: PermissionPlan) =>
  [fields?.toSorted(), permissions, validation, presets].map((one) =>
    // Directus gives nothing for an empty rule, or an empty one for nothing.
    one && Object.keys(one).length > 0 ? one : null,
  );

function permissionParts(
  directus: Directus,
  { id, name, permissions: plans }: PolicyPlan,
  there: readonly PermissionRow[],
): Part[] {
  return plans.map((plan) => {
    const { collection, action } = plan;
    const what = `right to ${action} ${collection} in "${name}"`;
    const body = { policy: id, ...plan };
    const had = there.find(
      (one) => one.policy === id && one.collection === collection && one.action === action,
    );
    if (!had)
      return { what, state: 'missing', make: () => directus.request('POST', '/permissions', { body }) };
    if (isDeepStrictEqual(rulesOf(had), rulesOf(plan))) return { what, state: 'there' };
    return {
      what,
      state: 'differs',
      how: 'Its rules are others than those that keep people apart.',
      make: () => directus.request('PATCH', path`/permissions/${had.id}`, { body }),
    };
  });
}

/** Rights on our collections that somebody gave otherwise: with them, people may read what is not theirs. */
function strangers(permissions: readonly PermissionRow[], there: readonly Collection[]): Part[] {
  const ours = new Set(there.map(({ collection }) => collection));
  return permissions.flatMap(({ policy, collection, action }): Part[] => {
    const plan = policies.find(({ id }) => id === policy);
    const planned = plan?.permissions.some((one) => one.collection === collection && one.action === action);
    if (planned || !ours.has(collection)) return [];
    const whose = plan ? `policy "${plan.name}"` : `policy ${policy}`;
    const how = 'It may show people what is not theirs. Take it away in Studio.';
    return [{ what: `right to ${action} ${collection} in ${whose}`, state: 'differs', how }];
  });
}
