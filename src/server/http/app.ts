import { RequestError } from '@hono/node-server';
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/hono';
import { localhostAllowedHostnames } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
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

  app.use('*', (c, next) => hostHeaderValidation(hostsOf(settings()))(c, next));
  app.use('*', (c, next) => originValidation(originsOf(settings()))(c, next));
  // An origin that was let in may read the answers.
  app.use(
    '*',
    cors({
      origin: (origin) => origin,
      allowMethods: ['GET', 'POST', 'DELETE'],
      exposeHeaders: [SESSION_HEADER, 'WWW-Authenticate', 'Retry-After'],
      maxAge: 600,
    }),
  );
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
