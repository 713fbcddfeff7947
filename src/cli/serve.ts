import { connect } from '../directus/connection.ts';
import { recogniseByToken } from '../server/http/caller.ts';
import { type Callers, createCallers } from '../server/http/callers.ts';
import { type Pages, serveHttp } from '../server/http/index.ts';
import { type Log, logTo, tellTo } from '../server/http/log.ts';
import { page } from '../server/http/page.ts';
import { createServer } from '../server/server.ts';
import { problemsOf } from '../server/session.ts';
import { warn } from '../server/warn.ts';
import { watchFile } from '../server/watch.ts';
import { installationKey } from '../settings/key.ts';
import { type Loaded, reloaded } from '../settings/load.ts';
import { httpClientConfigs, httpInstallLinks } from './client-config.ts';
import { loadFor, type SettingsOptions } from './options.ts';

/** What stands beside MCP. */
export type Beside = {
  pages: Pages;
  /** Ends what runs there. */
  stop(): Promise<void>;
};

/** What it is made of. */
export type BesideParts = {
  /** The settings in force now. */
  loaded: () => Loaded;
  /** Reads the settings anew, also where their file has not been seen to change. */
  reload: () => void;
  /** The key of the installation. */
  key: Buffer;
  log: Log;
  /** Calls back after settings have changed; returns how to stop that. */
  onSettings: (listener: () => void) => () => void;
};

/**
 * Serves the tools over HTTP to many, each with their own Directus token, until the process is told to stop. Sets the
 * exit code.
 * @param shut groups of settings whose secrets are none of this server's business
 * @param begin makes what stands beside MCP
 * @param listening told of the address once it is known
 */
export async function serve(
  options: SettingsOptions,
  shut: readonly string[],
  begin?: (parts: BesideParts) => Beside,
  listening?: (url: string) => void,
): Promise<void> {
  const load = () => loadFor(options, shut);
  let loaded = load();
  // Who reads the log may leave; that is no reason to.
  process.stderr.on('error', () => {});
  const log = (process.stderr.isTTY ? tellTo : logTo)((line) => process.stderr.write(line));
  const say = (text: string) => log({ event: 'warning', text });
  warn(problemsOf(loaded), say);
  if (!loaded.settings.directus.url) {
    console.error('Which Directus? Set DIRECTUS_URL, or give --url.');
    process.exitCode = 2;
    return;
  }
  if (!begin && loaded.settings.store === 'directus') {
    say('What Settings keeps in Directus counts for `web` alone: this server goes by its own file.');
  }
  const { key, warning } = installationKey(loaded.settings.key);
  if (warning) say(warning);
  const recogniser = recogniseByToken(() => loaded.settings);
  let callers: Callers | undefined;
  const listeners = new Set<() => void>();

  function reload(): void {
    loaded = reloaded(loaded, load());
    warn(problemsOf(loaded), say);
    callers?.renew();
    log({ event: 'settings' });
    for (const listener of listeners) listener();
  }

  const beside = begin?.({
    loaded: () => loaded,
    reload,
    key,
    log,
    onSettings(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const server = await serveHttp({
    settings: () => loaded.settings.http,
    key,
    log,
    notReady: readiness(() => loaded.settings.directus.url ?? ''),
    page: (url) => page(url, httpInstallLinks(url), httpClientConfigs(url)),
    ...(beside && { pages: beside.pages }),
    serve(peers, noted) {
      const made = createCallers(() => loaded, recogniser, peers.uses, noted);
      callers = made;
      return {
        admission: made,
        serverFor: (authInfo) =>
          createServer((context) => made.sessionOf(context?.http?.authInfo ?? authInfo)),
      };
    },
  }).catch((error: NodeJS.ErrnoException) => {
    console.error(whyNot(error, loaded.settings.http));
    process.exitCode = 1;
    return undefined;
  });
  if (!server) {
    await beside?.stop();
    return;
  }
  listeners.add(server.toolsChanged);
  listening?.(server.url);

  const watcher = watchFile(loaded.file, reload);
  const stop = async (lingerMs: number) => {
    watcher?.close();
    // Balancers need the time; pages come back by themselves.
    await Promise.all([server.stop(lingerMs), beside?.stop()]);
    process.exit(0);
  };
  process.once('SIGINT', () => void stop(0));
  process.once('SIGTERM', () => void stop(LINGER_MS));
}

const READY_MS = 2_000;
/** So long a balancer may take to see that an instance is not ready any more. */
const LINGER_MS = 3_000;

/** Asks Directus whether it is there, at most every two seconds however often balancers ask us. */
function readiness(url: () => string): () => Promise<string | undefined> {
  let asked: { at: number; answer: Promise<string | undefined> } | undefined;
  return () => {
    const now = performance.now();
    if (!asked || now - asked.at > READY_MS) asked = { at: now, answer: ask(url()) };
    return asked.answer;
  };
}

async function ask(url: string): Promise<string | undefined> {
  try {
    await connect({ url }).fetch('GET', '/server/ping', { signal: AbortSignal.timeout(READY_MS) });
    return undefined;
  } catch {
    return 'Directus does not answer';
  }
}

function whyNot(
  { code, message }: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken. Stop what uses it, or choose another: --port ${port + 1}.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine. Use 127.0.0.1 for this machine alone, or 0.0.0.0 for everybody.`;
  if (code === 'EACCES') return `Port ${port} needs more rights. Choose one above 1023: --port 8056.`;
  return `It cannot listen on ${host}, port ${port}: ${message}`;
}
