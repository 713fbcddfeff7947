import {
  archive,
  bookkeeping,
  choice,
  collection,
  json,
  long,
  required,
  STATUSES,
  sort,
  text,
  uuid,
} from './fields.ts';

/** Directus's own shape of a prompts collection, as Settings > AI creates it. */
export const aiPrompts = collection(
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

/** Rows of `ai_prompts` in Directus's own shape; variables are {{ curly_braces }}. */
export const prompts = [
  {
    id: '5a4d0000-0000-4000-8000-000000000001',
    sort: 1,
    name: 'summarise-article',
    status: 'published',
    description: 'Summarise one story in another language',
    system_prompt:
      'You are a careful sub-editor of a local newspaper. Keep names, figures and quotes exact. Never add facts.',
    messages: [
      {
        role: 'user',
        text: 'Read the article with the id {{article}} and summarise it in {{language}}, in at most three sentences.',
      },
    ],
  },
  {
    id: '5a4d0000-0000-4000-8000-000000000002',
    sort: 2,
    name: 'write-headlines',
    status: 'published',
    description: 'Suggest headlines for a story',
    system_prompt: 'You write plain headlines of at most {{length}} characters. No puns, no questions.',
    messages: [
      { role: 'user', text: 'Suggest {{count}} headlines for the article {{article}}. Tone: {{tone}}.' },
      { role: 'assistant', text: 'I will read the article first, then suggest {{count}} headlines.' },
      { role: 'user', text: 'Do not change the article.' },
    ],
  },
  {
    id: '5a4d0000-0000-4000-8000-000000000003',
    sort: 3,
    name: 'weekly-briefing',
    status: 'draft',
    description: 'A briefing on one section for the Monday meeting',
    system_prompt: null,
    messages: [
      {
        role: 'user',
        text: 'List what was published in the section {{category}} since {{since}}, newest first, and name gaps we should fill.',
      },
    ],
  },
];
