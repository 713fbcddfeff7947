import type { Collection } from '../../directus/types.ts';
import { noteOf } from './field-line.ts';

/**
 * What Directus's own collections hold, and the tool for it, since their own notes are only names of translations.
 * Read by name, so one that a version of Directus lacks does no harm.
 */
const SYSTEM: Partial<Record<string, string>> = {
  directus_access: 'Which role or user has which policy. Tool: access',
  directus_activity: 'Who did what and when. Tool: history',
  directus_collections: 'What the data model says of collections. Tools: schema, collections',
  directus_comments: 'Comments on items. Tool: comments',
  directus_dashboards: 'Dashboards. Tool: dashboards',
  directus_extensions: 'Installed extensions',
  directus_fields: 'What the data model says of fields. Tools: schema, fields',
  directus_files: 'Files of all kinds. Tools: files, assets',
  directus_flows: 'Automations. Tool: flows',
  directus_folders: 'Folders of files. Tool: folders',
  directus_migrations: 'Updates of the database that were made',
  directus_notifications: 'Messages in the inbox of users',
  directus_operations: 'Steps of flows. Tool: operations',
  directus_panels: 'Panels of dashboards. Tool: dashboards',
  directus_permissions: 'What a policy allows in a collection. Tool: access',
  directus_policies: 'Sets of permissions. Tool: access',
  directus_presets: 'Bookmarks and views of users',
  directus_relations: 'What the data model says of relations. Tools: schema, relations',
  directus_revisions: 'Earlier states of items. Tool: history',
  directus_roles: 'Roles of users. Tool: access',
  directus_sessions: 'Who is signed in',
  directus_settings: 'Settings of the project (one row)',
  directus_shares: 'Links that show one item to people without an account',
  directus_translations: 'Custom strings by language. Tool: translations',
  directus_users: 'People and programs that sign in. Tool: access',
  directus_versions: 'Drafts of items beside the main version. Tool: versions',
};

/** What a collection is for, as the people or we say it. */
export function aboutCollection({ collection, meta }: Collection): string | undefined {
  return SYSTEM[collection] ?? noteOf(meta?.note);
}
