import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './errors.ts';

const BEAT_MS = 2_000;
/** A holder that has not touched its lock for this long is gone, whatever its process id says. */
const DEAD_AFTER_MS = 30_000;

export type LockOptions = {
  /** Called once if another process holds the lock. */
  onWait?: (() => void) | undefined;
  signal?: AbortSignal | undefined;
};

/**
 * Runs `work` while holding a lock file that other processes respect. Waits for a living holder; takes over from
 * a dead one, known by its process id on this machine or by a lock file nobody touches any more.
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const mine = JSON.stringify({ id: randomUUID(), pid: process.pid, host: hostname() });
  for (let waited = false; !(await acquire(file, mine)); ) {
    if (await removeIfDead(file)) continue;
    if (!waited) options.onWait?.();
    waited = true;
    await delay(250, undefined, { signal: options.signal });
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await read(file)) === mine) await rm(file, { force: true });
  }
}

/** Linking a finished file into place is atomic: nobody ever sees a lock without its owner in it. */
async function acquire(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeIfDead(file: string): Promise<boolean> {
  const content = await read(file);
  if (content === undefined) return true;
  if (!(await isDead(file, content))) return false;
  // Between reading and moving, another process may have taken over: then what was moved is alive and goes back.
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return true;
  }
  if ((await read(aside)) !== content) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
  return true;
}

async function isDead(file: string, content: string): Promise<boolean> {
  const touched = await stat(file).catch(() => undefined);
  if (!touched) return false;
  if (Date.now() - touched.mtimeMs > DEAD_AFTER_MS) return true;
  const owner = parseOwner(content);
  return owner !== undefined && owner.host === hostname() && !isRunning(owner.pid);
}

function parseOwner(content: string): { pid: number; host: string } | undefined {
  try {
    const { pid, host } = JSON.parse(content);
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

const read = (file: string) => readFile(file, 'utf8').catch(() => undefined);
