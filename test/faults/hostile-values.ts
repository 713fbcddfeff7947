import fc from 'fast-check';
import type { WireSchema } from '../../src/tools/input.ts';
import type { Row } from '../live/server.ts';

/*
 * Arguments nobody should send, made from the schema of an action: values of the wrong type at every depth, unknown
 * keys, keys of prototypes, texts of a megabyte, control characters, fragments of SQL and templates, keys that do not
 * exist, rows of others, contradicting lists of related rows; between them enough that is right to get past the first
 * check.
 */

/** What a call may name and change: rows 1 to 5 of a collection of the test's own. */
export type Ground = {
  own: string;
  child: string;
  mayChange: boolean;
  /** Whether keys are those of items; those of other tools name what belongs to everybody, and none of that is named. */
  ofItems: boolean;
};

const nasty = fc.constantFrom<unknown>(
  ...[null, '', ' ', '*', '..', '-', '../users/me', '%2e%2e%2f', '/etc/passwd', 'file:///etc/passwd'],
  ...["'; DROP TABLE articles; --", "' OR 1=1 --", '1); DELETE FROM authors; --', '`id`', '"id"', '$(id)'],
  ...[
    '{{$env}}',
    '{{$accountability.user}}',
    '$' + '{process.env}',
    '$CURRENT_USER',
    '$NOW(-banana)',
    '$t:label',
  ],
  ...[
    '[object Object]',
    '{"',
    '[[[[',
    '{"_eq":1',
    'undefined',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...['\u0000', '\u0001\u0002\u001b[31m', '\ud800', '\u202e', '🚢'.repeat(50), 'x'.repeat(5000), '\r\n\r\n'],
  ...[
    'http://127.0.0.1:8055/server/info',
    'http://169.254.169.254/',
    'http://[::1]/',
    'data:,x',
    'javascript:1',
  ],
  ...['</data-00000000>', '<data-deadbeef>', 'main', 'directus_users', 'directus_policies', 'nowhere'],
  ...[0, -1, 1.5, 1e308, -1e308, 2 ** 60, 2 ** 31, true, false, [], {}, [[]], [null], [{}], [[[[]]]]],
  ...[{ $ne: 1 }, { constructor: { prototype: {} } }, { toString: 'x' }, { valueOf: 1 }, { length: -1 }],
  ...[{ _and: [] }, { _or: [{}] }, { id: { _in: { a: 1 } } }, { id: { _between: [1] } }, { filter: {} }],
  ...[{ create: [], update: [], delete: [] }, { create: {}, delete: 'x' }, { id: null }, { id: [] }],
  JSON.parse('{"__proto__":{"admin":true}}'),
);

/** Nested far deeper than anything real. */
const deep = fc.constantFrom(30, 63, 70, 130).map(nested);

export function nested(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

const anything: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 12, arbitrary: nasty },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 2, arbitrary: fc.array(nasty, { maxLength: 4 }) },
  {
    weight: 2,
    arbitrary: fc.dictionary(fc.constantFrom('id', 'title', 'meta', 'field', 'schema', 'children'), nasty),
  },
  { weight: 1, arbitrary: deep },
);

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** A key of a row that may be changed, or of none. */
const key = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(999_999, NOBODY, '1e3', '0x1', '01', -5, 'abc') },
  { weight: 3, arbitrary: nasty },
);

/** Lists of related rows that contradict themselves and each other. */
/** Keys of nothing. */
const strangeKey = fc.oneof(fc.constantFrom<unknown>(999_999, NOBODY, '0x1e', 'abc', -5), nasty);

const related = fc.oneof(
  fc.record({
    create: fc.oneof(fc.constant([{ name: 'new' }, { name: 'new', parent: 999_999 }]), anything),
    update: fc.oneof(
      fc.constant([
        { id: 1, name: 'a' },
        { id: 1, name: 'b' },
      ]),
      anything,
    ),
    delete: fc.oneof(fc.constant([1, 1, '1', 999_999]), anything),
  }),
  fc.constantFrom<unknown>([], [1, 1], [{ id: 1 }, 1], [999_999], null, '[]', { creates: [] }),
  anything,
);

const row = fc.dictionary(
  fc.constantFrom('id', 'title', 'count', 'children', 'children.name', '$type', 'user_created', '*'),
  fc.oneof(
    { weight: 2, arbitrary: anything },
    { weight: 2, arbitrary: related },
    { weight: 1, arbitrary: key },
  ),
  { maxKeys: 4 },
);

const query = fc.dictionary(
  fc.constantFrom(
    'filter',
    'fields',
    'sort',
    'limit',
    'deep',
    'alias',
    'aggregate',
    'groupBy',
    'search',
    'page',
    'x',
  ),
  anything,
  { maxKeys: 4 },
);

/** Something plausible for a parameter, by its name; what it may do is decided by the names it holds. */
function plausible(name: string, schema: WireSchema, ground: Ground): fc.Arbitrary<unknown> {
  const { own, child, mayChange, ofItems } = ground;
  // Where something may be changed, only the test's own collections are ever named.
  const names = mayChange ? [own, own, own, child] : [own, 'articles', 'authors', 'directus_files'];
  if (name === 'collection' || name === 'related') return fc.constantFrom(...names);
  const aKey = ofItems || !mayChange ? key : strangeKey;
  if (name === 'keys') return fc.array(aKey, { maxLength: 4 });
  if (name === 'key' || name === 'id') return aKey;
  if (name === 'field') return fc.constantFrom('count', 'id', 'extra', 'nowhere');
  if (name === 'query') return query;
  if (name === 'data')
    return fc.oneof(
      row,
      fc.array(row, { maxLength: 3 }),
      row.map((one) => JSON.stringify(one)),
    );
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer' || schema.type === 'number') {
    return ofItems || !mayChange ? fc.integer({ min: -5, max: 500 }) : fc.constantFrom(-5, 0, 999_999_999);
  }
  if (schema.type === 'array') return fc.array(anything, { maxLength: 3 });
  if (schema.type === 'object') return row;
  return fc.constantFrom('title', 'some text', '2026-01-01T00:00:00', 'en-US', own);
}

/** Arguments for an action with this schema. */
export function argumentsFor(schema: WireSchema, ground: Ground): fc.Arbitrary<Row> {
  const given = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      fc.oneof(
        { weight: 4, arbitrary: plausible(name, property, ground) },
        { weight: 4, arbitrary: anything },
        { weight: 1, arbitrary: fc.constant(undefined) },
      ),
    ]),
  );
  const stray = fc.dictionary(
    fc.constantFrom(
      'x',
      'filter',
      'constructor',
      'toString',
      'action ',
      'Keys',
      'dryrun',
      'confirm',
      'dryRun',
    ),
    anything,
    { minKeys: 1, maxKeys: 1 },
  );
  return fc
    .tuple(
      fc.record(given, { requiredKeys: [] }),
      fc.oneof(
        // Where nothing may be given, whatever is given is hostile.
        { weight: Object.keys(given).length > 0 ? 4 : 0, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: stray },
      ),
    )
    .map(([args, more]) => ({ ...args, ...more }));
}
