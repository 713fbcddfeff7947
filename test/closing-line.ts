import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { findPlanted, type Leak, searchFolder } from './secrets-search.ts';

/**
 * Ends a run with one plain line, so that a script can tell how many tests there were. It also gives the run a temporary
 * folder of its own, and looks for planted secrets in what the run has printed (console output and failure messages
 * alike) and in every file that was left in the folder: each place where there is one counts as a failed test.
 */
export default class ClosingLine implements Reporter {
  #folder = '';
  /** Only tests of some names were asked for. */
  #narrowed = false;
  readonly #printed = new Set<string>();

  onInit({ config }: Vitest): void {
    this.#narrowed = config.testNamePattern !== undefined;
    this.#folder = mkdtempSync(join(tmpdir(), 'run-'));
    for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = this.#folder;
    // The last thing that happens: the shared Directus has its files there until then.
    process.once('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
    for (const stream of [process.stdout, process.stderr]) this.#watch(stream);
  }

  /** Not every reporter prints what tests print. */
  onUserConsoleLog({ content }: { content: string }): void {
    this.#look(content);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    for (const test of tests) {
      const result = test.result();
      if (result.state === 'skipped' && !this.#narrowed)
        process.stdout.write(`Skipped: ${test.fullName}: ${result.note ?? whyLeftOut(test)}\n`);
    }
    // A file that could not be run counts as a failure: its tests say nothing.
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const leaks = this.#leaks();
    for (const { place, line } of leaks)
      process.stdout.write(`A planted secret came out in ${place}: ${line}\n`);
    if (leaks.length > 0) process.exitCode = 1;
    process.stdout.write(
      `Tests: ${count('passed')} passed, ${count('failed') + broken + leaks.length} failed, ${count('skipped')} skipped\n`,
    );
  }

  #watch(stream: NodeJS.WriteStream): void {
    const write = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      this.#look(chunk);
      return (write as (...args: unknown[]) => boolean)(chunk, ...rest);
    };
  }

  #look(content: string | Uint8Array): void {
    const line = findPlanted(content);
    if (line !== undefined) this.#printed.add(stripVTControlCharacters(line));
  }

  #leaks(): Leak[] {
    const printed = [...this.#printed].join('\n  ');
    return [
      ...(printed ? [{ place: 'what the run printed', line: printed }] : []),
      ...searchFolder(this.#folder),
    ];
  }
}

/** What a file or a group could not set up takes all its tests with it; they need not be looked at one by one. */
function whyLeftOut({ module, parent }: TestCase): string {
  const failed = module.errors().length > 0 || (parent.type === 'suite' && parent.errors().length > 0);
  return failed ? 'what comes before it failed' : 'this system has not what it needs';
}
