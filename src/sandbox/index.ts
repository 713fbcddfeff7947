import { existsSync } from 'node:fs';
import { constants, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { codeOf } from '../settings/error-code.ts';
import { accounts } from './accounts.ts';
import { cacheError } from './cache-errors.ts';
import { serve } from './directus-process.ts';
import { urlOf } from './environment.ts';
import { messageOf, SandboxError } from './errors.ts';
import { ensureDirectus, type InstallOptions } from './install.ts';
import { freePort, requirePort } from './port.ts';
import type { OnProgress, Progress } from './progress.ts';
import { ensureTemplate } from './template.ts';

export { SandboxError } from './errors.ts';
export type { OnProgress, Progress };

export const DEFAULT_DIRECTUS = '11.17.4';

export type SandboxOptions = {
  /** The version of Directus, 11.17.4 if left out. */
  version?: string | undefined;
  /** A port of loopback; a free one if left out. */
  port?: number | undefined;
  /** Where to keep the content. Left out, it lives in a temporary folder that goes when the sandbox stops. */
  folder?: string | undefined;
  /** Settings of Directus beside those of every sandbox. */
  env?: Record<string, string> | undefined;
  onProgress?: OnProgress | undefined;
  /** Gives up starting. A sandbox that runs is ended with `stop`. */
  signal?: AbortSignal | undefined;
};

export type Login = { email: string; password: string; token: string };

export type Sandbox = {
  url: string;
  version: string;
  /** The process id of Directus. */
  pid: number;
  admin: Login;
  editor: Login;
  readonly: { email: string; token: string };
  /** Resolves when Directus has ended, also if it was not asked to. */
  ended: Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts a Directus on loopback with the content of a small newsroom, and resolves when it answers. The first
 * start of a version installs it. Throws a SandboxError with one line that says what to do.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { version = DEFAULT_DIRECTUS, signal } = options;
  const onProgress = options.onProgress ?? (() => {});
  if (options.port) await requirePort(options.port);
  const { install, template } = await prepare(version, { onProgress, signal });
  signal?.throwIfAborted();

  const folder = options.folder ? resolve(options.folder) : await temporaryFolder();
  const discard = async () => {
    if (!options.folder) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await fill(folder, template);
    onProgress({ stage: 'start', text: `Starting Directus ${version}` });
    const port = options.port || (await freePort());
    const serving = await serve(
      { install, folder, port, env: options.env },
      { signal, ...(options.folder ? {} : { removeIfOrphaned: folder }) },
    );
    const stop = async () => {
      await serving.stop();
      await discard();
    };
    return { url: urlOf(port), version, pid: serving.pid, ...accounts, ended: serving.ended, stop };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Everything that is made once and kept in the cache folder. */
async function prepare(version: string, options: InstallOptions) {
  try {
    const install = await ensureDirectus(version, options);
    return { install, template: await ensureTemplate(version, install, options) };
  } catch (error) {
    throw cacheError(error);
  }
}

async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'directus-assistant-sandbox-'));
}

/** A kept folder that already has a database stays as it is. */
async function fill(folder: string, template: string): Promise<void> {
  if (existsSync(join(folder, 'data.db'))) return;
  try {
    await mkdir(folder, { recursive: true });
    await cp(template, folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
  } catch (error) {
    throw new SandboxError(
      `The sandbox's content cannot be written to ${folder} (${codeOf(error) ?? messageOf(error)}): free space there, or use another folder.`,
    );
  }
}
