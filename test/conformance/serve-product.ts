import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bin } from '../live/server.ts';
import type { Served } from './served.ts';

/** Starts the built server as people do: `mcp --http`, with nothing but the address of Directus. */
export async function startProduct(directus: string): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'directus-assistant-conformance-'));
  const child = spawn(process.execPath, [bin, 'mcp', '--http', '--port', '0', '--url', directus], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  return {
    url: await addressIn(child.stderr),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for the line of the log that says where the server listens. */
async function addressIn(log: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: log })) {
    lines.push(line);
    const url = /"event":"listening","url":"([^"]+)"/.exec(line)?.[1];
    if (url === undefined) continue;
    // Nobody reads on, but a full pipe would stop the server.
    log.resume();
    return url;
  }
  throw new Error(`The server did not start: ${lines.join('\n')}`);
}
