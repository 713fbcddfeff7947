import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server';
import type { Uses } from '../../guard/confirm.ts';
import type { Loaded } from '../../settings/load.ts';
import { type Called, createSession, type Session } from '../session.ts';
import type { Caller, Recogniser } from './caller.ts';
import type { Log } from './log.ts';
import { narrowed, readWish, type Wish, wishKey } from './narrow.ts';
import { isRefusal, type Refusal } from './refusal.ts';

/** A request that is let in. */
export type Admitted = {
  caller: Caller;
  /** The caller in the words of the MCP library, which hands it on to what answers the request. */
  authInfo: AuthInfo;
};

/** Lets requests in, or says why not. */
export type Admit = (request: Request) => Promise<Admitted | Refusal>;

/** The sessions of all callers: what each may do, and what is known of their Directus. */
export type Callers = {
  admit: Admit;
  /** The session that answers a request. */
  sessionOf(authInfo: AuthInfo | undefined): Session;
  /** Forgets everything, because the settings changed. */
  renew(): void;
};

/** What is remembered for a caller serves their next requests, and is forgotten when none came for this long. */
const IDLE_MS = 10 * 60_000;
/** The one unused for longest makes room for another. */
const MOST = 2_000;

type Kept = { session: Session; usedAt: number };

/**
 * @param loaded the settings in force now
 * @param uses who remembers confirmations that were used
 */
export function createCallers(loaded: () => Loaded, recogniser: Recogniser, uses: Uses, log: Log): Callers {
  const kept = new Map<string, Kept>();
  const answering = new WeakMap<AuthInfo, Session>();

  const sessionFor = (caller: Caller, wish: Wish): Session => {
    const key = `${caller.id}\n${wishKey(wish)}`;
    const had = kept.get(key);
    const session = had?.session ?? open(caller, wish);
    // A map keeps the order of insertion: the first is the one unused for longest.
    kept.delete(key);
    kept.set(key, { session, usedAt: Date.now() });
    forgetIdle();
    return session;
  };
  const open = (caller: Caller, wish: Wish): Session => {
    const { settings, problems } = loaded();
    // A path on this machine is none of the caller's.
    const own = { ...narrowed(settings, wish), directus: caller.directus, uploadRoots: [] };
    const onUnauthorized = () => recogniser.doubt(caller);
    const onCall = (call: Called) =>
      log({ event: 'call', ...call, ms: Math.round(call.ms), user: caller.user });
    return createSession({ settings: own, problems }, { narrowing: wish, uses, onUnauthorized, onCall });
  };
  const forgetIdle = () => {
    for (const [key, { session, usedAt }] of kept) {
      if (kept.size <= MOST && Date.now() - usedAt < IDLE_MS) return;
      session.directus.close();
      kept.delete(key);
    }
  };

  return {
    async admit(request) {
      const caller = await recogniser.recognise(request);
      if (isRefusal(caller)) return caller;
      const wish = readWish(request);
      if (isRefusal(wish)) return wish;
      const authInfo: AuthInfo = { token: '', clientId: caller.user, scopes: [] };
      answering.set(authInfo, sessionFor(caller, wish));
      return { caller, authInfo };
    },
    sessionOf(authInfo) {
      const session = authInfo && answering.get(authInfo);
      if (!session) throw new Error('A request is answered that was not let in.');
      return session;
    },
    renew() {
      for (const { session } of kept.values()) session.directus.close();
      kept.clear();
    },
  };
}

/** Where the MCP library keeps what was said of the caller. */
export function authInfoOf(context: ServerContext | undefined): AuthInfo | undefined {
  return context?.http?.authInfo;
}
