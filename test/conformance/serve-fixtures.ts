import { randomBytes } from 'node:crypto';
import { recogniseByToken } from '../../src/server/http/caller.ts';
import { createCallers } from '../../src/server/http/callers.ts';
import { type Listening, serveHttp } from '../../src/server/http/index.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { createFixtureServer } from './fixture-server.ts';
import type { Served } from './served.ts';

/** Serves the fixtures where the product stands: behind the same HTTP, for the callers it lets in. */
export async function startFixtures(directus: string): Promise<Served> {
  const settings = settingsSchema.parse({ directus: { url: directus }, http: { port: 0 } });
  const loaded = { settings, file: '', place: '', problems: [], origins: new Map<string, string>() };
  const recogniser = recogniseByToken(() => settings);
  const server: Listening = await serveHttp({
    settings: () => settings.http,
    key: randomBytes(32),
    log: () => {},
    notReady: async () => undefined,
    page: () => '',
    serve: (peers, log) => ({
      admission: createCallers(() => loaded, recogniser, peers.uses, log),
      serverFor: () => createFixtureServer(() => server.toolsChanged()),
    }),
  });
  return { url: server.url, stop: () => server.stop(0) };
}
