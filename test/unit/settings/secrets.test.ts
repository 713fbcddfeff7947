import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { loadSettings } from '../../../src/settings/load.ts';
import { sealFile, updateFile } from '../../../src/settings/write.ts';
import { planted as secrets } from '../../secrets-planted.ts';

const planted = secrets.key;
const key = 'k'.repeat(32);
let folder: string;
let file: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  file = join(folder, 'settings.json');
  env = { XDG_CONFIG_HOME: join(folder, 'config') };
});

const text = () => readFileSync(file, 'utf8');
const read = () => JSON.parse(text());
const write = (content: unknown) => writeFileSync(file, JSON.stringify(content));
const load = (options: { env?: Record<string, string>; shut?: string[] } = {}) =>
  loadSettings({ config: file, env, cwd: folder, ...options });
const provider = { name: 'ollama', baseUrl: 'http://localhost:1/v1', models: ['m'] };

describe('what is written', () => {
  test('at a secret setting is sealed, and opens when it is loaded', () => {
    updateFile(file, ['ai', 'openai', 'apiKey'], () => planted, env);
    expect(text()).not.toContain(planted);
    expect(read().ai.openai.apiKey).toMatch(/^sealed:[\w-]{50,}$/);
    const { settings, problems, plainSecrets } = load();
    expect(problems).toEqual([]);
    expect(plainSecrets).toEqual([]);
    expect(settings.ai.openai.apiKey).toBe(planted);
    expect(statSync(join(folder, 'config/directus-assistant/key')).mode & 0o777).toBe(0o600);
  });

  test('in a list of providers is sealed in its secret fields alone, what was sealed stays as it was', () => {
    const list = [{ ...provider, apiKey: planted, headers: { 'x-key': `Bearer ${planted}` } }];
    updateFile(file, ['ai', 'compatible'], () => list, env);
    const before = read().ai.compatible[0];
    expect(before).toMatchObject({ ...provider, apiKey: expect.stringMatching(/^sealed:/) });
    expect(text()).not.toContain(planted);
    const other = { name: 'other', baseUrl: 'https://other.example', apiKey: secrets.otherKey };
    updateFile(file, ['ai', 'compatible'], (now) => [other, ...(now as object[])], env);
    expect(read().ai.compatible[1]).toEqual(before);
    expect(load().settings.ai.compatible).toMatchObject([
      { name: 'other', apiKey: secrets.otherKey },
      { name: 'ollama', apiKey: planted, headers: { 'x-key': `Bearer ${planted}` } },
    ]);
  });

  test('elsewhere leaves plain secrets as they are, and makes no key', () => {
    write({ directus: { token: planted } });
    updateFile(file, ['readOnly'], () => true, env);
    expect(read()).toEqual({ directus: { token: planted }, readOnly: true });
    expect(() => statSync(env.XDG_CONFIG_HOME ?? '')).toThrow('ENOENT');
  });

  test('with the key of the settings opens with that key alone', () => {
    updateFile(file, ['directus', 'token'], () => planted, { ...env, DIRECTUS_ASSISTANT_KEY: key });
    expect(load({ env: { ...env, DIRECTUS_ASSISTANT_KEY: key } }).settings.directus.token).toBe(planted);
    expect(load().settings.directus.token).toBeUndefined();
  });

  test('never seals the key itself', () => {
    updateFile(file, ['key'], () => key, env);
    updateFile(file, ['directus', 'token'], () => planted, env);
    expect(read().key).toBe(key);
    expect(load({ env: { XDG_CONFIG_HOME: folder } }).settings.directus.token).toBe(planted);
  });

  test('is refused where no key can be kept, for it could not be opened again', () => {
    write({ readOnly: true });
    const before = text();
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, '');
    const nowhere = { XDG_CONFIG_HOME: blocked };
    expect(() => updateFile(file, ['directus', 'token'], () => planted, nowhere)).toThrow(
      /DIRECTUS_ASSISTANT_KEY.*Nothing was changed/,
    );
    expect(text()).toBe(before);
  });
});

