import { RequestError } from '@hono/node-server';
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/hono';
import { localhostAllowedHostnames } from '@modelcontextprotocol/server';
import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Settings } from '../../settings/schema.ts';
import { answer } from './answer.ts';
import { answerPeer } from './answer-peer.ts';
import type { Admission } from './callers.ts';
import type { Limits } from './limits.ts';
import { SESSION_HEADER } from './live-session.ts';
import type { Log } from './log.ts';
import type { Mcp } from './mcp.ts';
import type { Metrics } from './metrics.ts';
import { PAGE_HEADERS } from './page.ts';
import { PEER_PATH, type Peers } from './peers.ts';
import { refuse } from './refusal.ts';
import { type Env, logWhenEnded } from './request-log.ts';

/** What the app puts together. */
export type Parts = {
  /** The settings in force now. */
  settings: () => Settings['http'];
  admission: Admission;
  mcp: Mcp;
  limits: Limits;
  peers: Peers;
  metrics: Metrics;
  log: Log;
  /** Why it should not get requests at present; undefined when all is well. */
  notReady: () => Promise<string | undefined>;
  /** What people see who open the address in a browser. */
  page: string;
};

/** Lets pages of an origin that was let in read the answers. */
const readable = cors({
  origin: (origin) => origin,
  allowMethods: ['GET', 'POST', 'DELETE'],
  exposeHeaders: [SESSION_HEADER, 'WWW-Authenticate', 'Retry-After'],
  maxAge: 600,
});

/** The routes. */
export function createApp(parts: Parts): Hono<Env> {
  const { settings, metrics, log, page, notReady } = parts;
  const app = new Hono<Env>();

  app.use('*', (c, next) => {
    logWhenEnded(c, log);
    return next();
  });
  // Balancers and Prometheus ask by whatever name they have for this instance.
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    const why = await notReady();
    return why === undefined ? c.text('ready') : c.text(why, 503);
  });
  app.get('/metrics', async (c, next) => {
    if (!settings().metrics) return next();
    return c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType });
  });
  app.post(PEER_PATH, (c) => answerPeer(c, parts));

  const guards = guardsBy(settings);
  app.use('*', (c, next) => guards().host(c, next));
  app.use('*', (c, next) => guards().origin(c, next));
  // Only browsers name an origin. Adding to the headers of an answer makes a stream of it, which costs the others dearly.
  app.use('*', (c, next) => (c.req.header('origin') === undefined ? next() : readable(c, next)));
  app.get('/', (c) => c.body(page, 200, PAGE_HEADERS));
  app.all('/mcp', (c) => answer(c, parts));
  app.notFound(() => refuse({ status: 404, message: 'There is nothing here. MCP is at /mcp.' }));
  app.onError((error) => {
    if (error instanceof RequestError) return refuse({ status: 400, message: 'The request cannot be read.' });
    log({ event: 'warning', text: `A request failed inside: ${error.constructor.name}.` });
    return refuse({
      status: 500,
      code: -32603,
      message: 'Something went wrong inside; what it was is not known.',
    });
  });
  return app;
}

/** The checks of Host and Origin by the settings in force, made anew when those change. */
function guardsBy(settings: () => Settings['http']) {
  let made: { by: Settings['http']; host: MiddlewareHandler; origin: MiddlewareHandler } | undefined;
  return () => {
    const by = settings();
    if (made?.by !== by)
      made = { by, host: hostHeaderValidation(hostsOf(by)), origin: originValidation(originsOf(by)) };
    return made;
  };
}

/** Names by which it may be called: against pages that make a browser call a server on its own machine or network. */
function hostsOf({ host, publicUrl, allowedHosts }: Settings['http']): string[] {
  const own = host.includes(':') ? `[${host}]` : host;
  return [...localhostAllowedHostnames(), own, ...named(publicUrl), ...allowedHosts];
}

function originsOf({ publicUrl, allowedOrigins }: Settings['http']): string[] {
  return [...localhostAllowedHostnames(), ...named(publicUrl), ...allowedOrigins];
}

function named(url: string | undefined): string[] {
  return url === undefined ? [] : [new URL(url).hostname];
}
