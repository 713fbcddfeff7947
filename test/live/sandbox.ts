import type { TestProject } from 'vitest/node';
import { DEFAULT_DIRECTUS, type Login, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';

/** What tests learn about the running Directus: `inject('directus')`. */
export type ProvidedDirectus = {
  url: string;
  version: string;
  admin: Login;
  editor: Login;
  readonly: { email: string; token: string };
};

declare module 'vitest' {
  export interface ProvidedContext {
    directus: ProvidedDirectus;
  }
}

type Shared = { starting: Promise<Sandbox>; users: number };

declare global {
  /** Each project loads this file anew, all in one process: what they share hangs on the process. */
  var sharedSandbox: Shared | undefined;
}

/**
 * Starts one Directus for all projects of a run that have tests to run, and stops it after the last.
 * `DIRECTUS_VERSION` chooses the version.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = globalThis.sharedSandbox ?? { starting: start(), users: 0 };
  globalThis.sharedSandbox = shared;
  shared.users += 1;
  const { url, version, admin, editor, readonly } = await shared.starting;
  project.provide('directus', { url, version, admin, editor, readonly });
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    globalThis.sharedSandbox = undefined;
    await (await shared.starting).stop();
  };
}

async function start(): Promise<Sandbox> {
  let last = '';
  return startSandbox({
    version: process.env.DIRECTUS_VERSION || DEFAULT_DIRECTUS,
    onProgress({ text }) {
      const step = text.replace(/ \(.*\)$/, '');
      if (step !== last) process.stderr.write(`sandbox: ${step}\n`);
      last = step;
    },
  });
}
