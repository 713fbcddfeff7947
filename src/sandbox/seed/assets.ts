import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** In the sources the assets are one folder up; the build puts them beside its own files. */
const FOLDERS = ['../assets/', './assets/'].map((path) => new URL(path, import.meta.url));

/** The path of a file that comes with the sandbox. */
export function assetPath(file: string): string {
  const found = FOLDERS.map((folder) => fileURLToPath(new URL(file, folder))).find(existsSync);
  if (!found) throw new Error(`The file ${file} is missing from this installation.`);
  return found;
}
