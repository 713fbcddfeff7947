import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterEach, expect, test } from 'vitest';
import { EFFECTS_META } from '../../src/server/wire.ts';
import { tools as all } from '../../src/tools/list.ts';
import { freshArticle, rest } from './helpers.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { admin, editor, readonly } = sharedDirectus();
const started: TestServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

const start = async (options: ServerOptions) => {
  const server = await startServer(options);
  started.push(server);
  return server;
};

/** What a client is offered: `items.read`, or the bare name of a tool with one action. */
async function offered(options: ServerOptions) {
  const server = await start(options);
  const { tools } = await server.client.listTools();
  const tokens = tools.reduce(
    (sum, { name, description, inputSchema }) =>
      sum + countTokens(JSON.stringify({ name, description, inputSchema })),
    0,
  );
  const actions = tools.flatMap(({ name, _meta }) => {
    const effects = Object.keys((_meta?.[EFFECTS_META] ?? {}) as object);
    // The only action there is goes by no name as well.
    const named = effects.filter(Boolean);
    return named.length > 0 ? named.map((one) => `${name}.${one}`) : [name];
  });
  return { server, tools, tokens, actions };
}

test('A4 an admin is listed all tools, within the limits of every client', async () => {
  const { tools, tokens } = await offered({ flags: ['--allow-deletes'] });
  expect(tools.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
  for (const { name, description = '' } of tools) {
    expect(name).toMatch(/^[a-z-]{1,24}$/);
    expect(description.length, name).toBeLessThanOrEqual(600);
    expect(description.length, name).toBeGreaterThan(0);
  }
  expect(tokens).toBeLessThanOrEqual(3000);
});

test('A4 read-only and registry mode cost little', async () => {
  expect((await offered({ flags: ['--read-only'] })).tokens).toBeLessThanOrEqual(900);
  const registry = await offered({ flags: ['--tool-mode', 'registry', '--allow-deletes'] });
  expect(registry.tools.map(({ name }) => name)).toEqual(['search', 'execute', 'schema']);
  expect(registry.tokens).toBeLessThanOrEqual(350);
});

/** Flows the role may not read, so that it could not learn which there are. */
test('A4 an editor is offered only what the role has rights for', async () => {
  const { actions, tokens } = await offered({ token: editor.token, flags: ['--allow-deletes'] });
  expect(actions.sort()).toEqual(
    [
      'access.explain',
      'access.whoami',
      'assets',
      'comments.create',
      'comments.delete',
      'comments.read',
      'comments.update',
      'files.import',
      'files.read',
      'files.update',
      'files.upload',
      'folders.create',
      'folders.read',
      'history.changes',
      'history.read',
      'items.create',
      'items.delete',
      'items.read',
      'items.update',
      'schema',
      'system-prompt',
      'versions.compare',
      'versions.create',
      'versions.delete',
      'versions.promote',
      'versions.read',
      'versions.save',
    ].sort(),
  );
  expect(tokens).toBeLessThanOrEqual(1500);
});

test('A4 a reader is offered reading alone, and is told no when writing all the same', async () => {
  const { server, actions } = await offered({ token: readonly.token, flags: ['--allow-deletes'] });
  expect(
    actions.filter(
      (one) => !/\.read$|^(schema|assets|system-prompt|access\.whoami|access\.explain)$/.test(one),
    ),
  ).toEqual([]);
  const { id } = await freshArticle();
  const answer = await server.call('items', {
    action: 'update',
    collection: 'articles',
    keys: [id],
    data: { title: 'Mine' },
  });
  expect(answer.isError).toBe(true);
  const { data } = await rest(admin.token)('GET', `/items/articles/${id}?fields=title`);
  expect(data).not.toEqual({ title: 'Mine' });
});

test('A4 a disabled action leaves the wire schema with its parameters', async () => {
  const { tools } = await offered({ flags: ['--exclude', 'items.create,items.update'] });
  const items = tools.find(({ name }) => name === 'items');
  expect(items?.inputSchema.properties).not.toHaveProperty('action');
  expect(items?.annotations?.readOnlyHint).toBe(true);
  expect(items?.inputSchema.properties).not.toHaveProperty('data');
});
