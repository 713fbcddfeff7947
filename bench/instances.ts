import { progressPrinter } from '../src/cli/progress.ts';
import { DEFAULT_DIRECTUS, type Sandbox, startSandbox } from '../src/sandbox/index.ts';
import type { Instance, Instances } from './figure.ts';
import { ensureWide } from './wide.ts';

/** The Directus instances of one run. Each starts when first asked for; `stop` ends them all. */
export function createInstances(version: string): Instances & { stop(): Promise<void> } {
  const started: Promise<Sandbox>[] = [];
  const start = async (name: string, folder?: () => Promise<string>): Promise<Instance> => {
    const progress = progressPrinter();
    const starting = (async () =>
      startSandbox({ version, folder: await folder?.(), onProgress: progress.show }))();
    started.push(starting);
    const { url, pid, admin, editor } = await starting.finally(progress.done);
    return { name, version, url, token: admin.token, editorToken: editor.token, pid };
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
    async stop() {
      const ended = await Promise.allSettled(started);
      await Promise.all(ended.map((one) => one.status === 'fulfilled' && one.value.stop()));
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
