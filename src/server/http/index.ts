import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import type { Settings } from '../../settings/schema.ts';
import { createApp, type Pages } from './app.ts';

import type { Admission } from './callers.ts';
import { endpoint } from './endpoint.ts';
import { createLimits } from './limits.ts';
import type { Log } from './log.ts';
import { createMcp, type ServerFor } from './mcp.ts';
import { createMetrics } from './metrics.ts';
import { createPeers, EVERYWHERE, type Peers, peerAddress } from './peers.ts';

export type { Pages } from './app.ts';

/** What is served over HTTP, and to whom. */
export type HttpOptions = {
  /** The settings in force now. Host and port count as they are at the start. */
  settings: () => Settings['http'];
  /** The key of the installation, the same on all instances. */
  key: Buffer;
  log: Log;
  /** Why it should not get requests at present; undefined when all is well. */
  notReady: () => Promise<string | undefined>;
  /** What people see who open the address in a browser. @param url the address of the MCP endpoint */
  page: (url: string) => string;
  /** Pages beside MCP. */
  pages?: Pages;
  /** What needs to know the other instances, and is known when the port is: who is let in, and what answers them. */
  serve: (peers: Peers, log: Log) => { admission: Admission; serverFor: ServerFor };
};

/** A server that listens. */
export type Listening = {
  /** The address of the MCP endpoint on this machine. */
  url: string;
  toolsChanged(): void;
  /**
   * Says that it is not ready any more, takes no more requests, lets those under way end, then stops. Resolves when all
   * is done.
   * @param lingerMs how long requests are still taken, until balancers know
   */
  stop(lingerMs: number): Promise<void>;
};

/** Whole headers must have come by then; so must a body, which is not kept waiting for. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 60_000;
/** Longer than balancers keep idle connections, so that none sends a request into one that we close. */
const KEEP_ALIVE_MS = 75_000;
/** Calls under way have this long when the server is stopped; those that only wait for a person are not waited for. */
const DRAIN_MS = 20_000;
/** The last words have this long to be sent. */
const FLUSH_MS = 1_000;

/**
 * Serves MCP at /mcp, in both eras of the protocol.
 * @throws Error when the port is taken or the address is none of this machine's
 */
export async function serveHttp(options: HttpOptions): Promise<Listening> {
  const { settings, key } = options;
  const { host, port, peerUrl, publicUrl } = settings();
  let working = 0;
  let stopping = false;

  const server = createHttpServer({
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 2_000,
  });
  // Other instances have to be told the port, which may be any free one. Nothing is waited for from here on, so that
  // the first request finds somebody to answer it.
  const listeningOn = await listen(server, port, host);
  const url = endpoint(peerAddress(EVERYWHERE.includes(host) ? 'localhost' : host, listeningOn));

  const peers = createPeers(key, peerUrl?.replace(/\/+$/, '') ?? peerAddress(host, listeningOn));
  const metrics = createMetrics({ sessions: () => mcp.sessions(), working: () => working });
  const log: Log = (entry) => {
    metrics.note(entry);
    options.log(entry);
  };
  const { admission, serverFor } = options.serve(peers, log);
  const onerror = (error: Error) => log({ event: 'warning', text: `MCP: ${error.constructor.name}` });
  const mcp = createMcp({ key, peers, serverFor, mostSessions: () => settings().sessions, onerror });
  const app = createApp({
    settings,
    admission,
    mcp,
    limits: createLimits(settings),
    peers,
    metrics,
    log,
    notReady: async () => (stopping ? 'stopping' : options.notReady()),
    page: options.page(publicUrl === undefined ? url : endpoint(publicUrl)),
    pages: options.pages,
  });
  server.on('request', (_, response) => {
    working += 1;
    if (stopping) response.setHeader('Connection', 'close');
    response.once('close', () => {
      working -= 1;
    });
  });
  server.on('request', getRequestListener(app.fetch));
  log({ event: 'listening', url, peer: peers.address });

  return {
    url,
    toolsChanged: mcp.toolsChanged,
    async stop(lingerMs) {
      stopping = true;
      log({ event: 'stopping' });
      await wait(lingerMs);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      mcp.endStreams();
      await until(() => {
        const { calls, asking } = mcp.underWay();
        return working <= asking && calls <= asking;
      }, DRAIN_MS);
      await mcp.close();
      await until(() => working === 0, FLUSH_MS);
      server.closeAllConnections();
      await closed;
      log({ event: 'stopped' });
    },
  };
}

/** Waits until something is so, or the time is up. */
async function until(isSo: () => boolean, mostMs: number): Promise<void> {
  const end = performance.now() + mostMs;
  while (!isSo() && performance.now() < end) await wait(20);
}

/** @returns the port */
function listen(server: HttpServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
