import {
  alias,
  bookkeeping,
  boolean,
  type Collection,
  choice,
  dateTime,
  type Field,
  html,
  id,
  image,
  integer,
  json,
  key,
  long,
  manyToOne,
  STATUSES,
  sort,
  text,
  uuid,
} from './fields.ts';

type Meta = Record<string, unknown>;

const collection = (name: string, meta: Meta, fields: Field[]): Collection => ({
  collection: name,
  meta,
  schema: {},
  fields: fields.map((field, index) => ({ ...field, meta: { ...field.meta, sort: index + 1 } })),
});

const required = { required: true };
const archive = {
  archive_field: 'status',
  archive_value: 'archived',
  unarchive_value: 'draft',
  archive_app_filter: true,
};

const articles = collection(
  'articles',
  {
    icon: 'article',
    note: 'News stories, from draft to archive',
    color: '#6644FF',
    sort: 1,
    sort_field: 'sort',
    display_template: '{{ title }}',
    versioning: true,
    ...archive,
  },
  [
    id(),
    text('title', { ...required, note: 'The headline' }, { is_nullable: false }),
    text(
      'slug',
      { options: { slug: true }, width: 'half', note: 'Last part of the address' },
      { is_unique: true },
    ),
    choice('status', STATUSES, 'draft'),
    dateTime('publish_date', { note: 'When readers first see it' }),
    boolean('featured', 'Show at the top of the front page'),
    manyToOne('category', '{{ name }}'),
    manyToOne('author', '{{ name }}'),
    long('summary', { note: 'One or two sentences for lists and search results' }),
    image('image', { note: 'Lead image' }),
    html('body'),
    json('key_facts', {
      interface: 'list',
      note: 'Facts in a box beside the story',
      options: {
        template: '{{ label }}: {{ value }}',
        fields: [
          {
            field: 'label',
            name: 'Label',
            type: 'string',
            meta: { field: 'label', interface: 'input', width: 'half' },
          },
          {
            field: 'value',
            name: 'Value',
            type: 'string',
            meta: { field: 'value', interface: 'input', width: 'half' },
          },
        ],
      },
    }),
    alias('tags', 'm2m', { interface: 'list-m2m', options: { template: '{{ tags_id.name }}' } }),
    alias('blocks', 'm2a', { interface: 'list-m2a', note: 'Further parts of the page, in order' }),
    alias('comments', 'o2m', {
      interface: 'list-o2m',
      options: { template: '{{ name }}: {{ text }}', enableSelect: false },
    }),
    alias('translations', 'translations', {
      interface: 'translations',
      options: { languageField: 'name', defaultLanguage: 'de-DE' },
    }),
    long('editor_note', { note: 'A correction or update shown above the story' }),
    sort(),
    ...bookkeeping(),
  ],
);

const authors = collection(
  'authors',
  { icon: 'edit_note', note: 'People who write for the paper', sort: 2, display_template: '{{ name }}' },
  [
    id(),
    text('name', { ...required, width: 'half' }, { is_nullable: false }),
    text('role', { width: 'half' }),
    text('email', { width: 'half' }),
    image('portrait'),
    long('bio'),
    alias('articles', 'o2m', {
      interface: 'list-o2m',
      options: { template: '{{ title }}', enableSelect: false },
    }),
  ],
);

const categories = collection(
  'categories',
  {
    icon: 'category',
    note: 'Sections of the paper',
    sort: 3,
    sort_field: 'sort',
    display_template: '{{ name }}',
  },
  [
    id(),
    text('name', { ...required, width: 'half' }, { is_nullable: false }),
    text('slug', { options: { slug: true }, width: 'half' }, { is_unique: true }),
    text('color', { interface: 'select-color', display: 'color', width: 'half' }),
    long('description'),
    sort(),
  ],
);

const tags = collection(
  'tags',
  { icon: 'sell', note: 'Topics that cut across sections', sort: 4, display_template: '{{ name }}' },
  [id(), text('name', { ...required, width: 'half' }, { is_nullable: false, is_unique: true })],
);

