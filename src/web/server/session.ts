import { createHash, randomUUID } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { version } from '../../version.ts';
import type { SessionInfo, SignIn, User } from '../api.ts';
import { browserCookie, type Kept, signInCookie } from './cookie.ts';
import type { Env } from './env.ts';
import { type Ports, type Signed, SignInError } from './ports.ts';
import { ProblemError } from './problem.ts';
import { readJson } from './read-json.ts';
import { renewals } from './renew.ts';
import { countTries, type Trying } from './tries.ts';

const text = z.string().min(1, 'is missing').max(1000, 'is too long');
const input = z.union([
  z.strictObject({ email: text, password: text, otp: z.string().max(20).exactOptional() }),
  // A longer one would make a cookie that browsers drop.
  z.strictObject({ token: z.string().regex(/^[\x21-\x7e]{1,2048}$/, 'is no token') }),
]) satisfies z.ZodType<SignIn>;

const CODES = {
  wrong: 'refused',
  otp: 'otp',
  'no-access': 'refused',
  'too-often': 'too-often',
  unreachable: 'failed',
} as const satisfies Record<SignInError['reason'], ProblemError['code']>;

/** Whoever sends this is a stranger yet. */
const MOST_BYTES = 20_000;

const WRONG_CODE = 'That one-time code is wrong, or it is over. Enter the one that is shown now.';

/** Who is signed in. Nothing of it is kept here: see `cookie.ts`. */
export function createSessions(ports: Ports): { required: MiddlewareHandler<Env>; routes: Hono<Env> } {
  const { directus } = ports;
  const cookie = signInCookie(ports);
  const browser = browserCookie(ports);
  const tries = countTries();
  const current = renewals(directus);

  function mustBeOn(): void {
    if (!ports.settings().ai.enabled)
      throw new ProblemError(
        'refused',
        'The assistant is switched off here. Whoever runs it can switch it on: ai.enabled in its settings, or AI_ENABLED.',
      );
  }

  async function info(user?: User): Promise<SessionInfo> {
    return { ...(user && { user }), directus: await directus.about(), version };
  }

  /** Whoever the request's cookie belongs to, with what the cookie is to hold from now on. */
  async function signed(
    c: Context<Env>,
  ): Promise<{ signed: Signed; kept: Kept; renewed: boolean } | undefined> {
    const had = cookie.read(c);
    const user = had && (await inWords(() => directus.who(had.token)));
    if (!had || !user) return undefined;
    const kept = await current(had);
    return { signed: { user, token: kept.token }, kept, renewed: kept !== had };
  }

  function tryingBy(c: Context<Env>, how: SignIn): Trying {
    if ('token' in how) return { address: c.env.address, account: undefined, browser: undefined };
    const account = digestOf(how.email);
    const known = browser.read(c);
    return {
      address: c.env.address,
      account,
      browser: known?.account === account ? known.id : undefined,
    };
  }

  const routes = new Hono<Env>();
  routes.use('*', (_, next) => {
    mustBeOn();
    return next();
  });
  routes.get('/', async (c) => {
    const found = await signed(c);
    if (found?.renewed) cookie.write(c, found.kept);
    return c.json(await info(found?.signed.user));
  });
  routes.post('/', async (c) => {
    const how = await readJson(c, input, MOST_BYTES);
    const who = tryingBy(c, how);
    const taken = await tries.take(who);
    if ('waitS' in taken) throw tooOften(c, taken.waitS);
    try {
      const { user, token, expiresAt } = await directus.signIn(how);
      await taken.succeeded();
      if (who.account !== undefined && who.browser === undefined)
        browser.write(c, { id: randomUUID(), account: who.account });
      cookie.write(c, { token, since: new Date().toISOString(), ...(expiresAt && { expiresAt }) });
      return c.json(await info(user));
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      const { reason, message } = error;
      // Being asked for the code is no guess; a code that was given and is wrong is one.
      const wrongCode = reason === 'otp' && 'otp' in how;
      if (reason !== 'wrong' && !wrongCode) await taken.giveBack();
      if (reason === 'too-often') c.header('Retry-After', '60');
      throw new ProblemError(CODES[reason], wrongCode ? WRONG_CODE : message);
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
      c.set('signed', found.signed);
      await next();
      // Not before: some answers are made whole by others, and would go without it.
      if (found.renewed) cookie.write(c, found.kept);
    },
  };
}

/** How an account is called in a cookie that stays in a browser. */
const digestOf = (email: string): string =>
  createHash('sha256').update(email.trim().toLowerCase()).digest('base64url');

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
