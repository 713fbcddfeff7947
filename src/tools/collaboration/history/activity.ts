import { type Mark, readName } from '../../../directus/agent.ts';
import { readAll, readMany } from '../../../directus/connection.ts';
import { DirectusError, ToolError } from '../../../directus/errors.ts';
import type { Context } from '../../define.ts';
import { placesOf } from './places.ts';

/** One entry of Directus's activity, with what the name of its request tells. */
export type Entry = {
  id: number;
  action: string;
  collection: string;
  item: string;
  /** What people call it, where that is not its key: `articles.title`. */
  name?: string;
  at: string;
  mark: Mark;
};

/** All that one call of this assistant did. */
export type Change = {
  /** Tells calls apart. */
  call: string;
  /** The id of its newest entry: what people and models call it by. */
  number: number;
  at: string;
  /** Oldest first. */
  entries: Entry[];
};

export type Reading = Pick<Context, 'directus' | 'schema' | 'signal'>;
type Activity = Omit<Entry, 'at' | 'mark'> & { timestamp: string; user_agent: string };

const FIELDS = ['id', 'action', 'collection', 'item', 'timestamp', 'user_agent'];
/** Entries that tell of changes. */
const ACTIONS = ['create', 'update', 'delete', 'version_save', 'run'];
/** Changes that this user made. */
const OWN = { _and: [{ user: { _eq: '$CURRENT_USER' } }, { action: { _in: ACTIONS } }] };
const AT_ONCE = 500;
/** No call takes longer. */
const LONGEST_CALL_MS = 3_600_000;

/** Which changes are looked for. */
export type Span = {
  /** The first entry that counts. */
  from?: number;
  /** Times as ISO texts. */
  since?: string;
  until?: string;
  collection?: string | undefined;
};

/** Entries of this assistant as this user, newest first, as far back as they are wanted. */
export async function* newestFirst(
  { directus, schema, signal }: Reading,
  conditions: object[],
): AsyncGenerator<Entry> {
  const limit = Math.min(AT_ONCE, await schema.mostRows(signal));
  let before: number | undefined;
  for (;;) {
    const filter = {
      _and: [
        OWN,
        { user_agent: { _starts_with: 'directus-assistant/' } },
        ...conditions,
        ...(before === undefined ? [] : [{ id: { _lt: before } }]),
      ],
    };
    const query = { fields: FIELDS, filter, sort: ['-id'], limit };
    const rows = await readable(readMany<Activity>(directus, '/activity', query, { signal }));
    if (rows.length === 0) return;
    before = rows.at(-1)?.id;
    yield* rows.flatMap(entryOf);
  }
}

function entryOf({ timestamp, user_agent, item, ...row }: Activity): Entry[] {
  const mark = readName(user_agent);
  return mark ? [{ ...row, item: String(item), at: timestamp, mark }] : [];
}

/** Says which right is missing where activity or revisions may not be read. */
export async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const named =
      error instanceof DirectusError && error.status === 403 && /directus_\w+/.exec(error.message);
    if (!named) throw error;
    throw new ToolError(
      'FORBIDDEN',
      `Your Directus user may not read ${named[0]}, and history rests on it.`,
      `An administrator can give a policy of yours the right to read ${named[0]}.`,
    );
  }
}

/** Changes in a span, newest first: each with all its entries, also those outside the span. */
export async function* changesIn(context: Reading, span: Span): AsyncGenerator<Change> {
  const conditions = [
    ...(span.from === undefined ? [] : [{ id: { _gte: span.from } }]),
    ...(span.since ? [{ timestamp: { _gte: span.since } }] : []),
    ...(span.until ? [{ timestamp: { _lte: span.until } }] : []),
    ...(span.collection ? [{ collection: { _eq: span.collection } }] : []),
  ];
  const seen = new Set<string>();
  let found: Entry[] = [];
  for await (const entry of newestFirst(context, conditions)) {
    if (seen.has(entry.mark.call)) continue;
    seen.add(entry.mark.call);
    found.push(entry);
    if (found.length < GROUPS_AT_ONCE) continue;
    yield* await complete(context, found);
    found = [];
  }
  if (found.length > 0) yield* await complete(context, found);
}

/** Calls whose entries are read together. */
const GROUPS_AT_ONCE = 12;

/** All entries of the calls that these belong to, by call, in the same order. */
async function complete({ directus, schema, signal }: Reading, some: Entry[]): Promise<Change[]> {
  const oldest = Math.min(...some.map(({ at }) => Date.parse(at)));
  const newest = Math.max(...some.map(({ at }) => Date.parse(at)));
  const filter = {
    _and: [
      OWN,
      { timestamp: { _gte: new Date(oldest - LONGEST_CALL_MS).toISOString() } },
      { timestamp: { _lte: new Date(newest + LONGEST_CALL_MS).toISOString() } },
      { _or: some.map(({ mark }) => ({ user_agent: { _contains: `(call ${mark.call}` } })) },
    ],
  };
  const rows = await readAll<Activity>(
    directus,
    '/activity',
    { fields: FIELDS, filter, sort: ['id'] },
    signal,
  );
  const entries = await withNames({ directus, schema, signal }, rows.flatMap(entryOf));
  const byCall = Map.groupBy(entries, ({ mark }) => mark.call);
  return some.map((entry) => {
    const own = byCall.get(entry.mark.call) ?? [entry];
    const { id, at } = own.at(-1) ?? entry;
    return { call: entry.mark.call, number: id, at, entries: own };
  });
}

/** Fields are known to activity by numbers that nobody knows them by. */
async function withNames(context: Reading, entries: Entry[]): Promise<Entry[]> {
  const fields = entries.filter(({ collection }) => collection === 'directus_fields');
  const places = await placesOf(
    context,
    fields.map(({ item }) => item),
  );
  return entries.map((entry) => {
    const place = entry.collection === 'directus_fields' ? places.get(entry.item) : undefined;
    return place ? { ...entry, name: `${place.collection}.${place.field}` } : entry;
  });
}

/** The change that an entry belongs to. @throws ToolError when this assistant made none of that number */
export async function changeOf(context: Reading, number: number): Promise<Change> {
  for await (const entry of newestFirst(context, [{ id: { _eq: number } }])) {
    const [change] = await complete(context, [entry]);
    if (change) return change;
  }
  throw new ToolError(
    'NOT_FOUND',
    `This assistant has made no change ${number} as you. Nothing was changed.`,
    'history {"action":"changes"} lists them with their numbers.',
  );
}

/** The numbers of calls, newest first. */
export async function numbersOf({ directus, signal }: Reading, calls: string[]): Promise<number[]> {
  const numbers = calls.slice(0, GROUPS_AT_ONCE).map(async (call) => {
    const filter = { _and: [OWN, { user_agent: { _contains: `(call ${call}` } }] };
    const query = { fields: ['id'], filter, sort: ['-id'], limit: 1 };
    return (await readMany<{ id: number }>(directus, '/activity', query, { signal })).map(({ id }) => id);
  });
  return (await Promise.all(numbers)).flat().toSorted((a, b) => b - a);
}
