import { basename } from 'node:path';
import type { AuthInfo } from '@modelcontextprotocol/server';
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

/** Decides on requests, in two steps: limits stand between them. */
export type Admission = {
  recognise(request: Request): Promise<Caller | Refusal>;
  /** Lets the request of a caller in, or says why not. */
  admit(caller: Caller, request: Request): Admitted | Refusal;
};

/** The sessions of all callers: what each may do, and what is known of their Directus. */
export type Callers = Admission & {
  /** The session that answers a request, by the settings in force now. */
  sessionOf(authInfo: AuthInfo | undefined): Session;
  /** Forgets everything, because the settings changed. */
  renew(): void;
};

/** What is remembered for a caller serves their next requests, and is forgotten when none came for this long. */
const IDLE_MS = 10 * 60_000;
/** The one unused for longest makes room for another, and in any case for one of the same caller. */
const MOST = 2_000;
const MOST_OF_ONE = 20;

type Kept = { caller: string; session: Session; usedAt: number };

/**
 * @param loaded the settings in force now
 * @param uses who remembers confirmations that were used
 */
export function createCallers(loaded: () => Loaded, recogniser: Recogniser, uses: Uses, log: Log): Callers {
  const kept = new Map<string, Kept>();
  const answering = new WeakMap<AuthInfo, { caller: Caller; wish: Wish }>();

  const sessionFor = (caller: Caller, wish: Wish): Session => {
    const key = `${caller.id}\n${wishKey(wish)}`;
    const had = kept.get(key);
    const session = had?.session ?? open(caller, wish);
    // A map keeps the order of insertion: the first is the one unused for longest.
    kept.delete(key);
    kept.set(key, { caller: caller.id, session, usedAt: Date.now() });
    if (!had) makeRoom(caller.id);
    return session;
  };
  const open = (caller: Caller, wish: Wish): Session => {
    const { settings, problems, file } = loaded();
    // A path on this machine is none of the caller's, neither to read from nor to hear of.
    const own = { ...narrowed(settings, wish), directus: caller.directus(settings), uploadRoots: [] };
    const told = file ? problems.map((problem) => problem.replaceAll(file, basename(file))) : problems;
    const onUnauthorized = () => recogniser.doubt(caller);
    const onCall = (call: Called) =>
      log({ event: 'call', ...call, ms: Math.round(call.ms), user: caller.user });
    return createSession(
      { settings: own, problems: told },
      { narrowing: wish, uses, onUnauthorized, onCall },
    );
  };
  const makeRoom = (caller: string) => {
    const own = [...kept].filter(([, one]) => one.caller === caller);
    if (own.length > MOST_OF_ONE) forget(own[0]?.[0]);
    for (const [key, { usedAt }] of kept) {
      if (kept.size <= MOST && Date.now() - usedAt < IDLE_MS) return;
      forget(key);
    }
  };
  const forget = (key = '') => {
    kept.get(key)?.session.directus.close();
    kept.delete(key);
  };

  return {
    recognise: recogniser.recognise,
    admit(caller, request) {
      const wish = readWish(request);
      if (isRefusal(wish)) return wish;
      const authInfo: AuthInfo = { token: '', clientId: caller.user, scopes: [] };
      answering.set(authInfo, { caller, wish });
      return { caller, authInfo };
    },
    sessionOf(authInfo) {
      const admitted = authInfo && answering.get(authInfo);
      if (!admitted) throw new Error('A request is answered that was not let in.');
      return sessionFor(admitted.caller, admitted.wish);
    },
    renew() {
      for (const key of [...kept.keys()]) forget(key);
      recogniser.renew();
    },
  };
}
