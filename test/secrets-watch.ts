import childProcess, { ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeEach } from 'vitest';
import { findPlanted, hideMark, type Leak, LONGEST, searchFolder } from './secrets-search.ts';

/*
 * Watches a test file for planted secrets that come out: in what the processes say that it starts, and in the files of
 * every temporary folder that it removes. Both are taken at the module of Node, so that no test has to think of it. What
 * is printed, and what is left behind, the reporter looks through (closing-line.ts).
 */

const leaks: Leak[] = [];

/** Fails what is running when something has come out since the last time. */
function check(): void {
  const found = leaks.splice(0);
  if (found.length === 0) return;
  const lines = found.map(({ place, line }) => `  ${place}: ${line}`);
  throw new Error(`A planted secret came out:\n${lines.join('\n')}`);
}

export function watchForSecrets(): void {
  watchProcesses();
  watchRemovals();
  syncBuiltinESMExports();
  // The first hook that is registered is the last that runs: what a test leaves to its end is done by then.
  beforeEach(({ onTestFinished }) => onTestFinished(check));
  afterAll(check);
}

/** Looks through what is said, and says whether there was something; `place` is asked for only then. */
function look(content: unknown, place: () => string): boolean {
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) return false;
  const line = findPlanted(content);
  if (line !== undefined) leaks.push({ place: hideMark(place()), line });
  return line !== undefined;
}

function watchProcesses(): void {
  const { spawn } = ChildProcess.prototype as ChildProcess & { spawn(options: object): unknown };
  const watched = {
    spawn(this: ChildProcess, options: object) {
      const result = spawn.call(this, options);
      for (const name of ['stdout', 'stderr'] as const) {
        const stream = this[name];
        if (stream) watchStream(stream, () => `${name} of ${this.spawnargs.join(' ')}`);
      }
      return result;
    },
  };
  Object.assign(ChildProcess.prototype, watched);

  const { spawnSync, execFileSync } = childProcess;
  const lookAll = (
    { stdout, stderr }: Pick<SpawnSyncReturns<unknown>, 'stdout' | 'stderr'>,
    words: unknown[],
  ) => {
    const command = () =>
      words
        .flat()
        .filter((word) => typeof word === 'string')
        .join(' ');
    look(stdout, () => `stdout of ${command()}`);
    look(stderr, () => `stderr of ${command()}`);
  };
  Object.assign(childProcess, {
    spawnSync(...args: Parameters<typeof spawnSync>) {
      const result = spawnSync(...args);
      lookAll(result, args);
      return result;
    },
    execFileSync(...args: Parameters<typeof execFileSync>) {
      try {
        const stdout = execFileSync(...args);
        lookAll({ stdout, stderr: '' }, args);
        return stdout;
      } catch (error) {
        lookAll(error as SpawnSyncReturns<unknown>, args);
        throw error;
      }
    },
  });
}

/** Takes what a stream is filled with: a listener for its data would start it before its reader is there. */
function watchStream(stream: Readable, place: () => string): void {
  const push = stream.push.bind(stream);
  let tail = Buffer.alloc(0);
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk instanceof Uint8Array) {
      const piece = Buffer.concat([tail, chunk]);
      // What was found is not found again with the next piece.
      tail = look(piece, place) ? Buffer.alloc(0) : piece.subarray(-LONGEST + 1);
    }
    return push(chunk, encoding);
  };
}

function watchRemovals(): void {
  const temporary = resolve(tmpdir()) + sep;
  const search = (path: fs.PathLike) => {
    const folder = resolve(String(path));
    if (!folder.startsWith(temporary) || !fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      return;
    leaks.push(...searchFolder(folder));
  };
  const { rmSync } = fs;
  const { rm } = fs.promises;
  Object.assign(fs, {
    rmSync(path: fs.PathLike, options?: fs.RmOptions) {
      search(path);
      rmSync(path, options);
    },
  });
  Object.assign(fs.promises, {
    async rm(path: fs.PathLike, options?: fs.RmOptions) {
      search(path);
      await rm(path, options);
    },
  });
}
