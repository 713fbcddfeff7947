import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { ToolError } from '../directus/errors.ts';
import type { Settings } from '../settings/schema.ts';

/** A file of this machine, opened for reading. Whoever opens it closes it. */
export type LocalFile = {
  handle: FileHandle;
  name: string;
  size: number;
  /** Tells this very content from another of the same name, as far as the file system does. */
  stamp: string;
};

/**
 * Opens a file below one of the folders that the settings name. `settings.uploadRoots` is the one place that says
 * whether paths may be used at all: a server that speaks for people elsewhere leaves it empty.
 * @param path absolute, or relative to one of those folders
 * @throws ToolError when it is not there, no regular file, or leads out of those folders by whatever means
 */
export async function openBelowRoots(
  path: string,
  { uploadRoots }: Pick<Settings, 'uploadRoots'>,
): Promise<LocalFile> {
  if (uploadRoots.length === 0) {
    throw new ToolError(
      'PATHS_OFF',
      'Files cannot be uploaded by path here: no folder is allowed for it. Nothing was uploaded.',
      'Give base64, text or url. An administrator can allow folders with uploadRoots.',
    );
  }
  for (const named of uploadRoots) {
    const root = resolve(named.replace(/^~(?=$|[\\/])/, homedir()));
    const real = await realpath(root).catch(() => undefined);
    const found = real && (await findBelow(root, real, path));
    if (found) return openFile(found, real);
  }
  throw outside(path);
}

/** Where the path really leads, when that is below the root. A path elsewhere is not even looked at. */
async function findBelow(root: string, real: string, path: string): Promise<string | undefined> {
  if (path.includes('\0')) return undefined;
  const wanted = isAbsolute(path) ? resolve(path) : resolve(root, path);
  if (!isBelow(root, wanted) && !isBelow(real, wanted)) return undefined;
  const found = await realpath(wanted).catch(() => undefined);
  return found && isBelow(real, found) ? found : undefined;
}

/** Whether a path lies below a folder, and by names that none hides. */
function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !isAbsolute(way) && way.split(sep).every((part) => !part.startsWith('.'));
}

/** Opening must neither follow a link that was put there meanwhile nor wait for the other end of a pipe. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function openFile(path: string, root: string): Promise<LocalFile> {
  const handle = await open(path, FLAGS).catch(() => undefined);
  if (!handle) throw unreadable(path);
  try {
    const opened = await handle.stat();
    if (!opened.isFile()) throw unreadable(path);
    // A folder on the way may have become a link between the look and the opening: what was opened must be what is there.
    const [now, there] = await Promise.all([realpath(path), stat(path)]);
    if (!isBelow(root, now) || there.ino !== opened.ino || there.dev !== opened.dev) throw outside(path);
    const stamp = [opened.dev, opened.ino, opened.size, opened.mtimeMs].join(':');
    return { handle, name: basename(path), size: opened.size, stamp };
  } catch (error) {
    await handle.close();
    throw error instanceof ToolError ? error : unreadable(path);
  }
}

function outside(path: string): ToolError {
  return new ToolError(
    'PATH_REFUSED',
    `There is no file "${path.slice(0, 200)}" below the folders that are allowed (uploadRoots), or it leads out of them. Nothing was uploaded.`,
    'Give a path inside those folders, relative or absolute; names that begin with a dot are left out.',
  );
}

function unreadable(path: string): ToolError {
  return new ToolError(
    'PATH_REFUSED',
    `"${basename(path).slice(0, 200)}" is no regular file that can be read. Nothing was uploaded.`,
    'Give the path of a file, not of a folder or device.',
  );
}
