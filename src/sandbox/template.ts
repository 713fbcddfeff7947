import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../settings/lock.ts';
import { accounts } from './accounts.ts';
import { bootstrap, serve } from './directus-process.ts';
import { urlOf } from './environment.ts';
import type { InstallOptions } from './install.ts';
import { cacheFolder } from './paths.ts';
import { freePort } from './port.ts';
import { directusRest } from './rest.ts';
import { fillNewsroom, newsroom } from './seed/index.ts';

/** Raise when the same content is written in another way: templates made before are then not used any more. */
const TEMPLATE_FORMAT = 1;

/**
 * A folder with the database and uploads of a fresh newsroom, to be copied for each sandbox. It is made once for
 * each version of Directus and of the content, by a Directus that is then stopped again.
 */
export async function ensureTemplate(
  version: string,
  install: string,
  options: InstallOptions,
): Promise<string> {
  const folder = join(cacheFolder(), `newsroom-${version}-${fingerprint()}`);
  if (existsSync(folder)) return folder;
  const onWait = () =>
    options.onProgress({ stage: 'content', text: 'Waiting: another process is preparing the newsroom' });
  return withLock(`${folder}.lock`, { onWait, signal: options.signal }, async () => {
    if (!existsSync(folder)) await make(folder, install, options);
    return folder;
  });
}

async function make(folder: string, install: string, { onProgress, signal }: InstallOptions): Promise<void> {
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const report = (fraction: number, text: string) => onProgress({ stage: 'content', text, fraction });
  report(0, 'Creating the database');
  const place = { install, folder: part, port: await freePort() };
  await bootstrap(place, { signal });
  const serving = await serve(place, { signal });
  try {
    const rest = directusRest(urlOf(place.port), accounts.admin.token, signal);
    await fillNewsroom(rest, (fraction, text) => report(0.2 + 0.8 * fraction, text));
  } finally {
    await serving.stop();
  }
  await rm(join(part, 'directus.log'), { force: true });
  await rename(part, folder);
}

const fingerprint = () =>
  createHash('sha256')
    .update(JSON.stringify([TEMPLATE_FORMAT, accounts, newsroom]))
    .digest('hex')
    .slice(0, 12);
