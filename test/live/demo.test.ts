import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { sharedDirectus } from './shared-directus.ts';

const { url, version } = sharedDirectus();
const bin = new URL('../../dist/bin.js', import.meta.url).pathname;
const MINUTE = 60_000;

/** Runs `demo` without a terminal. */
function demo(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = [bin, 'demo', '--directus', version, ...flags];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

test(
  'plays a tour where there is no terminal: tools, requests, one approved change read back',
  async () => {
    const { code, stdout, stderr } = await demo();
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    expect(stdout).toMatch(/items +on: read; asks: create, update, delete +\d+/);
    expect(stdout).toContain('› show the newest 3 articles');
    expect(stdout).toContain('I am the demo model: a script');
    expect(stdout).toContain('Run items.update?');
    expect(stdout).toMatch(/article \d+ was draft and is published\./);
  },
  2 * MINUTE,
);

test(
  'says what to do when the port is taken',
  async () => {
    const { code, stdout, stderr } = await demo('--port', new URL(url).port);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/error: .*port/i);
  },
  MINUTE,
);

test(
  'stops at once when it is interrupted, Directus included',
  async () => {
    const child = spawn(process.execPath, [bin, 'demo', '--tour', '--directus', version], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let seen = '';
    for await (const chunk of child.stdout) {
      seen += chunk;
      if (seen.includes('› show the newest')) break;
    }
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(seen) ?? [];
    await expect(fetch(`${address}/server/ping`)).rejects.toThrow('fetch failed');
  },
  MINUTE,
);
