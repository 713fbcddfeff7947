import { describe, expect, test } from 'vitest';
import { withName, without } from '../../src/cli/toggle.ts';

describe('switching tools on and off', () => {
  test('a tool takes the place of its single actions', () => {
    expect(withName(['items.delete', 'flows'], 'items')).toEqual(['flows', 'items']);
  });
  test('nothing is listed twice', () => {
    expect(withName(['flows'], 'flows')).toEqual(['flows']);
  });
  test('enabling a tool enables its actions', () => {
    expect(without(['items', 'items.delete', 'flows'], 'items')).toEqual(['flows']);
  });
  test('enabling one action of a disabled tool leaves the others off', () => {
    expect(without(['items'], 'items.read')).toEqual(['items.create', 'items.update', 'items.delete']);
  });
  test('a typo can be taken off', () => {
    expect(without(['itms.delete', 'flows'], 'itms.delete')).toEqual(['flows']);
  });
});
