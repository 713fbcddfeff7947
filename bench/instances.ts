import { progressPrinter } from '../src/cli/progress.ts';
import { DEFAULT_DIRECTUS, type Sandbox, startSandbox } from '../src/sandbox/index.ts';
import type { Instance, Instances } from './figure.ts';
import { ensureWide } from './wide.ts';

/** The Directus instances of one run. Each starts when first asked for; `stop` ends them all. */
export function createInstances(version: string): Instances & { stop(): Promise<void> } {
  const started: Promise<Sandbox>[] = [];
  const start = async (name: string, folder?: () => Promise<string>): Promise<Instance> => {
    const starting = (async () => launch(version, await folder?.()))();
    started.push(starting);
    return asInstance(name, await starting);
  };
  const newsroom = once(() => start('newsroom'));
  const wide = once(async () => {
    // Directus 12 without a license stops at 25 collections.
    if (version !== DEFAULT_DIRECTUS) return undefined;
    const progress = progressPrinter();
    return start('300 collections', () => ensureWide(progress.show).finally(progress.done));
  });
  return {
    newsroom,
    wide,
    version,
    async untouched(of, work) {
      const starting = launch(of);
      started.push(starting);
      const sandbox = await starting;
      try {
        return await work(asInstance('newsroom', sandbox));
      } finally {
        await sandbox.stop();
        started.splice(started.indexOf(starting), 1);
      }
    },
    async stop() {
      const ended = await Promise.allSettled(started);
      await Promise.all(ended.map((one) => one.status === 'fulfilled' && one.value.stop()));
    },
  };
}

function launch(version: string, folder?: string): Promise<Sandbox> {
  const progress = progressPrinter();
  return startSandbox({ version, folder, onProgress: progress.show }).finally(progress.done);
}

const asInstance = (name: string, { version, url, pid, admin, editor }: Sandbox): Instance => ({
  name,
  version,
  url,
  token: admin.token,
  editorToken: editor.token,
  pid,
});

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
