import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createMCPClient } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { tools } from '../../src/tools/list.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { v1 } from './fixtures/clients.ts';
import { bin, startOf } from './fixtures/start.ts';

/** Claude Desktop's file, as it reads it. */
const desktopConfig = z.strictObject({
  mcpServers: z.record(
    z.string(),
    z.strictObject({ command: z.string(), args: z.array(z.string()), env: z.record(z.string(), z.string()) }),
  ),
});

test("Claude Desktop's block from mcp.json.example starts the server", async () => {
  const text = readFileSync(new URL('../../mcp.json.example', import.meta.url), 'utf8');
  const { directus: block } = desktopConfig.parse(JSON.parse(text)).mcpServers;
  if (!block) throw new Error('no block');
  // Until the package is published, npx finds it in this folder: the rest of the line is as people paste it.
  expect([block.command, ...block.args.slice(0, 2)]).toEqual(['npx', '-y', 'directus-assistant']);
  const { url, admin } = sharedDirectus();
  expect(Object.keys(block.env)).toEqual(['DIRECTUS_URL', 'DIRECTUS_TOKEN']);
  const start = startOf();
  const client = await v1({
    ...start,
    args: [bin, ...block.args.slice(2)],
    env: { ...block.env, PATH: process.env.PATH ?? '', DIRECTUS_URL: url, DIRECTUS_TOKEN: admin.token },
  });
  expect(await client.tools()).toHaveLength(tools.length);
  expect((await client.call('schema')).text).toContain('articles');
});

test("the AI SDK's tools run as they are given to a model", async () => {
  const { command, args, cwd, env } = startOf();
  const client = await createMCPClient({
    transport: new Experimental_StdioMCPTransport({ command, args, cwd, env, stderr: 'ignore' }),
  });
  onTestFinished(() => client.close());
  const given = await client.tools();
  expect(Object.keys(given)).toHaveLength(tools.length);
  const result = await given.items?.execute(
    { action: 'read', collection: 'articles', query: { limit: 1, fields: ['title'] } },
    { toolCallId: '1', messages: [], context: {} },
  );
  expect(JSON.stringify(result)).toContain('title');
});

test('the built package holds what its manifest promises', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(bin.endsWith(manifest.bin['directus-assistant'])).toBe(true);
  expect(readFileSync(bin, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8' }).trim()).toBe(
    manifest.version,
  );
});
