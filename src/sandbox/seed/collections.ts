import { articles, blocks, junctions } from './article-collections.ts';
import {
  alias,
  boolean,
  type Collection,
  collection,
  dateTime,
  id,
  image,
  integer,
  json,
  long,
  manyToOne,
  required,
  sort,
  text,
} from './fields.ts';
import { aiPrompts } from './prompts.ts';

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
