import { alike, items, keyIn, keysIn, must, rows, type Task } from './task.ts';

const publish: Task = {
  name: 'publish',
  wants: 'Publish all drafts of Ines Carvalho.',
  search: 'update items',
  ...alike({
    tools: ['items'],
    keys: ['articles'],
    async act(turn) {
      const filter = { author: { name: { _eq: 'Ines Carvalho' } }, status: { _eq: 'draft' } };
      const [found = ''] = await turn(
        items('read', 'articles', { query: { fields: ['id', 'title'], filter } }),
      );
      const keys = keysIn(found);
      await turn(items('update', 'articles', { keys, data: { status: 'published' } }));
    },
  }),
  async check(rest) {
    const drafts = await rows(rest, 'articles', { status: { _eq: 'draft' }, author: { _eq: 3 } });
    must(drafts.length === 0, 'There still are drafts', drafts);
    const others = await rows(rest, 'articles', { status: { _eq: 'draft' } });
    must(others.length > 0, 'The drafts of others are gone', others);
  },
};

const RUN = 'Harbour run sells out in nine minutes';
const GERMAN = {
  title: 'Hafenlauf in neun Minuten ausgebucht',
  summary: 'Die dreitausend Plätze für den Lauf am Neujahrstag sind weg. Am Montag öffnet eine Warteliste.',
};

const translate: Task = {
  name: 'translate',
  wants: `Translate title and summary of "${RUN}" into German.`,
  search: 'read and update items with translations',
  ...alike({
    tools: ['items'],
    keys: ['articles', 'articles_translations'],
    async act(turn) {
      const fields = ['id', 'title', 'summary', 'translations.id', 'translations.languages_code'];
      const [found = ''] = await turn(
        items('read', 'articles', { query: { fields, filter: { title: { _eq: RUN } } } }),
        items('read', 'languages', { query: { fields: ['code', 'name'] } }),
      );
      const create = [{ languages_code: 'de-DE', ...GERMAN }];
      const data = { translations: { create, update: [], delete: [] } };
      await turn(items('update', 'articles', { keys: [keyIn(found)], data }));
    },
  }),
  async check(rest) {
    const made = await rows(rest, 'articles_translations', {
      languages_code: { _eq: 'de-DE' },
      title: { _eq: GERMAN.title },
      articles_id: { title: { _eq: RUN } },
    });
    must(made.length === 1, 'There is not one translation', made);
  },
};

const BROKEN = { 12: 'Not A Slug!', 20: 'über_alles' };
const MENDED = [
  { id: 12, slug: 'not-a-slug' },
  { id: 20, slug: 'ueber-alles' },
];

const slugs: Task = {
  name: 'slugs',
  wants:
    'Find the articles whose slug has anything but small letters, digits and hyphens, and mend the slugs.',
  search: 'read and update items',
  ...alike({
    tools: ['items'],
    keys: ['articles'],
    async act(turn) {
      const [found = ''] = await turn(
        items('read', 'articles', { query: { fields: ['id', 'slug'], limit: 100 } }),
      );
      const unseen = Object.values(BROKEN).filter((slug) => !found.includes(slug));
      must(unseen.length === 0, 'Broken slugs cannot be seen', unseen);
      await turn(items('update', 'articles', { data: MENDED }));
    },
  }),
  async prepare(rest) {
    const broken = Object.entries(BROKEN).map(([id, slug]) => ({ id: Number(id), slug }));
    await rest('PATCH', '/items/articles', broken);
  },
  async check(rest) {
    const all = await rows<{ slug: string }>(rest, 'articles', {}, 'id,slug');
    const broken = all.filter(({ slug }) => !/^[a-z0-9-]+$/.test(slug));
    must(broken.length === 0, 'Slugs are broken', broken);
  },
};

