import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { articles } from '../../src/sandbox/seed/content/articles.ts';
import { freshArticle, rest } from './helpers.ts';
import { startProxy, type TestProxy } from './proxy.ts';
import { type Row, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { admin } = sharedDirectus();
const asAdmin = rest(admin.token);
let proxy: TestProxy;
let server: TestServer;

beforeAll(async () => {
  proxy = await startProxy();
  server = await startServer({ url: proxy.url });
});
afterAll(async () => {
  await server?.close();
  await proxy?.close();
});

const read = (query: Row, collection = 'articles') =>
  server.call('items', { action: 'read', collection, query });

/** Other tests make articles at the same time; those of the newsroom stay. */
const seeded = { id: { _lte: articles.length } };

/** Sends a query both ways: what reached Directus is what was asked, and the rows are those of REST. */
async function sameAsRest(given: Row) {
  const query: Row = { ...given, filter: given.filter ? { _and: [seeded, given.filter] } : seeded };
  const before = proxy.queries('/items/articles').length;
  const answer = await read(query);
  expect(answer.isError, answer.text).toBe(false);
  const sent = proxy.queries('/items/articles').slice(before);
  expect(sent).toHaveLength(1);
  // One row more than asked for is read, to tell whether there is more.
  const { limit, ...rest } = sent[0] ?? {};
  const { limit: asked, ...wanted } = query;
  expect(JSON.stringify(sorted(rest))).toBe(JSON.stringify(sorted(wanted)));
  if (asked !== undefined) expect(limit).toBe(Number(asked) + 1);
  const direct = await asAdmin('SEARCH', '/items/articles', { query: { limit: 25, ...query } });
  expect(direct.status).toBe(200);
  expect(answer.data).toEqual(direct.data);
  return answer.data as Row[];
}

/** Only the order of a query's own parts may differ. */
const sorted = (query: Row) =>
  Object.fromEntries(Object.entries(query).sort(([a], [b]) => a.localeCompare(b)));

const base = { fields: ['id', 'title'], sort: ['id'], limit: 10 };

describe('A6 what reaches Directus is what was asked, and the answer is that of REST', () => {
  const filters: Record<string, Row> = {
    'a nested relation': { author: { name: { _eq: 'Mara Lindqvist' } } },
    'two relations deep': { tags: { tags_id: { name: { _in: ['harbour', 'food'] } } } },
    _some: { tags: { _some: { tags_id: { name: { _eq: 'harbour' } } } } },
    _none: { comments: { _none: { approved: { _eq: true } } } },
    '_and beside a field': { _and: [{ status: { _eq: 'published' } }], featured: { _eq: true } },
    'groups in groups': {
      _or: [{ _and: [{ id: { _lt: 4 } }, { id: { _gt: 1 } }] }, { _or: [{ id: { _eq: 9 } }] }],
    },
    $NOW: { publish_date: { _lte: '$NOW' } },
    'adjusted $NOW': { publish_date: { _between: ['$NOW(-10 years)', '$NOW(+1 day)'] } },
    'function of a date': { 'year(publish_date)': { _eq: 2026 } },
    'function of a relation': { 'count(tags)': { _gt: 1 } },
    'function in a relation': { comments: { 'year(posted_at)': { _gt: 2000 } } },
    'many-to-any': { blocks: { 'item:block_text': { heading: { _eq: 'At a glance' } } } },
    $CURRENT_USER: { user_created: { _eq: '$CURRENT_USER' } },
    'short form of _eq': { status: 'draft' },
    flags: { editor_note: { _null: true }, publish_date: { _nnull: true } },
    'signs that mean something in addresses': { title: { _ncontains: '&=%+#?/"\\ ä 日' } },
  };
  test.each(Object.entries(filters))('A6 %s', async (_, filter) => {
    await sameAsRest({ ...base, filter });
  });

  const queries: Record<string, Row> = {
    deep: {
      fields: ['id', 'tags.tags_id.name', 'comments.name'],
      sort: ['id'],
      limit: 5,
      deep: {
        tags: { _limit: 1, _sort: ['-id'], _filter: { tags_id: { name: { _nnull: true } } } },
        comments: { _limit: 2, _offset: 0, _sort: ['name'] },
      },
    },
    'deep into many-to-any': {
      fields: ['id', 'blocks.item:block_text.heading'],
      limit: 3,
      deep: { blocks: { _sort: ['sort'], _filter: { collection: { _eq: 'block_text' } } } },
    },
    alias: {
      fields: ['id', 'first_tags.id', 'headline'],
      alias: { first_tags: 'tags', headline: 'title' },
      deep: { first_tags: { _limit: 1 } },
      sort: ['id'],
      limit: 3,
    },
    'functions among the fields': {
      fields: ['id', 'count(tags)', 'year(publish_date)'],
      sort: ['id'],
      limit: 4,
    },
    'groups with aggregates': {
      groupBy: ['status', 'year(publish_date)'],
      aggregate: { count: ['*'], countDistinct: ['author'], min: ['id'], avg: ['id'] },
      limit: 10,
    },
    'sort along a relation': { fields: ['id'], sort: ['author.name', '-id'], limit: 6 },
    search: { fields: ['id', 'title'], search: 'harbour & "sea"', limit: 4 },
    offset: { fields: ['id'], sort: ['id'], limit: 3, offset: 4 },
    'a query too long for an address': {
      ...base,
      filter: { slug: { _nin: Array.from({ length: 700 }, (_, index) => `slug-number-${index}`) } },
    },
  };
  test.each(Object.entries(queries))('A6 %s', async (_, query) => {
    await sameAsRest(query);
  });

  test('A6 page becomes the offset it stands for', async () => {
    const answer = await read({ fields: ['id'], sort: ['id'], limit: 4, page: 3 });
    const direct = await asAdmin('GET', '/items/articles?fields=id&sort=id&limit=4&page=3');
    expect(answer.data).toEqual(direct.data);
  });
});

describe('A6 what Directus would drop or misread is an error that says what is right', () => {
  const wrong: [string, Row, RegExp][] = [
    [
      'unknown operator',
      { filter: { status: { _equals: 'draft' } } },
      /"_equals".*Did you mean "_eq"|_equals.*Operators: _eq/s,
    ],
    ['unknown field', { filter: { statsu: { _eq: 'draft' } } }, /no field "statsu".*Did you mean "status"/],
    [
      'unknown field in a relation',
      { filter: { author: { nam: { _eq: 1 } } } },
      /authors has no field "nam".*"name"/,
    ],
    ['unknown field in fields', { fields: ['id', 'titel'] }, /no field "titel".*"title"/],
    ['unknown field in sort', { sort: ['-titel'] }, /no field "titel".*"title"/],
    [
      'a condition within a plain field',
      { filter: { key_facts: { title: { _contains: 'a' } } } },
      /query\.filter\.key_facts\.title: articles\.key_facts is no relation/,
    ],
    [
      'a condition within a plain field, in a group and a relation',
      { filter: { _or: [{ author: { name: { id: { _gt: 0 } } } }] } },
      /authors\.name is no relation/,
    ],
    [
      'a condition within a plain field, in deep',
      { deep: { author: { _filter: { name: { id: { _gt: 0 } } } } } },
      /authors\.name is no relation/,
    ],
    ['unknown key of the query', { filters: {} }, /"query.filters".*"filter"/],
    ['unknown key of deep', { deep: { tags: { _limits: 1 } } }, /"_limits".*"_limit"/],
    ['unknown relation in deep', { deep: { tagss: { _limit: 1 } } }, /no field "tagss".*"tags"/],
    ['plain field in deep', { deep: { title: { _limit: 1 } } }, /no relation/],
    ['part of deep without a relation', { deep: { _limit: 1 } }, /needs a relation/],
    [
      'unknown field in a filter of deep that is not read',
      { fields: ['id'], deep: { tags: { _filter: { nope: { _eq: 1 } } } } },
      /articles_tags has no field "nope"/,
    ],
    ['text for a number in deep', { deep: { tags: { _limit: 'abc' } } }, /whole number/],
    ['unknown target of an alias', { fields: ['id', 't'], alias: { t: 'titel' } }, /no field "titel"/],
    ['alias with the name of a field', { fields: ['id'], alias: { id: 'sort' } }, /has a field of that name/],
    ['nothing but aliases', { fields: ['t'], alias: { t: 'title' } }, /only aliases/],
    ['unknown function', { filter: { 'foo(publish_date)': { _eq: 1 } } }, /foo\(publish_date\)/],
    [
      'function of an unknown field',
      { filter: { 'year(publish)': { _eq: 1 } } },
      /no field "publish".*"publish_date"/,
    ],
    [
      'quantifier without a field',
      { filter: { _some: { status: { _eq: 'draft' } } } },
      /needs a to-many field/,
    ],
    ['empty quantifier', { filter: { tags: { _some: {} } } }, /is empty/],
    ['empty condition', { filter: { status: {} } }, /is empty/],
    ['empty group', { filter: { _or: [{}] } }, /empty/],
    ['object where a list is due', { filter: { id: { _in: { a: 1 } } } }, /must be a list/],
    ['list of objects', { filter: { title: { _in: [{ a: 1 }] } } }, /plain value/],
    ['half a pair', { filter: { id: { _between: [1] } } }, /two values/],
    ['word for a flag', { filter: { title: { _null: 'maybe' } } }, /true or false/],
    ['comparison with null', { filter: { title: { _eq: null } } }, /_null/],
    ['word for a date', { filter: { publish_date: { _gt: 'banana' } } }, /no date/],
    [
      'word for a date in a relation',
      { filter: { comments: { _some: { posted_at: { _lt: 'soon' } } } } },
      /no date/,
    ],
    ['day that is not in the calendar', { filter: { publish_date: { _gt: '2026-02-31' } } }, /no date/],
    ['odd adjustment', { filter: { publish_date: { _gt: '$NOW(-banana)' } } }, /no date/],
    ['unknown aggregate', { aggregate: { counts: ['*'] } }, /"counts".*"count"/],
    ['aggregate that Directus leaves empty', { aggregate: { countAll: ['*'] } }, /"countAll".*"count"/],
    ['empty aggregate', { aggregate: {} }, /is empty/],
    ['unknown field to group by', { groupBy: ['statsu'], aggregate: { count: ['*'] } }, /no field "statsu"/],
    ['empty list of fields', { fields: [] }, /empty list/],
    ['empty list to group by', { groupBy: [] }, /empty list/],
    ['unknown version', { version: 'nope' }, /version "nope"/],
    ['negative limit', { limit: -5 }, /query.limit/],
    ['half a limit', { limit: 1.5 }, /query.limit/],
    ['limit beyond all numbers', { limit: 1e30 }, /query.limit/],
    ['negative page', { page: -3 }, /query.page/],
    ['negative offset', { offset: -1 }, /query.offset/],
    ['export', { export: 'csv' }, /"query.export"/],
  ];
  test.each(wrong)('A6 %s', async (_, query, says) => {
    const answer = await read(query);
    expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
    expect(answer.text).toMatch(says);
    expect(answer.text).not.toMatch(/INTERNAL|SQLITE|select .* from|\[object Object\]|\n {4}at /i);
  });
});

/** Queries of which every part is right, as a base for spoiling one. */
const goodFilter = fc.letrec<{ filter: Row }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Row>(
      { status: { _eq: 'draft' } },
      { id: { _in: [1, 2, 3] } },
      { author: { name: { _contains: 'a' } } },
      { tags: { _some: { tags_id: { name: { _nnull: true } } } } },
      { comments: { _none: { name: { _eq: 'x' } } } },
      { 'year(publish_date)': { _gte: 2020 } },
    ),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((_and) => ({ _and })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((_or) => ({ _or })),
  ),
})).filter;

