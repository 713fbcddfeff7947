import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setAt, valueAt } from './leaves.ts';

/**
 * Changes one setting in the settings file and leaves the rest as it is. The file is replaced in one step, so that
 * nobody reads half of it.
 * @throws Error when the file holds something that is not understood; it is left alone then
 */
export function updateFile(file: string, path: string[], change: (before: unknown) => unknown): void {
  const values = existsSync(file) ? parse(file) : {};
  setAt(values, path, change(valueAt(values, path)));
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}.tmp`;
  // The file may hold keys of providers.
  writeFileSync(next, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, file);
}

function parse(file: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Told below, with what to do.
  }
  throw new Error(`${file} is not a JSON object. Mend or remove it; nothing was changed.`);
}
