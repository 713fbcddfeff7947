import { MANIFEST_SCHEMAS } from '@anthropic-ai/mcpb';
import { expect, test } from 'vitest';
import { manifest } from '../../../scripts/packaging/manifest.ts';
import { leaves } from '../../../src/settings/leaves.ts';
import { tools } from '../../../src/tools/list.ts';

const bundle = manifest();

test("the manifest of the bundle has its makers' form", () => {
  expect(MANIFEST_SCHEMAS['0.3'].safeParse(bundle).error).toBeUndefined();
});

test('every answer of its form goes somewhere, and everything it hands on was asked', () => {
  const { env, args } = bundle.server.mcp_config;
  const used = [...JSON.stringify([env, args]).matchAll(/\$\{user_config\.(\w+)\}/g)].map(([, key]) => key);
  expect(used.toSorted()).toEqual(Object.keys(bundle.user_config).toSorted());
});

test('its variables are those of settings, and the token is kept safe', () => {
  const known = leaves.flatMap(({ meta }) => meta.env ?? []);
  expect(Object.keys(bundle.server.mcp_config.env).filter((name) => !known.includes(name))).toEqual([]);
  expect(bundle.user_config.directus_token).toMatchObject({ sensitive: true, required: true });
  expect(bundle.user_config.directus_url).toMatchObject({ required: true });
});

test('what may stay empty has a default, since clients hand on the reference otherwise', () => {
  for (const [key, question] of Object.entries(bundle.user_config)) {
    if (!question.required) expect(question, key).toHaveProperty('default');
  }
});

test('it names every tool', () => {
  expect(bundle.tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
});
