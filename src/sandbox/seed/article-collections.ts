import {
  alias,
  archive,
  bookkeeping,
  boolean,
  choice,
  collection,
  dateTime,
  html,
  id,
  image,
  json,
  key,
  long,
  manyToOne,
  required,
  STATUSES,
  sort,
  text,
  uuid,
} from './fields.ts';

/** Stories. */
export const articles = collection(
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

/** Parts of a page, of which each story has any number in any order. */
export const blocks = [
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

/** What ties stories to tags, parts and languages. */
export const junctions = [
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
