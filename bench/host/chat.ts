import { connectServers, type Servers } from '../../src/host/index.ts';
import type { Bench, Instance } from '../figure.ts';
import { alone } from '../server.ts';

/** Our built server with all its tools, connected as the chat connects it. */
export async function serveTools({ bin }: Bench, instance: Instance, ...flags: string[]): Promise<Servers> {
  const { cwd, env } = alone(instance, { DIRECTUS_TOKEN: instance.token });
  const variables = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const args = [bin, 'mcp', '--allow-deletes', ...flags];
  const servers = await connectServers([
    { name: 'directus', command: process.execPath, args, cwd, env: variables },
  ]);
  const [status] = servers.status();
  if (status?.state === 'connected') return servers;
  await servers.close();
  throw new Error(`The server did not start: ${status?.problem}`);
}
