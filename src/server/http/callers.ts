import { basename } from 'node:path';
import type { AuthInfo } from '@modelcontextprotocol/server';
import QuickLRU from 'quick-lru';
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
const MOST = 1_000;
/** A caller who wishes for ever new things pushes out nobody else. */
const MOST_OF_ONE = 20;

type Kept = { caller: string; session: Session };

/**
 * @param loaded the settings in force now
 * @param uses who remembers confirmations that were used
 */
export function createCallers(loaded: () => Loaded, recogniser: Recogniser, uses: Uses, log: Log): Callers {
  const kept = new QuickLRU<string, Kept>({
    maxSize: MOST,
    maxAge: IDLE_MS,
    onEviction: (_, { session }) => session.directus.close(),
  });
  const answering = new WeakMap<AuthInfo, { caller: Caller; wish: Wish }>();

  const sessionFor = (caller: Caller, wish: Wish): Session => {
    const key = `${caller.id}\n${wishKey(wish)}`;
    const had = kept.get(key);
    if (!had) makeRoom(caller.id);
    const used = had ?? { caller: caller.id, session: open(caller, wish) };
    // Its time begins anew.
    kept.set(key, used);
    return used.session;
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
    const own = [...kept.entriesAscending()].filter(([, one]) => one.caller === caller);
    const [oldest] = own;
    if (own.length < MOST_OF_ONE || !oldest) return;
    oldest[1].session.directus.close();
    kept.delete(oldest[0]);
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
      for (const { session } of kept.values()) session.directus.close();
      kept.clear();
      recogniser.renew();
    },
  };
}
