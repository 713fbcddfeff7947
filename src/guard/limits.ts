import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import { isSystem } from '../directus/schema.ts';
import type { Settings } from '../settings/schema.ts';
import type { Effect } from './select.ts';

/** Rows that one call may change at all, confirmed or not. */
export const MOST_ROWS = 10_000;

/**
 * Refuses a change that names neither keys nor a condition: it would reach every row.
 * @param query the call's query; its filter must hold at least one condition
 */
export function requireSelection(
  keys: unknown[] | undefined,
  query: { filter?: Record<string, unknown> | undefined } | undefined,
  call: string,
): void {
  const hasFilter = isObject(query?.filter) && Object.keys(query.filter).length > 0;
  if (keys && query) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${call} takes keys or query.filter, not both. Nothing was changed.`,
      'Leave one out.',
    );
  }
  if (!keys && !hasFilter) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${call} needs keys, or query.filter with at least one condition: it would change every row. Nothing was changed.`,
      'Name the rows, for example keys:["1"] or query:{"filter":{"status":{"_eq":"draft"}}}.',
    );
  }
}

/** Keeps Directus's own collections out of reach of nested rows as well. */
export function checkSystemWrites(collections: string[], settings: Settings): void {
  const own = collections.find((name) => !isOpened(name, settings));
  if (!own) return;
  throw new ToolError(
    'SYSTEM_COLLECTION',
    `data holds a whole row of ${own}, one of Directus's own collections, which is not written that way. Nothing was changed.`,
    'Give the key of an existing row.',
  );
}

/** What writing to rows of Directus's own collections does; the settings may allow it, and the policy still counts. */
export function effectsOf(collections: string[]): Effect[] {
  const effects = collections.map((name) => (Object.hasOwn(EFFECTS, name) ? EFFECTS[name] : undefined));
  return [...new Set(effects.filter((effect) => effect !== undefined))];
}

const EFFECTS: Record<string, Effect> = {
  directus_access: 'access',
  directus_permissions: 'access',
  directus_policies: 'access',
  directus_roles: 'access',
  directus_settings: 'access',
  directus_shares: 'access',
  directus_users: 'access',
  directus_collections: 'schema',
  directus_fields: 'schema',
  directus_relations: 'schema',
  directus_extensions: 'automation',
  directus_flows: 'automation',
  directus_operations: 'automation',
  directus_webhooks: 'automation',
};

const SYSTEM_TOOLS: Record<string, string> = {
  directus_access: 'access',
  directus_files: 'files',
  directus_folders: 'folders',
  directus_flows: 'flows',
  directus_permissions: 'access',
  directus_policies: 'access',
  directus_roles: 'access',
  directus_users: 'access',
  directus_operations: 'operations',
  directus_dashboards: 'dashboards',
  directus_panels: 'dashboards',
  directus_translations: 'translations',
  directus_collections: 'collections',
  directus_fields: 'fields',
  directus_relations: 'relations',
};

/** Rows that only their own tools may write, since these look through what a flow would do. */
const OWN_TOOL_ONLY = ['directus_flows', 'directus_operations'];

function isOpened(collection: string, settings: Settings): boolean {
  return settings.systemCollections.includes(collection) && !OWN_TOOL_ONLY.includes(collection);
}

/** Keeps Directus's own collections out of reach, unless the settings list them. */
export function checkSystemCollection(collection: string, settings: Settings): void {
  if (!isSystem(collection) || isOpened(collection, settings)) return;
  const tool = Object.hasOwn(SYSTEM_TOOLS, collection) ? SYSTEM_TOOLS[collection] : undefined;
  throw new ToolError(
    'SYSTEM_COLLECTION',
    `${collection} is one of Directus's own collections and out of reach here.`,
    tool ? `Use the tool ${tool}.` : 'An administrator can list it under systemCollections.',
  );
}
