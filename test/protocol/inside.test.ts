import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connectServers } from '../../src/host/mcp/servers.ts';
import { serveInside } from '../../src/server/inside.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { sharedDirectus } from '../live/shared-directus.ts';

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** The tools inside this process, with those settings that hold where nobody has set any. */
async function inside() {
  const folder = await mkdtemp(join(tmpdir(), 'inside-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const env = { DIRECTUS_URL: sharedDirectus().url, XDG_CONFIG_HOME: folder };
  const loaded = loadSettings({ cwd: folder, env });
  const served = serveInside(
    () => loaded,
    () => {},
  );
  onTestFinished(() => served.close());
  return served;
}

/** Counts the streams that a server begins and ends. */
function counting(send: typeof fetch) {
  const streams = { begun: 0, ended: 0 };
  const counted: typeof fetch = async (input, init) => {
    const response = await send(input, init);
    const isStream = response.headers.get('content-type')?.includes('text/event-stream');
    if (!isStream || !response.body) return response;
    streams.begun += 1;
    const flush = () => {
      streams.ended += 1;
    };
    return new Response(response.body.pipeThrough(new TransformStream({ flush })), response);
  };
  return { streams, counted };
}

test('a connection inside the process listens until it is closed, and no longer', async () => {
  const served = await inside();
  const { streams, counted } = counting(served.fetchFor(sharedDirectus().editor.token));
  const open = () => connectServers([{ name: 'directus', url: 'http://inside/mcp', fetch: counted }]);
  const here = await Promise.all(Array.from({ length: 5 }, open));
  // What nobody holds is freed while they listen, as in a program that has run for a while.
  await wait(20);
  gc();
  const changes = here.map((servers) => {
    const changed = vi.fn();
    onTestFinished(servers.onChange(changed));
    return changed;
  });
  served.renew();
  await vi.waitFor(() => {
    for (const changed of changes) expect(changed).toHaveBeenCalled();
  });
  expect(streams.begun).toBeGreaterThanOrEqual(5);
  await Promise.all(here.map((servers) => servers.close()));
  await vi.waitFor(() => expect(streams.ended).toBe(streams.begun));
});
