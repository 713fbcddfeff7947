import { alike, items, must, rows, type Task } from './task.ts';

const newest: Task = {
  name: 'newest',
  wants: 'List the collections, then the titles of the ten newest articles.',
  search: 'read items',
  ...alike({
    tools: ['items'],
    keys: ['articles'],
    async act(turn) {
      const query = { fields: ['title', 'publish_date'], sort: ['-publish_date'], limit: 10 };
      await turn(items('read', 'articles', { query }));
    },
  }),
  async check(rest, said) {
    const query = 'fields=title&sort=-publish_date&limit=10';
    const titles = (await rest('GET', `/items/articles?${query}`)) as { title: string }[];
    const missing = titles.filter(({ title }) => !said.includes(title));
    must(titles.length === 10 && missing.length === 0, 'Titles are missing', missing);
  },
};

const counts: Task = {
  name: 'counts',
  wants: 'How many published articles has each author?',
  search: 'count items by group',
  ...alike({
    tools: ['items'],
    keys: ['articles', 'authors'],
    async act(turn) {
      const filter = { status: { _eq: 'published' } };
      await turn(
        items('read', 'articles', { query: { aggregate: { count: ['*'] }, groupBy: ['author'], filter } }),
        items('read', 'authors', { query: { fields: ['id', 'name'] } }),
      );
    },
  }),
  async check(rest, said) {
    const authors = await rows<{ name: string; articles: { status: string }[] }>(
      rest,
      'authors',
      {},
      'name,articles.status',
    );
    const missing = authors.filter(({ name, articles }) => {
      const count = articles.filter(({ status }) => status === 'published').length;
      return !said.includes(name) || !new RegExp(`\\b${count}\\b`).test(said);
    });
    must(authors.length > 0 && missing.length === 0, 'Counts are missing', missing);
  },
};

export const reading = [newest, counts];
