import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { tools } from '../../src/tools/list.ts';
import { version } from '../../src/version.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { v1 } from './fixtures/clients.ts';
import { installPacked } from './fixtures/packed.ts';

const run = promisify(execFile);
let folder: string;
let command: string;
let remove: () => void;

beforeAll(async () => {
  ({ folder, command, remove } = await installPacked());
}, 180_000);
afterAll(() => remove?.());

/** Elsewhere than the repository, with the Node of these tests. */
const environment = () => {
  const { url, admin } = sharedDirectus();
  return {
    PATH: `${join(process.execPath, '..')}:${process.env.PATH}`,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    DIRECTUS_URL: url,
    DIRECTUS_TOKEN: admin.token,
  };
};

test('the package holds what was built, and nothing of the repository beside it', () => {
  const installed = readdirSync(join(folder, 'node_modules', 'directus-assistant')).toSorted();
  expect(installed).toEqual(
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'mcp.json.example', 'package.json'].toSorted(),
  );
  expect(readdirSync(join(folder, 'node_modules', 'directus-assistant', 'dist'))).not.toContain(
    'directus-assistant.mcpb',
  );
});

/** Licences that ask for no more than to go along with what is under them. */
const LICENSES = [
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
];

test.each([
  [
    'licenses.md',
    [
      'commander',
      'zod',
      'minisearch',
      'unpdf',
      '@directus/sdk',
      '@modelcontextprotocol/server',
      '@ai-sdk/otel',
    ],
  ],
  ['web/licenses.md', ['vue-router', '@ai-sdk/vue', '@nuxt/ui']],
])('what others wrote goes with its licence: %s', (file, some) => {
  const path = join(folder, 'node_modules', 'directus-assistant', 'dist', file);
  const sections = readFileSync(path, 'utf8')
    .split(/^## (?=\S+ - \d)/m)
    .slice(1);
  const found = sections.map((section) => {
    const [, name = '', license = ''] = /^(\S+) - \S+ \((.*)\)/.exec(section) ?? [];
    return { name, license, hasText: section.length > 300 };
  });
  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(some));
  expect(found.filter(({ license }) => !LICENSES.includes(license))).toEqual([]);
  if (file === 'licenses.md') expect(found.filter(({ hasText }) => !hasText)).toEqual([]);
});

test('the installed command tells its version', async () => {
  expect((await run(command, ['--version'], { cwd: folder, env: environment() })).stdout.trim()).toBe(
    version,
  );
});

test('the installed command serves its tools over stdio', async () => {
  const client = await v1({
    command,
    args: ['mcp'],
    cwd: folder,
    env: environment(),
    settings: () => undefined,
  });
  expect(await client.tools()).toHaveLength(tools.length);
  expect((await client.call('schema')).text).toContain('articles');
});

test('the commands that load libraries find them', async () => {
  const env = environment();
  const table = await run(command, ['tools'], { cwd: folder, env });
  expect(table.stdout).toContain('items');
  const settings = await run(command, ['settings', '--json'], { cwd: folder, env });
  expect(JSON.parse(settings.stdout)).toBeTypeOf('object');
  const chat = run(command, ['chat', '-p', 'hello'], { cwd: folder, env });
  chat.child.stdin?.end();
  await expect(chat).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('No model is set up'),
  });
});

test('the installed command serves them over HTTP, and ends when told to', async () => {
  const { DIRECTUS_TOKEN, ...env } = environment();
  const child = spawn(command, ['mcp', '--http', '--port', '0'], { cwd: folder, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  const url = await addressOf(child.stderr);
  const client = new Client({ name: 'packed', version: '1.0.0' });
  const headers = { Authorization: `Bearer ${DIRECTUS_TOKEN}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  expect((await client.listTools()).tools).toHaveLength(tools.length);
  await client.close();
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

/** The address that a served server says it listens at. */
async function addressOf(stderr: Readable): Promise<string> {
  for await (const line of createInterface(stderr)) {
    const url = /"event":"listening","url":"([^"]+)"/.exec(line)?.[1];
    if (url) {
      stderr.resume();
      return url;
    }
  }
  throw new Error('It ended before it listened.');
}
