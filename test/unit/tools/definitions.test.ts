import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Tool as WireTool } from '@modelcontextprotocol/server';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { availableActions, type Effect, select } from '../../../src/guard/select.ts';
import { registryTools, searchTools } from '../../../src/server/registry.ts';
import { EFFECTS_META, inputSchema, onlyRead, toWire } from '../../../src/server/wire.ts';
import { settingsSchema } from '../../../src/settings/schema.ts';
import type { Tool } from '../../../src/tools/define.ts';
import type { WireSchema } from '../../../src/tools/input.ts';
import { tools } from '../../../src/tools/list.ts';

const selection = (values: object = {}) => select(settingsSchema.parse(values), [], undefined);
const everything = { allowDeletes: true };

/** What `tools/list` holds with these settings. */
const listed = (values: object): WireTool[] =>
  tools.flatMap((tool) => {
    const actions = availableActions(selection(values), tool);
    return actions.length > 0 ? [toWire(tool, actions)] : [];
  });

const tokens = (list: WireTool[]) =>
  list.reduce(
    (sum, { name, description, inputSchema: schema }) =>
      sum + countTokens(JSON.stringify({ name, description, inputSchema: schema })),
    0,
  );

/** Every choice of actions that settings can leave of a tool. */
function subsets(tool: Tool): string[][] {
  const names = Object.keys(tool.actions);
  return Array.from({ length: 2 ** names.length - 1 }, (_, bits) =>
    names.filter((_name, index) => (bits + 1) & (1 << index)),
  );
}

/** Each tool with each choice of its actions, and the tools of registry mode with all and with few of them. */
const definitions: [string, WireTool][] = [
  ...tools.flatMap((tool) =>
    subsets(tool).map((actions): [string, WireTool] => [`${tool.name}(${actions})`, toWire(tool, actions)]),
  ),
  ...[everything, {}, { readOnly: true }, { mcpEnabled: false }].flatMap((values) =>
    registryTools(selection(values)).map((tool): [string, WireTool] => [
      `registry ${JSON.stringify(values)} ${tool.name}`,
      tool,
    ]),
  ),
];

describe('A4 the list', () => {
  test('A4 Q17 at most 20 tools, each with its own name of at most 24 characters', () => {
    expect(tools.length).toBeLessThanOrEqual(20);
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
    for (const { name } of [...tools, ...registryTools(selection(everything))])
      expect(name).toMatch(/^[a-z-]{1,24}$/);
  });

  test.each(definitions)('A4 %s: at most 600 characters of description', (_what, { description = '' }) => {
    expect(description.length).toBeGreaterThan(10);
    expect(description.length).toBeLessThanOrEqual(600);
    expect(description).toMatch(/[.]$/);
    expect(description).not.toMatch(/undefined|\s\s/);
  });

  test('A4 everything costs an admin at most 3,000 tokens', () => {
    expect(tokens(listed(everything))).toBeLessThanOrEqual(3000);
  });

  test('A4 the twelve tools that Directus has as well cost at most 2,400 tokens', () => {
    const shared = ['content', 'model', 'automation', 'system'];
    expect(tokens(listed({ ...everything, tools: { toolsets: shared } }))).toBeLessThanOrEqual(2400);
  });

  test('A4 read-only costs at most 900 tokens', () => {
    expect(tokens(listed({ readOnly: true }))).toBeLessThanOrEqual(900);
  });

  test('A4 registry mode costs at most 350 tokens', () => {
    expect(tokens(registryTools(selection(everything)))).toBeLessThanOrEqual(350);
  });

  test('A4 details found in registry mode cost at most 250 tokens a tool, with what is allowed by default', () => {
    for (const { name } of tools.filter((tool) => tool.name !== 'schema')) {
      const [block] = searchTools(selection(), { names: [name] }).content;
      expect([name, countTokens(block?.type === 'text' ? block.text : '') <= 250]).toEqual([name, true]);
    }
  });
});

/** What llama.cpp's json-schema-to-grammar, Gemini and strict readers all understand, and nothing else. */
const KEYWORDS = ['type', 'description', 'enum', 'properties', 'required', 'items'];
const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

/** Faults of a schema for the strictest readers there are: llama.cpp's grammars and Gemini. */
function lint(node: Record<string, unknown>, at: string): string[] {
  const faults = Object.keys(node)
    .filter((key) => !KEYWORDS.includes(key))
    .map((key) => `${at} uses "${key}"`);
  const { type, properties, items, required, enum: values } = node;
  if (typeof type !== 'string' || !TYPES.includes(type)) faults.push(`${at} has no one type`);
  if ((type === 'array') !== isNode(items)) faults.push(`${at}: lists and only lists have items`);
  if (properties !== undefined && type !== 'object') faults.push(`${at} has properties and is no object`);
  if (values !== undefined) {
    if (type !== 'string') faults.push(`${at}: an enum needs the type string`);
    if (
      !Array.isArray(values) ||
      values.length === 0 ||
      !values.every((one) => typeof one === 'string' && one)
    )
      faults.push(`${at} has an enum without texts`);
  }
  if (required !== undefined) {
    const known = Object.keys(isNode(properties) ? properties : {});
    if (!Array.isArray(required) || required.length === 0)
      faults.push(`${at} has an empty list of what is required`);
    else if (!required.every((name) => known.includes(name))) faults.push(`${at} requires what it has not`);
  }
  for (const [name, property] of Object.entries(isNode(properties) ? properties : {})) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/.test(name)) faults.push(`${at}.${name} has an odd name`);
    faults.push(...(isNode(property) ? lint(property, `${at}.${name}`) : [`${at}.${name} is no schema`]));
  }
  return isNode(items) ? [...faults, ...lint(items, `${at}[]`)] : faults;
}

