import { codeOf } from '../settings/error-code.ts';
import { SandboxError } from './errors.ts';
import { cacheFolder } from './paths.ts';

/** Roughly what one version of Directus needs on disk, in bytes, while it is built. */
export const SPACE_NEEDED = 1.3e9;

/** What to do when the disk of a folder is full. */
export function spaceError(folder: string): SandboxError {
  return new SandboxError(
    `No space left for Directus in ${folder}: free about ${(SPACE_NEEDED / 1e9).toFixed(1)} GB there, or set XDG_CACHE_HOME (LOCALAPPDATA on Windows) to a folder on a larger disk.`,
  );
}

/** Puts into words what the file system or the system refused while the cache folder was filled. */
export function cacheError(error: unknown): unknown {
  const code = codeOf(error) ?? '';
  if (code === 'ENOSPC') return spaceError(cacheFolder());
  if (code === 'ENOENT' && error instanceof Error && error.message.startsWith('spawn npm')) {
    return new SandboxError('npm was not found: install Node with npm, and have npm on the PATH.');
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return new SandboxError(
      `The cache folder ${cacheFolder()} cannot be written (${code}): mend its rights, or set XDG_CACHE_HOME (LOCALAPPDATA on Windows) to another folder.`,
    );
  }
  return error;
}
