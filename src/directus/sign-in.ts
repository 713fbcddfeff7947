import { notDirectus } from './answers.ts';
import { connect } from './connection.ts';
import { DirectusError, type DirectusErrorEntry } from './errors.ts';
import { type Answer, send } from './http.ts';
import { isObject } from './objects.ts';

/** A sign-in of Directus: a token, and the ISO time until which it lasts; without one, it does not end. */
export type SignedIn = { token: string; expiresAt?: string };

/** Somebody as Directus knows them. */
export type Account = {
  id: string;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  avatar: string | null;
  role: { id: string; name: string } | null;
  appAccess: boolean;
  adminAccess: boolean;
};

/**
 * Where Directus keeps the token in a browser, unless SESSION_COOKIE_NAME says otherwise: learnt from each sign-in.
 * Directus takes a renewal from there only; where a process has not learnt the name, a sign-in lasts until it ends.
 */
let cookieName = 'directus_session_token';

/** Somebody waits at the form. */
const PATIENCE_MS = 15_000;

/**
 * Signs in with an account.
 * @throws DirectusError (INVALID_CREDENTIALS, INVALID_OTP, ...), UnreachableError, or ToolError where it is no Directus
 */
export async function signIn(
  url: string,
  account: { email: string; password: string; otp?: string },
): Promise<SignedIn> {
  return sessionIn(await post(url, '/auth/login', { ...account, mode: 'session' }));
}

/** A sign-in that lasts longer in the place of one that will end; the old one lasts for a few seconds more. */
export async function renewSignIn(url: string, token: string): Promise<SignedIn> {
  return sessionIn(await post(url, '/auth/refresh', { mode: 'session' }, token));
}

/** Ends a sign-in in Directus, with every token of it; any other token stays as it is. */
export async function signOut(url: string, token: string): Promise<void> {
  const { session } = claimsIn(token);
  if (typeof session === 'string') await post(url, '/auth/logout', { mode: 'json', refresh_token: session });
}

/** When a token ends, as it says itself (ISO); undefined for a static one. */
export function endOf(token: string): string | undefined {
  const { exp } = claimsIn(token);
  return typeof exp === 'number' ? new Date(exp * 1000).toISOString() : undefined;
}

/** What a token says of itself, unproved; nothing for a static one. */
function claimsIn(token: string): Record<string, unknown> {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return isObject(claims) ? claims : {};
  } catch {
    return {};
  }
}

/** Who a token belongs to; undefined for nobody. @throws UnreachableError, and DirectusError of other kinds */
export async function accountOf(url: string, token: string): Promise<Account | undefined> {
  const directus = connect({ url, token });
  const fields = ['id', 'first_name', 'last_name', 'email', 'avatar', 'role.id', 'role.name'];
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const [me, globals] = await Promise.all([
      directus.request<Omit<Account, 'appAccess' | 'adminAccess'> | undefined>('GET', '/users/me', {
        query: { fields },
        signal,
      }),
      directus.request<{ app_access?: boolean; admin_access?: boolean }>('GET', '/policies/me/globals', {
        signal,
      }),
    ]);
    // A role that this user may not read comes as its id, or not at all.
    if (!me?.id) return undefined;
    const role = typeof me.role === 'object' ? me.role : null;
    return {
      ...me,
      role,
      appAccess: globals?.app_access === true,
      adminAccess: globals?.admin_access === true,
    };
  } catch (error) {
    if (error instanceof DirectusError && [400, 401, 403].includes(error.status)) return undefined;
    throw error;
  } finally {
    directus.close();
  }
}

async function post(url: string, path: string, body: object, token?: string): Promise<Answer> {
  const answer = await send(`${url.replace(/\/+$/, '')}${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Cookie: `${cookieName}=${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (answer.ok) return answer;
  const errors = await answer.json().then(errorsIn, () => []);
  throw new DirectusError(
    answer.status,
    errors,
    { method: 'POST', path },
    answer.headers.get('retry-after') ?? undefined,
  );
}

const errorsIn = (body: unknown): DirectusErrorEntry[] =>
  (body as { errors?: DirectusErrorEntry[] } | undefined)?.errors ?? [];

/** The token is in a cookie, and nowhere else. */
function sessionIn(answer: Answer): SignedIn {
  const cookies = answer.headers.get('set-cookie') ?? '';
  const [, name, token] = /([\w-]+)=(ey[\w-]+\.[\w-]+\.[\w-]+)/.exec(cookies) ?? [];
  if (!name || !token) throw notDirectus();
  cookieName = name;
  const expiresAt = endOf(token);
  return { token, ...(expiresAt !== undefined && { expiresAt }) };
}
