import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accounts } from '../../src/sandbox/accounts.ts';
import { bootstrap, serve } from '../../src/sandbox/directus-process.ts';
import { urlOf } from '../../src/sandbox/environment.ts';
import {
  DEFAULT_DIRECTUS,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/index.ts';
import { ensureDirectus } from '../../src/sandbox/install.ts';
import { freePort } from '../../src/sandbox/port.ts';
import { directusRest } from '../../src/sandbox/rest.ts';
import { fillNewsroom } from '../../src/sandbox/seed/index.ts';

const run = promisify(execFile);

/**
 * A Directus with the newsroom: the sandbox, which is on SQLite, or the same on a Postgres where `TEST_POSTGRES` is the
 * address of one, as somebody who may create databases (postgres://user:password@host:port). psql has to be installed.
 */
export function startDirectus(options: SandboxOptions = {}): Promise<Sandbox> {
  const server = process.env.TEST_POSTGRES;
  return server ? startOnPostgres(server, options) : startSandbox(options);
}

async function startOnPostgres(server: string, options: SandboxOptions): Promise<Sandbox> {
  const { version = DEFAULT_DIRECTUS, onProgress = () => {} } = options;
  const install = await ensureDirectus(version, { onProgress });
  const database = `newsroom_${randomBytes(6).toString('hex')}`;
  const sql = (text: string) => run('psql', [server, '--quiet', '--command', text]);
  const folder = await mkdtemp(join(tmpdir(), 'directus-assistant-postgres-'));
  await sql(`CREATE DATABASE ${database}`);
  const discard = async () => {
    await sql(`DROP DATABASE ${database} WITH (FORCE)`);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const port = await freePort();
  const env = { ...options.env, DB_CLIENT: 'pg', DB_CONNECTION_STRING: `${server}/${database}` };
  const place = { install, folder, port, env };
  onProgress({ stage: 'start', text: `Starting Directus ${version} on Postgres` });
  try {
    await bootstrap(place);
    const serving = await serve(place);
    await fillNewsroom(directusRest(urlOf(port), accounts.admin.token), () => {});
    const stop = async () => {
      await serving.stop();
      await discard();
    };
    return { url: urlOf(port), version, pid: serving.pid, ...accounts, ended: serving.ended, stop };
  } catch (error) {
    await discard();
    throw error;
  }
}
