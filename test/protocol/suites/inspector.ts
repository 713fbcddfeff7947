import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tools } from '../../../src/tools/list.ts';
import type { Reach, Target } from '../fixtures/reach.ts';

const inspector = fileURLToPath(
  new URL(
    '../../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
    import.meta.url,
  ),
);

/** Runs the official inspector on the built server, as `mcp-inspector --cli`. A code other than 0 is an error. */
async function inspect(target: Target, args: string[]): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'inspector-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [inspector, '--cli', ...argumentsFor(target), ...args],
    { cwd: home, env: { ...process.env, HOME: home }, maxBuffer: 10_000_000, timeout: 25_000 },
  );
  return stdout;
}

function argumentsFor(target: Target): string[] {
  if ('url' in target) {
    const headers = Object.entries(target.headers).flatMap(([name, value]) => [
      '--header',
      `${name}: ${value}`,
    ]);
    return [target.url, '--transport', 'http', ...headers];
  }
  const variables = Object.entries(target.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  return [...variables, target.command, ...target.args];
}

/** What the official inspector says of the server. */
export function inspectorSuite({ open }: Reach): void {
  describe.each(['legacy', 'modern'])('mcp-inspector --cli, %s era', (era) => {
    const strict = ['--method', 'tools/list', '--protocol-era', era, '--strict'];

    test('A31 lists the tools, and its strict check of their schemas finds nothing', async () => {
      const target = await open();
      expect(JSON.parse(await inspect(target, strict)).tools).toHaveLength(tools.length);
      const registry = await open({ flags: ['--tool-mode', 'registry', '--allow-deletes'] });
      expect(JSON.parse(await inspect(registry, strict)).tools).toHaveLength(3);
    });

    test('calls a tool', async () => {
      const target = await open();
      const call = ['--method', 'tools/call', '--tool-name', 'schema', '--protocol-era', era];
      expect(await inspect(target, call)).toContain('articles');
    });
  });
}
