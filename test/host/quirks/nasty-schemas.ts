/** Schemas as servers of others have them, each with something that an API or a grammar compiler refuses. */
export const nastySchemas: Record<string, { type: 'object' } & Record<string, unknown>> = {
  // Q11
  root_union: {
    type: 'object',
    oneOf: [
      {
        type: 'object',
        properties: { kind: { const: 'page' }, title: { type: 'string', minLength: 1, maxLength: 2000 } },
        required: ['kind', 'title'],
      },
      {
        type: 'object',
        properties: { kind: { const: 'row' }, cells: { type: 'array', minItems: 1 } },
        required: ['kind', 'cells'],
      },
    ],
  },
  // Q13
  patterns: {
    type: 'object',
    properties: {
      email: { type: 'string', format: 'email', pattern: '^(?!.*\\.\\.)[^@\\s]+@\\d+$' },
      at: { type: 'string', format: 'date-time' },
      tags: { type: 'array', items: { type: 'string', pattern: '\\d' }, maxItems: 100000, uniqueItems: true },
    },
    required: ['email', 'nothing'],
    additionalProperties: false,
    $schema: 'http://json-schema.org/draft-07/schema#',
  },
  // Q14
  references: {
    type: 'object',
    properties: {
      node: { $ref: '#/$defs/Node', description: 'The first node.' },
      either: { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'null' }] },
      far: { $ref: 'https://example.com/schema.json' },
    },
    $defs: {
      Node: {
        type: 'object',
        properties: {
          name: { $ref: '#/$defs/Name' },
          children: { type: 'array', items: { $ref: '#/$defs/Node' } },
          parent: { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'null' }] },
        },
        required: ['name'],
      },
      Name: { type: 'string', minLength: 1 },
    },
  },
  untyped: {
    type: 'object',
    properties: {
      anything: {},
      nothing: { not: {} },
      always: true,
      count: { type: ['null', 'integer'], minimum: 0, exclusiveMaximum: 9 },
      level: { enum: [1, 2, 3], description: 'How much.' },
      mode: { enum: ['', 'on', 'off', null] },
      flag: { const: true },
      either: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      words: { anyOf: [{ const: 'asc' }, { const: 'desc' }] },
      pair: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] },
      all: {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { properties: { b: { type: 'number' } }, required: ['b'] },
        ],
      },
      map: { additionalProperties: { type: 'string' }, patternProperties: { '^x': { type: 'number' } } },
      when: { type: 'object', if: { properties: { a: { const: 1 } } }, else: { required: ['b'] } },
    },
    required: [],
  },
};
