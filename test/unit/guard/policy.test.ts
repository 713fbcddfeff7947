import { describe, expect, test } from 'vitest';
import { reasonsToConfirm } from '../../../src/guard/policy.ts';
import { loadSettings } from '../../../src/settings/load.ts';
import { type Settings, settingsSchema } from '../../../src/settings/schema.ts';

const settings = (given: object = {}): Settings => settingsSchema.parse(given);
const plan = { what: 'update 1 row of articles', rows: 1 };

describe('what a change needs, by default', () => {
  test.each([
    ['write', 1, []],
    ['write', 10, []],
    ['write', 11, ['more than 10 rows (limits.changeRows)']],
    ['schema', 1, []],
    ['automation', 0, ['it changes or runs flows']],
    ['access', 1, ['it changes who may do what']],
  ] as const)('%s of %d rows: %j', (effect, rows, reasons) => {
    expect(reasonsToConfirm({ ...plan, rows }, effect, settings())).toEqual(reasons);
  });

  test('a delete is refused, and where deletes are allowed it is confirmed', () => {
    expect(() => reasonsToConfirm(plan, 'delete', settings())).toThrow(/deletes are switched off/);
    expect(reasonsToConfirm(plan, 'delete', settings({ allowDeletes: true }))).toEqual(['it deletes']);
  });

  test('a change that deletes is a delete', () => {
    const hidden = { ...plan, deletes: ['2 rows of seo'] };
    expect(() => reasonsToConfirm(hidden, 'write', settings())).toThrow(/delete 2 rows of seo/);
    expect(reasonsToConfirm(hidden, 'write', settings({ allowDeletes: true }))).toEqual(['it deletes']);
    const blocked = settings({ allowDeletes: true, policy: { delete: 'block' } });
    expect(() => reasonsToConfirm(hidden, 'write', blocked)).toThrow(/policy\.delete/);
  });

  test('a risk is confirmed whatever the policy', () => {
    const risky = { ...plan, risks: ['values may not fit'] };
    expect(reasonsToConfirm(risky, 'schema', settings())).toEqual(['values may not fit']);
  });
});

test('a policy that is none is a problem', () => {
  const load = (env: string) => {
    const nowhere = { XDG_CONFIG_HOME: '/nowhere', POLICY_SCHEMA: env };
    return loadSettings({ env: nowhere, cwd: '/nowhere' });
  };
  expect(load('block').settings.policy.schema).toBe('block');
  expect(load('confrm').problems).toHaveLength(1);
});
