import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leaves } from '../../../src/settings/leaves.ts';
import { type LoadOptions, loadSettings, reloaded } from '../../../src/settings/load.ts';
import { FILE_NAME, userConfigFolder } from '../../../src/settings/sources.ts';
import { planted } from '../../secrets-planted.ts';

let cwd: string;
let home: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'settings-'));
  home = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => {
  for (const folder of [cwd, home]) rmSync(folder, { recursive: true, force: true });
});

const env = (variables: Record<string, string> = {}) => ({ XDG_CONFIG_HOME: home, ...variables });
const write = (content: unknown, path = join(cwd, FILE_NAME)) => {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const load = (options: LoadOptions & { variables?: Record<string, string> } = {}) =>
  loadSettings({ cwd, env: env(options.variables), ...options });

describe('precedence', () => {
  test('without any source everything has its default and nothing is wrong', () => {
    const { settings, problems, origins } = load();
    expect(problems).toEqual([]);
    expect(settings.readOnly).toBe(false);
    expect(settings.allowDeletes).toBe(false);
    expect(settings.limits).toEqual({
      rows: 25,
      replyTokens: 8000,
      changeRows: 10,
      uploadBytes: 1_073_741_824,
    });
    expect(new Set(origins.values())).toEqual(new Set(['default']));
    expect([...origins.keys()]).toEqual(leaves.map(({ path }) => path.join('.')));
  });

  test('file beats default, environment beats file, flag beats environment, and each origin is told', () => {
    const file = write({
      directus: { url: 'https://file.example', token: 'file' },
      limits: { rows: 50 },
      tools: { mode: 'registry' },
    });
    const { settings, origins, problems } = load({
      variables: { DIRECTUS_URL: 'https://env.example', DIRECTUS_TOKEN: 'env' },
      flags: { '--url': 'https://flag.example' },
    });
    expect(problems).toEqual([]);
    expect(settings.directus).toMatchObject({ url: 'https://flag.example', token: 'env' });
    expect(settings.limits).toEqual({
      rows: 50,
      replyTokens: 8000,
      changeRows: 10,
      uploadBytes: 1_073_741_824,
    });
    expect(settings.tools.mode).toBe('registry');
    expect(origins.get('directus.url')).toBe('--url');
    expect(origins.get('directus.token')).toBe('DIRECTUS_TOKEN');
    expect(origins.get('limits.rows')).toBe(file);
    expect(origins.get('limits.replyTokens')).toBe('default');
  });

  test.each([
    ['file', { file: true }],
    ['environment', { env: 'true' }],
    ['flag', { flag: true }],
  ])('readOnly in the %s is enough, whatever the others say', (_where, on) => {
    write({ readOnly: 'file' in on });
    const { settings } = load({
      variables: { READ_ONLY: 'env' in on ? 'true' : 'false' },
      flags: { '--read-only': 'flag' in on },
    });
    expect(settings.readOnly).toBe(true);
  });

  test.each([
    [{ allowDeletes: false }, 'true', true, false],
    [{ allowDeletes: true }, 'false', true, false],
    [{ allowDeletes: true }, 'true', false, false],
    [{ allowDeletes: true }, 'true', true, true],
    [{}, 'true', undefined, true],
    [{}, '', undefined, false],
  ])('allowDeletes: file %j, environment "%s", flag %s -> %s', (file, variable, flag, expected) => {
    write(file);
    const flags = flag === undefined ? {} : { '--allow-deletes': flag };
    expect(load({ variables: { ALLOW_DELETES: variable }, flags }).settings.allowDeletes).toBe(expected);
  });

  test('what any source excludes stays excluded', () => {
    const file = write({ tools: { exclude: ['flows', 'items.delete'] } });
    const { settings, origins } = load({
      variables: { DISABLE_TOOLS: 'files,flows' },
      flags: { '--exclude': 'relations' },
    });
    expect(settings.tools.exclude).toEqual(['flows', 'items.delete', 'files', 'relations']);
    expect(origins.get('tools.exclude')).toBe(`${file} + DISABLE_TOOLS + --exclude`);
  });

  test('mcpEnabled: off anywhere is off', () => {
    write({ mcpEnabled: true });
    expect(load({ variables: { MCP_ENABLED: 'false' } }).settings.mcpEnabled).toBe(false);
  });
});

describe('A26 DISABLE_TOOLS', () => {
  test.each([
    ['a,b', ['a', 'b']],
    [' a , b ,', ['a', 'b']],
    ['["a","b"]', ['a', 'b']],
    ['[]', []],
    ['', []],
    ['   ', []],
  ])('A26 "%s" works', (text, expected) => {
    const { settings, problems } = load({ variables: { DISABLE_TOOLS: text } });
    expect(settings.tools.exclude).toEqual(expected);
    expect(problems).toEqual([]);
  });

  test.each(['["a"', '[1,2]', '[{"a":1}]'])('A26 "%s" is a problem and not a crash', (text) => {
    const { settings, problems } = load({ variables: { DISABLE_TOOLS: text } });
    expect(problems).toHaveLength(text === '[1,2]' ? 2 : 1);
    expect(problems[0]).toContain('DISABLE_TOOLS');
    expect(settings.tools.exclude).toEqual([]);
  });
});

describe('what people get wrong', () => {
  test('an unknown key is named with the nearest one, and the rest still counts', () => {
    write({ readonly: true, limits: { row: 5, replyTokens: 900 }, directus: { uri: 'https://x.example' } });
    const { problems, settings } = load();
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/Unknown setting "readonly".*Did you mean "readOnly"/);
    expect(problems[1]).toMatch(/Unknown setting "limits\.row".*"limits\.rows"/);
    expect(problems[2]).toMatch(/Unknown setting "directus\.uri".*"directus\.url"/);
    expect(settings.limits.replyTokens).toBe(900);
  });

  test('an unknown key inside a list of providers is named with the nearest one', () => {
    write({ ai: { compatible: [{ name: 'local', baseUrl: 'http://localhost:1/v1', apikey: planted.key }] } });
    const { problems } = load();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/ai\.compatible\.0.*"apikey".*Did you mean "apiKey"/);
    expect(problems.join()).not.toContain(planted.key);
  });

  test.each([
    [{ readOnly: 'yes' }, 'readOnly'],
    [{ limits: { rows: '25' } }, 'limits.rows'],
    [{ limits: { rows: 0 } }, 'limits.rows'],
    [{ limits: { rows: 1.5 } }, 'limits.rows'],
    [{ limits: [] }, 'limits'],
    [{ limits: null }, 'limits'],
    [{ tools: { mode: 'registy' } }, 'tools.mode'],
    [{ tools: { exclude: 'items' } }, 'tools.exclude'],
    [{ tools: { exclude: [1] } }, 'tools.exclude.0'],
    [{ directus: { url: 'not an address' } }, 'directus.url'],
    [{ directus: { url: 'https://me:pass@cms.example.com' } }, 'directus.url'],
    [{ ai: { compatible: [{ name: 'a', baseUrl: 'https://me@x.example/v1' }] } }, 'ai.compatible.0.baseUrl'],
    [{ ai: { approvals: { items: 'perhaps' } } }, 'ai.approvals.items'],
  ])('%j: the default stays and %s is named', (content, place) => {
    write(content);
    const { problems, settings } = load();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(place);
    expect(problems[0]).toMatch(/\.$/);
    expect(settings).toEqual(loadSettings({ cwd: home, env: env() }).settings);
  });

  test.each(['{', '{"readOnly": tru', '[]', '"x"', 'null', '', '{"a":1}}', 'readOnly: true'])(
    'a file that holds %j is one problem that names the file',
    (content) => {
      const file = write(content);
      const { problems, settings } = load();
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(file);
      expect(settings.readOnly).toBe(false);
    },
  );

  test('a broken file shows nothing of what stands in it', () => {
    const secret = planted.key;
    for (const broken of [
      `{"directus":{"token":"${secret}"x}}`,
      `{"ai":{"openai":{"apiKey":"${secret}" "models":[]}}}`,
      `{"directus":{"url":"https://cms.example.com/with/a/long/path","token":x"${secret}"}, "readOnly": true}`,
      `{"directus":{"token":"${secret}`,
      secret,
      `x${secret}`,
    ]) {
      write(broken);
      const { problems } = load();
      expect(problems).toHaveLength(1);
      expect(problems.join()).not.toMatch(/sk-|plant|6789/);
    }
  });

  test('a byte order mark, as Windows editors write it, does no harm', () => {
    write(`\uFEFF${JSON.stringify({ readOnly: true })}`);
    expect(load()).toMatchObject({ problems: [], settings: { readOnly: true } });
  });

  test('a folder in place of the file is a problem', () => {
    mkdirSync(join(cwd, FILE_NAME));
    expect(load().problems).toHaveLength(1);
  });

  test.each([
    [{ '--exclude': '["a"' }, '--exclude'],
    [{ '--tools': '[1]' }, '--tools'],
    [{ '--url': 'nowhere' }, '--url'],
    [{ '--tool-mode': 'both' }, '--tool-mode'],
  ])('the flag %j is a problem that names it', (flags, name) => {
    const { problems } = load({ flags });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
  });

  test.each(['maybe', '2', 'tru'])('READ_ONLY=%s is a problem, so that nothing opens', (text) => {
    const { problems } = load({ variables: { READ_ONLY: text } });
    expect(problems).toEqual([expect.stringContaining('READ_ONLY')]);
  });

  test.each([
    ['true', true],
    ['1', true],
    ['YES', true],
    ['on', true],
    ['false', false],
    ['0', false],
    ['No', false],
    ['off', false],
  ])('READ_ONLY=%s is %s', (text, expected) => {
    const { problems, settings } = load({ variables: { READ_ONLY: text } });
    expect(problems).toEqual([]);
    expect(settings.readOnly).toBe(expected);
  });
});

