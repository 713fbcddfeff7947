import { randomUUID } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from './error-code.ts';
import { isGone, ownWords } from './lock.ts';

const LOOK_EVERY_MS = 10;

/**
 * Runs `work` while no other process changes the file; its folder is made where it is missing. It takes milliseconds,
 * and so does the wait, in which nothing else happens in this process.
 * @throws Error when nothing can be written beside the file
 */
export function withFile<T>(file: string, work: () => T): T {
  const lock = `${targetOf(file)}.lock`;
  written(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    while (!taken(lock)) {
      if (isDead(lock)) removeDead(lock);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    }
  });
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Puts a text in the place of a file, in one step: nobody reads half of it, and where it fails the old one stays. */
export function replaceFile(file: string, text: string): void {
  const target = targetOf(file);
  const draft = `${target}.${process.pid}.tmp`;
  written(file, () => {
    try {
      // The file may hold keys of providers.
      writeFileSync(draft, text, { mode: 0o600, flush: true });
      renameSync(draft, target);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  });
}

/** A link stays one; what it leads to is replaced. */
const targetOf = (file: string): string => (existsSync(file) ? realpathSync(file) : file);

function taken(lock: string): boolean {
  try {
    writeFileSync(lock, ownWords(), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function isDead(lock: string): boolean {
  try {
    return isGone(readFileSync(lock, 'utf8'), statSync(lock).mtimeMs);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function removeDead(lock: string): void {
  // Between looking and moving, another process may have taken over: then what was moved is alive and goes back.
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
    if (!isDead(aside)) linkSync(aside, lock);
  } catch {
    // Others were faster.
  }
  rmSync(aside, { force: true });
}

function written(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const code = codeOf(error);
    throw Object.assign(new Error(`${file} cannot be written (${code}). Nothing was changed.`), { code });
  }
}
