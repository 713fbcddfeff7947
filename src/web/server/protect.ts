import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Env } from './env.ts';
import type { Ports } from './ports.ts';
import { ProblemError } from './problem.ts';

const READS = ['GET', 'HEAD', 'OPTIONS'];
/** What no form of another page can send without asking first. */
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
});

/** What every answer says to browsers, and that nothing is changed for a page that is not ours. */
export function protect(ports: Ports): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (!READS.includes(c.req.method)) mustBeOurs(c, ports);
    if (c.req.path.startsWith('/api/')) c.header('Cache-Control', 'no-store');
    await headers(c, next);
  };
}

function mustBeOurs(c: Context<Env>, { settings }: Ports): void {
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const isOurs = site === undefined ? isOwn(c, origin, settings().http.publicUrl) : site === 'same-origin';
  // A browser that says both must not contradict itself.
  if (!isOurs || (origin !== undefined && !isOwn(c, origin, settings().http.publicUrl)))
    throw new ProblemError('refused', 'This request does not come from a page of this server.');
  const type = c.req.header('content-type');
  if (type !== undefined && !TYPES.test(type))
    throw new ProblemError('refused', 'Send JSON, or the bytes of a file.');
}

/** A proxy may speak TLS for us, so of the address only host and port count. */
function isOwn(c: Context<Env>, origin: string | undefined, publicUrl: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  const own = [c.req.header('host'), publicUrl && new URL(publicUrl).host];
  return own.includes(new URL(origin).host);
}
