import { type Mark, readName } from '../../../directus/agent.ts';
import { type Reader, readAll } from '../../../directus/connection.ts';
import { DirectusError } from '../../../directus/errors.ts';
import { isObject } from '../../../directus/objects.ts';
import type { Key } from '../../../directus/types.ts';
import type { Context } from '../../define.ts';
import { readable } from './activity.ts';
import { type Undone, undoneBy } from './undone.ts';

type Reading = Pick<Context, 'directus' | 'signal'>;

/** Something done to a row, by anybody this user may know of. */
export type Later = {
  id: number;
  item: string;
  /** Whether it made the row. */
  isNew: boolean;
  by: string;
  at: string;
  /** Of a request of this assistant as this user; anybody can call theirs by the same name. */
  mark: Mark | undefined;
};

type Person = { id?: string; email?: string | null } | string | null;
type Activity = {
  id: number;
  action: string;
  item: string;
  timestamp: string;
  user_agent: string | null;
  user: Person;
};

/** Databases take only so many values in one query. */
const KEYS_AT_ONCE = 200;

/** What was done to rows after an entry of activity, newest first, by key as text. */
export async function laterOn(
  context: Reading,
  collection: string,
  keys: Key[],
  after: number,
): Promise<Map<string, Later[]>> {
  const found: Later[] = [];
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    const filter = {
      _and: [
        { collection: { _eq: collection } },
        { item: { _in: keys.slice(from, from + KEYS_AT_ONCE).map(String) } },
        { id: { _gt: after } },
        { action: { _in: ['create', 'update', 'delete'] } },
      ],
    };
    found.push(...(await withPeople(context, { filter, sort: ['-id'] })));
  }
  return Map.groupBy(found, ({ item }) => String(item));
}

const FIELDS = ['id', 'action', 'item', 'timestamp', 'user_agent'];

/** Who asks, per Directus of a call. */
const asking = new WeakMap<Reader, Promise<string | undefined>>();

function me({ directus, signal }: Reading): Promise<string | undefined> {
  const known =
    asking.get(directus) ??
    directus
      .request<{ id?: string }>('GET', '/users/me', { query: { fields: ['id'] }, signal })
      .then(({ id }) => id);
  asking.set(directus, known);
  return known;
}

async function withPeople(context: Reading, query: object): Promise<Later[]> {
  const { directus, signal } = context;
  const read = (user: string[]) =>
    readAll<Activity>(directus, '/activity', { ...query, fields: [...FIELDS, ...user] }, signal);
  const rows = await read(['user.id', 'user.email']).catch((error) => {
    // Not everyone may see people; then their ids must do.
    if (error instanceof DirectusError && error.status === 403) return readable(read(['user']));
    throw error;
  });
  const own = rows.length > 0 ? await me(context) : undefined;
  return rows.map(({ id, action, item, timestamp, user_agent, user }) => ({
    id,
    item: String(item),
    isNew: action === 'create',
    by: nameOf(user),
    at: timestamp,
    mark: own !== undefined && idOf(user) === own ? readName(user_agent) : undefined,
  }));
}

const idOf = (user: Person): string | undefined => (isObject(user) ? user.id : (user ?? undefined));

/** An address has no room for instructions to a model; a name has. */
function nameOf(user: Person): string {
  const email = isObject(user) ? user.email : undefined;
  const id = idOf(user);
  if (email && /^[\w.+-]{1,64}@[\w.-]{1,64}$/.test(email)) return email;
  return id ? `user ${id}` : 'nobody signed in';
}

/** Calls whose entries are no edit by somebody else. */
export type Known = { calls: Set<string>; undone: Undone };

/** Whether an entry belongs to a call that is taken back, was before, or that took one back. */
export function isKnown({ calls, undone }: Known, mark: Mark | undefined): boolean {
  if (!mark) return false;
  if (calls.has(mark.call) || undoneBy(undone, mark.call)) return true;
  if (!mark.undo) return false;
  return calls.has(mark.undo.call) || undoneBy(undone, mark.undo.call)?.mark.call === mark.call;
}
