import { describe, expect, test } from 'vitest';
import { limitsFor, unknownRoles, unknownRoleText } from '../../../src/host/costs/roles.ts';
import type { RoleLimit } from '../../../src/settings/groups/ai.ts';
import { settingsSchema } from '../../../src/settings/schema.ts';

const editor = { id: 'r1', name: 'Editor' };
const writer = { id: 'r2', name: 'Writer' };

const limits = (
  roles: Record<string, RoleLimit>,
  role: typeof editor | undefined = editor,
  unknown: string[] = [],
) => limitsFor({ roles, budget: {} }, role, unknown);
const mayUse = (...of: Parameters<typeof limits>) => limits(...of).refusal() === undefined;

describe('A18 limits per role', () => {
  test('nothing set allows everything', () => {
    const none = limits({});
    expect([none.refusal(), none.refusal('openai/gpt-5'), none.limits]).toEqual([undefined, undefined, []]);
  });

  test('a role is known by its id and by its name, and what forbids wins', () => {
    expect(limits({ Editor: { enabled: false } }).refusal()).toBe(
      'The role Editor may not use the assistant. An admin can change that in Settings.',
    );
    expect(mayUse({ r1: { enabled: false } })).toBe(false);
    expect(mayUse({ r1: { enabled: true }, Editor: { enabled: false } })).toBe(false);
    expect(mayUse({ Editor: { enabled: false } }, writer)).toBe(true);
    expect(mayUse({ constructor: { enabled: false } })).toBe(true);
  });

  test('* counts for roles without an entry, for users without a role, and for what an entry leaves out', () => {
    const roles = { '*': { enabled: false, dayTokens: 1000 }, Editor: { enabled: true } };
    expect(mayUse(roles)).toBe(true);
    expect(limits(roles).limits).toEqual([
      { setting: 'ai.roles.*.dayTokens', period: 'user-day', unit: 'tokens', limit: 1000 },
    ]);
    expect(mayUse(roles, writer)).toBe(false);
    expect(limitsFor({ roles, budget: {} }, undefined).refusal()).toContain('Users without a role');
    expect(mayUse({ '*': { enabled: false }, Editor: { dayTokens: 1 } })).toBe(false);
  });

  test('only the models of all that is said', () => {
    const may = limits({ Editor: { models: ['a/1', 'a/2'] }, r1: { models: ['a/2', 'a/3'] } });
    expect(['a/1', 'a/2', 'a/3'].filter((model) => !may.refusal(model))).toEqual(['a/2']);
    expect(may.refusal('a/1')).toBe('The role Editor may not use the model a/1. Choose another one.');
    expect(limits({ Editor: { models: [] } }).refusal('a/1')).toBeDefined();
  });

  test('the budgets of a role stand beside those for everybody', () => {
    const found = limitsFor(
      { roles: { Editor: { dayTokens: 5, dayCost: 2 } }, budget: { dayCost: 9 } },
      editor,
    );
    expect(found.limits.map(({ setting, unit, limit }) => [setting, unit, limit])).toEqual([
      ['ai.budget.dayCost', 'dollars', 9],
      ['ai.roles.Editor.dayTokens', 'tokens', 5],
      ['ai.roles.Editor.dayCost', 'dollars', 2],
    ]);
  });

  test('a name that no role has opens nothing: what it forbids is forbidden where nothing else is said', () => {
    const roles = { Editr: { enabled: false, models: ['a/1'] }, Writer: { enabled: true } };
    const unknown = unknownRoles(roles, [editor, writer]);
    expect(unknown).toEqual(['Editr']);
    expect(mayUse(roles, editor, unknown)).toBe(false);
    expect(mayUse(roles, writer, unknown)).toBe(true);
    expect(mayUse(roles, { id: 'r3', name: 'constructor' }, unknown)).toBe(false);
    const opening = { '*': { enabled: false }, Editr: { enabled: true } };
    expect(mayUse(opening, editor, ['Editr'])).toBe(false);
    expect(unknownRoleText('Editr', [editor, writer])).toBe(
      'ai.roles.Editr: there is no role of that id or name. Until that is mended, what it forbids is forbidden to every role without an entry of its own. Did you mean "Editor"?',
    );
    expect(unknownRoles({ '*': {}, r1: {} }, [editor])).toEqual([]);
  });

  test('what is not understood is refused by the settings', () => {
    const parse = (roles: unknown) => settingsSchema.safeParse({ ai: { roles } }).success;
    expect(parse({ Editor: { enabled: true, models: ['openai/gpt-5'], dayTokens: 1, dayCost: 0.5 } })).toBe(
      true,
    );
    for (const wrong of [
      { enable: true },
      { models: ['gpt-5'] },
      { dayTokens: 0 },
      { dayCost: -1 },
      { enabled: 'no' },
    ])
      expect([wrong, parse({ Editor: wrong })]).toEqual([wrong, false]);
  });
});
