import type { Reader } from './connection.ts';
import { isObject } from './objects.ts';
import type { PermissionAction, Permissions } from './permissions.ts';
import type { Collection, Field, Relation } from './types.ts';

/** The data model, and what may be done with it, as far as Directus's OpenAPI document tells. */
export type Specs = {
  collections: Collection[];
  fields: Field[];
  relations: Relation[];
  permissions: Permissions;
};

type Property = {
  type?: string;
  format?: string;
  description?: string;
  oneOf?: { type?: string; format?: string; $ref?: string }[];
  items?: Property;
};
type Entity = { properties?: Record<string, Property>; required?: string[]; 'x-collection'?: string };
type Document = {
  tags?: { name: string; description?: string; 'x-collection'?: string }[];
  components?: { schemas?: Record<string, Entity> };
  /** By path, then by method in small letters. */
  paths?: Record<string, Record<string, unknown>>;
};

/**
 * Reads the data model from Directus's OpenAPI document (`GET /server/specs/oas`), which every user may read and
 * which holds just what that user may see. For users who may not read the collections and fields themselves: those
 * without app access. It knows less (no choices, defaults or templates), and where it does not know whether
 * taking a row out of a list deletes it, it says so.
 */
export async function readSpecs(directus: Reader, signal?: AbortSignal): Promise<Specs> {
  const answer = await directus.fetch('GET', '/server/specs/oas', { signal });
  const document = (await answer.json()) as Document;
  const entities = Object.entries(document.components?.schemas ?? {}).flatMap(([name, entity]) => {
    const collection = entity['x-collection'];
    return collection && isObject(entity.properties) ? [{ name, collection, entity }] : [];
  });
  const collectionOf = new Map(
    entities.map(({ name, collection }) => [`#/components/schemas/${name}`, collection]),
  );
  const notes = new Map(document.tags?.map((tag) => [tag['x-collection'], tag.description]));

  return {
    collections: entities.map(({ collection }) => ({
      collection,
      schema: { name: collection },
      meta: { note: notes.get(collection) ?? null },
    })),
    fields: entities.flatMap(({ collection, entity }) => fieldsOf(collection, entity, collectionOf)),
    relations: entities.flatMap(({ collection, entity }) =>
      relationsOf(collection, entity, entities, collectionOf),
    ),
    permissions: permissionsIn(document.paths ?? {}),
  };
}

const ACTIONS: Record<string, PermissionAction> = {
  get: 'read',
  post: 'create',
  patch: 'update',
  delete: 'delete',
};
/** Paths that stand for no collection. */
const SERVICES = ['assets', 'auth', 'server', 'utils', 'schema'];

/** The document holds just the paths that this user may use; of rows and fields left out it says nothing. */
function permissionsIn(paths: NonNullable<Document['paths']>): Permissions {
  const permissions: Permissions = {};
  for (const [path, methods] of Object.entries(paths)) {
    const [, first = '', second] = path.split('/');
    if (SERVICES.includes(first)) continue;
    const collection = first === 'items' ? second : `directus_${first}`;
    if (!collection) continue;
    for (const method of Object.keys(methods)) {
      const action = Object.hasOwn(ACTIONS, method) ? ACTIONS[method] : undefined;
      if (action)
        permissions[collection] = { ...permissions[collection], [action]: { access: 'full', fields: ['*'] } };
    }
  }
  return permissions;
}

type Names = Map<string, string>;
type Named = { name: string; collection: string; entity: Entity };

function fieldsOf(collection: string, { properties = {}, required = [] }: Entity, names: Names): Field[] {
  const all = Object.keys(properties);
  // The document does not mark the primary key; it is `id` or comes first.
  const key = all.includes('id') ? 'id' : all[0];
  return Object.entries(properties).map(([field, property]) => {
    const special = specialOf(property, names);
    return {
      collection,
      field,
      type: special === 'o2m' ? 'alias' : typeOf(property.oneOf?.[0] ?? property),
      schema: special === 'o2m' ? null : { is_primary_key: field === key },
      meta: {
        special: special ? [special] : null,
        required: required.includes(field),
        note: property.description ?? null,
      },
    };
  });
}

function specialOf(property: Property, names: Names): string | undefined {
  if (targetsOf(property, names).length > 0) return 'm2o';
  return targetsOf(property.items, names).length === 1 ? 'o2m' : undefined;
}

function targetsOf(property: Property | undefined, names: Names): string[] {
  return (property?.oneOf ?? []).flatMap(({ $ref }) => names.get($ref ?? '') ?? []);
}

const FORMATS = ['uuid', 'timestamp', 'date', 'time', 'date-time'];

function typeOf({ type, format }: { type?: string; format?: string }): string {
  if (format === 'date-time') return 'dateTime';
  if (format && FORMATS.includes(format)) return format;
  if (type === 'number') return 'float';
  return type && type !== 'object' && type !== 'array' ? type : 'json';
}

function relationsOf(
  collection: string,
  { properties = {} }: Entity,
  entities: Named[],
  names: Names,
): Relation[] {
  return Object.entries(properties).flatMap(([field, property]): Relation[] => {
    const [target] = targetsOf(property, names);
    if (!target) return [];
    const one = entities.find((entity) => entity.collection === target);
    return [
      {
        collection,
        field,
        related_collection: target,
        schema: null,
        meta: {
          one_field: one ? listOf(one, collection, names) : null,
          // Not told here. Taken for the worse, so that nothing is deleted unasked.
          one_deselect_action: 'delete',
        },
      },
    ];
  });
}

/** The field of the one side that lists the rows of the many side, where there is just one. */
function listOf({ entity }: Named, many: string, names: Names): string | null {
  const lists = Object.entries(entity.properties ?? {}).filter(
    ([, property]) => targetsOf(property.items, names).join() === many,
  );
  return lists.length === 1 ? (lists[0]?.[0] ?? null) : null;
}
