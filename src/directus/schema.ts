import { abortable } from './abortable.ts';
import type { Reader } from './connection.ts';
import { DirectusError } from './errors.ts';
import { watchModel } from './model-news.ts';
import { path } from './path.ts';
import { type Permissions, readPermissions } from './permissions.ts';
import { readSpecs, type Specs } from './specs.ts';
import type { Collection, Field, Relation } from './types.ts';

/**
 * The data model as this user may see it, read when asked for and not older than a change made elsewhere. Where rights
 * are taken away, or nothing tells of changes, it may be a second old.
 */
export type Schema = {
  /** Forgets what is known if the data model may have changed since; call it once before a call relies on the schema. */
  renew(signal?: AbortSignal): Promise<void>;
  /** Forgets what is known. */
  forget(): void;
  collections(signal?: AbortSignal): Promise<Collection[]>;
  /** One collection; `undefined` when there is none for this user. */
  collection(name: string, signal?: AbortSignal): Promise<Collection | undefined>;
  /** Fields of one collection in the order of Studio's form; empty when there is no such collection for this user. */
  fields(collection: string, signal?: AbortSignal): Promise<Field[]>;
  /** Fields of all collections, Directus's own as well. Costs a second where there are hundreds of collections. */
  allFields(signal?: AbortSignal): Promise<Field[]>;
  relations(signal?: AbortSignal): Promise<Relation[]>;
  /** Rows that Directus gives at once at most (QUERY_LIMIT_MAX); it refuses queries with a higher limit. */
  mostRows(signal?: AbortSignal): Promise<number>;
  /** What this user may do in each collection; undefined for admins, who may do everything. */
  permissions(signal?: AbortSignal): Promise<Permissions | undefined>;
};

/**
 * What was asked of Directus is taken for what holds now for so long, where nothing tells of changes: the rights, and
 * the data model where activity cannot be read. A request for each call would cost more than many calls themselves.
 */
export const FRESH_MS = 1000;

/**
 * The schema of one Directus for one user. Reads only what is asked for.
 *
 * Cheap requests tell whether anything changed: activity on the model since the last look. A change without activity
 * (made in the database itself) is noticed because callers read anew before they call anything unknown.
 *
 * What an administrator has read is forgotten when they are none any more: activity would not tell, once it cannot be
 * seen.
 *
 * @param seesAllActivity whether this user can see everybody's activity, as far as is known or as it was within
 * `FRESH_MS`; most roles see only their own
 */
export function createSchema(directus: Reader, seesAllActivity: (now: boolean) => Promise<boolean>): Schema {
  let changed = watchModel(directus);
  let known = new Map<string, Promise<unknown>>();
  let readAt: number | undefined;
  let looked: AbortSignal | undefined;
  let most: Promise<number> | undefined;

  /** Reads once for all who ask meanwhile, whoever of them gives up. */
  const remember = <T>(key: string, signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> => {
    const had = known.get(key) as Promise<T> | undefined;
    if (had) return abortable(had, signal);
    const reading = read();
    known.set(key, reading);
    // A failure is not knowledge.
    reading.catch(() => known.get(key) === reading && known.delete(key));
    return abortable(reading, signal);
  };
  const forget = () => {
    known = new Map();
  };

  /** What was asked for, or what the OpenAPI document says of it to users who may not look at the data model. */
  const orSpecs = async <T>(reading: Promise<T>, pick: (specs: Specs) => T): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      if (!hidesModel(error)) throw error;
      return pick(await remember('specs', undefined, () => readSpecs(directus)));
    }
  };

  return {
    forget,
    async renew(signal) {
      // One look is enough for a call, which may come by here more than once.
      if (signal && signal === looked) return;
      looked = signal;
      if (await seesAllActivity(false)) {
        const looking = changed(signal);
        // Who does not see it any more is somebody else now.
        looking.catch(() => {});
        if (await seesAllActivity(true)) {
          if (await looking) forget();
          // Directus keeps no activity on relations.
          known.delete('relations');
          return;
        }
        changed = watchModel(directus);
        readAt = undefined;
      }
      if (readAt === undefined || performance.now() - readAt > FRESH_MS) {
        forget();
        readAt = performance.now();
      }
    },
    collections: (signal) =>
      remember('collections', signal, () =>
        orSpecs(directus.request<Collection[]>('GET', '/collections'), (specs) => specs.collections),
      ),
    collection: (name, signal) =>
      remember(`collection ${name}`, signal, () =>
        orSpecs<Collection | undefined>(
          directus.request<Collection>('GET', path`/collections/${name}`),
          ({ collections }) => collections.find((one) => one.collection === name),
        ).catch(nothingWhenForbidden<Collection | undefined>(undefined)),
      ),
    fields: (name, signal) =>
      remember(`fields ${name}`, signal, () =>
        orSpecs(directus.request<Field[]>('GET', path`/fields/${name}`).then(inOrder), ({ fields }) =>
          fields.filter((one) => one.collection === name),
        ).catch(nothingWhenForbidden<Field[]>([])),
      ),
    mostRows(signal) {
      most ??= readLimit(directus).catch(() => {
        most = undefined;
        return Number.POSITIVE_INFINITY;
      });
      return abortable(most, signal);
    },
    allFields: (signal) =>
      remember('all fields', signal, () =>
        orSpecs(directus.request<Field[]>('GET', '/fields'), (specs) => specs.fields),
      ),
    permissions: (signal) =>
      remember('permissions', signal, async () =>
        (await seesAllActivity(false)) ? undefined : readPermissions(directus),
      ),
    relations: (signal) =>
      remember('relations', signal, () =>
        orSpecs(directus.request<Relation[]>('GET', '/relations'), (specs) => specs.relations),
      ),
  };
}

async function readLimit(directus: Reader): Promise<number> {
  const info = await directus.request<{ queryLimit?: { max?: number } }>('GET', '/server/info');
  const max = info.queryLimit?.max ?? -1;
  return max > 0 ? max : Number.POSITIVE_INFINITY;
}

/** Fields in the order of Studio's form. */
function inOrder(fields: Field[]): Field[] {
  return fields.sort((a, b) => (a.meta?.sort ?? 1e6) - (b.meta?.sort ?? 1e6));
}

/** Whether Directus refused because this user may not look at the data model as such: one without app access. */
function hidesModel(error: unknown): boolean {
  return error instanceof DirectusError && /"directus_(collections|fields|relations)"/.test(error.message);
}

/** Directus says "forbidden" of what does not exist, too; both mean that this user cannot have it. */
function nothingWhenForbidden<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof DirectusError && error.status === 403) return nothing;
    throw error;
  };
}

/** The primary key's field name; `undefined` when there is none to be seen. */
export function primaryKey(fields: Field[]): Field | undefined {
  return fields.find((field) => field.schema?.is_primary_key);
}

/** Whether a collection holds items, and is not a folder or one of Directus's own. */
export function isUserCollection(collection: Collection): boolean {
  return collection.schema !== null && !isSystem(collection.collection);
}

export function isSystem(collection: string): boolean {
  return collection.startsWith('directus_');
}
