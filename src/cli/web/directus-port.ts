import { collectionsToChoose, itemsToChoose } from '../../directus/choose.ts';
import { type Connection, connect } from '../../directus/connection.ts';
import { DirectusError } from '../../directus/errors.ts';
import { type Account, accountOf, endOf, renewSignIn, signIn, signOut } from '../../directus/sign-in.ts';
import { type Aging, aging } from '../../server/aging.ts';
import type { Settings } from '../../settings/schema.ts';
import type { SignIn, User } from '../../web/api.ts';
import { type DirectusPort, SignInError } from '../../web/server/ports.ts';
import { ProblemError } from '../../web/server/problem.ts';
import { asset } from './asset.ts';

/** So long is believed who a token belongs to, and how the project is called. */
const BELIEVED_MS = 10_000;
const NAMED_MS = 60_000;
/** A page waits for the name. */
const PATIENCE_MS = 3_000;
const MOST_REMEMBERED = 5_000;

/** Directus as the pages need it. @param settings the settings in force now */
export function directusPort(settings: () => Settings): DirectusPort {
  const url = () => settings().directus.url ?? '';
  const believed = aging<Promise<User | undefined>>(MOST_REMEMBERED, BELIEVED_MS);
  const names = aging<Promise<string>>(2, NAMED_MS);

  async function as<T>(token: string, work: (directus: Connection) => Promise<T>): Promise<T> {
    const directus = connect({ url: url(), token }, () => believed.delete(token));
    try {
      return await work(directus);
    } catch (error) {
      throw error instanceof DirectusError && error.status < 500 ? notAllowed(error) : error;
    } finally {
      directus.close();
    }
  }

  async function tokenFor(how: SignIn) {
    if (!('token' in how)) return signIn(url(), how);
    const expiresAt = endOf(how.token);
    return { token: how.token, ...(expiresAt !== undefined && { expiresAt }) };
  }

  return {
    async signIn(how) {
      const signed = await tokenFor(how).catch(refuse);
      const account = await accountOf(url(), signed.token).catch(refuse);
      if (!account) throw new SignInError('wrong', 'Directus does not know this token.');
      if (!account.appAccess) {
        if (!('token' in how)) await signOut(url(), signed.token).catch(() => {});
        throw new SignInError('no-access', NO_ACCESS);
      }
      const user = userOf(account);
      believed.set(signed.token, Promise.resolve(user));
      return { ...signed, user };
    },
    async renew(token) {
      return renewSignIn(url(), token).catch(refuse);
    },
    async signOut(token) {
      believed.delete(token);
      await signOut(url(), token).catch(() => {});
    },
    who: (token) =>
      remembered(believed, token, async () => {
        const account = await accountOf(url(), token);
        return account?.appAccess ? userOf(account) : undefined;
      }),
    asset: (token, id, size) => as(token, (directus) => asset(directus, id, size)),
    collections: (token) => as(token, collectionsToChoose),
    items: (token, collection, search) =>
      as(token, (directus) => itemsToChoose(directus, collection, search)),
    async about() {
      const name = await remembered(names, url(), () => projectName(url())).catch(() => 'Directus');
      return { name, url: url().replace(/\/+$/, '') };
    },
  };
}

/** What is remembered under a key, or is asked for now; those who ask at once share one answer, and no failure stays. */
function remembered<T>(all: Aging<Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = all.get(key);
  if (known) return known;
  const answer = ask().catch((error: unknown) => {
    all.delete(key);
    throw error;
  });
  all.set(key, answer);
  return answer;
}

const NO_ACCESS =
  'This account has no access to the Directus app, so it cannot use the assistant. An admin can change that: App Access in one of its policies.';

function userOf({ id, first_name, last_name, email, avatar, role, adminAccess }: Account): User {
  const name = [first_name, last_name].filter(Boolean).join(' ') || email || 'Unnamed user';
  return {
    id,
    name,
    ...(email && { email }),
    ...(avatar && { avatar }),
    admin: adminAccess,
    ...(role && { role: { id: role.id, name: role.name } }),
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof DirectusError) || error.status >= 500)
    throw new SignInError(
      'unreachable',
      'Directus does not answer, so nobody can sign in. Try again shortly.',
    );
  if (error.code === 'INVALID_OTP')
    throw new SignInError('otp', 'Enter the one-time code of your authenticator app.');
  if (error.status === 429)
    throw new SignInError('too-often', 'Directus has had too many tries. Wait a minute, then try again.');
  if (error.code === 'ROUTE_NOT_FOUND')
    throw new SignInError('wrong', 'This Directus takes no passwords. Sign in with a token.');
  // Whether there is such an account is nobody's business; one that is suspended is told no other.
  throw new SignInError('wrong', 'Email or password is wrong, or the account may not sign in.');
}

const notAllowed = ({ status, message }: DirectusError): ProblemError =>
  status === 401
    ? new ProblemError('signed-out', 'Your sign-in has ended. Sign in again.')
    : new ProblemError('not-found', `Directus refuses: ${message}`);

async function projectName(url: string): Promise<string> {
  const directus = connect({ url });
  try {
    const info = await directus.request<{ project?: { project_name?: string | null } }>(
      'GET',
      '/server/info',
      { signal: AbortSignal.timeout(PATIENCE_MS) },
    );
    return info?.project?.project_name || 'Directus';
  } finally {
    directus.close();
  }
}
