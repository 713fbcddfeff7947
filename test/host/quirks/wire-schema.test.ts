import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { select } from '../../../src/guard/select.ts';
import { wireSchema } from '../../../src/host/mcp/wire-schema.ts';
import { registryTools } from '../../../src/server/registry.ts';
import { toWire } from '../../../src/server/wire.ts';
import { settingsSchema } from '../../../src/settings/schema.ts';
import { tools } from '../../../src/tools/list.ts';
import { chatWith, connect, lastTools, mockModels, read } from '../fixtures/setup.ts';
import { nastySchemas } from './nasty-schemas.ts';
import { lintForGemini, lintForGrammars } from './schema-lint.ts';

const own = [
  ...tools.map((tool) => toWire(tool, Object.keys(tool.actions))),
  ...registryTools(select(settingsSchema.parse({}), [], undefined)),
];
const faults = (schema: unknown) => [...lintForGrammars(schema), ...lintForGemini(schema)];

describe('A31 Q11 Q13 Q14 the schema of every tool of ours', () => {
  test.for(own.map(({ name, inputSchema }) => ({ name, inputSchema })))('$name', ({ inputSchema }) => {
    expect(faults(inputSchema)).toEqual([]);
    expect(JSON.stringify(wireSchema(inputSchema)), 'not a byte is added').toBe(JSON.stringify(inputSchema));
  });

  test('there are some', () => expect(own.length).toBeGreaterThan(10));
});

describe('A31 schemas of other servers', () => {
  test.for(Object.keys(nastySchemas))('%s is refused as it is, and taken as we send it', (name) => {
    expect(lintForGemini(nastySchemas[name])).not.toEqual([]);
    expect(faults(wireSchema(nastySchemas[name]))).toEqual([]);
  });

  test('Q13 the grammar lint finds what it is made for', () => {
    expect(lintForGrammars(nastySchemas.patterns).join()).toContain('pattern');
    expect(lintForGrammars(nastySchemas.references).join()).toContain('$ref');
    expect(lintForGrammars(nastySchemas.untyped).join()).toContain('not');
  });

  test('Q11 a union at the root becomes one object that knows all of it', () => {
    expect(wireSchema(nastySchemas.root_union)).toEqual({
      type: 'object',
      properties: {
        kind: { type: 'string', enum: ['page', 'row'] },
        title: { type: 'string' },
        cells: { type: 'array', items: { type: 'string' } },
      },
      required: ['kind'],
    });
  });

  test('Q14 references are put in place, and end where they lead back', () => {
    const children = { type: 'array', items: { type: 'object' } };
    const properties = { name: { type: 'string' }, children, parent: { type: 'object' } };
    const node = { type: 'object', properties, required: ['name'] };
    expect(wireSchema(nastySchemas.references).properties).toEqual({
      node: { ...node, description: 'The first node.' },
      either: node,
      far: { type: 'object' },
    });
  });

  test('Q14 each node has one type', () => {
    expect(wireSchema(nastySchemas.untyped)).toEqual({
      type: 'object',
      properties: {
        anything: { type: 'string' },
        nothing: { type: 'string' },
        always: { type: 'string' },
        count: { type: 'integer' },
        level: { type: 'number', description: 'How much. One of 1, 2, 3.' },
        mode: { type: 'string', enum: ['on', 'off'] },
        flag: { type: 'boolean', description: 'One of true.' },
        either: { type: 'string' },
        words: { type: 'string', enum: ['asc', 'desc'] },
        pair: { type: 'array', items: { type: 'number' } },
        all: {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'number' } },
          required: ['a', 'b'],
        },
        map: { type: 'object' },
        when: { type: 'object' },
      },
    });
  });

  test('Q14 one that grows with every reference stays small', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `L${n}`,
        {
          type: 'object',
          properties: { a: { $ref: `#/$defs/L${n + 1}` }, b: { $ref: `#/$defs/L${n + 1}` } },
        },
      ]),
    );
    const wire = wireSchema({ type: 'object', properties: { root: { $ref: '#/$defs/L0' } }, $defs });
    expect(faults(wire)).toEqual([]);
    expect(JSON.stringify(wire).length).toBeLessThan(100_000);
    const union = { anyOf: [{ $ref: '#/$defs/U' }, { type: 'object', properties: { x: { $ref: '#' } } }] };
    expect(faults(wireSchema({ ...union, $defs: { U: union } }))).toEqual([]);
  });

  test('what is no schema at all is an object without properties', () => {
    for (const schema of [undefined, null, true, 'x', [], { type: 'string' }, { type: 'array', items: {} }])
      expect(wireSchema(schema)).toEqual({ type: 'object', properties: {} });
  });

  test('Q16 they reach the model so, with names that all take, and the server gets what the model wrote', async () => {
    const file = fileURLToPath(new URL('nasty-server.ts', import.meta.url));
    const args = ['--disable-warning=ExperimentalWarning', '--experimental-strip-types', file];
    const servers = await connect({ name: 'nasty', command: process.execPath, args, env: {} });
    expect(servers.status()).toMatchObject([{ state: 'connected' }]);
    const mock = await mockModels();
    const written = { kind: 'row', cells: [{ deep: ['x'] }], extra: 5 };
    mock.on(
      { userMessage: 'go', hasToolResult: false },
      { toolCalls: [{ id: 'c1', name: 'root_union', arguments: written }] },
    );
    mock.on({ userMessage: 'go', hasToolResult: true }, { content: 'Done.' });
    const chat = await chatWith(mock, { servers, approve: 'all' });
    const { end } = await read(chat.send('go'));
    expect(end).toMatchObject({ state: 'done', calls: [{ state: 'done', isError: false }] });
    expect(JSON.stringify(end.calls[0]?.output)).toContain(
      JSON.stringify(JSON.stringify(written)).slice(1, -1),
    );
    const sent = lastTools(mock).filter(({ name }) => name in nastySchemas);
    expect(sent).toHaveLength(Object.keys(nastySchemas).length);
    for (const { name, parameters } of sent) {
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(faults(parameters)).toEqual([]);
    }
  });
});
