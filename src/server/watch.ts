import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** Which file it is and when it was last written, through links; undefined when there is none. */
export function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found && `${found.ino} ${found.mtimeNs} ${found.size}`;
}

const SETTLED_MS = 50;

/**
 * Watches a file. Its folder is watched, since editors replace a file rather than write into it, and platforms swap a
 * link on the way to it; whatever happens there, the file is looked at. Bursts of events count once.
 */
export function watchFile(file: string, changed: () => void): FSWatcher | undefined {
  let pending: NodeJS.Timeout | undefined;
  let stamp = stampOf(file);
  const look = () => {
    const now = stampOf(file);
    if (now === stamp) return;
    stamp = now;
    changed();
  };
  try {
    return watch(dirname(file), { persistent: false }, () => {
      clearTimeout(pending);
      pending = setTimeout(look, SETTLED_MS);
    });
  } catch {
    // Without the folder there is no file that could change.
    return undefined;
  }
}
