import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Bench, Instance } from '../figure.ts';
import { alone } from '../server.ts';

/** The built server over HTTP. */
export type Served = { pid: number; url: string; close(): Promise<void> };

/** Limits that keep one caller from taking all; here one caller stands for many. */
const ROOM = { HTTP_RATE_PER_MINUTE: '10000000', HTTP_CONCURRENCY: '5000', HTTP_SESSIONS: '5000' };

/** Starts the built server over HTTP on a free port, with nothing of the caller's settings. */
export async function startServed(
  { bin }: Pick<Bench, 'bin'>,
  instance: Instance,
  flags: string[] = [],
): Promise<Served> {
  const child = spawn(process.execPath, [bin, 'mcp', '--http', '--port', '0', ...flags], {
    ...alone(instance, ROOM),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    url: await addressIn(child.stderr, exit),
    async close() {
      child.kill('SIGINT');
      await exit;
    },
  };
}

/** The address in the log. The log is read on to its end, as by whatever keeps logs. */
async function addressIn(log: NodeJS.ReadableStream, exit: Promise<unknown>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lines = createInterface(log).on('line', (line) => {
    const { event, url } = JSON.parse(line) as { event: string; url: string };
    if (event === 'listening') resolve(url);
  });
  void exit.then(() => reject(new Error('The server ended before it listened.')));
  const url = await promise;
  lines.close();
  log.resume();
  return url;
}
