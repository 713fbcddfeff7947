import { createHash, timingSafeEqual } from 'node:crypto';
import { connect } from '../../directus/connection.ts';
import { DirectusError } from '../../directus/errors.ts';
import type { Settings } from '../../settings/schema.ts';
import { aging } from '../aging.ts';
import type { Refusal } from './refusal.ts';

/*
 * Who is calling. The one place that knows how a caller shows who they are; everything behind it deals with a
 * `Caller`. Another way to sign in (an OAuth authorization server) is another `Recogniser`.
 */

/** Somebody whom Directus knows. */
export type Caller = {
  /** Stands for what the caller showed: for limits, for what is theirs, for logs. Tells nothing of it. */
  id: string;
  /** Id of the Directus user. */
  user: string;
  /** The Directus of this caller by the settings in force: its address, and the sign-in to act with. */
  directus(settings: Settings): Settings['directus'];
};

export type Recogniser = {
  /** Says who sends a request, or why nobody is let in. */
  recognise(request: Request): Promise<Caller | Refusal>;
  /** Directus refused this caller, so the next request is looked at anew. */
  doubt(caller: Caller): void;
  /** Forgets everybody, because the settings changed. */
  renew(): void;
};

/** A caller whom Directus knew is believed this long; a refusal by Directus ends it at once. */
const BELIEVED_MS = 60_000;
/** So is who acts with the sign-in of the settings, which would otherwise sign in for each question. */
const SHARED_BELIEVED_MS = 24 * 3_600_000;
/** Who was not known is not asked about again so soon. */
const DISBELIEVED_MS = 5_000;
/** Longest wait for Directus to say who somebody is. */
const PATIENCE_MS = 10_000;
/** What is remembered of callers, and of those who were none; the oldest are forgotten first. */
const MOST_REMEMBERED = 5_000;
/** Directus is asked about so many at once: strangers must not slow down who is known. */
const MOST_ASKED = 16;

/**
 * Recognises callers by a Directus token of their own (a static one, or one from signing in), or by the shared key,
 * with which they act as the user of `directus.token`.
 * @param settings the settings in force now
 */
export function recogniseByToken(settings: () => Settings): Recogniser {
  const believed = aging<string>(MOST_REMEMBERED, BELIEVED_MS);
  const strangers = aging<true>(MOST_REMEMBERED, DISBELIEVED_MS);
  const asking = new Map<string, Promise<string | undefined>>();

  /** Asks Directus who a caller is; several requests at once share one answer. */
  const ask = (id: string, directus: Settings['directus'], shared: boolean): Promise<string | undefined> => {
    const already = asking.get(id);
    if (already) return already;
    const answer = askDirectus(directus)
      .then((user) => {
        if (user === undefined) strangers.set(id, true);
        else believed.set(id, user, shared ? SHARED_BELIEVED_MS : BELIEVED_MS);
        return user;
      })
      .finally(() => asking.delete(id));
    asking.set(id, answer);
    return answer;
  };

  return {
    doubt: ({ id }) => believed.delete(id),
    renew() {
      believed.clear();
      strangers.clear();
    },
    async recognise(request) {
      const { http, directus } = settings();
      const token = tokenOf(request, http.queryToken);
      if (typeof token !== 'string') return token;
      const shared = http.sharedKey !== undefined && equal(token, http.sharedKey);
      const own = (now: Settings): Settings['directus'] =>
        shared ? now.directus : { url: now.directus.url, token };
      const id = idOf(shared ? [JSON.stringify(directus), 'shared'] : [directus.url, token]);
      const known = believed.get(id);
      if (known !== undefined) return { id, user: known, directus: own };
      if (strangers.get(id)) return unknownToken();
      if (!asking.has(id) && asking.size >= MOST_ASKED) return busy('Many are being asked about at present.');
      try {
        const user = await ask(id, own(settings()), shared);
        return user === undefined ? unknownToken() : { id, user, directus: own };
      } catch {
        return busy('Directus cannot be reached, so nobody can be recognised.');
      }
    },
  };
}

function busy(why: string): Refusal {
  return { status: 503, message: `${why} Try again shortly.`, headers: { 'Retry-After': '5' } };
}

/** The id of the user Directus takes the sign-in for; undefined when it takes it for nobody. */
async function askDirectus(settings: Settings['directus']): Promise<string | undefined> {
  const directus = connect(settings);
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const user = await directus.request<{ id?: string } | undefined>('GET', '/users/me', {
      query: { fields: ['id'] },
      signal,
    });
    return user?.id;
  } catch (error) {
    const refused = error instanceof DirectusError && [400, 401, 403].includes(error.status);
    if (refused) return undefined;
    throw error;
  } finally {
    directus.close();
  }
}

/** Tokens are words of visible letters; RFC 6750 allows fewer signs, Directus any. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;

function tokenOf(request: Request, fromQuery: boolean): string | Refusal {
  const header = request.headers.get('authorization');
  const query = inQuery(request.url);
  if (header !== null) {
    const [, token = ''] = /^bearer +(\S+) *$/i.exec(header) ?? [];
    if (!TOKEN.test(token)) {
      return challenge('The Authorization header must read: Bearer TOKEN.', 'invalid_request');
    }
    return token;
  }
  if (query === null) return challenge('Send the token of a Directus user: Authorization: Bearer TOKEN.');
  if (!fromQuery) {
    return challenge(
      'Tokens in the address are not taken here: addresses are logged. Send the header Authorization: Bearer TOKEN.',
    );
  }
  return TOKEN.test(query) ? query : unknownToken();
}

function inQuery(url: string): string | null {
  return url.includes('access_token') ? new URL(url).searchParams.get('access_token') : null;
}

function unknownToken(): Refusal {
  return challenge(
    'Directus does not know this token, or it has expired. In Directus, open the user, generate a token, and press Save.',
    'invalid_token',
  );
}

/** RFC 6750: without a token the challenge names no error. */
function challenge(message: string, error?: 'invalid_token' | 'invalid_request'): Refusal {
  const more = error ? `, error="${error}", error_description="${message.replaceAll('"', "'")}"` : '';
  return { status: 401, message, headers: { 'WWW-Authenticate': `Bearer realm="Directus"${more}` } };
}

function idOf(parts: (string | undefined)[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22);
}

/** Compares without telling by the time it takes how much is right. */
function equal(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
