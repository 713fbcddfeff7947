import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setAt, valueAt } from './leaves.ts';
import { parseObject } from './sources.ts';

/**
 * Changes one setting in the settings file and leaves the rest as it is. The file is replaced in one step, so that
 * nobody reads half of it.
 * @throws Error when the file holds something that is not understood; it is left alone then
 */
export function updateFile(file: string, path: string[], change: (before: unknown) => unknown): void {
  const values = existsSync(file) ? parse(file) : {};
  for (let length = 1; length < path.length; length++) {
    const group = valueAt(values, path.slice(0, length));
    if (group !== undefined && (typeof group !== 'object' || group === null || Array.isArray(group))) {
      const name = path.slice(0, length).join('.');
      throw new Error(`${name} in ${file} must be an object. Mend or remove it; nothing was changed.`);
    }
  }
  setAt(values, path, change(valueAt(values, path)));
  mkdirSync(dirname(file), { recursive: true });
  // A link stays one; what it leads to is replaced.
  const target = existsSync(file) ? realpathSync(file) : file;
  const next = `${target}.${process.pid}.tmp`;
  // The file may hold keys of providers.
  writeFileSync(next, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, target);
}

function parse(file: string): Record<string, unknown> {
  try {
    return parseObject(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`${file} is not a JSON object. Mend or remove it; nothing was changed.`);
  }
}
