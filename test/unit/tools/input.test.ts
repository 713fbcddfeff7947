import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ToolError } from '../../../src/directus/errors.ts';
import { toJsonSchema } from '../../../src/server/wire.ts';
import { coerce, parseStrictly, type WireSchema } from '../../../src/tools/input.ts';
import { tools } from '../../../src/tools/list.ts';

/** Understands arguments as a call of the tool would. */
function understand(toolName: string, action: string, args: unknown) {
  const tool = tools.find(({ name }) => name === toolName);
  const input = tool?.actions[action]?.input;
  if (!tool || !input) throw new Error(`No ${toolName}.${action}`);
  const changed: string[] = [];
  const coerced = coerce(args, toJsonSchema(input, true), '', changed);
  return { parsed: parseStrictly(input, coerced, `${toolName}.${action}`), changed };
}

/** The words of the refusal. */
function refusal(toolName: string, action: string, args: unknown): string {
  try {
    understand(toolName, action, args);
  } catch (error) {
    if (error instanceof ToolError) return `${error.message} ${error.next ?? ''}`;
    throw error;
  }
  throw new Error('was accepted');
}

describe('A7 what comes as text', () => {
  const read = (args: object) => understand('items', 'read', { collection: 'articles', ...args });

  test.each([
    ['query', '{"limit":5}', { limit: 5 }, ['query']],
    ['query', { limit: '5', offset: '10' }, { limit: 5, offset: 10 }, ['query.limit', 'query.offset']],
    ['query', { limit: '-1' }, { limit: -1 }, ['query.limit']],
    ['query', { fields: 'id,title' }, { fields: ['id', 'title'] }, ['query.fields']],
    ['query', { fields: 'id, author.name' }, { fields: ['id', 'author.name'] }, ['query.fields']],
    ['query', { fields: '["id","title"]' }, { fields: ['id', 'title'] }, ['query.fields']],
    ['query', { fields: 'json(meta, a.b),id' }, { fields: ['json(meta, a.b)', 'id'] }, ['query.fields']],
    ['query', { sort: '-date' }, { sort: ['-date'] }, ['query.sort']],
    ['query', { groupBy: 'year(date)' }, { groupBy: ['year(date)'] }, ['query.groupBy']],
    ['query', { filter: '{"id":{"_eq":"1"}}' }, { filter: { id: { _eq: '1' } } }, ['query.filter']],
    [
      'query',
      '{"filter":"{\\"a\\":1}","sort":"a"}',
      { filter: { a: 1 }, sort: ['a'] },
      ['query', 'query.filter', 'query.sort'],
    ],
    ['query', { deep: '{"tags":{"_limit":2}}' }, { deep: { tags: { _limit: 2 } } }, ['query.deep']],
    ['query', { aggregate: '{"count":["*"]}' }, { aggregate: { count: ['*'] } }, ['query.aggregate']],
    ['query', { backlink: 'false' }, { backlink: false }, ['query.backlink']],
    ['query', { search: '5' }, { search: '5' }, []],
    ['query', { search: '["a"]' }, { search: '["a"]' }, []],
    ['keys', '["1","2"]', ['1', '2'], ['keys']],
    ['keys', '1,2', ['1', '2'], ['keys']],
    ['keys', '7', ['7'], ['keys']],
    ['keys', 7, [7], []],
    ['keys', [7, '8'], [7, '8'], []],
    ['maxTokens', '500', 500, ['maxTokens']],
  ])('A7 %s %j -> %j', (name, value, expected, changed) => {
    const result = read({ [name]: value });
    expect(result.parsed[name]).toEqual(expected);
    expect(result.changed).toEqual(changed);
  });

  const create = (data: unknown) => understand('items', 'create', { collection: 'articles', data });

  test('A7 one object, or JSON of one or many, is a list of rows', () => {
    const row = { title: 'A' };
    for (const data of [row, [row], JSON.stringify(row), JSON.stringify([row]), [JSON.stringify(row)]]) {
      expect(create(data).parsed.data).toEqual([row]);
    }
  });

  test('A7 JSON that is meant for a field stays a text', () => {
    const row = { settings: '{"a":1}', list: '[1,2]', number: '5', flag: 'true', words: 'a,b' };
    expect(create([row])).toEqual({ parsed: { collection: 'articles', data: [row] }, changed: [] });
    expect(create(JSON.stringify(row)).parsed.data).toEqual([row]);
  });

  test.each([
    ['query', '{"limit":5'],
    ['query', '[1]'],
    ['query', '5'],
    ['query', { limit: 'five' }],
    ['query', { limit: '' }],
    ['query', { limit: '1e3' }],
    ['query', { limit: '5.5' }],
    ['query', { backlink: 'yes' }],
    ['query', { filter: 'status = 1' }],
    ['keys', '{"a":1}'],
    ['keys', ''],
  ])('A7 %s %j is ambiguous and refused', (name, value) => {
    expect(refusal('items', 'read', { collection: 'articles', [name]: value })).toContain(`"${name}`);
  });
});

