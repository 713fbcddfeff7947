import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A way in which nothing can be written to a folder. */
export type Place = {
  name: string;
  /** What people are told to do about it. */
  remedy: RegExp;
  /** A command before ours in which it is so. */
  before?: string[];
  /** Puts a folder into that state. @returns how to end it, or why that is not possible here */
  shut?: (folder: string) => (() => void) | string;
};

const quietly = (command: string, ...args: string[]): string | undefined => {
  try {
    execFileSync(command, args, { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `${command} is not possible here: ${error instanceof Error ? error.message.split('\n')[1] || error.message : error}`;
  }
};

/** Files may grow to so many blocks and no further; Node ignores the signal. */
export const sizeLimit = (blocks: number): string[] => ['sh', '-c', `ulimit -f ${blocks} && exec "$@"`, 'sh'];

/** Puts a small disk of its own in the place of a folder. @returns why not */
const mounted = (folder: string) => quietly('mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder);

const unmount = (folder: string) => () => void quietly('umount', folder);

/** @param furnish puts into the folder what is to be there before it is shut */
export const places = (furnish: (folder: string) => void): Place[] => [
  { name: 'files that may not grow', remedy: /ulimit -f/, before: sizeLimit(0) },
  {
    name: 'a full disk',
    remedy: /Free some space/,
    shut(folder) {
      const why = mounted(folder);
      if (why) return why;
      furnish(folder);
      try {
        writeFileSync(join(folder, 'filler'), Buffer.alloc(1024 * 1024));
      } catch {
        // Now it is full.
      }
      return unmount(folder);
    },
  },
  {
    name: 'a disk that can only be read',
    remedy: /can only be read/,
    shut(folder) {
      const why = mounted(folder);
      if (why) return why;
      furnish(folder);
      const fixed = quietly('mount', '-o', 'remount,ro', folder);
      if (!fixed) return unmount(folder);
      unmount(folder)();
      return fixed;
    },
  },
  {
    name: 'a folder that nobody may change',
    remedy: /the right to write/,
    shut(folder) {
      const why = quietly('chattr', '+i', folder);
      return why ?? (() => void quietly('chattr', '-i', folder));
    },
  },
  {
    name: 'a folder of somebody else',
    remedy: /the right to write/,
    shut(folder) {
      if (process.getuid?.() === 0) return 'root may write everywhere';
      chmodSync(folder, 0o555);
      return () => chmodSync(folder, 0o755);
    },
  },
];
