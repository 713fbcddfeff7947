import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { serverJson } from '../../../scripts/packaging/server-json.ts';
import { leaves } from '../../../src/settings/leaves.ts';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

const version = z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/, 'one release, no range');

/** What we use of the registry's format of 2025-12-11, as strictly as it says and in no other words. */
const format = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version,
  packages: z.tuple([
    z.strictObject({
      registryType: z.literal('npm'),
      identifier: z.string(),
      version,
      runtimeHint: z.literal('npx'),
      transport: z.strictObject({ type: z.literal('stdio') }),
      packageArguments: z.tuple([z.strictObject({ type: z.literal('positional'), value: z.literal('mcp') })]),
      environmentVariables: z.array(
        z.strictObject({
          name: z.string().regex(/^[A-Z_]+$/),
          description: z.string().min(1),
          format: z.enum(['string', 'number', 'boolean']),
          isRequired: z.boolean(),
          isSecret: z.boolean(),
          placeholder: z.string().optional(),
          choices: z.array(z.string()).min(2).optional(),
        }),
      ),
    }),
  ]),
});

test('server.json is in step with the settings (npm run packaging)', () => {
  expect(read('server.json')).toBe(serverJson());
});

test('it has the form of the registry, and says of the package what package.json says', () => {
  const server = format.parse(JSON.parse(read('server.json')));
  const manifest = JSON.parse(read('package.json'));
  const [npm] = server.packages;
  expect(server.name).toBe(manifest.mcpName);
  expect(npm.identifier).toBe(manifest.name);
  expect([server.version, npm.version]).toEqual([manifest.version, manifest.version]);
});

test('it names every variable of a server of one person, and tells which are secret', () => {
  const [{ environmentVariables }] = format.parse(JSON.parse(read('server.json'))).packages;
  const names = environmentVariables.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining(['DIRECTUS_URL', 'DIRECTUS_TOKEN', 'READ_ONLY', 'UPLOAD_ROOTS']),
  );
  // Those of the served server and of the chat would only be in the way.
  expect(names.filter((name) => /^(HTTP|AI|OPENAI|ANTHROPIC)_|ASSISTANT/.test(name))).toEqual([]);
  const secret = leaves.flatMap(({ meta }) => (meta.secret ? (meta.env ?? []) : []));
  for (const { name, isSecret } of environmentVariables)
    expect([name, isSecret]).toEqual([name, secret.includes(name)]);
  expect(environmentVariables.filter(({ isRequired }) => isRequired).map(({ name }) => name)).toEqual([
    'DIRECTUS_URL',
  ]);
});
