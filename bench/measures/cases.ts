import type { Work } from '../contestants.ts';
import type { Rest } from '../rest.ts';
import { ARTICLE_FIELDS } from './articles.ts';

/** One piece of work, done by all contestants. */
export type Case = Work & {
  what: string;
  /** How many times as long as the same REST call ours may take. */
  atMost?: number;
  /** How many times as long as Directus's own server ours may take. */
  atMostOfOwn?: number;
  /** Calls in a row, where they take long. */
  block?: number;
  /** Rounds at most, where each leaves much behind. */
  rounds?: number;
  /** The answer is a file: tokens of text say nothing about it. */
  file?: boolean;
  prepare?: (rest: Rest) => Promise<unknown>;
  /** Undoes what `prepare` and all contestants together have done. */
  tidy?: (rest: Rest) => Promise<unknown>;
};

const FIELDS = `fields=${ARTICLE_FIELDS.join()}`;
const query = { fields: ARTICLE_FIELDS };
const MARK = 'made-by-the-benchmark';

const marked = (count: number) => Array.from({ length: count }, () => ({ title: MARK }));
const removeMarked = (rest: Rest) =>
  rest('DELETE', '/items/articles', { query: { filter: { title: { _eq: MARK } }, limit: -1 } });

const readMany = (limit: number): Case => ({
  what: `read of ${limit} items`,
  tool: {
    name: 'items',
    arguments: { action: 'read', collection: 'articles', query: { ...query, limit } },
  },
  rest: { method: 'GET', path: `/items/articles?${FIELDS}&limit=${limit}` },
});

const create = (count: number): Case => ({
  what: `create of ${count} item${count > 1 ? 's' : ''}`,
  tool: {
    name: 'items',
    arguments: { action: 'create', collection: 'articles', data: marked(count) },
  },
  rest: { method: 'POST', path: '/items/articles', body: marked(count) },
  tidy: removeMarked,
});

const FIVE = { keys: [1, 2, 3, 4, 5], data: { summary: MARK } };

const schema = (collection: string): [Case, Case] => [
  {
    what: 'schema, overview',
    tool: { name: 'schema', arguments: {} },
    rest: { method: 'GET', path: '/collections' },
  },
  {
    what: 'schema, detail of 1 collection',
    tool: { name: 'schema', arguments: { keys: [collection] } },
    rest: { method: 'GET', path: `/fields/${collection}` },
  },
];

/** @param picture id of an image in the files */
export const newsroomCases = (picture: string): Case[] => [
  {
    what: 'read of 1 item',
    tool: { name: 'items', arguments: { action: 'read', collection: 'articles', keys: [1], query } },
    rest: { method: 'GET', path: `/items/articles/1?${FIELDS}` },
    atMost: 1.1,
  },
  readMany(25),
  {
    ...readMany(100),
    atMost: 1.1,
    prepare: (rest) => rest('POST', '/items/articles', marked(100)),
    tidy: removeMarked,
  },
  create(1),
  { ...create(100), block: 3, rounds: 15 },
  {
    what: 'update of 5 items',
    tool: { name: 'items', arguments: { action: 'update', collection: 'articles', ...FIVE } },
    rest: { method: 'PATCH', path: '/items/articles', body: FIVE },
    atMost: 2.2,
  },
  ...schema('articles'),
  {
    what: 'list of 25 files',
    tool: {
      name: 'files',
      arguments: { action: 'read', query: { fields: ['id', 'title', 'type', 'filesize'], limit: 25 } },
    },
    rest: { method: 'GET', path: '/files?fields=id,title,type,filesize&limit=25' },
  },
  {
    what: 'an image',
    tool: { name: 'assets', arguments: { id: picture } },
    rest: { method: 'GET', path: `/assets/${picture}` },
    file: true,
  },
];

export const wideCases = (collection: string): Case[] => {
  const [overview, detail] = schema(collection);
  return [overview, { ...detail, atMost: 1.2, atMostOfOwn: 1 / 8, block: 5 }];
};
