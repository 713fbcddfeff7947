import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Instance } from './figure.ts';
import { HELLO, instructionsOf, type Mcp } from './mcp.ts';
import { type Reply, result } from './rpc.ts';

const KEPT_AFTER_MS = 2000;

export type Server = Mcp & { pid: number };

export type ServerOptions = {
  bin: string;
  instance: Instance;
  token?: string;
  flags?: string[];
  env?: Record<string, string>;
};

/** Where a server runs of which nothing but this counts: a folder without a settings file, and few variables. */
export function alone({ url }: Instance, env: Record<string, string>) {
  const folder = tmpdir();
  const { PATH } = process.env;
  return { cwd: folder, env: { PATH, HOME: folder, XDG_CONFIG_HOME: folder, DIRECTUS_URL: url, ...env } };
}

/**
 * Starts the built server as a client does, with nothing of the caller's settings, and shakes hands. The client is
 * the leanest there can be, a line out and a line in, so that what is measured is the server.
 */
export function startServer({ bin, flags = [], ...options }: ServerOptions): Promise<Server> {
  return startProgram([bin, 'mcp', ...flags], options);
}

/**
 * Starts the built server and leaves it running until it has kept what V8 compiled of it (src/cli/compiled.ts). The first
 * start after an installation compiles everything; what is measured is all later ones.
 */
export async function startFirst(options: ServerOptions): Promise<void> {
  const server = await startServer(options);
  await server.request('tools/list');
  await wait(KEPT_AFTER_MS);
  await server.close();
}

/** Starts any MCP server that is a program of Node. */
export async function startProgram(
  args: string[],
  { instance, token = instance.token, env }: Omit<ServerOptions, 'bin' | 'flags'>,
): Promise<Server> {
  const child = spawn(process.execPath, args, {
    ...alone(instance, { DIRECTUS_TOKEN: token, ...env }),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  createInterface(child.stdout).on('line', (line) => {
    const reply = JSON.parse(line) as Reply;
    const due = waiting.get(reply.id ?? Number.NaN);
    if (!due) return;
    waiting.delete(reply.id ?? Number.NaN);
    try {
      due.resolve(result(reply));
    } catch (error) {
      due.reject(error);
    }
  });
  void exit.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('The server ended before it answered.'));
  });

  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let last = 0;
  const request = (method: string, params: object = {}) => {
    last += 1;
    const due = Promise.withResolvers<unknown>();
    waiting.set(last, due);
    send({ id: last, method, params });
    return due.promise;
  };
  const instructions = instructionsOf(await request('initialize', HELLO));
  send({ method: 'notifications/initialized' });
  return {
    pid: child.pid ?? 0,
    instructions,
    request,
    async close() {
      child.stdin.end();
      await exit;
    },
  };
}