describe('where the file is', () => {
  test('the working folder comes before the folder of the user', () => {
    const own = join(userConfigFolder(env()), FILE_NAME);
    expect(own.startsWith(home)).toBe(true);
    expect(load().file).toBe(join(cwd, FILE_NAME));
    mkdirSync(userConfigFolder(env()));
    write({ limits: { rows: 2 } }, own);
    expect(load()).toMatchObject({ file: own, settings: { limits: { rows: 2 } } });
    write({ limits: { rows: 1 } });
    expect(load()).toMatchObject({ file: join(cwd, FILE_NAME), settings: { limits: { rows: 1 } } });
  });

  test('a file named on the command line is the only one read, and must exist', () => {
    write({ limits: { rows: 1 } });
    write({ limits: { rows: 3 } }, join(cwd, 'other.json'));
    expect(load({ config: 'other.json' }).settings.limits.rows).toBe(3);
    const missing = load({ config: 'missing.json' });
    expect(missing.problems).toEqual([expect.stringContaining(join(cwd, 'missing.json'))]);
    expect(missing.settings.limits.rows).toBe(25);
  });

  test('a file that nobody asked for need not exist', () => {
    expect(load()).toMatchObject({ problems: [], file: join(cwd, FILE_NAME) });
  });

  test('$schema is for editors and no unknown setting', () => {
    write({ $schema: './schema.json' });
    expect(load().problems).toEqual([]);
  });
});

