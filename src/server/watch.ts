import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** When the file was last written; undefined when there is none. */
export function changedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/** Editors replace a file rather than write into it, so its folder is watched; bursts of events count once. */
export function watchFile(file: string, changed: () => void): FSWatcher | undefined {
  let pending: NodeJS.Timeout | undefined;
  try {
    return watch(dirname(file), { persistent: false }, (_event, name) => {
      if (name !== basename(file)) return;
      clearTimeout(pending);
      pending = setTimeout(changed, 50);
    });
  } catch {
    // Without the folder there is no file that could change.
    return undefined;
  }
}
