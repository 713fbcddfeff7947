import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedDirectus } from './shared-directus.ts';

const { url, version, admin, editor } = sharedDirectus();
const bin = new URL('../../dist/bin.js', import.meta.url).pathname;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Report = { ok: boolean; findings: { area: string; status: string; text: string }[] };

/** Runs doctor in an empty folder, without any settings of this machine. */
function doctor(token: string, ...flags: string[]): Promise<{ code: number; stdout: string }> {
  const env = { PATH: process.env.PATH, XDG_CONFIG_HOME: folder, DIRECTUS_URL: url, DIRECTUS_TOKEN: token };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, 'doctor', ...flags], { env, cwd: folder }, (error, stdout) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout }),
    );
  });
}

const directusOf = (stdout: string) =>
  (JSON.parse(stdout) as Report).findings
    .filter(({ area }) => area === 'Directus')
    .map(({ status, text }) => `${status}: ${text}`);

test('tells an administrator the version, and warns', async () => {
  const { code, stdout } = await doctor(admin.token, '--json');
  expect(code).toBe(0);
  const told = directusOf(stdout);
  expect(told).toContain(`ok: Directus is version ${version}.`);
  expect(told.some((line) => line.startsWith('warn: That user is an administrator'))).toBe(true);
});

test('tells an editor what they may do', async () => {
  const told = directusOf((await doctor(editor.token, '--json')).stdout);
  expect(told.some((line) => /^ok: That user may read, create, update/.test(line))).toBe(true);
});

test('fails with a wrong token, and shows it nowhere', async () => {
  const { code, stdout } = await doctor('not-a-token-of-anyone');
  expect(code).toBe(1);
  expect(stdout).toContain('does not accept the token');
  expect(stdout).not.toContain('not-a-token-of-anyone');
  expect(stdout).toContain('"mcpServers"');
});