describe('what a person typed', () => {
  test('works as it is and is named; sealing the file seals all of it at once', () => {
    write({
      directus: { token: planted, url: 'https://cms.example' },
      http: { sharedKey: `${planted}-shared` },
      ai: { compatible: [{ ...provider, headers: { 'x-key': planted } }] },
    });
    const plain = load();
    expect(plain.settings.directus.token).toBe(planted);
    const names = ['directus.token', 'http.sharedKey', 'ai.compatible.ollama.headers.x-key'];
    expect(plain.plainSecrets).toEqual(names);
    expect(sealFile(file, env)).toEqual(names);
    expect(text()).not.toContain(planted);
    expect(read().directus.url).toBe('https://cms.example');
    expect(load().settings).toEqual(plain.settings);
    expect(load().plainSecrets).toEqual([]);
    const sealed = text();
    expect(sealFile(file, env)).toEqual([]);
    expect(text()).toBe(sealed);
    expect(sealFile(join(folder, 'not-there.json'), env)).toEqual([]);
  });

  test.each([
    { ai: { compatible: 'none' } },
    { ai: { compatible: [1, null, { name: 7, apiKey: 5, headers: [] }] } },
    { directus: { token: 17 } },
    { ai: [] },
  ])('that does not fit is a problem like any other: %j', (content) => {
    write(content);
    expect(load().problems.join(' ')).toMatch(/ai|directus.token/);
  });
});

describe('a sealed secret that does not open', () => {
  const sealedAs = (path: string[]) => {
    updateFile(file, path, () => planted, env);
    return load({ env: { ...env, DIRECTUS_ASSISTANT_KEY: key } });
  };

  test('is one problem naming the key, and counts as not set', () => {
    updateFile(file, ['directus', 'token'], () => planted, env);
    const { settings, problems, origins } = sealedAs(['ai', 'google', 'apiKey']);
    expect(settings.ai.google.apiKey).toBeUndefined();
    expect(settings.directus.token).toBeUndefined();
    expect(origins.get('directus.token')).toBe('default');
    expect(problems).toEqual([
      `These secrets in ${file} do not open with the key of this installation, and count as not set: directus.token, ai.google.apiKey. Give the key that sealed them in DIRECTUS_ASSISTANT_KEY, or enter them anew.`,
    ]);
  });

  test('leaves the rest of its provider as it is', () => {
    const list = [{ ...provider, apiKey: planted, headers: { 'x-key': planted } }];
    updateFile(file, ['ai', 'compatible'], () => list, env);
    const { settings, problems } = load({ env: { ...env, DIRECTUS_ASSISTANT_KEY: key } });
    expect(settings.ai.compatible).toEqual([{ ...provider, headers: {} }]);
    expect(problems).toHaveLength(1);
  });

  test.each([
    ['moved to another setting', (sealed: string) => ({ ai: { openai: { apiKey: sealed } } })],
    [
      'moved to another provider',
      (sealed: string) => ({ ai: { compatible: [{ ...provider, apiKey: sealed }] } }),
    ],
    ['changed', (sealed: string) => ({ directus: { token: `${sealed.slice(0, -2)}AA` } })],
    ['cut', () => ({ directus: { token: 'sealed:' } })],
  ])('because it was %s', (_how, content) => {
    updateFile(file, ['directus', 'token'], () => planted, env);
    write(content(read().directus.token));
    const { settings, problems } = load();
    expect(problems).toHaveLength(1);
    expect([settings.directus.token, settings.ai.openai.apiKey]).toEqual([undefined, undefined]);
  });

  test('because the key is gone or cannot be read', () => {
    updateFile(file, ['directus', 'token'], () => planted, env);
    const keyFile = join(folder, 'config/directus-assistant/key');
    rmSync(keyFile);
    expect(load().problems).toHaveLength(1);
    expect(() => statSync(keyFile), 'reading makes no key').toThrow('ENOENT');
  });
});

test('an environment variable is taken as it is', () => {
  write({});
  const { settings } = load({ env: { ...env, OPENAI_API_KEY: 'sealed:mine' } });
  expect(settings.ai.openai.apiKey).toBe('sealed:mine');
});

test('groups that are kept shut are not opened, and no key is read for them', () => {
  updateFile(file, ['ai', 'openai', 'apiKey'], () => planted, env);
  const keyFile = join(folder, 'config/directus-assistant/key');
  rmSync(keyFile);
  const { settings, problems } = load({ shut: ['ai'] });
  expect(settings.ai.openai.apiKey).toBeUndefined();
  expect(problems).toEqual([]);
  expect(load().problems).toHaveLength(1);
});
