import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userConfigFolder } from './sources.ts';

/** The secret of this installation, and what is worth saying about where it comes from. */
export type InstallationKey = { key: Buffer; warning?: string };

/**
 * The secret by which an installation knows what it has sealed, in its settings and for its instances: the one of the settings, or one kept
 * in the user's config folder (mode 0600), which is made the first time.
 * @returns 32 bytes; of this process alone, with a warning, where nothing can be kept
 */
export function installationKey(
  given: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): InstallationKey {
  if (given) return { key: digest(given) };
  const folder = userConfigFolder(env);
  const file = join(folder, 'key');
  try {
    return { key: digest(kept(file) ?? made(folder, file)) };
  } catch {
    const warning = `No key can be kept in ${folder}: sessions end with this process, and several instances cannot share them. Set DIRECTUS_ASSISTANT_KEY.`;
    return { key: randomBytes(32), warning };
  }
}

/** The same secret for reading: none is made. Undefined where there is none, or it cannot be read. */
export function existingKey(
  given: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Buffer | undefined {
  try {
    const secret = given ?? kept(join(userConfigFolder(env), 'key'));
    return secret ? digest(secret) : undefined;
  } catch {
    return undefined;
  }
}

const digest = (text: string) => createHash('sha256').update(`directus-assistant key\n${text}`).digest();

function kept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a new key whole or not at all; of two processes that make one at once, both take the first. */
function made(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const key = kept(file);
  // An empty file would be a key that everybody knows.
  if (!key) throw new Error(`${file} is empty`);
  return key;
}
