import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ownServer } from '../../src/cli/chat-server.ts';
import { updateFile } from '../../src/settings/write.ts';
import { planted as secrets } from '../secrets-planted.ts';
import { connect } from './fixtures/setup.ts';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const planted = secrets.key;
let folder: string;
let config: string;
let env: Record<string, string>;

beforeEach(() => {
  if (!existsSync(bin)) throw new Error('There is no dist/bin.js: run `npm run build` first.');
  folder = mkdtempSync(join(tmpdir(), 'planted-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  config = join(folder, 'settings.json');
  writeFileSync(config, '{}');
  env = { XDG_CONFIG_HOME: join(folder, 'config') };
});

/** Something that is no Directus, but answers at once. */
async function address(): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What everybody on this machine may see of the processes whose command line names `path`, and their environment. */
function processesOf(path: string): { commandLine: string; environment: string }[] {
  return globSync('/proc/[0-9]*').flatMap((process) => {
    try {
      const [commandLine = '', environment = ''] = ['cmdline', 'environ'].map((name) =>
        readFileSync(join(process, name), 'utf8').replaceAll('\0', '\n'),
      );
      return commandLine.includes(path) ? [{ commandLine, environment }] : [];
    } catch {
      // It ended meanwhile, or is somebody else's.
      return [];
    }
  });
}

test.skipIf(process.platform !== 'linux')(
  'the server of the chat gets no key of a provider, neither in its environment nor by its command line',
  async () => {
    updateFile(config, ['ai', 'openai', 'apiKey'], () => planted, env);
    const keys = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY'];
    const ours = {
      ...env,
      ...Object.fromEntries(keys.map((name) => [name, planted])),
      DIRECTUS_URL: await address(),
      DIRECTUS_TOKEN: secrets.token,
    };
    const servers = await connect(ownServer(bin, { config }, ours));
    expect(servers.status()).toMatchObject([{ name: 'directus', state: 'connected' }]);
    const found = processesOf(config);
    expect(found).toHaveLength(1);
    expect(found[0]?.environment).toContain(`DIRECTUS_TOKEN=${secrets.token}`);
    expect(JSON.stringify(found)).not.toContain(planted);
  },
);

test('a server opens what it needs and no keys of providers: one that does not open is not its problem', async () => {
  updateFile(config, ['ai', 'openai', 'apiKey'], () => planted, env);
  updateFile(config, ['directus', 'token'], () => planted, env);
  const other = {
    PATH: process.env.PATH,
    ...env,
    DIRECTUS_ASSISTANT_KEY: secrets.installationKey,
  };
  // Its stdin is at its end, so it ends too.
  const started = promisify(execFile)(process.execPath, [bin, 'mcp', '--config', config], {
    env: { ...other, DIRECTUS_URL: await address() },
    cwd: folder,
  });
  started.child.stdin?.end();
  const { stderr, stdout } = await started;
  expect(stderr).toContain('directus.token');
  expect(stderr).toContain('DIRECTUS_ASSISTANT_KEY');
  expect(stderr).not.toContain('ai.openai');
  expect(stderr + stdout).not.toContain(planted);
});

test.each([
  ['providers'],
  ['providers', '--json'],
  ['providers', 'test'],
  ['providers', 'models', 'house'],
  ['settings'],
  ['settings', '--json'],
  ['doctor', '--json'],
  ['tools'],
  ['chat', '-p', 'hello', '--model', 'house/m'],
])('no word of a planted key in what `%s %s %s %s` prints', async (...words) => {
  const url = await address();
  const house = {
    name: 'house',
    baseUrl: `${url}/v1?key=${planted}`,
    apiKey: planted,
    headers: { 'x-key': planted },
    models: ['m'],
  };
  writeFileSync(
    config,
    JSON.stringify({ directus: { url, token: planted }, ai: { compatible: [house], google: { apiKey: 7 } } }),
  );
  const environment = { PATH: process.env.PATH, ...env, OPENAI_API_KEY: planted, OPENAI_BASE_URL: url };
  const args = [bin, ...words, '--config', config];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    env: environment,
    cwd: folder,
  }).catch((error: { stdout: string; stderr: string }) => error);
  expect(stdout + stderr).not.toBe('');
  expect(stdout + stderr).not.toContain(planted);
  expect(stderr).not.toMatch(/^ {4}at /m);
});
