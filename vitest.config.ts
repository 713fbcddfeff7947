import { defineConfig } from 'vitest/config';

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

const live = { globalSetup: ['test/live/sandbox.ts'], hookTimeout: 600_000 };

export default defineConfig({
  test: {
    // One file at a time: on SQLite, Directus locks itself up when the model changes while another change is under way.
    fileParallelism: false,
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      project('unit'),
      project('host'),
      project('terminal'),
      project('protocol', live),
      project('live', live),
      project('faults', live),
      project('conformance', live),
    ],
  },
});
