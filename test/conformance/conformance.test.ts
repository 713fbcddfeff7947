import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedDirectus } from '../live/shared-directus.ts';
import { expected, expectedOf, explain, failedOf } from './expected.ts';
import { type Findings, runSuite } from './run.ts';
import { scenariosOf, VERSIONS } from './scenarios.ts';
import { type Served, serve } from './served.ts';

const TARGETS = ['product', 'fixtures'] as const;

describe.each(TARGETS)('the conformance suite, on the %s', (target) => {
  const findings: Record<string, Findings> = {};
  let server: Served | undefined;

  beforeAll(async () => {
    const started = await serve(target, sharedDirectus());
    server = started;
    await Promise.all(
      VERSIONS.map(async (version) => {
        findings[version] = await runSuite(started.url, version);
      }),
    );
  });
  afterAll(() => server?.stop());

  describe.each(VERSIONS)('%s', (version) => {
    test('ran what there is for servers of this version, and nothing else', () => {
      expect([...(findings[version]?.keys() ?? [])].toSorted()).toEqual(scenariosOf(version).toSorted());
    });

    test.each(scenariosOf(version))('%s', (scenario) => {
      const checks = findings[version]?.get(scenario) ?? [];
      const excused = expectedOf(target, scenario);
      // An excused check that passes fails here too, so that the list holds nothing that is no longer so.
      expect(failedOf(scenario, checks), explain(checks)).toEqual(excused);
      const passed = checks.filter(({ status }) => status === 'SUCCESS');
      expect(passed.length + excused.length, 'The scenario checked nothing.').toBeGreaterThan(0);
    });
  });
});

test.each(TARGETS)('what is expected of the %s is of scenarios there are', (target) => {
  const known = VERSIONS.flatMap(scenariosOf);
  const unknown = Object.keys(expected[target]).filter((name) => !known.includes(name.replace(/:.*$/, '')));
  expect(unknown).toEqual([]);
});
