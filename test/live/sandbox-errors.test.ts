import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { SandboxError, startSandbox } from '../../src/sandbox/index.ts';
import { explainNpm } from '../../src/sandbox/npm-errors.ts';
import { sharedDirectus } from './shared-directus.ts';

/** What npm really printed, recorded on Linux with the thing in question taken away. */
const recorded = (name: string) => readFileSync(new URL(`npm-output/${name}.txt`, import.meta.url), 'utf8');

const explain = (name: string, platform: NodeJS.Platform = 'linux') =>
  explainNpm(
    {
      output: recorded(name),
      version: '11.17.4',
      cacheFolder: '/home/anna/.cache',
      log: '/home/anna/npm.log',
    },
    platform,
  ).message;

test.each([
  ['no-network', /registry cannot be reached \(ENOTFOUND\).*check the network/],
  ['refused', /registry cannot be reached \(ECONNREFUSED\).*npm config get registry/],
  ['no-version', /Directus 11\.17\.4.* is not on the npm registry.*--directus/],
  ['no-python', /Python 3 was not found.*apt install build-essential/],
  ['no-make', /make was not found.*apt install build-essential/],
  ['no-cxx', /a C\+\+ compiler was not found.*apt install build-essential/],
  ['no-space', /No space left.*\/home\/anna\/\.cache.*XDG_CACHE_HOME/],
])('npm output "%s" becomes one line that says what to do', (name, expected) => {
  const message = explain(name);
  expect(message).toMatch(expected);
  expect(message).not.toContain('\n');
  expect(message).toContain('/home/anna/npm.log');
});

test('how to get a compiler depends on the system', () => {
  expect(explain('no-make', 'darwin')).toContain('xcode-select --install');
  expect(explain('no-make', 'win32')).toContain('Visual Studio Build Tools');
});

test('an npm failure nobody foresaw is shown in npm’s own words', () => {
  const output =
    'npm error code EWEIRD\nnpm error The moon is in the wrong phase\nnpm error A complete log of this';
  const { message } = explainNpm({ output, version: '11.17.4', cacheFolder: '/c', log: '/l' });
  expect(message).toContain('The moon is in the wrong phase');
});

test('a port in use is refused before anything is started', async () => {
  const { version } = sharedDirectus();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  const starting = startSandbox({ version, port: address.port });
  await expect(starting).rejects.toThrow(SandboxError);
  await expect(starting).rejects.toThrow(`Port ${address.port} is already in use`);
});

test.each(['latest', '11', '../../etc', '11.17.4 && rm'])('"%s" is no version', async (version) => {
  await expect(startSandbox({ version })).rejects.toThrow(
    /is no version of Directus: give one like 11\.17\.4/,
  );
});

test('a cache folder that cannot be written is a clear error', async () => {
  const before = process.env.XDG_CACHE_HOME;
  onTestFinished(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  });
  // A file where the folder should be refuses everybody, also an administrator.
  process.env.XDG_CACHE_HOME = fileURLToPath(import.meta.url);
  await expect(startSandbox()).rejects.toThrow(/cannot be written \(ENOTDIR\).*XDG_CACHE_HOME/);
});
