import type { Effect } from '../../../guard/select.ts';

/** What writing rows of some of Directus's own collections does, beyond writing content. */
export const EFFECTS: Record<string, Effect> = {
  directus_collections: 'schema',
  directus_fields: 'schema',
  directus_flows: 'automation',
  directus_operations: 'automation',
  directus_access: 'access',
  directus_permissions: 'access',
  directus_policies: 'access',
  directus_roles: 'access',
  directus_settings: 'access',
  directus_shares: 'access',
  directus_users: 'access',
};
