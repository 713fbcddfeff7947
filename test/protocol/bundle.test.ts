import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { getMcpConfigForManifest, MANIFEST_SCHEMAS, unpackExtension } from '@anthropic-ai/mcpb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packBundle } from '../../scripts/packaging/bundle.ts';
import { tools } from '../../src/tools/list.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { v1 } from './fixtures/clients.ts';

let folder: string;
let installed: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-test-'));
  installed = join(folder, 'installed');
  const mcpbPath = join(folder, 'directus-assistant.mcpb');
  await packBundle(mcpbPath);
  expect(await unpackExtension({ mcpbPath, outputDir: installed, silent: true })).toBe(true);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How Claude Desktop starts the bundle once its form was filled in. */
async function startFrom(userConfig: Record<string, string | boolean | string[]>) {
  const config = await getMcpConfigForManifest({
    manifest: MANIFEST_SCHEMAS['0.3'].parse(
      JSON.parse(readFileSync(join(installed, 'manifest.json'), 'utf8')),
    ),
    extensionPath: installed,
    systemDirs: {},
    userConfig,
    pathSeparator: sep,
  });
  if (!config) throw new Error('the form lacks something');
  expect(config.command).toBe('node');
  return {
    command: process.execPath,
    args: config.args ?? [],
    // Elsewhere, and without anything of this machine: what the bundle lacks, it finds nowhere.
    cwd: folder,
    env: { PATH: '', HOME: folder, XDG_CONFIG_HOME: folder, ...config.env },
    settings: () => undefined,
  };
}

const form = () => {
  const { url, admin } = sharedDirectus();
  return { directus_url: url, directus_token: admin.token };
};

test('the bundle holds the server alone', () => {
  expect(readdirSync(installed, { recursive: true }).toSorted()).toEqual(
    [
      'LICENSE',
      'manifest.json',
      'server',
      'server/index.js',
      'server/licenses.md',
      'server/mcp.cjs',
      'server/mcp.js',
      'server/package.json',
      'server/pdf-worker.js',
    ].map((path) => path.split('/').join(sep)),
  );
});

test('with address and token it lists its tools, reads, and reads PDFs', async () => {
  const client = await v1(await startFrom(form()));
  expect(await client.tools()).toHaveLength(tools.length);
  expect((await client.call('schema')).text).toContain('articles');
  const query = { filter: { title: { _eq: 'Draft budget 2027' } }, fields: ['id'], limit: 1 };
  const found = await client.call('files', { action: 'read', query });
  const id = found.text.match(/[0-9a-f-]{36}/)?.[0];
  const read = await client.call('assets', { id });
  expect(read, read.text).toMatchObject({
    isError: false,
    text: expect.stringContaining('Schools and kindergartens'),
  });
});

test('what its form says holds: only reading, and folders to upload from', async () => {
  const reading = await v1(await startFrom({ ...form(), read_only: true }));
  const { isError, text } = await reading.call('folders', { action: 'create', data: { name: 'Never' } });
  expect(isError, text).toBe(true);

  const uploading = await v1(await startFrom({ ...form(), upload_roots: [folder] }));
  const manifest = join(installed, 'manifest.json');
  const preview = await uploading.call('files', {
    action: 'upload',
    data: [{ path: manifest }],
    dryRun: true,
  });
  expect(preview, preview.text).toMatchObject({ isError: false });
});

test('without its address it is not started', async () => {
  await expect(startFrom({})).rejects.toThrow('the form lacks something');
});
