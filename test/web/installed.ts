import type { TestProject } from 'vitest/node';
import { installPacked } from '../protocol/fixtures/packed.ts';
import { chromiumHere } from './fixtures/chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The command of the package as it is installed. */
    installed: string;
  }
}

/**
 * The pages are tested as people get them: packed and installed. `WEB_COMMAND` names another one, for instance
 * `dist/bin.js` while they are worked on.
 */
export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  // Here rather than in the first test that needs it, which would have to wait.
  chromiumHere();
  const given = process.env.WEB_COMMAND;
  if (given) {
    project.provide('installed', given);
    return undefined;
  }
  const { command, remove } = await installPacked();
  project.provide('installed', command);
  return remove;
}
