import { expect, test } from 'vitest';
import { inMode } from '../../../bench/contestants.ts';
import { keyIn, keysIn, tokenIn } from '../../../bench/tasks/task.ts';

test('keys are found in rows, tables and receipts', () => {
  expect(keysIn('{"raw":[{"id":4,"title":"a"},{"id":12}]}')).toEqual(['4', '12']);
  expect(keysIn('{"columns":["id","title"],"rows":[[1,"a"],[22,"b"]]}')).toEqual(['1', '22']);
  expect(keysIn('[]')).toEqual([]);
  expect(keyIn('[{"key":13,"values":{}}]')).toBe('13');
  expect(keyIn('{"raw":{"id":"6bbb5dc8-08e2-440c-a2cd-fa3eb623b2f7"}}')).toBe(
    '6bbb5dc8-08e2-440c-a2cd-fa3eb623b2f7',
  );
  expect(() => keyIn('{"error":"no"}')).toThrow('There is no key in');
});

test('a held change is known by its token', () => {
  expect(tokenIn('{"notDone":"...","confirm":"abc_-1"}')).toBe('abc_-1');
  expect(tokenIn('{"created":1}')).toBeUndefined();
});

test('in registry mode inner tools go through execute, with confirm beside their arguments', () => {
  const call = { name: 'flows', arguments: { action: 'create', confirm: 'abc' } };
  expect(inMode('default', call)).toBe(call);
  expect(inMode('registry', call)).toEqual({
    name: 'execute',
    arguments: { name: 'flows', input: { action: 'create' }, confirm: 'abc' },
  });
  const root = { name: 'schema', arguments: { keys: ['articles'] } };
  expect(inMode('registry', root)).toBe(root);
});
