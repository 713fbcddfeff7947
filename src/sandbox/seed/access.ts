import { accounts } from '../accounts.ts';

type Action = 'create' | 'read' | 'update' | 'delete';

const all: Action[] = ['create', 'read', 'update', 'delete'];
const write: Action[] = ['create', 'read', 'update'];
const read: Action[] = ['read'];

/**
 * What an editor may do: write stories and what belongs to them, and files; not delete a story, and not touch
 * the site's settings, its sections or the data model. Parts of a story may go, or its tags could not change.
 */
const editorRights: Record<string, Action[]> = {
  articles: write,
  articles_tags: all,
  articles_blocks: all,
  articles_translations: all,
  block_text: all,
  block_quote: all,
  block_image: all,
  reader_comments: write,
  tags: ['create', 'read'],
  authors: read,
  categories: read,
  languages: read,
  site_settings: read,
  ai_prompts: read,
  directus_files: write,
  directus_folders: ['create', 'read'],
  directus_versions: all,
};

const readerRights: Record<string, Action[]> = Object.fromEntries(
  [
    'articles',
    'articles_tags',
    'articles_blocks',
    'articles_translations',
    'block_text',
    'block_quote',
    'block_image',
    'reader_comments',
    'tags',
    'authors',
    'categories',
    'languages',
    'site_settings',
    'ai_prompts',
    'directus_files',
    'directus_folders',
  ].map((collection) => [collection, read]),
);

/** Whole collections and all fields only: rules for fields and rows need a license from Directus 12 on. */
const permissions = (rights: Record<string, Action[]>) =>
  Object.entries(rights).flatMap(([collection, actions]) =>
    actions.map((action) => ({ collection, action, fields: ['*'], permissions: {}, validation: {} })),
  );

/** Roles, each with one policy of the same name and one user. */
export const roles = [
  {
    role: { name: 'Editor', icon: 'edit', description: 'Writes and changes stories' },
    policy: { name: 'Editor', icon: 'edit', app_access: true, admin_access: false },
    permissions: permissions(editorRights),
    user: { first_name: 'Edda', last_name: 'Editor', ...accounts.editor },
  },
  {
    role: { name: 'Reader', icon: 'visibility', description: 'Reads content, changes nothing' },
    policy: { name: 'Reader', icon: 'visibility', app_access: false, admin_access: false },
    permissions: permissions(readerRights),
    user: { first_name: 'Rea', last_name: 'Reader', ...accounts.readonly },
  },
];
