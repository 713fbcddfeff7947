import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const config = fileURLToPath(new URL('fixtures/leaks/vitest.config.ts', import.meta.url));

/** Runs the leaking tests as a suite of their own; what they plant has a mark of its own as well. */
function run(...words: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'watch-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.json');
  const temporary = mkdtempSync(join(folder, 'tmp-'));
  const { status, stdout } = spawnSync(
    process.execPath,
    [vitest, 'run', '--no-color', '--config', config, '--outputFile', report, ...words],
    { encoding: 'utf8', env: { ...process.env, PLANTED_MARK: 'mark-of-the-leaking', TMPDIR: temporary } },
  );
  type Report = {
    testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
  };
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    status,
    stdout,
    of: (status: string) => tests.filter((one) => one.status === status).map(({ title }) => title),
    said: tests.flatMap(({ failureMessages }) => failureMessages).join('\n'),
    left: readdirSync(temporary).filter((name) => name.startsWith('run-')),
  };
}

test('a planted secret that comes out fails the test that let it out, or else the run, and the line is named', () => {
  const { status, stdout, of, said, left } = run();
  expect(status).toBe(1);
  expect(of('failed')).toEqual([
    'a process prints it',
    'a process says it on stderr',
    'a process that fails says it',
    'a file holds it that is removed at the end',
    'a file holds it in Base64',
    'a failure shows it',
  ]);
  expect(said).toContain('key=sk-[planted secret]-key-');
  expect(said).toMatch(/deep\/journal\.jsonl: \{"said":"sk-\[planted secret\]-token-/);
  expect(stdout).toMatch(/came out in what the run printed: my key is sk-\[planted secret\]-other-key-/);
  expect(stdout).toContain('my query is sk-[planted secret]-query-');
  expect(stdout).toMatch(/came out in \S+crash\.log: Error: sk-\[planted secret\]-header-/);
  expect(stdout).toContain('Tests: 4 passed, 8 failed, 0 skipped');
  expect(left).toEqual([]);
});

test.each([
  ['it is printed', 'Tests: 1 passed, 1 failed'],
  ['it is written past the console', 'Tests: 1 passed, 1 failed'],
  ['a file is left that holds it', 'Tests: 1 passed, 1 failed'],
  ['nothing comes out', 'Tests: 1 passed, 0 failed'],
])('a run that passes but for this: %s', (name, line) => {
  const { status, stdout, of } = run('--testNamePattern', name);
  expect(of('failed')).toEqual([]);
  expect(stdout).toContain(line);
  expect(status).toBe(line.endsWith('0 failed') ? 0 : 1);
});
