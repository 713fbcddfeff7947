import { authentication, createDirectus, queryToParams, staticToken } from '@directus/sdk';
import type { Settings } from '../settings/schema.ts';
import { dataOf, isExpired, refuseErrors, translate } from './answers.ts';
import { DirectusError, ToolError } from './errors.ts';
import { type Answer, send } from './http.ts';

export type Method = 'GET' | 'SEARCH' | 'POST' | 'PATCH' | 'DELETE';

export type RequestOptions = {
  /** Directus's query object, sent as query parameters. */
  query?: Record<string, unknown> | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Sent as User-Agent instead of the usual one. */
  agent?: string | undefined;
  /** The answer is a key alone, in place of an object or a list. */
  givesKey?: boolean | undefined;
};

export type RawOptions = {
  params?: Record<string, string>;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, piece by piece; its type is named in `headers`. */
  stream?: () => AsyncIterable<Uint8Array>;
  signal?: AbortSignal | undefined;
  agent?: string | undefined;
};

/** Requests that change nothing. */
export type ReadMethod = 'GET' | 'SEARCH';

/** One Directus, seen with the rights of one user, by requests of the given methods. */
export type Access<Methods extends Method> = {
  /** Address without a slash at the end. */
  url: string;
  /**
   * Sends one request and returns `data` of the answer; `undefined` when there is none.
   * @throws DirectusError, UnreachableError, ToolError (not configured)
   */
  request<T = unknown>(method: Methods, path: string, options?: RequestOptions): Promise<T>;
  /** Sends one request and returns the answer as it is: a file's bytes, what a flow returns. Errors as for `request`. */
  fetch(method: Methods, path: string, options?: RawOptions): Promise<Answer>;
};

export type Reader = Access<ReadMethod>;

/** A Directus that can be written to. */
export type Directus = Access<Method>;

/** A Directus with its sign-in. */
export type Connection = Directus & {
  /** Stops the renewal of the sign-in. */
  close(): void;
};

/**
 * Connects to Directus with a static token, or with email and password (signed in at the first request and
 * renewed from then on). Nothing is sent yet.
 * @param onUnauthorized called when Directus answers that it does not know who asks (401)
 */
export function connect(settings: Settings['directus'], onUnauthorized?: () => void): Connection {
  const { url, token, email, password } = settings;
  if (!url) return notConfigured();
  const base = url.replace(/\/+$/, '');
  const anyone = createDirectus(base, { globals: { fetch: send } });
  const signIn = !token && email && password ? { email, password } : undefined;
  const session = signIn ? anyone.with(authentication('json', { autoRefresh: true })) : undefined;
  const client = session ?? anyone.with(staticToken(token ?? ''));

  let signingIn: Promise<unknown> | undefined;
  /** Signs in when there is no valid sign-in; several requests at once share one. */
  const signedIn = async () => {
    if (!session || !signIn || (await session.getToken())) return;
    await signInAnew();
  };
  const signInAnew = async () => {
    if (!session || !signIn) return;
    signingIn ??= session.login(signIn).finally(() => {
      signingIn = undefined;
    });
    await signingIn;
  };
  /** Repeats after a new sign-in what Directus refused because the old one had ended; refused, it was not done. */
  const withSignIn = async <T>(work: () => Promise<T>): Promise<T> => {
    await signedIn();
    try {
      return await work();
    } catch (error) {
      if (!session || !isExpired(error)) throw error;
      await signInAnew();
      return work();
    }
  };

  const fetch: Directus['fetch'] = async (method, target, options = {}) => {
    const { params, headers, body, stream, signal, agent } = options;
    const query = params ? `?${new URLSearchParams(params)}` : '';
    const text = body === undefined ? undefined : JSON.stringify(body);
    let bearer: string | null = null;
    try {
      return await withSignIn(async () => {
        bearer = await client.getToken();
        const answer = await send(base + target + query, {
          method,
          headers: {
            ...headers,
            ...(agent ? { 'User-Agent': agent } : {}),
            ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
            ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
          },
          ...(text === undefined ? {} : { body: text }),
          ...(stream ? { body: stream } : {}),
          signal,
        });
        return refuseErrors(answer);
      });
    } catch (error) {
      const translated = translate(error, { method, path: target }, [bearer, password]);
      if (translated instanceof DirectusError && translated.status === 401) onUnauthorized?.();
      throw translated;
    }
  };

  return {
    url: base,
    fetch,
    async request<T>(method: Method, target: string, options: RequestOptions = {}) {
      const { query, body, signal, agent, givesKey } = options;
      const params = query ? queryToParams(query) : undefined;
      const answer = await fetch(method, target, { ...(params ? { params } : {}), body, signal, agent });
      return dataOf<T>(answer, method, givesKey);
    },
    close: () => session?.stopRefreshing(),
  };
}

