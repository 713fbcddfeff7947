import type { CallToolResult } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import { select } from '../../../src/guard/select.ts';
import { registryTools, searchTools } from '../../../src/server/registry.ts';
import { EFFECTS_META } from '../../../src/server/wire.ts';
import { settingsSchema } from '../../../src/settings/schema.ts';
import { tools } from '../../../src/tools/list.ts';

const selection = (values: object = {}) => select(settingsSchema.parse(values), [], undefined);
const textOf = ({ content: [block] }: CallToolResult) => (block?.type === 'text' ? block.text : '');
const search = (args: Record<string, unknown>, values?: object) => searchTools(selection(values), args);

test('lists search, execute and schema, and execute says what it can do', () => {
  const [, execute] = registryTools(selection());
  expect(registryTools(selection()).map(({ name }) => name)).toEqual(['search', 'execute', 'schema']);
  expect(execute?._meta?.[EFFECTS_META]).toMatchObject({ 'items.read': 'read', 'items.create': 'write' });
  expect(execute?._meta?.[EFFECTS_META]).not.toHaveProperty('items.delete');
  const [, readOnly] = registryTools(selection({ readOnly: true }));
  expect(readOnly?.annotations?.readOnlyHint).toBe(true);
});

describe('search', () => {
  test('without arguments: every available tool with its actions', () => {
    const found = JSON.parse(textOf(search({})));
    expect(Object.keys(found)).toEqual(tools.map(({ name }) => name).filter((name) => name !== 'schema'));
    expect(found.items).toMatch(/\(read, create, update\)$/);
    expect(Object.keys(JSON.parse(textOf(search({}, { tools: { include: ['items.read'] } }))))).toEqual([
      'items',
    ]);
  });

  test.each([
    ['update an article item', 'items'],
    ['folder', 'folders'],
    ['image', 'assets'],
    ['relation between collections', 'relations'],
    ['run a flow', 'trigger-flow'],
    ['colections', 'collections'],
  ])('"%s" finds %s', (query, name) => {
    expect(Object.keys(JSON.parse(textOf(search({ query }))))).toContain(name);
  });

  test('names give how to call, as a list, as text and as JSON', () => {
    for (const names of [['items', 'files'], 'items,files', 'items, files', '["items","files"]']) {
      const described = JSON.parse(textOf(search({ names })));
      expect(Object.keys(described)).toEqual(['items', 'files']);
      expect(described.items.properties.action.enum).toEqual(['read', 'create', 'update']);
    }
  });

  test.each([
    [{ names: ['itmes'] }, 'There is no tool "itmes". Did you mean "items"'],
    [{ names: ['constructor'] }, 'There is no tool "constructor"'],
    [{ nmaes: ['items'] }, 'Unknown argument "nmaes". Did you mean "names"'],
    [{ names: 5 }, '"names.0" must be of type string'],
    [{ names: [5] }, '"names.0" must be of type string'],
    [{ query: { a: 1 } }, '"query" must be of type string'],
  ])('%j is an error that says what is right', (args, words) => {
    const result = search(args);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain(words);
  });

  test('nothing found says what there is', () => {
    expect(textOf(search({ query: 'xyzzyplugh' }))).toMatch(/No tool fits "xyzzyplugh"\. Tools: .*items/);
    expect(textOf(search({ query: 'items' }, { mcpEnabled: false }))).toMatch(/No tool/);
  });
});