const ferries: Task = {
  name: 'tag',
  wants: 'Make a tag "ferries" and put it on all articles whose title or summary mentions a ferry.',
  search: 'create and update items with tags',
  ...alike({
    tools: ['items'],
    keys: ['articles', 'articles_tags', 'tags'],
    async act(turn) {
      const filter = { _or: [{ title: { _icontains: 'ferry' } }, { summary: { _icontains: 'ferry' } }] };
      const [made = '', found = ''] = await turn(
        items('create', 'tags', { data: [{ name: 'ferries' }] }),
        items('read', 'articles', { query: { fields: ['id', 'title'], filter } }),
      );
      const tags_id = Number(keyIn(made));
      const keys = keysIn(found);
      const data = { tags: { create: [{ tags_id }], update: [], delete: [] } };
      await turn(items('update', 'articles', { keys, data }));
    },
  }),
  async check(rest) {
    const tagged = await rows(rest, 'articles', { tags: { tags_id: { name: { _eq: 'ferries' } } } });
    const meant = await rows(rest, 'articles', {
      _or: [{ title: { _icontains: 'ferry' } }, { summary: { _icontains: 'ferry' } }],
    });
    must(meant.length > 0 && tagged.length === meant.length, 'Not the right articles have the tag', tagged);
  },
};

const LINK = { label: 'Podcast', path: '/podcast' };

const navigation: Task = {
  name: 'navigation',
  wants: 'Add a link "Podcast" to /podcast at the end of the navigation of the site.',
  search: 'read and update a singleton item',
  ...alike({
    tools: ['items'],
    keys: ['site_settings'],
    async act(turn) {
      const [found = ''] = await turn(items('read', 'site_settings', { query: { fields: ['navigation'] } }));
      const links = [...found.matchAll(/\{"label":"([^"]+)","path":"([^"]+)"\}/g)].map(([, label, path]) => ({
        label,
        path,
      }));
      await turn(items('update', 'site_settings', { data: { navigation: [...links, LINK] } }));
    },
  }),
  async check(rest) {
    const { navigation: links } = (await rest('GET', '/items/site_settings')) as { navigation: object[] };
    must(
      links.length === 8 && JSON.stringify(links.at(-1)) === JSON.stringify(LINK),
      'The link is missing',
      links,
    );
  },
};

const DRAFT = {
  title: 'United sign a keeper from Gull Point',
  slug: 'united-sign-a-keeper-from-gull-point',
  status: 'draft',
  summary: 'Harrowmere United have a new goalkeeper. She conceded the last goal of the derby.',
};
const QUOTE = { quote: 'I would rather save that one from this side.', speaker: 'Keeper Anna Roth' };

const draft: Task = {
  name: 'draft',
  wants: `Write a draft for Luis in Sport, tagged football: "${DRAFT.title}" (${DRAFT.summary}) with a quote of Anna Roth, the keeper: "${QUOTE.quote}"`,
  search: 'create items with relations',
  ...alike({
    tools: ['items'],
    keys: ['articles', 'articles_tags', 'articles_blocks', 'block_quote'],
    async act(turn) {
      const named = (collection: string, name: string) =>
        items('read', collection, {
          query: { fields: ['id', 'name'], filter: { name: { _icontains: name } } },
        });
      const found = await turn(
        named('authors', 'Luis'),
        named('categories', 'Sport'),
        named('tags', 'football'),
      );
      const [author = 0, category = 0, tag = 0] = found.map((words) => Number(keyIn(words)));
      const data = {
        ...DRAFT,
        author,
        category,
        tags: { create: [{ tags_id: tag }], update: [], delete: [] },
        blocks: { create: [{ collection: 'block_quote', item: QUOTE }], update: [], delete: [] },
      };
      await turn(items('create', 'articles', { data: [data] }));
    },
  }),
  async check(rest) {
    const made = await rows<{ tags: object[]; blocks: object[] }>(rest, 'articles', {
      title: { _eq: DRAFT.title },
      author: { name: { _eq: 'Luis Ferreira' } },
      category: { name: { _eq: 'Sport' } },
      status: { _eq: 'draft' },
    });
    const [one] = made;
    must(made.length === 1 && one?.tags.length === 1 && one.blocks.length === 1, 'It is not whole', made);
  },
};

export const writing = [publish, translate, slugs, ferries, navigation, draft];