const goodQuery = fc.record(
  {
    filter: goodFilter,
    fields: fc.constantFrom(['id'], ['id', 'author.name'], ['id', 'tags.tags_id.name'], ['title', 'status']),
    sort: fc.constantFrom(['id'], ['-publish_date', 'id']),
    deep: fc.constantFrom<Row>({ tags: { _limit: 2 } }, { comments: { _filter: { name: { _eq: 'x' } } } }),
    limit: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: ['filter', 'fields', 'deep', 'limit'] },
);

type Holder = { in: Row; kind: 'query' | 'filter' | 'deep' | 'condition' };

/** Every object in a query into which a stranger can be put. */
function holders(query: Row): Holder[] {
  const found: Holder[] = [{ in: query, kind: 'query' }];
  const filter = (one: Row) => {
    found.push({ in: one, kind: 'filter' });
    for (const [key, value] of Object.entries(one)) {
      if (Array.isArray(value)) {
        for (const part of value) if (typeof part === 'object' && part) filter(part as Row);
      } else if (key === '_some' || key === '_none') filter(value as Row);
      else if (typeof value === 'object' && value) {
        const inner = Object.keys(value);
        if (inner.some((name) => name.startsWith('_') && !['_some', '_none'].includes(name)))
          found.push({ in: value as Row, kind: 'condition' });
        else if (!inner.some((name) => name.startsWith('_'))) filter(value as Row);
        else for (const name of inner) filter((value as Row)[name] as Row);
      }
    }
  };
  filter(query.filter as Row);
  for (const [, value] of Object.entries(query.deep as Row)) {
    found.push({ in: value as Row, kind: 'deep' });
    const inner = (value as Row)._filter;
    if (inner) filter(inner as Row);
  }
  return found;
}

