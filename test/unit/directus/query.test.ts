import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/directus/errors.ts';
import { checkQuery } from '../../../src/directus/query.ts';

const check = (query: Record<string, unknown>): string => {
  try {
    checkQuery(query);
    return 'ok';
  } catch (error) {
    if (error instanceof ToolError) return `${error.message} ${error.next ?? ''}`;
    throw error;
  }
};
const filter = (value: unknown) => check({ filter: value });

const PLAIN = [
  ...['_eq', '_neq', '_ieq', '_nieq', '_lt', '_lte', '_gt', '_gte'],
  ...['_contains', '_ncontains', '_icontains', '_nicontains'],
  ...['_starts_with', '_nstarts_with', '_istarts_with', '_nistarts_with'],
  ...['_ends_with', '_nends_with', '_iends_with', '_niends_with'],
];
const GEOMETRY = ['_intersects', '_nintersects', '_intersects_bbox', '_nintersects_bbox'];
const LISTS = ['_in', '_nin'];
const PAIRS = ['_between', '_nbetween'];
const FLAGS = ['_null', '_nnull', '_empty', '_nempty'];
const GROUPS = ['_and', '_or'];
const QUANTIFIERS = ['_some', '_none'];
const KNOWN = [...PLAIN, ...GEOMETRY, ...LISTS, ...PAIRS, ...FLAGS, ...GROUPS, ...QUANTIFIERS];

describe('A6 operators', () => {
  test.each(PLAIN)('A6 %s takes a plain value', (operator) => {
    for (const value of ['a', '', 5, 0, true, '$NOW(-1 day)', '$CURRENT_USER']) {
      expect(filter({ title: { [operator]: value } })).toBe('ok');
    }
    expect(filter({ title: { [operator]: { a: 1 } } })).toContain(`query.filter.title.${operator} must be`);
  });
  test.each(GEOMETRY)('A6 %s takes GeoJSON', (operator) => {
    expect(filter({ place: { [operator]: { type: 'Point', coordinates: [1, 2] } } })).toBe('ok');
  });
  test.each(LISTS)('A6 %s takes a list', (operator) => {
    expect(filter({ id: { [operator]: [1, 2] } })).toBe('ok');
    expect(filter({ id: { [operator]: '1,2' } })).toBe('ok');
    for (const value of [5, null, true, {}])
      expect(filter({ id: { [operator]: value } })).toContain('a list');
  });
  test.each(PAIRS)('A6 %s takes two values', (operator) => {
    expect(filter({ date: { [operator]: ['$NOW(-1 day)', '$NOW'] } })).toBe('ok');
    for (const value of [[1], [1, 2, 3], 5, '1', {}])
      expect(filter({ id: { [operator]: value } })).toContain('two values');
  });
  test.each(FLAGS)('A6 %s takes true or false', (operator) => {
    expect(filter({ id: { [operator]: true } })).toBe('ok');
    expect(filter({ id: { [operator]: false } })).toBe('ok');
    for (const value of ['true', 1, null, [true]])
      expect(filter({ id: { [operator]: value } })).toContain('true or false');
  });
});

describe('A6 structure', () => {
  test.each([
    [{}],
    [{ status: 'published' }],
    [{ status: null }],
    [{ author: { name: { _eq: 'x' } } }],
    [{ author: { address: { city: { _contains: 'x' } } } }],
    [{ _and: [{ status: { _eq: 'a' } }], status: { _neq: 'b' } }],
    [{ _or: [{ _and: [{ a: { _eq: 1 } }, { b: { _eq: 2 } }] }, { c: { _null: true } }] }],
    [{ tags: { _some: { tag: { _eq: 'x' } } } }],
    [{ tags: { _none: { tags_id: { name: { _in: ['x'] } } } } }],
    [{ 'year(date)': { _eq: 2026 } }],
    [{ 'count(comments)': { _gt: 5 } }],
    [{ 'item:headings': { title: { _eq: 'x' } } }],
    [{ $FOLLOW: { a: { _eq: 1 } } }],
    [{ date: { _gte: '$NOW(-7 days)', _lt: '$NOW' } }],
  ])('A6 %j passes', (value) => {
    const before = structuredClone(value);
    expect(filter(value)).toBe('ok');
    expect(value).toEqual(before);
  });

  test.each([
    [[], 'query.filter must be an object'],
    ['a', 'query.filter must be an object'],
    [{ status: {} }, 'query.filter.status is empty, which matches everything'],
    [{ author: { name: {} } }, 'query.filter.author.name is empty'],
    [{ status: ['a', 'b'] }, '{"status":{"_in":[...]}}'],
    [{ _and: {} }, 'query.filter._and must be a list'],
    [{ _or: [] }, 'query.filter._or must be a list of at least one filter'],
    [{ _or: [{}] }, 'query.filter._or.0 is an empty filter'],
    [{ _or: ['a'] }, 'query.filter._or.0 must be an object'],
    [{ tags: { _some: 'x' } }, 'query.filter.tags._some must be a filter'],
    [{ tags: { _none: {} } }, 'query.filter.tags._none is empty'],
    [{ _some: { tag: { _eq: 'x' } } }, 'query.filter._some needs a to-many field before it'],
    [{ status: { _eq: null } }, 'Write {"_null":true}'],
    [{ date: { _gt: '$NOW(-1 fortnight)' } }, 'which is no date'],
    [{ id: { _in: [] } }, 'at least one value'],
    [{ tags: { _some: { tag: { _equals: 'x' } } } }, 'query.filter.tags._some.tag._equals'],
  ])('A6 %j: %s', (value, expected) => {
    expect(filter(value)).toContain(expected);
  });
});

