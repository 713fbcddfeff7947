import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { tools } from '../../src/tools/list.ts';
import { startOf } from './fixtures/start.ts';

const inspector = fileURLToPath(
  new URL(
    '../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
    import.meta.url,
  ),
);

/** Runs the official inspector on the built server, as `mcp-inspector --cli`. A code other than 0 is an error. */
async function inspect(args: string[], flags: string[] = []): Promise<string> {
  const { command, args: server, cwd, env } = startOf({ flags });
  const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [inspector, '--cli', ...variables, command, ...server, ...args],
    { cwd, env: { ...process.env, HOME: cwd }, maxBuffer: 10_000_000 },
  );
  return stdout;
}

describe.each(['legacy', 'modern'])('mcp-inspector --cli, %s era', (era) => {
  test('A31 lists the tools, and its strict check of their schemas finds nothing', async () => {
    const strict = ['--method', 'tools/list', '--protocol-era', era, '--strict'];
    expect(JSON.parse(await inspect(strict)).tools).toHaveLength(tools.length);
    expect(
      JSON.parse(await inspect(strict, ['--tool-mode', 'registry', '--allow-deletes'])).tools,
    ).toHaveLength(3);
  });

  test('calls a tool', async () => {
    const call = ['--method', 'tools/call', '--tool-name', 'schema', '--protocol-era', era];
    expect(await inspect(call)).toContain('articles');
  });
});
