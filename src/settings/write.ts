import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { installationKey } from './key.ts';
import { setAt, valueAt } from './leaves.ts';
import { loadSettings } from './load.ts';
import { replaceFile, withFile } from './replace.ts';
import { sealSecrets } from './secrets.ts';
import { parseObject } from './sources.ts';

/**
 * One setting to be changed; `change` gets the value as it stands in the file, with secrets sealed. Undefined takes the
 * setting out.
 */
export type Update = { path: string[]; change: (before: unknown) => unknown };

/**
 * Changes settings in the settings file, all or none, and leaves the rest as it is; secrets in what is written are
 * sealed. The file is replaced in one step, so that nobody reads half of it.
 * @throws Error when the file holds something that is not understood, or a secret cannot be sealed; it is left alone
 * then, and when it cannot be written
 */
export function updateAll(file: string, updates: Update[], env: NodeJS.ProcessEnv = process.env): void {
  withFile(file, () => {
    const values = existsSync(file) ? parse(file) : {};
    applyUpdates(values, updates, file, () => sealingKey(file, env));
    replaceFile(file, textOf(values));
  });
}

/**
 * Changes settings in place, and seals the secrets in what is written.
 * @param where people are told the values stand
 * @throws Error like `updateAll`
 */
export function applyUpdates(
  values: Record<string, unknown>,
  updates: Update[],
  where: string,
  keyOf: () => Buffer,
): void {
  for (const { path, change } of updates) {
    checkGroups(values, path, where);
    setAt(values, path, change(valueAt(values, path)));
    sealSecrets(values, path, keyOf);
  }
}

/** Changes one setting in the settings file, like `updateAll`. */
export const updateFile = (
  file: string,
  path: string[],
  change: Update['change'],
  env: NodeJS.ProcessEnv = process.env,
): void => updateAll(file, [{ path, change }], env);

/** What stands where a group of settings should be is not written over. */
function checkGroups(values: Record<string, unknown>, path: string[], file: string): void {
  for (let length = 1; length < path.length; length++) {
    const group = valueAt(values, path.slice(0, length));
    if (group !== undefined && (typeof group !== 'object' || group === null || Array.isArray(group))) {
      const name = path.slice(0, length).join('.');
      throw new Error(`${name} in ${file} must be an object. Mend or remove it; nothing was changed.`);
    }
  }
}

/** Stands for what the file holds now: another text, another revision. */
export function revisionOf(file: string): string {
  const bytes = existsSync(file) ? readFileSync(file) : '';
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/**
 * Seals every secret of the settings file that is plain text.
 * @returns the names of those that were sealed
 * @throws Error like `updateFile`
 */
export function sealFile(file: string, env: NodeJS.ProcessEnv = process.env): string[] {
  if (!existsSync(file)) return [];
  return withFile(file, () => {
    const values = parse(file);
    const sealed = sealSecrets(values, [], () => sealingKey(file, env));
    if (sealed.length > 0) replaceFile(file, textOf(values));
    return sealed;
  });
}

/** The key that will open secrets again when this file is loaded. @throws Error when there is no place to keep it */
export function sealingKey(file: string, env: NodeJS.ProcessEnv = process.env): Buffer {
  const { key, warning } = installationKey(loadSettings({ config: file, env }).settings.key, env);
  if (!warning) return key;
  throw new Error(
    'A secret is written sealed, and there is no place to keep the key for it: set DIRECTUS_ASSISTANT_KEY to 32 characters or more and keep it. Nothing was changed.',
  );
}

const textOf = (values: Record<string, unknown>): string => `${JSON.stringify(values, null, 2)}\n`;

function parse(file: string): Record<string, unknown> {
  try {
    return parseObject(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`${file} is not a JSON object. Mend or remove it; nothing was changed.`);
  }
}
