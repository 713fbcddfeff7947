import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { startDemoModel } from '../../src/sandbox/demo-model.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { updateFile } from '../../src/settings/write.ts';
import { planted as secrets } from '../secrets-planted.ts';

const planted = secrets.key;
let folder: string;
let file: string;

// Each command listens for a closed pipe, and here they all run in one process.
process.stdout.setMaxListeners(100);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'providers-'));
  file = join(folder, 'settings.json');
  vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'config'));
  for (const name of ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'DIRECTUS_ASSISTANT_KEY']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const write = (content: unknown) => writeFileSync(file, JSON.stringify(content));
const read = () => JSON.parse(readFileSync(file, 'utf8'));
const ai = () => loadSettings({ config: file }).settings.ai;

/** Runs `directus-assistant ...` here; returns what it printed and its exit code. */
async function run(...words: string[]) {
  const spies = (['log', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => {}),
  );
  process.exitCode = undefined;
  await main([...words, '--config', file]);
  const [out = '', err = ''] = spies.map((spy) => spy.mock.calls.map((line) => line.join(' ')).join('\n'));
  for (const spy of spies) spy.mockRestore();
  const result = { out, err, code: Number(process.exitCode ?? 0) };
  expect(`${result.out}${result.err}`).not.toContain(planted);
  return result;
}

/** A list of models on a port of its own. */
async function endpoint(models: object[]): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/v1/models' ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(request.url === '/v1/models' ? { data: models } : { error: 'not here' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