const readerComments = collection(
  'reader_comments',
  {
    icon: 'forum',
    note: 'What readers write under a story',
    sort: 5,
    display_template: '{{ name }}: {{ text }}',
  },
  [
    id(),
    manyToOne('article', '{{ title }}', required),
    text('name', { ...required, width: 'half' }, { is_nullable: false }),
    long('text', required),
    boolean('approved', 'Shown to everyone'),
    dateTime('posted_at'),
  ],
);

const siteSettings = collection(
  'site_settings',
  { icon: 'settings', note: 'Settings of the public website', sort: 6, singleton: true },
  [
    id(),
    text('site_name', { ...required, width: 'half' }),
    text('tagline', { width: 'half' }),
    text('contact_email', { width: 'half' }),
    integer('stories_per_page'),
    boolean('comments_open', 'Readers may comment'),
    image('logo'),
    json('navigation', {
      interface: 'list',
      options: {
        template: '{{ label }}',
        fields: [
          {
            field: 'label',
            name: 'Label',
            type: 'string',
            meta: { field: 'label', interface: 'input', width: 'half' },
          },
          {
            field: 'path',
            name: 'Path',
            type: 'string',
            meta: { field: 'path', interface: 'input', width: 'half' },
          },
        ],
      },
    }),
    long('footer'),
  ],
);

const languages = collection(
  'languages',
  {
    icon: 'translate',
    note: 'Languages stories are translated into',
    sort: 7,
    display_template: '{{ name }}',
  },
  [
    text('code', { width: 'half' }, { is_primary_key: true, length: 10, is_nullable: false }),
    text('name', { width: 'half' }),
    text('direction', { width: 'half' }, { default_value: 'ltr' }),
  ],
);

const blocks = [
  collection('block_text', { icon: 'notes', hidden: true, display_template: '{{ heading }}' }, [
    uuid(),
    text('heading'),
    html('content'),
  ]),
  collection('block_quote', { icon: 'format_quote', hidden: true, display_template: '{{ quote }}' }, [
    uuid(),
    long('quote', required),
    text('speaker'),
  ]),
  collection('block_image', { icon: 'image', hidden: true, display_template: '{{ caption }}' }, [
    uuid(),
    image('image'),
    text('caption'),
  ]),
];

const junctions = [
  collection('articles_tags', { icon: 'import_export', hidden: true }, [
    id(),
    key('articles_id'),
    key('tags_id'),
  ]),
  collection('articles_blocks', { icon: 'import_export', hidden: true }, [
    id(),
    key('articles_id'),
    key('item', 'string'),
    key('collection', 'string'),
    sort(),
  ]),
  collection('articles_translations', { icon: 'translate', hidden: true }, [
    id(),
    key('articles_id'),
    key('languages_code', 'string'),
    text('title'),
    long('summary'),
    html('body'),
  ]),
];

/** Directus's own shape of a prompts collection, as Settings > AI creates it. */
const aiPrompts = collection(
  'ai_prompts',
  {
    icon: 'magic_button',
    note: 'Prompts an assistant offers',
    sort: 8,
    sort_field: 'sort',
    display_template: '{{ name }}',
    ...archive,
  },
  [
    uuid(),
    sort(),
    text('name', { ...required, options: { slug: true, trim: true }, width: 'half' }, { is_unique: true }),
    choice('status', STATUSES, 'draft'),
    long('description'),
    long('system_prompt', { interface: 'input-rich-text-md' }),
    json('messages', {
      interface: 'list',
      options: {
        template: '{{ role }} • {{ text }}',
        fields: [
          {
            field: 'role',
            name: 'role',
            type: 'string',
            meta: {
              field: 'role',
              interface: 'select-dropdown',
              required: true,
              options: {
                choices: [
                  { text: 'User', value: 'user' },
                  { text: 'Assistant', value: 'assistant' },
                ],
              },
            },
          },
          {
            field: 'text',
            name: 'text',
            type: 'text',
            meta: { field: 'text', interface: 'input-rich-text-md', required: true },
          },
        ],
      },
    }),
    ...bookkeeping(),
  ],
);

/** Every collection of the newsroom. Directus 12 without a license has room for 25. */
export const collections: Collection[] = [
  languages,
  categories,
  tags,
  authors,
  articles,
  readerComments,
  siteSettings,
  ...blocks,
  ...junctions,
  aiPrompts,
];
