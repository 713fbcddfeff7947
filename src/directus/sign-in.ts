import { connect } from './connection.ts';
import { DirectusError, type DirectusErrorEntry } from './errors.ts';
import { type Answer, send } from './http.ts';

/** A sign-in of Directus: a token that lasts until then. */
export type SignedIn = { token: string /** ISO time; undefined when it does not end. */; expiresAt?: string };

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

/** Where Directus keeps the token in a browser, unless SESSION_COOKIE_NAME says otherwise; learnt when it does. */
let cookieName = 'directus_session_token';

/**
 * Signs in with an account.
 * @throws DirectusError (INVALID_CREDENTIALS, INVALID_OTP, ...) or UnreachableError
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

/** Ends a sign-in in Directus. */
export async function signOut(url: string, token: string): Promise<void> {
  await post(url, '/auth/logout', { mode: 'session' }, token);
}

/** When a token ends, as it says itself; undefined for a static one. */
export function endOf(token: string): string | undefined {
  const [, payload] = token.split('.');
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' ? new Date(exp * 1000).toISOString() : undefined;
  } catch {
    return undefined;
  }
}

/** Who a token belongs to; undefined for nobody. @throws UnreachableError, and DirectusError of other kinds */
export async function accountOf(url: string, token: string): Promise<Account | undefined> {
  const directus = connect({ url, token });
  const fields = ['id', 'first_name', 'last_name', 'email', 'avatar', 'role.id', 'role.name'];
  try {
    const [me, globals] = await Promise.all([
      directus.request<Omit<Account, 'appAccess' | 'adminAccess'> | undefined>('GET', '/users/me', {
        query: { fields },
      }),
      directus.request<{ app_access?: boolean; admin_access?: boolean }>('GET', '/policies/me/globals'),
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
  if (!name || !token) throw new DirectusError(answer.status, [], { method: 'POST', path: '/auth' });
  cookieName = name;
  const expiresAt = endOf(token);
  return { token, ...(expiresAt !== undefined && { expiresAt }) };
}
