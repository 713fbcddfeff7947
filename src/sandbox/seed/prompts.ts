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
