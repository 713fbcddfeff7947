import { readMany } from '../../directus/connection.ts';
import { DirectusError, ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import { path } from '../../directus/path.ts';
import { majorVersion } from '../../directus/server.ts';
import type { Key } from '../../directus/types.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Query } from '../params.ts';
import { isSingleton } from '../singleton.ts';
import { ownData, readVersions, unknownVersion, type Version } from '../versioning.ts';
import type { Row, Target } from './target.ts';

/** Items that one call reads by key: each is a request of its own, in which Directus applies the version. */
const MOST = 100;

type Page = { limit: number; offset: number; count?: boolean | undefined };

/**
 * Reads items as they would be with a version promoted: those of `keys`, or all that have the version.
 *
 * Directus 11 gives a version of an item that is read by its key alone, and in every other read passes over the
 * version without a word; Directus 12 gives lists as well.
 * @returns undefined when `published` is another word for main, as it is from Directus 12 on
 */
export async function readAsOf(
  context: Context,
  target: Target,
  query: Query & { version: string },
  keys: Key[] | undefined,
  page: Page,
): Promise<Reply | undefined> {
  const { directus, signal } = context;
  const { collection, endpoint } = target;
  const { version } = query;
  if (page.count) throw notTogether('count');
  const items = keys?.map(String);
  const chosen = [{ key: { _eq: version } }, ...(items ? [{ item: { _in: items } }] : [])];
  const known = await readVersions(context, collection, chosen, { fields: ['id', 'item'] });
  if (known.length === 0) {
    if (version === 'published' && (await majorVersion(directus, signal)) >= 12) return undefined;
    throw await unknownVersion(context, collection, version, items, 'query.version: ');
  }
  if (await isSingleton(context, target)) {
    const read = directus.request<Row>('GET', endpoint, { query, signal });
    return { data: shown(await read.catch((error: unknown) => refuseBroken(error, collection))) };
  }
  if (!keys && !query.versionRaw && (await majorVersion(directus, signal)) >= 12)
    return readList(context, target, query, page, known);
  const having = known.flatMap(({ item }) => item ?? []);
  const without = items?.filter((item) => !having.includes(item)) ?? [];
  const found = items?.filter((item) => having.includes(item)) ?? having;
  const reply = await readEach(context, target, query, page, found);
  return { ...reply, ...(without.length > 0 ? { info: { withoutVersion: without } } : {}) };
}

/** Reads the items one by one. */
async function readEach(
  { directus, signal }: Context,
  { collection, endpoint }: Target,
  query: Query,
  { limit, offset }: Page,
  items: string[],
): Promise<Reply> {
  refuseParts(query, ['filter', 'search', 'sort', 'aggregate', 'groupBy', 'page']);
  const wanted = items.slice(offset, offset + limit);
  if (wanted.length > MOST) {
    throw new ToolError(
      'TOO_MANY_ROWS',
      `One call reads a version of at most ${MOST} items, and this asks for ${wanted.length}.`,
      `Use query.limit ${MOST} and query.offset.`,
    );
  }
  const { limit: _limit, offset: _offset, ...rest } = query;
  const rows: Row[] = [];
  for (const item of wanted) {
    const read = directus.request<Row>('GET', endpoint + path`/${item}`, { query: rest, signal });
    rows.push(shown(await read.catch((error: unknown) => refuseBroken(error, `${collection} ${item}`))));
  }
  return { data: rows, page: { offset, more: items.length > offset + limit } };
}

/** Directus 12: all items that have the version, and new ones that are nothing but a version. */
async function readList(
  { directus, schema, signal }: Context,
  { endpoint }: Target,
  query: Query,
  { limit: wanted, offset }: Page,
  known: Version[],
): Promise<Reply> {
  refuseParts(query, ['aggregate', 'groupBy']);
  const limit = Math.min(wanted, (await schema.mostRows(signal)) - 1);
  const { page: _page, ...rest } = query;
  const found = await readMany<Row>(directus, endpoint, { ...rest, limit: limit + 1, offset }, { signal });
  const newOnes = new Set(known.filter(({ item }) => item === null).map(({ id }) => id));
  const rows = found.slice(0, limit).map((row) => {
    const id = isObject(row.$meta) ? String(row.$meta.version_id) : '';
    // By this the tool `versions` takes what has no key yet.
    return { ...shown(row), ...(newOnes.has(id) ? { $version: id } : {}) };
  });
  const broken = found.filter(({ $meta }) => isObject($meta) && $meta.error).length;
  const warning = `${broken} of these versions cannot be applied to their items as they are now: their relations are those of main here.`;
  return {
    ...(broken > 0 ? { info: { warning } } : {}),
    data: rows,
    page: { offset, more: found.length > limit },
  };
}

/** What Directus says when it cannot apply a version sounds like a change that was refused. */
function refuseBroken(error: unknown, item: string): never {
  if (!(error instanceof DirectusError) || error.status >= 500 || [401, 403, 404].includes(error.status))
    throw error;
  const { field } = error.errors[0]?.extensions ?? {};
  throw new ToolError(
    error.code,
    `The version cannot be applied to ${item} as it is now${field ? `: ${field} does not fit` : ''}.`,
    'Read what the version holds with versions, and save what fits.',
  );
}

/** Parts of a query that would have no effect, or a wrong one. */
function refuseParts(query: Query, parts: (keyof Query)[]): void {
  const stray = parts.find((part) => query[part] !== undefined);
  if (stray) throw notTogether(`query.${stray}`);
}

function notTogether(part: string): ToolError {
  return new ToolError(
    'INVALID_QUERY',
    `${part} cannot be used together with query.version here.`,
    'Use query.fields, deep, alias, limit, offset, and keys to choose items.',
  );
}

function shown({ $meta: _meta, ...row }: Row): Row {
  return ownData(row);
}
