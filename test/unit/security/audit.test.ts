import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** `npm run audit` with a registry that answers audits so. */
async function audit(answer: (response: ServerResponse) => void): Promise<{ code: number; stdout: string }> {
  const registry = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') answer(response);
    else response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    registry.closeAllConnections();
    registry.close();
  });
  // npm remembers what it was told of a library.
  const cache = await mkdtemp(join(tmpdir(), 'audit-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const { port } = registry.address() as AddressInfo;
  const env = {
    ...process.env,
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_cache: cache,
    npm_config_fetch_retries: '0',
  };
  const args = ['--experimental-transform-types', '--no-warnings', 'scripts/audit.ts'];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), stdout }),
    );
  });
}

const json = (body: unknown) => (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const advisory = (severity: string) => ({
  zod: [
    {
      id: 1,
      url: 'https://example.com/1',
      title: 'Unsafe',
      severity,
      vulnerable_versions: '*',
      cwe: [],
      cvss: {},
    },
  ],
});

test('a library that is highly unsafe fails the audit, and is named', async () => {
  const { code, stdout } = await audit(json(advisory('high')));
  expect(stdout).toContain('high: zod');
  expect(code).toBe(1);
});

test('one that is a little unsafe is named', async () => {
  const { code, stdout } = await audit(json(advisory('low')));
  expect(stdout).toMatch(/low: zod[\s\S]*0 of them highly/);
  expect(code).toBe(0);
});

test('nothing known to be unsafe is a good audit', async () => {
  const { code, stdout } = await audit(json({}));
  expect(stdout).toContain('Audited: 0 known');
  expect(code).toBe(0);
});

test('a registry that answers no audits is no failure, and is told', async () => {
  const { code, stdout } = await audit((response) => response.writeHead(405).end());
  expect(stdout).toContain('Not audited');
  expect(code).toBe(0);
});
