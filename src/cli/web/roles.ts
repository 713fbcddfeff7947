import { connect, readAll } from '../../directus/connection.ts';
import type { Role } from '../../host/costs/roles.ts';
import type { Settings } from '../../settings/schema.ts';

/** Reads the roles of Directus with somebody's token: all of them with that of an admin. */
export const rolesOf =
  (settings: () => Settings) =>
  (token: string): Promise<Role[]> => {
    const directus = connect({ url: settings().directus.url ?? '', token });
    return readAll<Role>(directus, '/roles', { fields: ['id', 'name'], sort: ['id'] });
  };
