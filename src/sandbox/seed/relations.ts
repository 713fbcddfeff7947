import type { Relation } from './fields.ts';

const manyToOne = (
  collection: string,
  field: string,
  related: string,
  meta: Record<string, unknown> = {},
  onDelete: 'CASCADE' | 'SET NULL' = 'SET NULL',
): Relation => ({
  collection,
  field,
  related_collection: related,
  schema: { on_delete: onDelete },
  meta: { one_deselect_action: 'nullify', ...meta },
});

/** A row of a junction means nothing without the row it belongs to: it goes with it. */
const part = (collection: string, field: string, related: string, meta: Record<string, unknown>): Relation =>
  manyToOne(collection, field, related, { one_deselect_action: 'delete', ...meta }, 'CASCADE');

const stamps = (collection: string): Relation[] =>
  ['user_created', 'user_updated'].map((field) => manyToOne(collection, field, 'directus_users'));

/** Every relation of the newsroom: m2o, o2m, m2m, m2a, translations and files. */
export const relations: Relation[] = [
  manyToOne('articles', 'category', 'categories'),
  manyToOne('articles', 'author', 'authors', { one_field: 'articles' }),
  manyToOne('articles', 'image', 'directus_files'),
  ...stamps('articles'),
  manyToOne('authors', 'portrait', 'directus_files'),
  manyToOne('site_settings', 'logo', 'directus_files'),
  manyToOne('block_image', 'image', 'directus_files'),
  manyToOne('reader_comments', 'article', 'articles', { one_field: 'comments' }, 'CASCADE'),

  part('articles_tags', 'articles_id', 'articles', { one_field: 'tags', junction_field: 'tags_id' }),
  part('articles_tags', 'tags_id', 'tags', { one_field: null, junction_field: 'articles_id' }),

  part('articles_translations', 'articles_id', 'articles', {
    one_field: 'translations',
    junction_field: 'languages_code',
  }),
  part('articles_translations', 'languages_code', 'languages', {
    one_field: null,
    junction_field: 'articles_id',
  }),

  part('articles_blocks', 'articles_id', 'articles', {
    one_field: 'blocks',
    junction_field: 'item',
    sort_field: 'sort',
  }),
  {
    collection: 'articles_blocks',
    field: 'item',
    related_collection: null,
    schema: null,
    meta: {
      one_field: null,
      one_collection_field: 'collection',
      one_allowed_collections: ['block_text', 'block_quote', 'block_image'],
      junction_field: 'articles_id',
    },
  },
  ...stamps('ai_prompts'),
];
