import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { directusEnvironment, type Place, urlOf } from './environment.ts';
import { SandboxError } from './errors.ts';
import { portError } from './port.ts';

const START_MS = 120_000;
const STOP_MS = 5_000;

/** Loaded before Directus: when this process is gone, however it went, the channel closes and Directus ends too. */
const WATCH_PARENT = `data:text/javascript,${encodeURIComponent(`
import { rmSync } from 'node:fs';
const remove = process.env.SANDBOX_REMOVE;
delete process.env.SANDBOX_REMOVE;
process.once('disconnect', () => {
  if (remove) rmSync(remove, { recursive: true, force: true });
  process.exit(1);
});`)}`;

export type Serving = {
  pid: number;
  /** Resolves once Directus has ended, for whatever reason. */
  ended: Promise<void>;
  /** Asks Directus to end, insists after some seconds, and resolves when it has. */
  stop(): Promise<void>;
};

type RunOptions = {
  signal?: AbortSignal | undefined;
  /** A folder Directus removes if this process is killed, and nobody else can. */
  removeIfOrphaned?: string;
};

/** Creates the database of a new sandbox, with its admin. */
export async function bootstrap(place: Place, options: RunOptions = {}): Promise<void> {
  await Promise.all(
    ['uploads', 'extensions', 'tmp'].map((name) => mkdir(join(place.folder, name), { recursive: true })),
  );
  const { ended, child, log } = await run('bootstrap', place, options);
  await ended;
  if (child.exitCode !== 0) {
    options.signal?.throwIfAborted();
    throw await startError(place, log);
  }
}

/** Starts Directus and waits until it answers. */
export async function serve(place: Place, options: RunOptions = {}): Promise<Serving> {
  const { child, ended, log, forgetSignal } = await run('start', place, options);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(patience);
  };
  const listening = new Promise<'listening'>((resolve) => {
    child.on('message', (message) => {
      if (message === 'ready') resolve('listening');
    });
  });
  const tooLong = delay(START_MS, 'late' as const, { ref: false });
  const first = await Promise.race([listening, ended, tooLong]);
  forgetSignal();
  options.signal?.throwIfAborted();
  if (first !== 'listening' || !(await answers(place.port))) {
    await stop();
    throw await startError(place, log);
  }
  return { pid: child.pid ?? 0, ended, stop };
}

/** Directus's own module instead of its `bin`, which first asks the npm registry for a newer version. */
async function run(command: 'bootstrap' | 'start', place: Place, options: RunOptions) {
  const log = join(place.folder, 'directus.log');
  const file = await open(log, 'a');
  const main = join(place.install, 'node_modules', '@directus', 'api', 'dist', 'cli', 'run.js');
  const remove = options.removeIfOrphaned;
  const child: ChildProcess = spawn(process.execPath, ['--import', WATCH_PARENT, main, command], {
    cwd: place.folder,
    env: { ...directusEnvironment(place), ...(remove ? { SANDBOX_REMOVE: remove } : {}) },
    stdio: ['ignore', file.fd, file.fd, 'ipc'],
    windowsHide: true,
    // A group of its own: Ctrl+C reaches us alone, and we end it in order.
    detached: process.platform !== 'win32',
  });
  const abort = () => child.kill();
  options.signal?.addEventListener('abort', abort, { once: true });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  await file.close();
  const forgetSignal = () => options.signal?.removeEventListener('abort', abort);
  return { child, ended, log, forgetSignal };
}

async function answers(port: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    const reply = await fetch(`${urlOf(port)}/server/ping`).catch(() => undefined);
    if (reply?.ok) return true;
    await delay(50);
  }
  return false;
}

async function startError(place: Place, log: string): Promise<SandboxError> {
  const text = await readFile(log, 'utf8').catch(() => '');
  if (/Port \d+ is already in use|EADDRINUSE/.test(text)) return portError(place.port, 'EADDRINUSE');
  if (/ENOSPC|SQLITE_FULL|disk is full/.test(text)) {
    return new SandboxError(`No space left in ${place.folder}: free some there, then start again.`);
  }
  if (/NODE_MODULE_VERSION|ERR_DLOPEN_FAILED|Could not locate the bindings file/.test(text)) {
    return new SandboxError(
      `Directus's native addons do not fit this Node (${process.version}): delete ${place.install}, then start again.`,
    );
  }
  const last = /(?:ERROR|Error): (.+)/.exec(text)?.[1] ?? text.trim().split('\n').at(-1) ?? '';
  return new SandboxError(`Directus did not start${last ? `: ${last.trim()}` : ''}. Its log: ${log}`);
}