describe('A7 properties', () => {
  const schemas = tools.flatMap((tool) =>
    Object.entries(tool.actions).map(([action, { input }]): [string, WireSchema] => [
      `${tool.name}.${action}`,
      toJsonSchema(input, true),
    ]),
  );

  /** Values that are already as the schema wants them. */
  function right(schema: WireSchema): fc.Arbitrary<unknown> {
    if (schema.enum) return fc.constantFrom(...schema.enum);
    switch (schema.type) {
      case 'string':
        return fc.oneof(
          fc.string(),
          fc.json(),
          fc.constantFrom('5', 'true', 'false', '[1]', '{"a":1}', 'a,b', '-3.5', ''),
        );
      case 'integer':
        return fc.integer();
      case 'boolean':
        return fc.boolean();
      case 'array':
        return fc.array(right(schema.items ?? {}), { maxLength: 3 });
      default:
        return schema.properties
          ? fc.record(
              Object.fromEntries(Object.entries(schema.properties).map(([name, one]) => [name, right(one)])),
              { requiredKeys: [], noNullPrototype: true },
            )
          : fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    }
  }

  test.each(schemas)('A7 %s: a value that is right already is never changed', (_call, schema) => {
    fc.assert(
      fc.property(right(schema), (value) => {
        const changed: string[] = [];
        const before = structuredClone(value);
        expect(coerce(value, schema, '', changed)).toEqual(value);
        expect(changed).toEqual([]);
        expect(value).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  test('A7 a text for a text stays, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(coerce(text, { type: 'string' }, 'x', [])).toBe(text);
      }),
    );
  });

  test('A7 JSON of a right object or list is understood as it, and said', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const changed: string[] = [];
        expect(coerce(JSON.stringify(value), { type: 'object' }, 'x', changed)).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
        expect(changed).toEqual(['x']);
      }),
    );
  });

  test('anything at all is either understood or refused in words', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.jsonValue(), (entry, value) => {
        const [call = ''] = entry;
        const [tool = '', action = ''] = call.split('.');
        try {
          understand(tool, action, value);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
        }
      }),
    );
  });
});

describe('refusals', () => {
  test.each([
    ['items', 'read', {}, '"collection" is required'],
    ['items', 'read', { collection: 5 }, '"collection" must be of type string'],
    ['items', 'read', { collection: '' }, '"collection"'],
    ['items', 'read', { collection: 'a', querry: {} }, 'Unknown argument "querry". Did you mean "query"?'],
    [
      'items',
      'read',
      { collection: 'a', query: { limt: 5 } },
      'Unknown argument "query.limt". Did you mean "limit"?',
    ],
    ['items', 'read', { collection: 'a', query: { where: {} } }, 'Unknown argument "query.where".'],
    [
      'items',
      'read',
      { collection: 'a', query: { limit: 'abc' } },
      '"query.limit" must be of type number, not string',
    ],
    [
      'items',
      'read',
      { collection: 'a', query: { limit: -2 } },
      '"query.limit" must be a number of rows, or -1 for all',
    ],
    ['items', 'read', { collection: 'a', query: { page: 0 } }, '"query.page" must be 1 or more'],
    ['items', 'read', { collection: 'a', query: { offset: -1 } }, '"query.offset" must be >=0'],
    ['items', 'read', { collection: 'a', query: { filter: [] } }, '"query.filter" must be an object'],
    ['items', 'read', { collection: 'a', keys: [] }, '"keys" is an empty list: give at least one key'],
    [
      'items',
      'read',
      { collection: 'a', keys: [{}] },
      '"keys.0" must be of type string, not object, or must be of type number',
    ],
    [
      'items',
      'read',
      { collection: 'a', keys: [1.5] },
      '"keys.0" must be of type string, not number, or must be a whole number',
    ],
    ['items', 'create', { collection: 'a' }, '"data" is required'],
    ['items', 'create', { collection: 'a', data: [] }, '"data" is an empty list'],
    ['items', 'create', { collection: 'a', data: [5] }, '"data.0" must be an object'],
    ['items', 'create', { collection: 'a', data: 'hello' }, '"data" must be of type array'],
    ['files', 'import', { data: [{ uri: 'https://x.example' }] }, 'Did you mean "url"?'],
  ])('%s.%s %j: %s', (tool, action, args, expected) => {
    const words = refusal(tool, action, args);
    expect(words).toContain(expected);
    expect(words).toContain(`${tool}.${action}: `);
    expect(words).toContain(`Arguments of ${tool}.${action}: `);
    expect(words).not.toMatch(/Invalid input|\[object|undefined|record|\.\./);
  });

  test('at most five faults are told, and a long name is cut', () => {
    const args = {
      collection: 'a',
      ...Object.fromEntries([...'abcdefgh'].map((name) => [name.repeat(200), 1])),
    };
    expect(refusal('items', 'read', args).length).toBeLessThan(2000);
  });

  test('a schema without arguments says so', () => {
    expect(() => parseStrictly(z.strictObject({}), { a: 1 }, 'x')).toThrow('x: Unknown argument "a".');
  });
});
