import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line, so that a script can tell how many tests there were. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((one) => one === state).length;
    // A file that could not be run counts as a failure: its tests say nothing.
    const broken = modules.filter((module) => module.errors().length > 0).length;
    process.stdout.write(
      `Tests: ${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped\n`,
    );
  }
}