test('variables that are known from Directus and its servers are understood', () => {
  const { settings, problems } = load({
    variables: {
      DIRECTUS_USER_EMAIL: 'a@example.com',
      DIRECTUS_USER_PASSWORD: 'pass',
      MCP_SYSTEM_PROMPT: 'Be kind.',
      MCP_SYSTEM_PROMPT_ENABLED: 'false',
      DIRECTUS_PROMPTS_COLLECTION: 'ai_prompts',
      DIRECTUS_PROMPTS_MESSAGES_FIELD: 'talk',
      AI_ENABLED: 'false',
      GEMINI_API_KEY: 'second name',
      TOOLSETS: 'content',
      TOOLS: '["flows.read"]',
      TOOL_MODE: 'registry',
    },
  });
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({
    directus: { email: 'a@example.com', password: 'pass' },
    systemPrompt: { enabled: false, text: 'Be kind.' },
    prompts: { collection: 'ai_prompts', messagesField: 'talk' },
    ai: { enabled: false, google: { apiKey: 'second name' } },
    tools: { toolsets: ['content'], include: ['flows.read'], mode: 'registry' },
  });
});

test('every secret is marked as one', () => {
  const secret = /^(token|password|apiKey|compatible|sharedKey|key)$/;
  for (const { path, meta } of leaves) {
    expect([path.join('.'), meta.secret ?? false]).toEqual([path.join('.'), secret.test(path.at(-1) ?? '')]);
  }
});

test('A26 a file that cannot be read again leaves what it said before in force, and its problem', () => {
  const loaded = (content: unknown) => {
    write(content);
    return load();
  };
  const before = loaded({ tools: { exclude: ['access'] }, mcpEnabled: false });
  const broken = reloaded(before, loaded('{"tools":'));
  expect(broken.settings).toEqual(before.settings);
  expect(broken.problems).toEqual([expect.stringContaining('cannot be read')]);
  expect(reloaded(broken, loaded({})).settings).toEqual(loaded({}).settings);
  expect(reloaded(broken, loaded({})).problems).toEqual([]);
});
