import { defineConfig } from 'vitest/config';
import { LANES } from './test/live/lanes.ts';

/** One project per kind of proof; `live`, `protocol` and `host` start real processes, so they get room. */
const project = (name: string, extra: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    ...extra,
  },
});

/**
 * What needs a Directus goes last, and each worker has one to itself (test/live/lanes.ts): on SQLite, Directus locks
 * itself up when the model changes while another change is under way.
 */
const live = {
  globalSetup: ['test/live/sandbox.ts'],
  hookTimeout: 600_000,
  maxWorkers: LANES,
  sequence: { groupOrder: 1 },
};

/** What needs no Directus, or one of its own, mostly waits for processes that it started: two files at once. */
const alone = { maxWorkers: 2, sequence: { groupOrder: 0 } };

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      project('unit', alone),
      project('host', alone),
      project('terminal', alone),
      project('protocol', live),
      project('live', live),
      project('faults', live),
      project('conformance', live),
      project('security', { ...live, globalSetup: [...live.globalSetup, 'test/web/installed.ts'] }),
      project('web', {
        ...live,
        globalSetup: [...live.globalSetup, 'test/web/installed.ts'],
        testTimeout: 60_000,
      }),
    ],
  },
});
