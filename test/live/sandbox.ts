import type { TestProject } from 'vitest/node';
import { DEFAULT_DIRECTUS, type Login } from '../../src/sandbox/index.ts';
import { LANES } from './lanes.ts';
import { startDirectus } from './start-directus.ts';

/** What tests learn about a running Directus: `sharedDirectus()`. */
export type ProvidedDirectus = {
  url: string;
  version: string;
  admin: Login;
  editor: Login;
  readonly: { email: string; token: string };
};

declare module 'vitest' {
  export interface ProvidedContext {
    /** One for each worker. */
    directus: ProvidedDirectus[];
  }
}

type Shared = { starting: ReturnType<typeof start>; users: number };

declare global {
  /** Each project loads this file anew, all in one process: what they share hangs on the process. */
  var sharedSandboxes: Shared | undefined;
}

/**
 * Starts the instances of Directus for all projects of a run that have tests to run, and stops them after the last.
 * `DIRECTUS_VERSION` chooses the version.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = globalThis.sharedSandboxes ?? { starting: start(), users: 0 };
  globalThis.sharedSandboxes = shared;
  shared.users += 1;
  const sandboxes = await shared.starting;
  project.provide(
    'directus',
    sandboxes.map(({ url, version, admin, editor, readonly }) => ({ url, version, admin, editor, readonly })),
  );
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    globalThis.sharedSandboxes = undefined;
    for (const sandbox of sandboxes) await sandbox.stop();
  };
}

function start() {
  let last = '';
  const version = process.env.DIRECTUS_VERSION || DEFAULT_DIRECTUS;
  const onProgress = ({ text }: { text: string }) => {
    const step = text.replace(/ \(.*\)$/, '');
    if (step !== last) process.stderr.write(`sandbox: ${step}\n`);
    last = step;
  };
  return Promise.all(Array.from({ length: LANES }, () => startDirectus({ version, onProgress })));
}
