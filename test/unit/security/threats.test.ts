import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');
const rows = read('docs/security.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

/** `test/a.test.ts` "one name", "another"; `test/b.test.ts` "its name" */
const proofsIn = (cell: string) =>
  [...cell.matchAll(/`(test\/[^`]+)`((?:[^`]|`(?!test\/))*)/g)].flatMap(([, file = '', rest = '']) =>
    [...rest.matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({ file, name })),
  );

test('every threat has a guard and a proof', () => {
  expect(rows.length).toBeGreaterThan(40);
  for (const [threat, guard = '', proof = ''] of rows) {
    expect([threat, guard.length > 0, proofsIn(proof).length > 0]).toEqual([threat, true, true]);
  }
});

test('every test that is named is there, under that name', () => {
  const named = rows.flatMap(([, , proof = '']) => proofsIn(proof));
  const missing = named.filter(({ file, name }) => {
    if (!existsSync(new URL(file, root))) return true;
    const plain = (text: string) => text.replaceAll("\\'", "'");
    return !plain(read(file)).includes(name);
  });
  expect(missing).toEqual([]);
});

test('every file that is named as a guard is there', () => {
  const guards = rows.flatMap(([, guard = '']) =>
    [...guard.matchAll(/`([\w/-]+\.tsx?)`/g)].map(([, file]) => file),
  );
  expect(guards.length).toBeGreaterThan(40);
  expect(guards.filter((file) => !existsSync(new URL(`src/${file}`, root)))).toEqual([]);
});
