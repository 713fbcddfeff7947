import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rights } from '../../../src/directus/rights.ts';
import { availableActions, select, unknownNames } from '../../../src/guard/select.ts';
import { instructions } from '../../../src/server/instructions.ts';
import { createSession } from '../../../src/server/session.ts';
import { type Settings, settingsSchema } from '../../../src/settings/schema.ts';
import { tools } from '../../../src/tools/list.ts';

const settingsOf = (values: object = {}): Settings => settingsSchema.parse(values);

/** Everything these settings leave, as `items.read` or, for a tool of one action, `schema`. */
function available(values: object = {}, problems: string[] = [], rights?: Rights): string[] {
  const selection = select(settingsOf(values), problems, rights);
  return tools.flatMap((tool) =>
    availableActions(selection, tool).map((action) => (action ? `${tool.name}.${action}` : tool.name)),
  );
}

const all = tools.flatMap((tool) =>
  Object.entries(tool.actions).map(([action, { effect, beside = false }]) => ({
    call: action ? `${tool.name}.${action}` : tool.name,
    tool: tool.name,
    toolset: tool.toolset,
    effect,
    beside,
  })),
);
const calls = (fits: (one: (typeof all)[number]) => boolean) => all.filter(fits).map(({ call }) => call);

describe('settings', () => {
  test('by default everything but deletes', () => {
    expect(available()).toEqual(calls(({ effect }) => effect !== 'delete'));
    expect(available({ allowDeletes: true })).toEqual(calls(() => true));
  });

  test('readOnly beats allowDeletes, include and toolsets', () => {
    const tools = { include: ['items', 'items.delete', 'flows.create'], toolsets: ['content', 'automation'] };
    expect(available({ readOnly: true, allowDeletes: true })).toEqual(
      calls(({ effect, beside }) => effect === 'read' && !beside),
    );
    expect(available({ readOnly: true, allowDeletes: true, tools })).toEqual(
      calls(
        ({ effect, toolset, beside }) =>
          effect === 'read' && !beside && ['content', 'automation'].includes(toolset),
      ),
    );
  });

  test('what is read only to be changed is offered beside changes, or when it is asked for by name', () => {
    const alone = calls(({ beside }) => beside);
    expect(alone).toContain('fields.read');
    expect(available()).toEqual(expect.arrayContaining(alone));
    const reader: Rights = {
      admin: false,
      from: 'reading',
      may: (_, action) => action === 'read',
      mayAny: (action) => action === 'read',
    };
    expect(available({}, [], reader).filter((name) => alone.includes(name))).toEqual([]);
    expect(available({ readOnly: true, tools: { include: ['fields.read'] } })).toEqual(['fields.read']);
    expect(
      available({ tools: { toolsets: ['model'], exclude: ['fields.create', 'fields.update'] } }),
    ).not.toContain('fields.read');
  });

  test('exclude beats include and toolsets, for tools and for actions', () => {
    const tools = {
      toolsets: ['content'],
      include: ['items.update', 'flows'],
      exclude: ['items', 'files.update', 'flows.create'],
    };
    const left = available({ tools });
    expect(left.filter((name) => name.startsWith('items'))).toEqual([]);
    expect(left).not.toContain('files.update');
    expect(left).toContain('files.read');
    expect(left).toContain('flows.read');
    expect(left).not.toContain('flows.create');
  });

  test('toolsets and include add up; either alone is enough', () => {
    expect(available({ tools: { toolsets: ['content'] } })).toEqual(
      calls(({ toolset, effect }) => toolset === 'content' && effect !== 'delete'),
    );
    expect(available({ tools: { include: ['items.read', 'schema'] } })).toEqual(['schema', 'items.read']);
    expect(available({ tools: { toolsets: ['system'], include: ['items.read'] } })).toEqual([
      'system-prompt',
      'items.read',
    ]);
    expect(available({ tools: { toolsets: [] } })).toEqual([]);
    expect(available({ tools: { include: [] } })).toEqual([]);
  });

  test('deletes stay off even where they are included by name', () => {
    expect(available({ tools: { include: ['items.delete'] } })).toEqual([]);
    expect(available({ allowDeletes: true, tools: { include: ['items.delete'] } })).toEqual(['items.delete']);
  });

  test('mcpEnabled off leaves nothing; systemPrompt.enabled off leaves out its tool alone', () => {
    expect(available({ mcpEnabled: false, allowDeletes: true })).toEqual([]);
    expect(available({ systemPrompt: { enabled: false }, allowDeletes: true })).toEqual(
      calls(({ tool }) => tool !== 'system-prompt'),
    );
  });

  test('every refusal is a sentence that names the setting', () => {
    const whyNot = (values: object, tool: string, action: string, problems: string[] = []) => {
      const found = tools.find(({ name }) => name === tool);
      return found ? select(settingsOf(values), problems, undefined).whyNot(found, action) : 'no tool';
    };
    expect(whyNot({ readOnly: true }, 'items', 'create')).toContain('readOnly');
    expect(whyNot({}, 'items', 'delete')).toContain('allowDeletes');
    expect(whyNot({ tools: { exclude: ['items'] } }, 'items', 'read')).toContain('tools.exclude');
    expect(whyNot({ tools: { toolsets: ['model'] } }, 'items', 'read')).toContain('tools.toolsets');
    expect(whyNot({ mcpEnabled: false }, 'items', 'read')).toContain('mcpEnabled');
    expect(whyNot({ systemPrompt: { enabled: false } }, 'system-prompt', '')).toContain(
      'systemPrompt.enabled',
    );
    expect(whyNot({}, 'items', 'create', ['Mend it.'])).toMatch(/Read-only.*Mend it\./);
  });

  test('more settings that deny never make more available', () => {
    const names = fc.subarray([...new Set(all.flatMap(({ tool, call }) => [tool, call]))]);
    fc.assert(
      fc.property(names, names, fc.boolean(), fc.boolean(), (include, exclude, readOnly, allowDeletes) => {
        const wide = available({ allowDeletes: true });
        const narrow = available({ readOnly, allowDeletes, tools: { include, exclude } });
        expect(wide).toEqual(expect.arrayContaining(narrow));
        for (const name of narrow) {
          const one = all.find(({ call }) => call === name);
          expect(exclude).not.toContain(name);
          expect(exclude).not.toContain(one?.tool);
          expect(include.includes(name) || include.includes(one?.tool ?? '')).toBe(true);
          if (readOnly) expect(one?.effect).toBe('read');
          if (!allowDeletes) expect(one?.effect).not.toBe('delete');
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('A26 an unknown name anywhere', () => {
  test.each([
    [{ exclude: ['item.delete'] }, 'tools.exclude', '"items.delete"'],
    [{ exclude: ['flow'] }, 'tools.exclude', '"flows"'],
    [{ include: ['itmes'] }, 'tools.include', '"items"'],
    [{ include: ['items.raed'] }, 'tools.include', '"items.read"'],
    [{ toolsets: ['contents'] }, 'tools.toolsets', '"content"'],
    [{ toolsets: ['items'] }, 'tools.toolsets', 'content'],
    [{ toolsets: ['zzzzzz'] }, 'tools.toolsets', 'Known: system, content, model, automation'],
    [{ exclude: ['zzzzzz'] }, 'tools.exclude', 'Known: system-prompt, schema, items'],
    [{ exclude: [''] }, 'tools.exclude', 'Known: '],
    [{ exclude: ['schema.'] }, 'tools.exclude', '"schema"'],
    [{ exclude: ['Items'] }, 'tools.exclude', '"items"'],
  ])('A26 %j is told with the nearest', (given, setting, near) => {
    const problems = unknownNames(settingsOf({ tools: given }), tools);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${setting}: there is no "`);
    expect(problems[0]).toContain(near);
    expect(problems[0]).toMatch(/[.?]$/);
    expect(problems[0]).not.toMatch(/Did you mean.*"[\w-]+\."/);
  });

  test('known names are no problem', () => {
    const names = [...new Set(all.flatMap(({ tool, call }) => [tool, call]))];
    const toolsets = [...new Set(all.map(({ toolset }) => toolset))];
    expect(unknownNames(settingsOf({ tools: { exclude: names, include: names, toolsets } }), tools)).toEqual(
      [],
    );
  });

  test('A26 it leaves a session that only reads, and that says so', () => {
    const settings = settingsOf({ allowDeletes: true, tools: { exclude: ['itmes'] } });
    const session = createSession({ settings, problems: [] });
    const left = tools.flatMap((tool) =>
      availableActions(session.allowed, tool).map((action) => tool.actions[action]?.effect),
    );
    expect(new Set(left)).toEqual(new Set(['read']));
    expect(instructions(session)).toMatch(/READ-ONLY.*tools\.exclude: there is no "itmes".*"items"/);
  });
});

describe('rights', () => {
  const rights = (granted: Record<string, string[]>): Rights => ({
    admin: false,
    from: JSON.stringify(granted),
    may: (collection, action) => granted[collection]?.includes(action) ?? false,
    mayAny: (action) =>
      Object.entries(granted).some(
        ([name, actions]) => !name.startsWith('directus_') && actions.includes(action),
      ),
  });
  const open = { allowDeletes: true };

  test('who may only read articles is offered only that', () => {
    const left = available(open, [], rights({ articles: ['read'] }));
    expect(left).toContain('items.read');
    expect(left).toContain('schema');
    for (const name of left) expect(all.find(({ call }) => call === name)?.effect).toBe('read');
    expect(left).not.toContain('files.read');
    expect(left).not.toContain('assets');
  });

  test('rights per action', () => {
    const left = available(
      open,
      [],
      rights({ articles: ['read', 'create'], directus_files: ['read', 'update'] }),
    );
    expect(left).toEqual(expect.arrayContaining(['items.create', 'files.read', 'files.update', 'assets']));
    expect(left).not.toContain('items.update');
    expect(left).not.toContain('items.delete');
    expect(left).not.toContain('files.import');
  });

  test('only admins are offered changes of the data model', () => {
    const everything = rights(
      Object.fromEntries(
        ['articles', 'directus_collections', 'directus_fields', 'directus_relations'].map((name) => [
          name,
          ['read', 'create', 'update', 'delete'],
        ]),
      ),
    );
    for (const name of available(open, [], everything)) {
      expect(all.find(({ call }) => call === name)?.effect).not.toBe('schema');
      expect(name).not.toMatch(/^(collections|fields|relations)\.delete$/);
    }
  });

  test('rights that are not known leave nothing out', () => {
    expect(available(open, [], undefined)).toEqual(calls(() => true));
  });

  test('rights never add to what the settings allow', () => {
    const admin: Rights = { admin: true, from: 'admin', may: () => true, mayAny: () => true };
    expect(available({ readOnly: true }, [], admin)).toEqual(
      calls(({ effect, beside }) => effect === 'read' && !beside),
    );
  });
});
