import type { Access, Method, RequestOptions } from '../../directus/connection.ts';
import { isObject } from '../../directus/objects.ts';
import type { Context } from '../define.ts';

/**
 * The same Directus without the permissions that it adds to each list of permissions, whatever was asked for: those
 * that everybody with access to Studio has, which are no rows, belong to no policy and cannot be changed.
 */
export function ownRowsOf<Methods extends Method>(directus: Access<Methods>): Access<Methods> {
  return {
    ...directus,
    async request<T>(method: Methods, path: string, options?: RequestOptions) {
      const answer = await directus.request<T>(method, path, options);
      if (path !== '/permissions' || !Array.isArray(answer)) return answer;
      return answer.filter((row) => !isAdded(row)) as T;
    },
  };
}

function isAdded(row: unknown): boolean {
  return isObject(row) && row.system === true;
}

export function withOwnRows(context: Context): Context {
  return { ...context, directus: ownRowsOf(context.directus) };
}