const isNode = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe('A31 Q11 Q13 Q14 Q31 wire schemas', () => {
  test.each(definitions)('Q12 %s promises no form of its result', (_what, tool) => {
    expect(tool).not.toHaveProperty('outputSchema');
  });

  test.each(definitions)('A31 %s is understood by the strictest readers', (what, { inputSchema: schema }) => {
    expect(lint(schema, what)).toEqual([]);
    expect(schema.type).toBe('object');
    expect(isNode(schema.properties)).toBe(true);
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  test('A31 the lint finds what it is there to find', () => {
    for (const bad of [
      { type: ['string', 'null'] },
      { type: 'array' },
      { type: 'string', enum: [] },
      { enum: ['a'] },
      { type: 'string', format: 'uri' },
      { type: 'string', pattern: '^(?=a)' },
      { type: 'object', properties: { 'a-b': { type: 'string' } } },
      { type: 'object', properties: { a: {} } },
      { type: 'object', properties: { a: { anyOf: [{ type: 'string' }] } } },
      { type: 'object', additionalProperties: false },
      { type: 'object', $schema: 'x', properties: {} },
      { type: 'object', required: ['a'], properties: {} },
      { type: 'array', items: { $ref: '#/a' } },
      { type: 'array', items: { not: {} } },
    ]) {
      expect([bad, lint(bad, 'x').length > 0]).toEqual([bad, true]);
    }
  });

  test.each(tools.map((tool) => [tool.name, tool] as const))(
    'A31 %s: an argument has the same type in every action',
    (_name, tool) => {
      const types = new Map<string, string>();
      for (const action of Object.keys(tool.actions)) {
        for (const [name, { type = '', items }] of Object.entries(
          inputSchema(tool, [action]).properties ?? {},
        )) {
          if (name === 'action') continue;
          const shape = `${type} ${items?.type ?? ''}`;
          expect(types.get(name) ?? shape).toBe(shape);
          types.set(name, shape);
        }
      }
    },
  );
});

describe('a disabled action', () => {
  test.each(
    tools.flatMap((tool) =>
      subsets(tool).map((actions) => [`${tool.name}(${actions})`, tool, actions] as const),
    ),
  )('%s: exactly the enabled actions and their arguments are on the wire', (_what, tool, actions) => {
    const schema = toWire(tool, actions).inputSchema as WireSchema;
    const { action, ...properties } = schema.properties ?? {};
    // The only action there is need not be named when it reads.
    expect(action?.enum ?? [onlyRead(tool, actions) ?? '']).toEqual(actions);
    const own = actions.flatMap((name) => Object.keys(inputSchema(tool, [name]).properties ?? {}));
    expect(new Set(Object.keys(properties))).toEqual(new Set(own.filter((name) => name !== 'action')));
    // What is required on the wire must be required by every action: models give it for all.
    for (const name of (schema.required ?? []).filter((one) => one !== 'action')) {
      for (const one of actions) expect(inputSchema(tool, [one]).required).toContain(name);
    }
  });

  test('what is said about an action goes with it', () => {
    const items = tools.find(({ name }) => name === 'items');
    if (!items) throw new Error('no items');
    expect(toWire(items, ['read']).description).not.toContain('update:');
    expect(toWire(items, ['read', 'update']).description).toContain('update:');
    expect(JSON.stringify(toWire(items, ['read']))).not.toMatch(/create|delete|"data"/);
  });
});

describe('annotations', () => {
  test.each(definitions)(
    '%s: hints and effects follow from what the actions do',
    (_what, { annotations, _meta }) => {
      const effects = Object.values(_meta?.[EFFECTS_META] as Record<string, Effect>);
      const reads = effects.every((effect) => effect === 'read');
      expect(annotations?.readOnlyHint).toBe(reads);
      expect(annotations?.destructiveHint).toBe(reads ? undefined : true);
      expect(annotations?.openWorldHint).toBe(effects.includes('automation'));
      expect(annotations?.title).toBeTruthy();
    },
  );

  test('reads are called reads, and nothing else is', () => {
    for (const tool of tools) {
      for (const [action, { effect }] of Object.entries(tool.actions)) {
        if (/read/.test(action)) expect([tool.name, action, effect]).toEqual([tool.name, action, 'read']);
        if (/create|update|import/.test(action)) expect(effect).not.toBe('read');
        if (action === 'delete') expect([tool.name, effect]).toEqual([tool.name, 'delete']);
      }
    }
    expect(
      tools.filter(({ actions }) => actions['']?.effect !== 'read' && actions['']).map(({ name }) => name),
    ).toEqual(['trigger-flow']);
  });
});

test('a tool is found at src/tools/<toolset>/<name>.ts, or in the room of what it shows', () => {
  const folders = ['content', 'model', 'automation', 'system'];
  for (const { name, toolset } of tools) {
    const homes = [toolset, ...folders].filter((folder) =>
      existsSync(fileURLToPath(new URL(`../../../src/tools/${folder}/${name}.ts`, import.meta.url))),
    );
    expect([name, homes.length > 0]).toEqual([name, true]);
  }
});
