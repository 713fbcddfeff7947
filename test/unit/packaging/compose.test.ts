import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { leaves } from '../../../src/settings/leaves.ts';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const text = read('compose.yaml');
const example = parseEnv(read('.env.example'));

const health = z.strictObject({
  test: z.tuple([z.literal('CMD')], z.string()),
  interval: z.string().regex(/^\d+s$/),
  timeout: z.string().regex(/^\d+s$/),
  retries: z.int().positive(),
});
const service = {
  restart: z.literal('unless-stopped'),
  environment: z.record(z.string().regex(/^[A-Z_]+$/), z.string().nullable()),
};
const volume = z.string().regex(/^[a-z]+:\/[\w/]+$/);
const published = z.string().regex(/^127\.0\.0\.1:\d+(-\d+)?:\d+$/);
const after = (name: string) =>
  z.strictObject({ [name]: z.strictObject({ condition: z.literal('service_healthy') }) });

const format = z.strictObject({
  name: z.string(),
  services: z.strictObject({
    database: z.strictObject({
      ...service,
      image: z.string().regex(/^postgres:\d+$/),
      volumes: z.tuple([volume]),
      healthcheck: health,
    }),
    directus: z.strictObject({
      ...service,
      image: z.literal('directus/directus:11.17.4'),
      depends_on: after('database'),
      volumes: z.tuple([volume]),
      ports: z.tuple([published]),
      healthcheck: health,
    }),
    assistant: z.strictObject({
      ...service,
      build: z.literal('.'),
      init: z.literal(true),
      stop_grace_period: z.string(),
      depends_on: after('directus'),
      ports: z.tuple([published]),
      deploy: z.strictObject({ replicas: z.coerce.number().int().positive() }),
      read_only: z.literal(true),
      tmpfs: z.tuple([z.literal('/tmp')]),
      cap_drop: z.tuple([z.literal('ALL')]),
      security_opt: z.tuple([z.literal('no-new-privileges:true')]),
    }),
  }),
  volumes: z.record(z.string(), z.null()),
});

const VARIABLE = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;
const variables = [...text.matchAll(VARIABLE)].map(([, name = '', how, rest]) => ({ name, how, rest }));

/** The file as Compose reads it with these variables. */
function composed(given: NodeJS.Dict<string>) {
  const filled = text.replace(
    VARIABLE,
    (_, name: string, how: string | undefined, rest: string | undefined) => {
      const value = given[name] || undefined;
      if (value === undefined && how === '?') throw new Error(rest);
      return value ?? rest ?? '';
    },
  );
  return format.parse(parse(filled));
}

const secrets = ['DATABASE_PASSWORD', 'DIRECTUS_SECRET', 'DIRECTUS_ADMIN_PASSWORD', 'DIRECTUS_ASSISTANT_KEY'];
const filledIn = {
  ...example,
  ...Object.fromEntries(secrets.map((name) => [name, 'x'.repeat(32)])),
  DIRECTUS_ADMIN_EMAIL: 'admin@example.com',
};

test('compose.yaml has the form we mean, with .env.example filled in', () => {
  const { services, volumes } = composed(filledIn);
  const mounted = [...services.database.volumes, ...services.directus.volumes].map(
    (each) => each.split(':')[0],
  );
  expect(Object.keys(volumes).toSorted()).toEqual(mounted.toSorted());
  expect(services.assistant.ports).toEqual(['127.0.0.1:8056:8056']);
  expect(services.assistant.environment.DIRECTUS_URL).toBe('http://directus:8055');
});

test('two replicas each have a port', () => {
  const { assistant } = composed({ ...filledIn, MCP_REPLICAS: '2', MCP_PORTS: '8056-8057' }).services;
  expect(assistant).toMatchObject({ deploy: { replicas: 2 }, ports: ['127.0.0.1:8056-8057:8056'] });
});

test('every variable is in .env.example, and everything there is used', () => {
  expect([...new Set(variables.map(({ name }) => name))].toSorted()).toEqual(Object.keys(example).toSorted());
});

test('no secret has a value of its own, and without one nothing starts', () => {
  for (const name of [...secrets, 'DIRECTUS_ADMIN_EMAIL']) {
    expect(example[name]).toBe('');
    expect(() => composed({ ...filledIn, [name]: '' })).toThrow(`set ${name} in .env`);
  }
  const optional = variables.filter(({ name, how }) => /KEY|TOKEN|PASSWORD|SECRET/.test(name) && how !== '?');
  expect(optional.map(({ name, rest }) => [name, rest])).toEqual([
    ['HTTP_SHARED_KEY', ''],
    ['DIRECTUS_TOKEN', ''],
  ]);
});

test('what the assistant is told are settings', () => {
  const known = leaves.flatMap(({ meta }) => meta.env ?? []);
  const told = Object.keys(composed(filledIn).services.assistant.environment);
  expect(told.filter((name) => !known.includes(name))).toEqual([]);
});

test('.env is kept out of the repository', () => {
  expect(read('.gitignore').split('\n')).toContain('.env');
});
