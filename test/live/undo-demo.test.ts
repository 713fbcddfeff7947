import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Newsroom } from '../../src/cli/demo/newsroom.ts';
import { playTour } from '../../src/cli/demo/tour.ts';
import { connectServers, quickModel, runOnce } from '../../src/host/index.ts';
import { startDemoModel } from '../../src/sandbox/demo-model.ts';
import { newsroom as content } from '../../src/sandbox/seed/index.ts';
import { bin, type Row, startServer, type TestServer } from './server.ts';
import { startDirectus } from './start-directus.ts';

const MINUTE = 60_000;

let newsroom: Newsroom;
let server: TestServer;
beforeAll(async () => {
  const sandbox = await startDirectus({ version: process.env.DIRECTUS_VERSION });
  const demo = await startDemoModel();
  const env = { DIRECTUS_URL: sandbox.url, DIRECTUS_TOKEN: sandbox.admin.token };
  const args = [bin, 'mcp', '--allow-deletes'];
  const servers = await connectServers([{ name: 'directus', command: process.execPath, args, env }]);
  newsroom = {
    sandbox,
    model: await quickModel({ baseUrl: demo.baseUrl, model: demo.model }),
    endpoint: demo,
    servers,
    async stop() {
      await Promise.allSettled([servers.close(), demo.stop(), sandbox.stop()]);
    },
  };
  // Another machine than the one that plays the demo.
  server = await startServer({ url: sandbox.url, token: sandbox.admin.token, flags: ['--allow-deletes'] });
}, MINUTE);
afterAll(async () => {
  await server?.close();
  await newsroom?.stop();
});

async function get<T>(path: string): Promise<T> {
  const { url, admin } = newsroom.sandbox;
  const reply = await fetch(url + path, { headers: { authorization: `Bearer ${admin.token}` } });
  if (!reply.ok) throw new Error(`Directus answered ${reply.status} to ${path}.`);
  return ((await reply.json()) as { data: T }).data;
}

const SYSTEM = [
  'access',
  'comments',
  'dashboards',
  'files',
  'flows',
  'folders',
  'notifications',
  'operations',
  'panels',
  'permissions',
  'policies',
  'presets',
  'roles',
  'settings',
  'shares',
  'translations',
  'users',
  'versions',
];
/** Signing in and looking around change these. */
const VOLATILE = ['last_access', 'last_page'];

/** The data model, all content and what else matters, as one text; every column of every row. */
async function everything(): Promise<string> {
  const names = content.collections.map(({ collection }) => `items/${collection}`);
  const parts: [string, unknown][] = [];
  for (const path of ['schema/snapshot', 'collections', 'fields', 'relations'])
    parts.push([path, await get(`/${path}`)]);
  for (const path of [...names, ...SYSTEM]) {
    const rows = [await get<Row | Row[]>(`/${path}?limit=-1`)].flat();
    const sorted = rows.toSorted((a, b) => (String(a.id ?? a.code) < String(b.id ?? b.code) ? -1 : 1));
    parts.push([path, sorted]);
  }
  return JSON.stringify(parts, (name, value) => (VOLATILE.includes(name) ? undefined : value), 1);
}

/** All that was done since, undone with one confirmed call. */
async function undoSince(since: string, more: Row = {}) {
  const held = await server.call('history', { action: 'undo', since, ...more });
  expect(held.info.confirm, held.text).toBeTypeOf('string');
  const answer = await server.call('history', { action: 'undo', since, ...more, confirm: held.info.confirm });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.info.notUndone, answer.text).toBeUndefined();
  expect(answer.info.warning, answer.text).toBeUndefined();
  return answer;
}

const tour = async () => {
  const silent = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(await playTour(newsroom, new AbortController().signal)).toEqual([]);
  } finally {
    silent.mockRestore();
  }
};

const ask = async (prompt: string) => {
  const { model, servers } = newsroom;
  const { state, text, toolCalls } = await runOnce({ model, servers, prompt, approve: 'all' });
  expect(state).toBe('done');
  expect(
    toolCalls.some(({ isError }) => isError),
    `${prompt}: ${text}`,
  ).toBe(false);
};

test(
  'A23 a run of the demo is undone to the byte: data model and content are as they were',
  async () => {
    const before = await everything();
    const since = new Date().toISOString();
    await tour();
    expect(await everything()).not.toBe(before);
    const { info } = await undoSince(since, { stamps: true });
    expect(info.undone).toHaveLength(1);
    expect(await everything()).toBe(before);
  },
  MINUTE,
);

test(
  'A23 a longer run through the chat host as well, with rows made, changed and deleted',
  async () => {
    const before = await everything();
    const since = new Date().toISOString();
    await tour();
    await ask('create an article titled "Made by the demo" with featured yes');
    await ask('change the category of article 3 to 2');
    await ask('delete article 12');
    await ask('change the title of article 9 to "Another title"');
    const { info } = await undoSince(since, { stamps: true });
    expect(info.undone).toHaveLength(5);
    expect(await everything()).toBe(before);
  },
  MINUTE,
);

test(
  'A23 without stamps the data model is not touched, and Directus says who undid it and when',
  async () => {
    const plain = (text: string) => text.replace(/"(date|user)_updated": .*/g, '');
    const before = await everything();
    const fields = await get<{ id: number }[]>(
      '/activity?limit=1&sort=-id&fields=id&filter[collection][_eq]=directus_fields',
    );
    const since = new Date().toISOString();
    await tour();
    await undoSince(since);
    const after = await everything();
    expect(after).not.toBe(before);
    expect(plain(after)).toBe(plain(before));
    const now = await get('/activity?limit=1&sort=-id&fields=id&filter[collection][_eq]=directus_fields');
    expect(now).toEqual(fields);
  },
  MINUTE,
);
