import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Login, startSandbox } from '../../../src/sandbox/index.ts';

/** A Directus of a test's own that ends and comes back at the same address, with what it had. */
export type RestartingDirectus = {
  url: string;
  admin: Login;
  /** REST as the admin; fails when Directus refuses. */
  rest<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Resolves when it is gone. */
  end(how: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
};

/** @param env settings of Directus beside those of every sandbox */
export async function restartingDirectus(env: Record<string, string> = {}): Promise<RestartingDirectus> {
  const folder = await mkdtemp(join(tmpdir(), 'restarting-directus-'));
  const version = process.env.DIRECTUS_VERSION || undefined;
  let running = await startSandbox({ version, folder, env });
  const { url, admin } = running;
  onTestFinished(async () => {
    await running.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    url,
    admin,
    async rest<T>(method: string, path: string, body?: unknown) {
      const reply = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${method} ${path}: ${text}`);
      return (text ? JSON.parse(text).data : undefined) as T;
    },
    async end(how) {
      if (how === 'SIGTERM') return running.stop();
      process.kill(running.pid, how);
      await running.ended;
    },
    async start() {
      running = await startSandbox({ version, folder, env, port: Number(new URL(url).port) });
    },
  };
}
