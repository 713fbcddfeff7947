import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { updateFile } from '../../../src/settings/write.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-'));
  file = join(folder, 'settings.json');
});

const read = () => JSON.parse(readFileSync(file, 'utf8'));

test('changes one setting and keeps all else, unknown keys included', () => {
  writeFileSync(
    file,
    JSON.stringify({ $schema: 's', mine: [1], tools: { mode: 'registry', exclude: ['a'] } }),
  );
  updateFile(file, ['tools', 'exclude'], (before) => [...(before as string[]), 'b']);
  expect(read()).toEqual({ $schema: 's', mine: [1], tools: { mode: 'registry', exclude: ['a', 'b'] } });
  expect(readdirSync(folder)).toEqual(['settings.json']);
});

test('makes the file and its folder, readable by its owner alone', () => {
  file = join(folder, 'new', 'settings.json');
  updateFile(file, ['tools', 'exclude'], (before) => {
    expect(before).toBeUndefined();
    return ['flows'];
  });
  expect(read()).toEqual({ tools: { exclude: ['flows'] } });
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each(['{', '[]', 'null', '{"tools":'])('refuses a file that holds %j and leaves it alone', (content) => {
  writeFileSync(file, content);
  expect(() => updateFile(file, ['readOnly'], () => true)).toThrow(/nothing was changed/);
  expect(readFileSync(file, 'utf8')).toBe(content);
  expect(readdirSync(folder)).toEqual(['settings.json']);
});

test.each(['{"tools":"items"}', '{"tools":["items"]}', '{"tools":null}'])(
  'refuses to replace what is no group of settings: %s',
  (content) => {
    writeFileSync(file, content);
    expect(() => updateFile(file, ['tools', 'exclude'], () => [])).toThrow(/tools.*nothing was changed/);
    expect(readFileSync(file, 'utf8')).toBe(content);
  },
);

test('writes through a link, as people have who keep their settings elsewhere', () => {
  const real = join(folder, 'real.json');
  writeFileSync(real, '{"readOnly":false}');
  symlinkSync(real, file);
  updateFile(file, ['readOnly'], () => true);
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual({ readOnly: true });
});

test('understands a byte order mark', () => {
  writeFileSync(file, '\uFEFF{"readOnly":false}');
  updateFile(file, ['readOnly'], () => true);
  expect(read()).toEqual({ readOnly: true });
});