test('A6 a stranger anywhere in a query is never accepted in silence', async () => {
  const name = fc.stringMatching(/^[a-z]{4,10}$/).map((word) => `zq${word}`);
  await fc.assert(
    fc.asyncProperty(goodQuery, fc.nat(), name, fc.boolean(), async (good, pick, word, asOperator) => {
      const query = structuredClone(good) as Row;
      const places = holders(query);
      const place = places[pick % places.length];
      if (!place) return;
      const key =
        place.kind === 'query' ? word : asOperator || place.kind === 'condition' ? `_${word}` : word;
      place.in[key] = place.kind === 'filter' && !asOperator ? { _eq: 1 } : 1;
      const answer = await read(query);
      expect(answer.isError, JSON.stringify(query)).toBe(true);
      expect(answer.text, JSON.stringify(query)).toContain(word);
      expect(answer.text).not.toMatch(/INTERNAL/);
    }),
    { numRuns: 120 },
  );
}, 60_000);

test('A6 good queries are all accepted, and answer as REST does', async () => {
  await fc.assert(
    fc.asyncProperty(goodQuery, async (good) => {
      const query = { ...good, filter: { _and: [seeded, good.filter] } };
      const answer = await read(query);
      expect(answer.isError, `${JSON.stringify(query)} ${answer.text}`).toBe(false);
      const direct = await asAdmin('SEARCH', '/items/articles', { query });
      expect(answer.data).toEqual(direct.data);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('count: true counts each item once, however many related rows fit the filter', async () => {
  const { id } = await freshArticle();
  const comments = ['One', 'Two', 'Three'].map((text) => ({ article: id, name: 'Reader', text }));
  await asAdmin('POST', '/items/reader_comments', comments);
  const filter = { _and: [{ id: { _eq: id } }, { comments: { _some: { name: { _eq: 'Reader' } } } }] };
  const counted = await server.call('items', {
    action: 'read',
    collection: 'articles',
    query: { filter, fields: ['id'] },
    count: true,
  });
  expect(counted.info).toMatchObject({ total: 1 });
  const long = {
    _and: [...filter._and, { title: { _nin: Array.from({ length: 900 }, (_, i) => `no ${i}`) } }],
  };
  const same = await server.call('items', {
    action: 'read',
    collection: 'articles',
    query: { filter: long, fields: ['id'], search: 'Test story' },
    count: true,
  });
  expect(same.info, same.text).toMatchObject({ total: 1 });
});