/** The same Directus for looking only: a request that could change anything is not sent. */
export function readerOf({ url, request, fetch }: Directus): Reader {
  const check = (method: Method) => {
    if (method !== 'GET' && method !== 'SEARCH') throw new Error(`${method} while a change is only planned`);
  };
  return {
    url,
    async request<T>(method: ReadMethod, target: string, options?: RequestOptions) {
      check(method);
      return request<T>(method, target, options);
    },
    async fetch(method, target, options) {
      check(method);
      return fetch(method, target, options);
    },
  };
}

/** As much of a request as says what it would change. */
export type Change = { method: Method; target: string; body: unknown };

/**
 * The same Directus for making one change, under a name that Directus's activity shows. What is sent to change
 * something is not cut off in the middle: its outcome would be unknown. Cancelling takes effect before the next one.
 * @param nameOf the User-Agent of a request; asked before each that changes something, with what it would change
 */
export function writerOf(
  { url, request, fetch }: Directus,
  nameOf: (change: Change) => Promise<string>,
): Directus {
  const named = async <T extends RequestOptions | RawOptions>(
    method: Method,
    target: string,
    options: T | undefined,
  ): Promise<T | undefined> => {
    if (method === 'GET' || method === 'SEARCH') return options;
    const agent = await nameOf({ method, target, body: options?.body });
    options?.signal?.throwIfAborted();
    return { ...options, agent, signal: undefined } as T;
  };
  return {
    url,
    async request<T>(method: Method, target: string, options?: RequestOptions) {
      return request<T>(method, target, await named(method, target, options));
    },
    async fetch(method, target, options) {
      return fetch(method, target, await named(method, target, options));
    },
  };
}

/** Longest query that is sent in the address; proxies cut or refuse much longer ones. */
export const LONGEST_ADDRESS = 4000;

/**
 * Reads a list. A long query, or one with keys, travels in the body of a SEARCH request, where nothing shortens it.
 * @param target an endpoint for lists: `/items/articles`, `/files`
 */
export function readMany<T>(
  directus: Reader,
  target: string,
  query: Record<string, unknown>,
  options: { keys?: (string | number)[] | undefined; signal?: AbortSignal | undefined } = {},
): Promise<T[]> {
  const { keys, signal } = options;
  if (!keys && JSON.stringify(query).length < LONGEST_ADDRESS) {
    return directus.request<T[]>('GET', target, { query, signal });
  }
  return directus.request<T[]>('SEARCH', target, { body: keys ? { keys, query } : { query }, signal });
}

/** No Directus is set to give fewer rows than these at once, so that fewer means that there are no more. */
export const SURE_ROWS = 10;

/** Reads a list to its end, however few rows Directus is set to give at once (QUERY_LIMIT_MAX). */
export async function readAll<T>(
  directus: Reader,
  target: string,
  query: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<T[]> {
  const rows = await readMany<T>(directus, target, { ...query, limit: -1 }, { signal });
  if (rows.length < SURE_ROWS) return rows;
  for (;;) {
    const page = { ...query, limit: -1, offset: rows.length };
    const more = await readMany<T>(directus, target, page, { signal });
    // Some lists end with rows that no offset passes over: the permissions everyone has.
    const repeats = JSON.stringify(more) === JSON.stringify(rows.slice(-more.length));
    if (more.length === 0 || repeats) return rows;
    rows.push(...more);
  }
}

/** Stands in while no address is set, so that tools can be listed and the call that needs Directus says what is missing. */
function notConfigured(): Connection {
  const fail = () =>
    Promise.reject(
      new ToolError(
        'NOT_CONFIGURED',
        'No Directus is configured.',
        'Set DIRECTUS_URL and DIRECTUS_TOKEN, or `directus.url` and `directus.token` in directus-assistant.json.',
      ),
    );
  return { url: '', request: fail, fetch: fail, close: () => {} };
}