describe('A6 unknown operators', () => {
  test.each([
    ['_eqs', '_eq'],
    ['_contain', '_contains'],
    ['_startswith', '_starts_with'],
    ['_notnull', '_nnull'],
    ['_inn', '_in'],
    ['_betwen', '_between'],
    ['_EQ', '_eq'],
  ])('A6 %s is refused with a near match', (operator, near) => {
    const words = filter({ title: { [operator]: 'x' } });
    expect(words).toContain(`Unknown operator "${operator}" at query.filter.title.${operator}.`);
    expect(words).toMatch(new RegExp(`Did you mean .*"${near}"`));
    expect(words).toContain('Operators: _eq ');
  });

  /** A known operator with one letter wrong. */
  const mistyped = fc
    .tuple(fc.constantFrom(...KNOWN), fc.nat(), fc.constantFrom('x', 'q', 'z'))
    .map(([operator, at, letter]) => {
      const position = 1 + (at % operator.length);
      return operator.slice(0, position) + letter + operator.slice(position);
    })
    .filter((word) => !KNOWN.includes(word));
  const field = fc.constantFrom('a', 'title', 'author', 'year(date)');

  /** A place deep in a filter that may hold any condition. */
  const { anywhere } = fc.letrec<{ anywhere: (inner: object) => object }>((tie) => ({
    anywhere: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant((inner: object) => inner),
      fc.tuple(field, tie('anywhere')).map(([name, next]) => (inner: object) => ({ [name]: next(inner) })),
      fc.tuple(fc.constantFrom(...GROUPS), tie('anywhere')).map(([group, next]) => (inner: object) => ({
        [group]: [{ id: { _eq: 1 } }, next(inner)],
      })),
      fc
        .tuple(field, fc.constantFrom(...QUANTIFIERS), tie('anywhere'))
        .map(([name, some, next]) => (inner: object) => ({ [name]: { [some]: next(inner) } })),
    ),
  }));

  test('A6 wherever it stands, beside whatever else, it is refused by name with a near match', () => {
    fc.assert(
      fc.property(
        anywhere,
        field,
        mistyped,
        fc.jsonValue(),
        fc.boolean(),
        (place, name, operator, value, deep) => {
          const wrong = place({ [name]: { _eq: 1, [operator]: value } });
          const words = deep ? check({ deep: { tags: { _filter: wrong } } }) : filter(wrong);
          expect(words).toContain(`Unknown operator "${operator}"`);
          expect(words).toContain('Did you mean "');
        },
      ),
    );
  });

  test('A6 any word with an underscore before it that is no operator is refused', () => {
    fc.assert(
      fc.property(
        anywhere,
        fc.string().map((text) => `_${text}`),
        fc.jsonValue(),
        (place, operator, value) => {
          fc.pre(!KNOWN.includes(operator));
          expect(filter(place({ title: { [operator]: value } }))).toContain('Unknown operator');
        },
      ),
    );
  });

  test('A6 the same filter with the operator right passes unchanged', () => {
    fc.assert(
      fc.property(anywhere, field, fc.constantFrom(...PLAIN), fc.string(), (place, name, operator, value) => {
        const right = place({ [name]: { [operator]: value } });
        const before = JSON.stringify(right);
        expect(filter(right)).toBe('ok');
        expect(JSON.stringify(right)).toBe(before);
      }),
    );
  });
});

describe('A6 the rest of a query', () => {
  test.each([
    [{ aggregate: { count: ['*'] } }],
    [
      {
        aggregate: { count: '*', sum: ['price'], avg: ['price'], countDistinct: ['a'] },
        groupBy: ['year(date)'],
      },
    ],
    [{ deep: { tags: { _limit: 5, _sort: ['name'], _filter: { name: { _eq: 'x' } } } } }],
    [{ deep: { author: { books: { _limit: 1 } } } }],
    [{ alias: { other: 'translations' }, deep: { other: { _filter: { lang: { _eq: 'de' } } } } }],
    [{ fields: ['*', 'author.*'], sort: ['-date'], limit: -1, search: 'x' }],
  ])('A6 %j passes', (query) => {
    expect(check(query)).toBe('ok');
  });

  test.each([
    [{ aggregate: { counts: ['*'] } }, 'Unknown aggregate "counts". Did you mean "count"'],
    [{ aggregate: { median: ['*'] } }, 'Aggregates: count, '],
    [{ aggregate: { sum: [] } }, 'query.aggregate.sum must be a list of field names'],
    [{ aggregate: { sum: [1] } }, 'query.aggregate.sum must be'],
    [{ aggregate: { sum: { a: 1 } } }, 'query.aggregate.sum must be'],
    [{ deep: { tags: { limit: 5 } } }, 'query.deep.tags.limit must be an object'],
    [{ deep: { tags: { _limt: 5 } } }, 'Unknown key "_limt" at query.deep.tags._limt. Did you mean "_limit"'],
    [{ deep: { _limit: 5 } }, 'query.deep._limit needs a relation before it'],
    [{ deep: { tags: { _limit: 'many' } } }, 'query.deep.tags._limit must be a whole number'],
    [{ sort: [] }, 'query.sort is an empty list'],
    [{ aggregate: {} }, 'query.aggregate is empty'],
    [{ aggregate: { count: ['*'] }, groupBy: ['author.name'] }, 'query.groupBy has "author.name"'],
    [{ deep: { tags: 5 } }, 'query.deep.tags must be an object'],
    [{ deep: { tags: { _filter: { a: { _is: 1 } } } } }, 'Unknown operator "_is"'],
    [{ alias: { other: 5 } }, 'query.alias.other must be the name of a field'],
    [{ fields: [] }, 'query.fields is an empty list'],
  ])('A6 %j: %s', (query, expected) => {
    expect(check(query)).toContain(expected);
  });
});
