import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Env } from './env.ts';
import type { Ports } from './ports.ts';
import { ProblemError } from './problem.ts';

const READS = ['GET', 'HEAD', 'OPTIONS'];
/** What no form of another page can send, and no script of another origin without asking first. */
const TYPES = /^application\/(json|octet-stream)\b/;

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    // Nuxt UI puts its colours into a style element.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    mediaSrc: ["'self'", 'blob:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
  },
  referrerPolicy: 'no-referrer',
  crossOriginOpenerPolicy: 'same-origin',
  permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  // The address may be served without TLS, on this machine.
  strictTransportSecurity: false,
  // Files of the library say more.
  overwrite: false,
});

/** What every answer says to browsers, and that nothing is changed for a page that is not ours. */
export function protect(ports: Ports): MiddlewareHandler<Env>[] {
  return [
    headers,
    async (c, next) => {
      await next();
      if (c.req.path.startsWith('/api/') && !c.res.headers.has('Cache-Control'))
        c.header('Cache-Control', 'no-store');
    },
    async (c, next) => {
      if (!READS.includes(c.req.method)) mustBeOurs(c, ports);
      await next();
    },
  ];
}

function mustBeOurs(c: Context<Env>, { settings }: Ports): void {
  const { publicUrl } = settings().http;
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  // Browsers say at least one of the two. One that says both must not contradict itself.
  const isOurs =
    (site ?? origin) !== undefined &&
    (site === undefined || site === 'same-origin') &&
    (origin === undefined || isOwn(origin, c.req.header('host'), publicUrl));
  if (!isOurs) throw new ProblemError('refused', 'This request does not come from a page of this server.');
  const type = c.req.header('content-type');
  if (type !== undefined && !TYPES.test(type))
    throw new ProblemError('refused', 'Send JSON, or the bytes of a file.');
}

/** A proxy may speak TLS for us, so of the address only host and port count. */
function isOwn(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  return [host, publicUrl && new URL(publicUrl).host].includes(new URL(origin).host);
}
