import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { installationKey } from '../../../src/settings/key.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'key-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('a key is made once, for its owner alone, and found again', () => {
  const base = folder();
  const env = { XDG_CONFIG_HOME: base };
  const { key, warning } = installationKey(undefined, env);
  expect(key).toHaveLength(32);
  expect(warning).toBeUndefined();
  const file = join(base, 'directus-assistant', 'key');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').trim().length).toBeGreaterThanOrEqual(43);
  expect(installationKey(undefined, env).key).toEqual(key);
  expect(installationKey(undefined, { XDG_CONFIG_HOME: folder() }).key).not.toEqual(key);
});

test('one that is given counts, and nothing is written', () => {
  const base = folder();
  const given = 'x'.repeat(32);
  const { key } = installationKey(given, { XDG_CONFIG_HOME: base });
  expect(key).toEqual(installationKey(given, { XDG_CONFIG_HOME: folder() }).key);
  expect(() => statSync(join(base, 'directus-assistant'))).toThrow();
});

test('where none can be kept there is one for this process, and a word on it', () => {
  const base = folder();
  const blocked = join(base, 'file');
  writeFileSync(blocked, '');
  const env = { XDG_CONFIG_HOME: blocked };
  const { key, warning } = installationKey(undefined, env);
  expect(key).toHaveLength(32);
  expect(warning).toContain('DIRECTUS_ASSISTANT_KEY');
  expect(installationKey(undefined, env).key).not.toEqual(key);
});

test('an empty file is no key', () => {
  const base = folder();
  installationKey(undefined, { XDG_CONFIG_HOME: base });
  const file = join(base, 'directus-assistant', 'key');
  chmodSync(file, 0o600);
  writeFileSync(file, '\n');
  const { warning } = installationKey(undefined, { XDG_CONFIG_HOME: base });
  expect(warning).toContain('DIRECTUS_ASSISTANT_KEY');
});
