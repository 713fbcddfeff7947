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
import { type Refusal, refuse } from './refusal.ts';
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
  /** Answers what is asked beside MCP; default: the page at `/`, and nothing else. */
  pages?: Pages | undefined;
};

/** Pages that are served beside MCP. @param address where the request comes from */
export type Pages = (request: Request, address: string) => Response | Promise<Response>;

/** Lets pages of an origin that was let in read the answers. */
const readable = cors({
  origin: (origin) => origin,
  allowMethods: ['GET', 'POST', 'DELETE'],
  exposeHeaders: [SESSION_HEADER, 'WWW-Authenticate', 'Retry-After'],
  maxAge: 600,
});

/** The routes. */
export function createApp(parts: Parts): Hono<Env> {
  const { settings, metrics, log, page, pages, notReady } = parts;
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
  app.use(
    '*',
    inOurWords(() => guards().host, NO_SUCH_HOST),
  );
  app.use(
    '*',
    inOurWords(() => guards().origin, NO_SUCH_ORIGIN),
  );
  // Only browsers name an origin. Adding to the headers of an answer makes a stream of it, which costs the others dearly.
  app.use('*', (c, next) => (c.req.header('origin') === undefined ? next() : readable(c, next)));
  app.all('/mcp', (c) => answer(c, parts));
  if (pages) app.all('*', (c) => pages(c.req.raw, c.env.incoming.socket.remoteAddress ?? ''));
  else app.get('/', (c) => c.body(page, 200, PAGE_HEADERS));
  app.notFound(() => refuse({ status: 404, message: 'There is nothing here. MCP is at /mcp.' }));
  app.onError((error) => {
    if (error instanceof RequestError)
      return refuse({ status: 400, message: 'The request cannot be read. Check its address and headers.' });
    log({ event: 'warning', text: `A request failed inside: ${error.constructor.name}.` });
    return refuse({
      status: 500,
      code: -32603,
      message:
        'Something went wrong inside the server. If this was a change, look whether it was made before you repeat it.',
    });
  });
  return app;
}

/** The library's own words do not say who can let them in, and how. */
const NO_SUCH_HOST: Refusal = {
  status: 403,
  message:
    'This server is not called by that name. Its operator lets names in with http.publicUrl or http.allowedHosts.',
};
const NO_SUCH_ORIGIN: Refusal = {
  status: 403,
  message:
    'Pages of that origin may not call this server. Its operator lets them in with http.publicUrl or http.allowedOrigins.',
};

/** A check of the library whose refusal is said in our words. */
function inOurWords(check: () => MiddlewareHandler, refusal: Refusal): MiddlewareHandler {
  return async (c, next) => {
    const answer = await check()(c, next);
    return answer instanceof Response ? refuse(refusal) : undefined;
  };
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
