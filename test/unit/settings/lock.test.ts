import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../../src/settings/lock.ts';

let folder = '';
let file = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  file = join(folder, 'install.lock');
});
afterEach(() => rm(folder, { recursive: true }));

/** Resolves to the id of a process that has ended. */
const deadProcess = () =>
  new Promise<number>((resolve) => {
    const child = spawn(process.execPath, ['-e', '0']);
    child.once('exit', () => resolve(child.pid ?? 0));
  });

test('only one at a time, and the others are told that they wait', async () => {
  let inside = 0;
  let most = 0;
  let waits = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  const onWait = () => {
    waits += 1;
  };
  await Promise.all(Array.from({ length: 4 }, () => withLock(file, { onWait }, work)));
  expect(most).toBe(1);
  expect(waits).toBeGreaterThan(0);
  expect(await readdir(folder)).toEqual([]);
});

test('is given back when the work fails', async () => {
  await expect(withLock(file, {}, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await readdir(folder)).toEqual([]);
});

test('the lock of a dead process is taken over at once', async () => {
  await writeFile(file, JSON.stringify({ id: 'x', pid: await deadProcess(), host: hostname() }));
  let waited = false;
  const onWait = () => {
    waited = true;
  };
  expect(await withLock(file, { onWait }, async () => 'mine')).toBe('mine');
  expect(waited).toBe(false);
});

test('so is one that nobody has touched for a minute, whoever it was', async () => {
  await writeFile(file, JSON.stringify({ id: 'x', pid: process.pid, host: 'another-machine' }));
  const old = new Date(Date.now() - 60_000);
  await utimes(file, old, old);
  expect(await withLock(file, {}, async () => 'mine')).toBe('mine');
});

test('waiting for a living process can be given up', async () => {
  await writeFile(file, JSON.stringify({ id: 'x', pid: process.pid, host: hostname() }));
  const giveUp = new AbortController();
  const waiting = withLock(file, { signal: giveUp.signal, onWait: () => giveUp.abort() }, async () => 'mine');
  await expect(waiting).rejects.toThrow(/abort/i);
});
