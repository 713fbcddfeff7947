import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TYPESCRIPT } from '../process.ts';

/** One request as a client sends it. */
export type Sent = { url: string; method: string; headers: Record<string, string>; body?: string };

/** Clients at work: for some time, or until so many calls are answered. */
export type Job = {
  /** Names the connections, which are kept for the next job of the same name. */
  who: string;
  /** What each client sends again and again. */
  clients: Sent[];
  /** Words that each answer must hold. */
  holds: string[];
  ms?: number;
  calls?: number;
};

export type Loaded = { answers: number; ms: number };

export type Loader = { run(job: Job): Promise<Loaded>; close(): Promise<void> };

type Answer = { loaded: Loaded } | { error: string };

/** Starts the process that makes the load. */
export function startLoader(): Loader {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), {
    execArgv: TYPESCRIPT,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  return {
    async run(job) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      child.once('message', (answer) => resolve(answer as Answer));
      void exit.then(() => reject(new Error('The process that makes the load has ended.')));
      child.send(job);
      const answer = await promise;
      if ('error' in answer) throw new Error(`${job.who}: ${answer.error}`);
      return answer.loaded;
    },
    async close() {
      child.disconnect();
      await exit;
    },
  };
}
