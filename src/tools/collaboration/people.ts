import { readMany } from '../../directus/connection.ts';
import { DirectusError } from '../../directus/errors.ts';
import type { Context } from '../define.ts';

type User = { id: string; first_name: string | null; last_name: string | null };

/** Users by id, as far as this user may see them. */
export async function usersWith(
  { directus, signal }: Context,
  ids: unknown[],
): Promise<Map<unknown, string>> {
  const wanted = [...new Set(ids)].filter((id) => typeof id === 'string');
  if (wanted.length === 0) return new Map();
  const query = { fields: ['id', 'first_name', 'last_name'], filter: { id: { _in: wanted } }, limit: -1 };
  try {
    const users = await readMany<User>(directus, '/users', query, { signal });
    return new Map(users.map((user) => [user.id, nameOf(user)]));
  } catch (error) {
    if (error instanceof DirectusError && error.status === 403) return new Map();
    throw error;
  }
}

function nameOf({ id, first_name, last_name }: User): string {
  return [first_name, last_name].filter(Boolean).join(' ') || id;
}
