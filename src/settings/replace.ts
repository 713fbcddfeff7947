import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './error-code.ts';
import { isGone, ownWords, parseOwner } from './lock.ts';
import { remedyFor } from './remedy.ts';

const LOOK_EVERY_MS = 10;
/** Nobody holds the lock for longer, not on a slow disk either. Waited for, and not read off a clock that may jump. */
const LONGEST_MS = 30_000;
/** So long a lock may have no words in it: they are written right after it is made. */
const WORDLESS_MS = 2_000;

/**
 * Runs `work` while no other process changes the file; its folder is made where it is missing. It takes milliseconds,
 * and so does the wait, in which nothing else happens in this process.
 * @throws Error when nothing can be written beside the file
 */
export function withFile<T>(file: string, work: () => T): T {
  const lock = `${targetOf(file)}.lock`;
  written(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    let seen: { words: string; since: number } | undefined;
    while (!taken(lock)) {
      const words = wordsIn(lock);
      if (words === undefined) continue;
      if (words !== seen?.words) seen = { words, since: performance.now() };
      if (isDead(words, performance.now() - seen.since)) removeDead(lock, words);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    }
  });
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * Puts a text in the place of a file, in one step: nobody reads half of it, and where it fails the old one stays. To be
 * called within `withFile`.
 */
export function replaceFile(file: string, text: string): void {
  const target = targetOf(file);
  const draft = `${target}.${process.pid}.tmp`;
  written(file, () => {
    removeDrafts(target);
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

/** Whoever was killed while writing has left a copy of the settings, with all the keys in them. Nobody else writes now. */
function removeDrafts(target: string): void {
  const isDraft = (name: string) =>
    name.startsWith(`${basename(target)}.`) && /^\d+\.tmp$/.test(name.slice(basename(target).length + 1));
  for (const name of readdirSync(dirname(target)).filter(isDraft))
    rmSync(join(dirname(target), name), { force: true });
}

/** A link stays one; what it leads to is replaced. */
const targetOf = (file: string): string => (existsSync(file) ? realpathSync(file) : file);

function taken(lock: string): boolean {
  const handle = made(lock);
  if (handle === undefined) return false;
  try {
    writeFileSync(handle, ownWords());
    return true;
  } catch (error) {
    // On a full disk it is there without words, and others would wait for it.
    rmSync(lock, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

function made(lock: string): number | undefined {
  try {
    return openSync(lock, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
}

function wordsIn(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param waited how long it was seen with these words */
const isDead = (words: string, waited: number): boolean =>
  isGone(words) || waited > (parseOwner(words) ? LONGEST_MS : WORDLESS_MS);

function removeDead(lock: string, words: string): void {
  // Between looking and moving, another process may have taken over: then what was moved is alive and goes back.
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
    if (wordsIn(aside) !== words) linkSync(aside, lock);
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
    const remedy = remedyFor(code, dirname(targetOf(file)));
    const why = code ?? (error instanceof Error ? error.message : String(error));
    throw Object.assign(new Error(`${file} cannot be written (${why}). ${remedy} Nothing was changed.`), {
      code,
      remedy,
    });
  }
}
