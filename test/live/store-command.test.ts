import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { removeStore } from '../../src/store/setup.ts';
import { tempFolder } from '../host/conversations/fixtures/entries.ts';
import { asAdmin } from '../web/fixtures/store.ts';
import { freshUser, rest } from './helpers.ts';
import { sharedDirectus } from './shared-directus.ts';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const admin = () => rest(sharedDirectus().admin.token);

/** `directus-assistant store ...` with the token of an admin, or another. */
async function store(words: string[], { token = sharedDirectus().admin.token, input = '' } = {}) {
  const home = tempFolder();
  const child = spawn(process.execPath, [bin, 'store', ...words], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      XDG_CONFIG_HOME: home,
      DIRECTUS_URL: sharedDirectus().url,
      DIRECTUS_TOKEN: token,
    },
  });
  child.stdin.end(input);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { stdout, stderr, status };
}

const collectionsThere = async (): Promise<string[]> => {
  const { data } = await admin()('GET', '/collections');
  const all = data as { collection: string }[];
  return all.map(({ collection }) => collection).filter((name) => name.startsWith('assistant_'));
};

afterAll(async () => {
  await removeStore(asAdmin());
});

test('A17 the store is made on request, as often as wanted, is checked, and is removed after a yes', async () => {
  expect(await collectionsThere()).toEqual([]);
  const wrong = await store(['create', '--roles', 'Nobody']);
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('There is no role "Nobody"')]);
  expect(await collectionsThere()).toEqual([]);

  const made = await store(['create']);
  expect([made.status, made.stderr]).toEqual([0, '']);
  expect(made.stdout).toContain('made  collection assistant_conversations');
  expect(await collectionsThere()).toHaveLength(5);
  const { data } = await admin()('GET', '/collections/assistant_entries');
  expect(data).toMatchObject({ meta: { hidden: true, accountability: null } });
  expect(await store(['check'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^All \d+ parts/),
  });
  const again = (await store(['create'])).stdout;
  expect(again).toMatch(/^(\d+) of \1 parts were there already\./);
  expect(again).not.toContain('made');

  const refused = await store(['remove']);
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('give --yes')]);
  expect(await collectionsThere()).toHaveLength(5);
  expect((await store(['remove', '--yes'])).stdout).toContain('assistant_conversations');
  expect(await collectionsThere()).toEqual([]);
  expect((await store(['remove', '--yes'])).stdout).toBe('There was nothing to remove.\n');
  const missing = await store(['check']);
  expect(missing).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('missing  collection assistant_usage'),
  });
});

test('what somebody changed is told, and mended where it can be', async () => {
  await store(['create']);
  await admin()('PATCH', '/collections/assistant_entries', {
    meta: { hidden: false, accountability: 'all' },
  });
  await admin()('DELETE', '/fields/assistant_entries/writer');
  const stranger = await freshUser([{ collection: 'assistant_entries', action: 'read' }]);
  const found = await store(['check']);
  expect(found.status).toBe(1);
  expect(found.stdout).toContain('differs  collection assistant_entries');
  expect(found.stdout).toContain('missing  field assistant_entries.writer');
  expect(found.stdout).toMatch(/differs {2}right to read assistant_entries in policy .*not theirs/);
  expect((await store(['create'])).stdout).toContain('mended  collection assistant_entries');
  await stranger.remove();
  expect((await store(['check'])).status).toBe(0);
});

test('who is no admin makes nothing, and the account of the server gets what it needs', async () => {
  await store(['remove', '--yes']);
  const { editor, admin: owner } = sharedDirectus();
  const refused = await store(['create'], { token: editor.token, input: `${editor.token}\n` });
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('not the token of an admin')]);
  expect(await collectionsThere()).toEqual([]);
  const server = await freshUser([]);
  try {
    const made = await store(['create'], { token: server.token, input: `${owner.token}\n` });
    expect(made.stdout).toContain(`given  policy "Assistant: server" to ${server.email}`);
    expect(`${made.stdout}${made.stderr}`).not.toContain(owner.token);
    const api = rest(server.token);
    expect((await api('GET', '/items/assistant_settings')).status).toBe(200);
    expect((await api('DELETE', '/items/assistant_settings/1')).status).toBe(403);
  } finally {
    await server.remove();
  }
});
