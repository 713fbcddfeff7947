import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './error-code.ts';

const BEAT_MS = 2_000;
/** A holder whose lock looks this old may be gone, whatever its process id says. */
const DEAD_AFTER_MS = 30_000;
/** It is gone when it does not touch its lock meanwhile either: a lock looks old after a change of the clock, too. */
const WATCH_MS = 2.5 * BEAT_MS;
const LOOK_MS = 250;

export type Lock = {
  /** Whether it is still ours: others take over from a process that was suspended for long. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
};

export type LockHolder = { pid: number; host: string };

/**
 * Takes a lock file that other processes respect, if nobody living holds it. A dead holder is known by its process id on
 * this machine or by a lock file nobody touches any more. Its folder must be there.
 * @returns the lock, or who holds it
 */
export async function takeLock(
  file: string,
): Promise<{ lock: Lock; holder?: never } | { lock?: never; holder: LockHolder | undefined }> {
  const mine = ownWords();
  while (!(await acquire(file, mine))) {
    const content = await read(file);
    if (content === undefined) continue;
    if (!(await isDead(file, content))) return { holder: parseOwner(content) };
    await removeDead(file, content);
  }
  const isHeld = async () => (await read(file)) === mine;
  const touch = async () => {
    const now = new Date();
    // One that others have taken over is theirs to touch.
    if (await isHeld()) await utimes(file, now, now);
  };
  const beat = setInterval(() => void touch().catch(() => {}), BEAT_MS);
  beat.unref();
  return {
    lock: {
      isHeld,
      release: async () => {
        clearInterval(beat);
        if (await isHeld()) await rm(file, { force: true });
      },
    },
  };
}

export type LockOptions = {
  /** Called once if another process holds the lock. */
  onWait?: (() => void) | undefined;
  signal?: AbortSignal | undefined;
};

/** Runs `work` while holding a lock file; waits for a living holder, and makes the file's folder. */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let taken = await takeLock(file);
  if (!taken.lock) options.onWait?.();
  while (!taken.lock) {
    await delay(LOOK_MS, undefined, { signal: options.signal });
    taken = await takeLock(file);
  }
  try {
    return await work();
  } finally {
    await taken.lock.release();
  }
}

/** Linking a finished file into place is atomic: nobody ever sees a lock without its owner in it. */
async function acquire(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { mode: 0o600 });
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeDead(file: string, content: string): Promise<void> {
  // Between reading and moving, another process may have taken over: then what was moved is alive and goes back.
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await read(aside)) !== content) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function isDead(file: string, content: string): Promise<boolean> {
  if (isGone(content)) return true;
  const touched = await touchedAt(file);
  if (touched === undefined || Math.abs(Date.now() - touched) < DEAD_AFTER_MS) return false;
  const end = performance.now() + WATCH_MS;
  while (performance.now() < end) {
    await delay(LOOK_MS);
    if ((await touchedAt(file)) !== touched) return false;
  }
  return true;
}

const touchedAt = async (file: string): Promise<number | undefined> =>
  (await stat(file).catch(() => undefined))?.mtimeMs;

/** What this process puts into a lock file. */
export const ownWords = (): string =>
  JSON.stringify({ id: randomUUID(), pid: process.pid, host: hostname() });

/** Whether the one whose words are in a lock file ran on this machine, and runs no longer. */
export function isGone(content: string): boolean {
  const owner = parseOwner(content);
  return owner !== undefined && owner.host === hostname() && !isRunning(owner.pid);
}

/** Who has put these words into a lock file; undefined where they are none. */
export function parseOwner(content: string): LockHolder | undefined {
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

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
