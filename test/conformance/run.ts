import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { SUITE, type Version } from './scenarios.ts';

const check = z.object({
  id: z.string(),
  description: z.string(),
  status: z.enum(['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED', 'INFO']),
  errorMessage: z.string().optional(),
});

export type Check = z.infer<typeof check>;

/** What the suite found, by scenario. A scenario that broke off has no checks. */
export type Findings = Map<string, Check[]>;

/**
 * Runs all scenarios for servers of one protocol version. In one process, because a process of the suite needs a
 * second to start and a scenario far less.
 */
export async function runSuite(url: string, version: Version): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const output = await runCli(
      'server',
      '--url',
      url,
      '--suite',
      'all',
      '--spec-version',
      version,
      '-o',
      folder,
    );
    const names = [...output.matchAll(/^=== Running scenario: (\S+) ===$/gm)].map(([, name]) => name ?? '');
    if (names.length === 0) throw new Error(`The conformance suite ran no scenario: ${output}`);
    const written = await readFolder(folder);
    return new Map(names.map((name) => [name, written.get(name) ?? []]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the suite printed. Its exit code is not asked for: what a check that failed means is judged by the tests. */
async function runCli(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(SUITE, 'dist/index.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  await new Promise((done, failed) => child.on('close', done).on('error', failed));
  return output;
}

/** Reads `server-<scenario>-<time>/checks.json` of every scenario. */
async function readFolder(folder: string): Promise<Findings> {
  const findings: Findings = new Map();
  for (const name of await readdir(folder)) {
    const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT/.exec(name)?.[1];
    if (scenario === undefined) continue;
    const text = await readFile(join(folder, name, 'checks.json'), 'utf8').catch(() => '[]');
    findings.set(scenario, z.array(check).parse(JSON.parse(text)));
  }
  return findings;
}
