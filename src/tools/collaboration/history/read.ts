import { readName } from '../../../directus/agent.ts';
import { readMany } from '../../../directus/connection.ts';
import { DirectusError, ToolError } from '../../../directus/errors.ts';
import { isObject } from '../../../directus/objects.ts';
import { endpointOf } from '../../../directus/path.ts';
import { primaryKey } from '../../../directus/schema.ts';
import type { Field, Key } from '../../../directus/types.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import { readable } from './activity.ts';
import { isStamp, type Row, valueIn } from './past.ts';
import { same } from './same.ts';

type Revision = { id: number; data: Row | null; delta: Row | null; version: string | null };
type Person = { id?: string; first_name?: string | null; last_name?: string | null; email?: string | null };
type Activity = {
  id: number;
  action: string;
  timestamp: string;
  user_agent: string | null;
  user: Person | string | null;
  revisions?: Revision[];
};

const LIMIT = 10;
const MOST = 100;
const PERSON = ['id', 'first_name', 'last_name', 'email'].map((name) => `user.${name}`);
const REVISION = ['id', 'data', 'delta', 'version'].map((name) => `revisions.${name}`);

/** Who did what to one item and when, newest first, with what became of what. */
export async function readHistory(
  context: Context,
  input: {
    collection: string;
    key?: Key | undefined;
    query?: { limit?: number | undefined; offset?: number | undefined } | undefined;
  },
): Promise<Reply> {
  const { schema, signal } = context;
  const { collection } = input;
  const { limit: asked = LIMIT, offset = 0 } = input.query ?? {};
  // One more than is shown tells whether there are more, and what was before the last.
  const limit = Math.min(asked, MOST, (await schema.mostRows(signal)) - 1);
  await schema.renew(signal);
  const fields = await schema.fields(collection, signal);
  if (fields.length === 0) {
    throw new ToolError(
      'NOT_FOUND',
      `There is no collection "${collection}" that you may see.`,
      'Call schema without keys for a list.',
    );
  }
  const pk = primaryKey(fields)?.field ?? 'id';
  const key = input.key ?? (await onlyKey(context, collection, pk));
  const all = await readActivity(context, collection, String(key), limit + 1, offset);
  const rows = all.slice(0, limit).map((one, index) => ({
    ...(one.revisions?.[0] ? { revision: one.revisions[0].id } : {}),
    at: one.timestamp,
    by: nameOf(one.user),
    ...(readName(one.user_agent) ? { via: 'directus-assistant', change: one.id } : {}),
    did: one.action,
    ...changedIn(one, all.slice(index + 1), fields, String(key), pk),
  }));
  const info = {
    ...(all.length === 0 ? { note: 'Directus holds no activity on it that you may see.' } : {}),
    ...(all.some(({ revisions }) => revisions === undefined)
      ? { note: 'What changed is not shown: you may not read directus_revisions.' }
      : {}),
  };
  return { info, data: rows, page: { offset, more: all.length > limit } };
}

/** The key of a singleton's one item. */
async function onlyKey({ directus, schema, signal }: Context, collection: string, pk: string): Promise<Key> {
  const about = await schema.collection(collection, signal);
  const query = { fields: [pk] };
  const row =
    about?.meta?.singleton === true
      ? await directus.request<Row | undefined>('GET', endpointOf(collection), { query, signal })
      : undefined;
  const key = row?.[pk];
  if (typeof key === 'string' || typeof key === 'number') return key;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `key is missing: which item of ${collection}?`,
    'Find it with items read.',
  );
}

/** As much of the activity on an item as this user may read: without names or revisions where those are not theirs. */
async function readActivity(
  { directus, signal }: Context,
  collection: string,
  item: string,
  limit: number,
  offset: number,
): Promise<Activity[]> {
  const filter = { _and: [{ collection: { _eq: collection } }, { item: { _eq: item } }] };
  const parts = { directus_users: PERSON, directus_revisions: REVISION };
  const left = new Set(Object.keys(parts));
  for (;;) {
    const fields = [
      ...['id', 'action', 'timestamp', 'user_agent'],
      ...(left.has('directus_users') ? PERSON : ['user']),
      ...(left.has('directus_revisions') ? REVISION : []),
    ];
    const query = { fields, filter, sort: ['-id'], limit, offset };
    try {
      return await readMany<Activity>(directus, '/activity', query, { signal });
    } catch (error) {
      const named = error instanceof DirectusError && error.status === 403 && forbiddenIn(error.message);
      if (!named || !left.delete(named)) return readable(Promise.reject(error));
    }
  }
}

/** Which of the parts of activity Directus refuses. */
function forbiddenIn(message: string): string | undefined {
  if (/directus_users|"user"/.test(message)) return 'directus_users';
  return /directus_revisions|"revisions"/.test(message) ? 'directus_revisions' : undefined;
}

/** Before and after of each field, where an earlier revision tells what was before; else what it was set to. */
function changedIn(
  { action, revisions, user_agent }: Activity,
  earlier: Activity[],
  fields: Field[],
  item: string,
  pk: string,
): Row {
  const [own] = revisions ?? [];
  if (!own) return {};
  const was = readName(user_agent)?.was?.changed;
  const remembered = Object.values(was ?? {}).find((rows) => item in rows)?.[item] ?? {};
  const before = earlier.flatMap((one) => one.revisions ?? []).filter(({ version }) => version === null);
  const changed: Row = {};
  const set: Row = {};
  for (const [name, delta] of Object.entries(own.delta ?? {})) {
    const field = fields.find((one) => one.field === name);
    if (name === pk || (field && isStamp(field))) continue;
    const after = own.version ? delta : (valueIn({ ...own, item, activity: null }, name, item, pk) ?? null);
    const told = before.map((one) => valueIn({ ...one, item, activity: null }, name, item, pk));
    const from = name in remembered ? remembered[name] : told.find((value) => value !== undefined);
    if (action === 'create' || own.version || from === undefined) set[name] = after;
    else if (!same(from, after)) changed[name] = [from, after];
  }
  return {
    ...(own.version ? { draft: own.version } : {}),
    ...(Object.keys(changed).length > 0 ? { changed } : {}),
    ...(Object.keys(set).length > 0 ? { set } : {}),
  };
}

/** A name, shown as data: people choose theirs themselves. */
function nameOf(user: Person | string | null): string {
  if (!isObject(user)) return user ?? 'nobody signed in';
  const { first_name, last_name, email, id } = user as Person;
  return [first_name, last_name].filter(Boolean).join(' ') || email || id || 'unknown';
}
