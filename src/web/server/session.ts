import { type Context, Hono, type MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { version } from '../../version.ts';
import type { SessionInfo, SignIn, User } from '../api.ts';
import { cookieOf, type Kept } from './cookie.ts';
import type { Env } from './env.ts';
import { type Ports, SignInError } from './ports.ts';
import { ProblemError } from './problem.ts';
import { readJson } from './read-json.ts';
import { countTries } from './tries.ts';

const text = z.string().min(1).max(1000);
const input = z.union([
  z.strictObject({ email: text, password: text, otp: z.string().max(20).exactOptional() }),
  z.strictObject({ token: z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'is no token') }),
]) satisfies z.ZodType<SignIn>;

const CODES = {
  wrong: 'refused',
  otp: 'otp',
  'no-access': 'refused',
  'too-often': 'too-often',
  unreachable: 'failed',
} as const satisfies Record<SignInError['reason'], ProblemError['code']>;

/** Who is signed in. Nothing of it is kept here: see `cookie.ts`. */
export function createSessions(ports: Ports): { required: MiddlewareHandler<Env>; routes: Hono<Env> } {
  const { directus } = ports;
  const cookie = cookieOf(ports);
  const tries = countTries();
  const renewing = new Map<string, Promise<Kept>>();

  function mustBeOn(): void {
    if (!ports.settings().ai.enabled)
      throw new ProblemError('refused', 'The assistant is switched off here (ai.enabled, or AI_ENABLED).');
  }

  async function info(user?: User): Promise<SessionInfo> {
    return { ...(user && { user }), directus: await directus.about(), version };
  }

  /** Whoever the request's cookie belongs to, now. */
  async function signed(c: Context<Env>): Promise<{ user: User; token: string } | undefined> {
    const kept = cookie.read(c);
    const user = kept && (await inWords(() => directus.who(kept.token)));
    if (!kept || !user) return undefined;
    const next = isHalfOver(kept) ? await renew(kept) : kept;
    if (next !== kept) cookie.write(c, next);
    return { user, token: next.token };
  }

  /** Requests that come at once share one renewal: Directus takes the old token for a few seconds only. */
  function renew(kept: Kept): Promise<Kept> {
    const had = renewing.get(kept.token);
    if (had) return had;
    const renewed = directus
      .renew(kept.token)
      .then(({ token, expiresAt }): Kept => ({ token, expiresAt, since: new Date().toISOString() }))
      // It is good until it ends.
      .catch(() => kept);
    renewing.set(kept.token, renewed);
    setTimeout(() => renewing.delete(kept.token), GRACE_MS).unref();
    return renewed;
  }

  const routes = new Hono<Env>();
  routes.use('*', (_, next) => {
    mustBeOn();
    return next();
  });
  routes.get('/', async (c) => c.json(await info((await signed(c))?.user)));
  routes.post('/', async (c) => {
    const how = await readJson(c, input);
    const account = 'email' in how ? how.email : 'a token';
    const address = c.env.address;
    const wait = await tries.waitFor(address, account);
    if (wait !== undefined) throw tooOften(c, wait);
    try {
      const { user, token, expiresAt } = await directus.signIn(how);
      await tries.succeeded(address, account);
      cookie.write(c, { token, since: new Date().toISOString(), ...(expiresAt && { expiresAt }) });
      return c.json(await info(user));
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      const { reason, message } = error;
      // Asking for the code is no try; a code that was given and is wrong is one.
      const guessed = reason === 'wrong' || (reason === 'otp' && 'otp' in how);
      if (guessed) await tries.failed(address, account);
      throw new ProblemError(CODES[reason], message);
    }
  });
  routes.delete('/', async (c) => {
    const kept = cookie.read(c);
    if (kept) await directus.signOut(kept.token);
    cookie.remove(c);
    return c.body(null, 204);
  });

  return {
    routes,
    async required(c, next) {
      mustBeOn();
      const found = await signed(c);
      if (!found)
        throw new ProblemError('signed-out', 'You are not signed in, or not any more. Sign in again.');
      c.set('signed', found);
      await next();
    },
  };
}

/** So long a renewed token may still come in requests that were under way. */
const GRACE_MS = 10_000;

function isHalfOver({ since, expiresAt }: Kept): boolean {
  if (!expiresAt) return false;
  const [from, to] = [Date.parse(since), Date.parse(expiresAt)];
  return Date.now() > from + (to - from) / 2;
}

function tooOften(c: Context, seconds: number): ProblemError {
  c.header('Retry-After', String(seconds));
  const minutes = Math.ceil(seconds / 60);
  return new ProblemError('too-often', `Too many tries that failed. Try again in ${minutes} min.`);
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw new ProblemError('failed', 'Directus does not answer. Try again shortly.');
  }
}
