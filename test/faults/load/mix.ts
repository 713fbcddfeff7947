import { randomUUID } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import { freshCollection, rest } from '../../live/helpers.ts';
import type { Row } from '../../live/server.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import type { Call } from './callers.ts';

const FIELDS = ['id', 'title', 'slug', 'status', 'publish_date', 'category', 'author'];

type Asked = { tool: string; args: Row };

const read = (query: Row, more: Row = {}): Asked => ({
  tool: 'items',
  args: { action: 'read', collection: 'articles', query, ...more },
});

const READS: Asked[] = [
  read({ fields: FIELDS }, { keys: [1] }),
  read({ fields: FIELDS, limit: 25 }),
  read({ fields: ['*', 'author.*'], limit: 10 }),
  { tool: 'schema', args: {} },
  { tool: 'schema', args: { keys: ['articles'] } },
];

/** Each ends in an error that says what to do. */
const WRONG: Asked[] = [
  { tool: 'no-such-tool', args: {} },
  { tool: 'items', args: { action: 'read', collection: 'articels' } },
  { tool: 'items', args: { action: 'burn', collection: 'articles' } },
  read({ fields: ['titel'] }),
  read({ filter: { title: { _like: 'x' } } }),
  {
    tool: 'items',
    args: { action: 'update', collection: 'articles', keys: [99999999], data: { title: 'x' } },
  },
];

/** Rows of the test's own: more than are written by one request. */
const ROWS = 260;

/** A collection of the test's own, gone with the test. */
export async function ownRows(): Promise<{ name: string; keys: number[] }> {
  const { name, remove } = await freshCollection('soak', [
    { field: 'title', type: 'string' },
    { field: 'note', type: 'string' },
  ]);
  onTestFinished(remove);
  const rows = Array.from({ length: ROWS }, (_, nth) => ({ title: `Row ${nth}` }));
  const { data } = await rest(sharedDirectus().admin.token)('POST', `/items/${name}?limit=-1`, rows);
  return { name, keys: (data as { id: number }[]).map(({ id }) => id) };
}

type Own = Awaited<ReturnType<typeof ownRows>>;

const pick = <T>(all: readonly T[], nth: number): T => all[nth % all.length] as T;

/** A read, to be called and taken back. */
export const someRead = (nth: number): Asked => pick(READS, nth);

/** One call of the usual kinds, or a few that belong together; each answer is what it should be. */
export async function someCall(call: Call, own: Own, chance: number, nth: number): Promise<void> {
  if (chance < 0.6) return succeeds(call, pick(READS, nth));
  if (chance < 0.8) return fails(call, pick(WRONG, nth));
  if (chance < 0.9) return succeeds(call, updateOf(own, nth));
  if (chance < 0.97) return succeeds(call, previewOf(own, nth));
  return makeAndDelete(call, own);
}

async function succeeds(call: Call, { tool, args }: Asked): Promise<void> {
  const { isError, text } = await call(tool, args);
  expect(isError, text).toBe(false);
}

async function fails(call: Call, { tool, args }: Asked): Promise<void> {
  const { isError, text } = await call(tool, args);
  expect(isError, text).toBe(true);
  expect(text).toMatch(/^[A-Z][A-Z_0-9]+: .+\n./);
  expect(text).not.toContain('INTERNAL');
}

const updateOf = ({ name, keys }: Own, nth: number): Asked => ({
  tool: 'items',
  args: { action: 'update', collection: name, keys: [pick(keys, nth)], data: { note: `note ${nth}` } },
});

const previewOf = ({ name, keys }: Own, nth: number): Asked => ({
  tool: 'items',
  args: { action: 'delete', collection: name, keys: [pick(keys, nth)], dryRun: true },
});

/** An update of all rows, which tells of its progress. */
export const longUpdate = ({ name, keys }: Own, nth: number): Asked => ({
  tool: 'items',
  args: { action: 'update', collection: name, keys, data: { note: `all ${nth}` } },
});

async function makeAndDelete(call: Call, { name }: Own): Promise<void> {
  const made = await call('items', { action: 'create', collection: name, data: { title: randomUUID() } });
  expect(made.isError, made.text).toBe(false);
  const [row] = made.data as { key: number }[];
  const args = { action: 'delete', collection: name, keys: [row?.key] };
  const held = await call('items', args);
  const done = await call('items', { ...args, confirm: held.info.confirm });
  expect(done.isError, done.text).toBe(false);
}
