import { readMany, SURE_ROWS } from '../../directus/connection.ts';
import { countRows } from '../../directus/count.ts';
import { DirectusError, ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import { permissionOf } from '../../directus/permissions.ts';
import { isSystem } from '../../directus/schema.ts';
import type { Key } from '../../directus/types.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Query } from '../params.ts';
import { readAsOf } from './as-of.ts';
import { withNumbers } from './counts.ts';
import { refuseDropped } from './dropped.ts';
import { checkAll, checkKeys, readKeyed, without } from './select.ts';
import { keyField, type Row, type Target } from './target.ts';

/** Reads rows by keys or by query. Lists have a limit, and say whether there is more. */
export async function readRows(
  context: Context,
  target: Target,
  input: { keys?: Key[] | undefined; query?: Query | undefined; count?: boolean | undefined },
): Promise<Reply> {
  const { keys } = input;
  const query: Query = { ...input.query };
  await checkAll(context, target, query);
  if (keys) await checkKeys(context, target, keys);
  const limit = limitOf(query, keys, context);
  const offset = query.offset ?? (query.page ? (query.page - 1) * limit : 0);
  const { version } = query;
  if (version !== undefined && version !== 'main') {
    const asOf = await readAsOf(context, target, { ...query, version }, keys, {
      limit,
      offset,
      count: input.count,
    });
    if (asOf) return asOf;
    delete query.version;
  }
  // What is counted or summed over all rows is one row.
  const paged = limit > 0 && !(query.aggregate && !query.groupBy);
  // One row more than asked for tells whether there is more, without a second query for a count.
  const asked = limit < SURE_ROWS ? limit + 1 : Math.min(limit + 1, await mostRows(context, keys));
  if (paged) {
    Object.assign(query, { limit: asked, ...(offset > 0 ? { offset } : {}) });
    delete query.page;
  }
  const found =
    (await readOne(context, target, query, keys)) ?? (await readKeyed(context, target, query, keys));
  await refuseDropped(context, target, query, [found].flat());
  // A singleton answers with its one item.
  if (!Array.isArray(found)) return { data: found };
  if (!found.every(isObject)) {
    throw new ToolError(
      'UNREACHABLE',
      'What came as rows is none: something other than Directus may have answered.',
      'Check DIRECTUS_URL, then try again.',
    );
  }
  const missing =
    keys && found.length < Math.min(limit, keys.length) ? await missingKeys(context, target, keys) : [];
  const total =
    input.count && !keys
      ? await countRows(context.directus, target.endpoint, query, context.signal)
      : undefined;
  // Directus gave as many rows as it gives at once, which are fewer than were to be read.
  const cut = paged && !keys && found.length === asked && asked <= limit;
  const more = cut ? await hasRowAt(context, target, query, offset + asked) : found.length > limit;
  return {
    info: {
      ...(missing.length > 0 ? { notFound: missing, ...(await why(context, target)) } : {}),
      ...(total === undefined ? {} : { total }),
    },
    data: withNumbers(paged ? found.slice(0, limit) : found, query.aggregate),
    ...(paged ? { page: { offset, more } } : {}),
  };
}

/** Rows that may be asked for at once; rows named by their keys are read in parts where they must. */
function mostRows({ schema, signal }: Context, keys: Key[] | undefined): Promise<number> | number {
  return keys ? Number.POSITIVE_INFINITY : schema.mostRows(signal);
}

async function hasRowAt({ directus, signal }: Context, target: Target, query: Query, offset: number) {
  const rows = await readMany<Row>(directus, target.endpoint, { ...query, limit: 1, offset }, { signal });
  return rows.length > 0;
}

/** What GET takes in an address as it is. */
const PLAIN_KEY = /^[\w-]+$/;

/**
 * One item by its key, the way REST reads it fastest; undefined where that is not what was asked for, or where it
 * cannot be had, which the slower way explains.
 */
async function readOne(
  { directus, signal }: Context,
  { collection, endpoint }: Target,
  { fields, limit: _limit, ...rest }: Query,
  keys: Key[] | undefined,
): Promise<Row[] | undefined> {
  const [key] = keys ?? [];
  if (keys?.length !== 1 || isSystem(collection) || Object.keys(rest).length > 0) return undefined;
  if (!PLAIN_KEY.test(String(key))) return undefined;
  try {
    const query = fields ? { fields } : {};
    return [await directus.request<Row>('GET', `${endpoint}/${key}`, { query, signal })];
  } catch (error) {
    if (error instanceof DirectusError && [403, 404].includes(error.status)) return undefined;
    throw error;
  }
}

/** Rows to read. No reply has room for more rows than tokens, so "all" never means more than that at once. */
function limitOf(query: Query, keys: Key[] | undefined, { settings }: Context): number {
  const { rows, replyTokens } = settings.limits;
  const limit = query.limit ?? (keys ? keys.length : rows);
  return limit < 0 ? replyTokens : Math.min(limit, replyTokens);
}

/** A row that is not found may be there all the same, for a user who may read only some. */
async function why({ schema, signal }: Context, { collection }: Target): Promise<{ note?: string }> {
  const permissions = await schema.permissions(signal);
  if (!permissions || permissionOf(permissions, collection, 'read').access !== 'partial') return {};
  return { note: `You may read only some rows of ${collection}: these do not exist, or are none of them.` };
}

async function missingKeys(context: Context, target: Target, keys: Key[]): Promise<Key[]> {
  const pk = await keyField(context, target);
  const rows = await readKeyed(context, target, { fields: [pk], limit: -1 }, keys);
  return without(keys, rows, pk);
}
