import { defineConfig } from 'vitest/config';
import { LANES } from './test/live/lanes.ts';

/**
 * One kind of proof. All kinds run together, two files at once: most files wait for processes that they started.
 * They are one group on purpose: from one group to the next, vitest 4.1 gives the number of a worker away twice.
 */
const project = (name: string, extra: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: LANES,
    ...extra,
  },
});

/**
 * What needs a Directus: each worker has one to itself (test/live/lanes.ts), because on SQLite, Directus locks itself up
 * when the model changes while another change is under way.
 */
const live = { globalSetup: ['test/live/sandbox.ts'], hookTimeout: 600_000 };

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      project('unit'),
      project('host'),
      project('terminal'),
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
