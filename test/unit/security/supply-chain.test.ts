import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const root = new URL('../../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');

const locked = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  dev: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  license: z.string().optional(),
});
const lock = z
  .object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), locked) })
  .parse(JSON.parse(read('package-lock.json')));
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
const named = (of: typeof packages) => of.map(([path]) => path.split('node_modules/').at(-1) ?? '');

const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
    scripts: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read('package.json')));

describe('the lockfile', () => {
  test('knows the content of every package; what comes inside of another has the digest of that one', () => {
    const without = packages.filter(
      ([, { integrity, inBundle }]) => !integrity?.startsWith('sha512-') && !inBundle,
    );
    expect(packages.length).toBeGreaterThan(100);
    expect(named(without)).toEqual([]);
  });

  test('takes everything from a registry: nothing from git, from a folder or without TLS', () => {
    const elsewhere = packages.filter(
      ([, { link, resolved }]) =>
        link || (resolved !== undefined && !/^https:\/\/[^?#]+\.tgz$/.test(resolved)),
    );
    expect(named(elsewhere)).toEqual([]);
    const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(ranges.filter(([, range]) => !/^\^?\d+\.\d+\.\d+(-[\w.]+)?$/.test(range))).toEqual([]);
  });

  test('what people install runs no scripts; of what builds it these have some, and package.json says which may run', () => {
    const scripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(named(scripts.filter(([, { dev }]) => !dev))).toEqual([]);
    expect([...new Set(named(scripts))].toSorted()).toEqual([
      '@modelcontextprotocol/inspector',
      'esbuild',
      'node',
      'vue-demi',
    ]);
    expect(manifest.allowScripts).toEqual({ '@modelcontextprotocol/inspector': false, node: true });
    expect(
      Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name)),
    ).toEqual([]);
  });
});

/** As much of a workflow as these tests are about. */
const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const workflow = z.looseObject({
  permissions,
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: permissions.optional(),
      steps: z.array(step),
      'timeout-minutes': z.number(),
    }),
  ),
});
const folder = '.github/workflows/';
const workflows = readdirSync(new URL(folder, root)).map((file) => ({
  file,
  ...workflow.parse(parse(read(folder + file))),
}));
const stepsOf = (file: string) =>
  Object.values(workflows.find((one) => one.file === file)?.jobs ?? {}).flatMap(({ steps }) => steps);
const runs = (file: string) => stepsOf(file).flatMap(({ run }) => run ?? []);

describe('the workflows', () => {
  test('pin every action to a commit', () => {
    const used = workflows.flatMap(({ file }) => stepsOf(file)).flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(2);
    expect(used.filter((action) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  test('may read the repository and nothing else; only a release proves where it comes from', () => {
    for (const { file, permissions, jobs } of workflows) {
      expect([file, permissions]).toEqual([file, { contents: 'read' }]);
      for (const [job, { permissions = {} }] of Object.entries(jobs))
        expect([job, permissions]).toEqual([
          job,
          job === 'publish' ? { contents: 'read', 'id-token': 'write' } : {},
        ]);
    }
  });

  test('install what is locked, and publish with provenance what was tested', () => {
    for (const { file } of workflows) {
      expect(runs(file)).toContain('npm ci');
      expect(runs(file).filter((run) => /npm (i|install)\b/.test(run))).toEqual([]);
    }
    expect(runs('release.yml')).toEqual(['npm ci', 'npm test', 'npm publish --provenance --access public']);
    expect(runs('ci.yml')).toContain('npm run audit');
  });
});