describe('adding', () => {
  test('a preset fills in the fields, and what comes next is said', async () => {
    const { out, code } = await run('providers', 'add', 'mistral');
    expect(code).toBe(0);
    expect(read()).toEqual({
      ai: { compatible: [{ name: 'mistral', baseUrl: 'https://api.mistral.ai/v1', models: [] }] },
    });
    expect(out).toContain('providers key mistral');
    expect(out).toContain('console.mistral.ai');
    expect((await run('providers', 'add', 'ollama', '--model', 'a', '--model', 'b')).out).toContain(
      'num_ctx',
    );
    expect(ai().compatible[1]).toMatchObject({ name: 'ollama', models: ['a', 'b'] });
  });

  test('a name and an address, as it is pasted', async () => {
    const pasted = 'api.example.com/v1/chat/completions?api-version=1';
    await run('providers', 'add', '--name', 'house', '--base-url', pasted, '--model', 'big');
    expect(read().ai.compatible).toEqual([
      { name: 'house', baseUrl: 'https://api.example.com/v1?api-version=1', models: ['big'] },
    ]);
    await run('providers', 'add', 'azure', '--base-url', 'https://me.openai.azure.com');
    expect(read().ai.compatible[1]).toMatchObject({ baseUrl: 'https://me.openai.azure.com/openai/v1' });
  });

  test.each([
    [['olama'], 'Did you mean "ollama"?'],
    [['openai'], 'providers key openai'],
    [['azure'], '--base-url https://RESOURCE.openai.azure.com'],
    [[], 'lm-studio'],
    [['--name', 'x'], '--base-url'],
    [['--name', 'A b', '--base-url', 'localhost'], 'use a-z, 0-9 and - only'],
    [['--name', 'google', '--base-url', 'localhost'], 'a built-in provider has that name'],
    [['--name', 'x', '--base-url', 'ftp://y'], '--base-url "ftp://y": is no address'],
    [['groq'], 'There is a provider "groq" already'],
  ])('%j is refused, and nothing is changed', async (words, says) => {
    write({ ai: { compatible: [{ name: 'groq', baseUrl: 'http://x' }] } });
    const before = readFileSync(file, 'utf8');
    const { err, code } = await run('providers', 'add', ...words);
    expect(err).toContain(says);
    expect(code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('what is in the file and not understood is not written over', async () => {
    write({ ai: { compatible: [{ name: 'x', baseUrl: 'http://x', modells: [] }] } });
    const before = readFileSync(file, 'utf8');
    const { err, code } = await run('providers', 'add', 'ollama');
    expect(err).toContain('Did you mean "models"?');
    expect(code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('models', () => {
  test('what an endpoint calls its models drives no terminal', async () => {
    const id = '\u001b]52;c;aGk=\u0007\u001b[2Jevil\u202e';
    const baseUrl = await endpoint([{ id }]);
    write({ ai: { compatible: [{ name: 'house', baseUrl, models: ['mine'] }] } });
    for (const words of [['providers', 'models', 'house'], ['providers', 'test', 'house'], ['doctor']]) {
      const { out, err } = await run(...words);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
      expect(out + err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
    }
    expect((await run('providers', 'models', 'house')).out).toContain('evil');
  });

  test('are allowed with the size that the endpoint tells, and not twice', async () => {
    const baseUrl = await endpoint([{ id: 'big', max_model_len: 32_000 }, { id: 'small' }]);
    write({ ai: { compatible: [{ name: 'house', baseUrl, models: ['mine'] }] } });
    const { err } = await run('providers', 'allow', 'house', 'big', 'small', 'mine', 'smal');
    expect(read().ai.compatible[0].models).toEqual([
      'mine',
      { id: 'big', contextWindow: 32_000 },
      'small',
      'smal',
    ]);
    expect(err).toBe('It does not list mine, smal.');
    const { out } = await run('providers', 'models', 'house', '--json');
    expect(JSON.parse(out).models).toEqual([
      { id: 'big', contextWindow: 32_000, listed: true, allowed: true },
      { id: 'mine', contextWindow: 128_000, listed: false, allowed: true },
      { id: 'smal', contextWindow: 128_000, listed: false, allowed: true },
      { id: 'small', listed: true, allowed: true },
    ]);
    await run('providers', 'disallow', 'house', 'big', 'smal');
    expect(read().ai.compatible[0].models).toEqual(['mine', 'small']);
  });

  test('of a built-in provider stand with it', async () => {
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:1');
    const { err } = await run('providers', 'allow', 'anthropic', 'claude-haiku-4-5');
    expect(err).toContain('could not be seen');
    expect(read()).toEqual({ ai: { anthropic: { models: ['claude-haiku-4-5'] } } });
    await run('providers', 'disallow', 'anthropic', 'claude-haiku-4-5');
    expect(read()).toEqual({ ai: { anthropic: { models: [] } } });
  });

  test.each([
    [['allow', 'hause', 'm'], 'No provider "hause" is set up. Did you mean "house"?'],
    [['allow', 'ollama', 'm'], 'directus-assistant providers add ollama'],
    [['disallow', 'house', 'mini'], 'house does not allow "mini". Did you mean "mine"?'],
    [['models', 'house'], 'http://127.0.0.1:1/v1/models cannot be reached'],
    [['models', 'openai'], 'OPENAI_API_KEY'],
    [['remove', 'hose'], 'Did you mean "house"?'],
  ])('%j is refused, and nothing is changed', async (words, says) => {
    write({ ai: { compatible: [{ name: 'house', baseUrl: 'http://127.0.0.1:1/v1', models: ['mine'] }] } });
    const before = readFileSync(file, 'utf8');
    const { err, code } = await run('providers', ...words);
    expect(err).toContain(says);
    expect(code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('the list', () => {
  test('shows address, where the key is from, and models; never a key', async () => {
    write({
      ai: {
        google: { apiKey: `${planted}-google` },
        compatible: [{ name: 'house', baseUrl: `http://x/v1?key=${planted}`, headers: { 'x-key': planted } }],
      },
    });
    vi.stubEnv('OPENAI_API_KEY', planted);
    updateFile(file, ['ai', 'anthropic', 'apiKey'], () => planted);
    const { out, code } = await run('providers', '--json');
    expect(code).toBe(0);
    const rows = JSON.parse(out).providers;
    expect(rows.map((row: { provider: string; key?: object }) => [row.provider, row.key])).toEqual([
      ['openai', { masked: '••••6789', from: 'OPENAI_API_KEY' }],
      ['anthropic', { masked: '••••6789', from: 'the settings file (sealed)' }],
      ['google', { masked: '••••ogle', from: 'the settings file (plain text)' }],
      ['house', undefined],
    ]);
    expect(rows[3]).toMatchObject({ url: 'http://x/v1', headers: ['x-key'] });
    const text = (await run('providers')).out;
    expect(text).toContain('key      ••••6789 from OPENAI_API_KEY');
    expect(text).toContain('directus-assistant settings seal');
  });

  test('says when a key does not open', async () => {
    updateFile(file, ['ai', 'anthropic', 'apiKey'], () => planted);
    vi.stubEnv('DIRECTUS_ASSISTANT_KEY', secrets.installationKey);
    const { out, code } = await run('providers');
    expect(out).toContain('DIRECTUS_ASSISTANT_KEY');
    expect(code).toBe(1);
  });
});

test('removing takes the key along; what the environment holds is said', async () => {
  write({ readOnly: true, ai: { compatible: [{ name: 'house', baseUrl: 'http://x' }] } });
  updateFile(file, ['ai', 'openai', 'apiKey'], () => planted);
  vi.stubEnv('OPENAI_API_KEY', planted);
  expect((await run('providers', 'remove', 'openai')).err).toContain('OPENAI_API_KEY is still set');
  await run('providers', 'remove', 'house');
  expect(read()).toEqual({ readOnly: true, ai: { compatible: [] } });
});

describe('A28 testing', () => {
  test('shows each result, and fails when one does', async () => {
    const demo = await startDemoModel();
    onTestFinished(() => demo.stop());
    write({
      ai: {
        compatible: [
          { name: 'demo', baseUrl: demo.baseUrl, models: ['demo'] },
          { name: 'gone', baseUrl: 'http://127.0.0.1:1/v1', models: ['m'] },
        ],
      },
    });
    const good = await run('providers', 'test', 'demo', '--model', 'demo');
    expect(good.code).toBe(0);
    expect(good.out.match(/^ {2}ok {4}/gm)).toHaveLength(6);
    const all = await run('providers', 'test');
    expect(all.code).toBe(1);
    expect(all.out).toMatch(/fail {2}reachable {3}http:\/\/127.0.0.1:1/);
    const json = JSON.parse((await run('providers', 'test', 'gone', '--json')).out);
    expect(json).toMatchObject({ ok: false, providers: [{ provider: 'gone', ok: false }] });
  });

  test('says when there is nothing to test', async () => {
    expect((await run('providers', 'test')).err).toContain('No provider is set up');
    expect((await run('providers', 'test', 'opnai')).err).toContain('Did you mean "openai"?');
    expect((await run('providers', 'test', 'openai')).out).toContain('OPENAI_API_KEY');
  });
});

test('settings seal seals what people typed, settings and doctor say that it is plain text', async () => {
  write({ directus: { token: planted }, ai: { openai: { apiKey: planted } } });
  expect((await run('settings')).out).toContain('Plain text in the file: directus.token, ai.openai.apiKey');
  expect((await run('settings', 'seal')).out).toContain('directus.token, ai.openai.apiKey');
  expect(readFileSync(file, 'utf8')).not.toContain(planted);
  expect(ai().openai.apiKey).toBe(planted);
  const { out } = await run('settings');
  expect(out).not.toContain('Plain text');
  expect(out).toContain('••••6789');
  expect((await run('settings', 'seal')).out).toContain('Nothing');
  write('no object');
  expect((await run('settings', 'seal')).err).toContain('not a JSON object');
});

describe('the key', () => {
  const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));
  const args = (name: string) => [
    '--disable-warning=ExperimentalWarning',
    '--experimental-strip-types',
    bin,
    ...['providers', 'key', name, '--config', file],
  ];
  const piped = (name: string, input: string) =>
    spawnSync(process.execPath, args(name), { input, encoding: 'utf8', cwd: folder });

  test('comes from a pipe and is sealed; nothing takes it out', () => {
    write({ ai: { compatible: [{ name: 'house', baseUrl: 'http://x/v1' }] } });
    const set = piped('house', `${planted}\n`);
    expect(set.stderr).toBe('');
    expect(set.stdout).toContain('sealed');
    expect(readFileSync(file, 'utf8')).not.toContain(planted);
    expect(ai().compatible[0]?.apiKey).toBe(planted);
    expect(piped('openai', planted).status).toBe(0);
    expect(ai().openai.apiKey).toBe(planted);
    piped('house', '');
    expect(read().ai.compatible).toEqual([{ name: 'house', baseUrl: 'http://x/v1' }]);
  });

  test.each(['two words', 'two\nlines', 'sealed:abc'])('%j is no key', (input) => {
    const { status, stderr } = piped('openai', input);
    expect(status).toBe(1);
    expect(stderr).toContain('Nothing was changed');
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  const hasScript = spawnSync('script', ['--version']).status === 0;
  test('is not shown as it is typed', async ({ skip }) => {
    skip(!hasScript, 'the command script is not here');
    const command = [process.execPath, ...args('openai')].map((word) => `'${word}'`).join(' ');
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder });
    let shown = '';
    let typed = false;
    terminal.stdout.on('data', (chunk) => {
      shown += chunk;
      if (!typed && shown.includes('Key of openai: ')) {
        typed = true;
        terminal.stdin.write(`${planted}\r`);
      }
    });
    await new Promise((done) => terminal.on('close', done));
    expect(shown).toContain('sealed');
    expect(shown).not.toContain(planted.slice(0, 6));
    expect(ai().openai.apiKey).toBe(planted);
  });
});
