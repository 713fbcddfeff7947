import {
  isInitializeRequest,
  type McpServer,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Body } from './body.ts';
import type { Admitted } from './callers.ts';
import type { Peers } from './peers.ts';
import { askerOf, nameQuestions, unnamed } from './questions.ts';
import { refuse } from './refusal.ts';
import { type Claims, claimsOf, handshakeOf, openClaims, sealClaims } from './session-id.ts';

/*
 * Sessions of clients of the 2025 protocol: with one they can be asked, can cancel, and hear that the list of tools
 * changed. All that a session is stands sealed in its id, so that an instance that does not know it can take it over:
 * after a restart, after it was put to sleep for being idle, or when the instance that opened it is gone.
 */

/** A request that was let in, and what is to be known about it. */
export type Exchange = {
  request: Request;
  /** Of a POST. */
  body: Body | undefined;
  admitted: Admitted;
  /** Whether another instance sent it on. */
  forwarded: boolean;
  /** Calls back when the answer was sent to its end, or the client is gone. */
  onEnd(ended: () => void): void;
};

export type Sessions = {
  /** Answers a request that opens a session or belongs to one. */
  handle(exchange: Exchange): Promise<Response>;
  /** Tells every client that is listening that the list of tools changed. */
  toolsChanged(): void;
  /** How many are awake. */
  count(): number;
  /** Ends the streams on which clients only listen; calls under way go on. */
  endStreams(): void;
  close(): Promise<void>;
};

export type SessionsOptions = {
  key: Buffer;
  peers: Peers;
  /** Makes the MCP server of a session. */
  serverFor: (admitted: Admitted) => Server | McpServer;
  /** How many may be awake at once. */
  most: () => number;
  onerror: (error: Error) => void;
};

export const SESSION_HEADER = 'mcp-session-id';

/** A session that nobody used for this long is put to sleep: its memory is freed, and the next request wakes it. */
const IDLE_MS = 5 * 60_000;
const LOOK_MS = 30_000;
/** Of how many sessions it is remembered that their clients ended them. */
const MOST_ENDED = 10_000;

type Awake = {
  server: Server | McpServer;
  transport: WebStandardStreamableHTTPServerTransport;
  /** The caller who opened it; nobody else may use it. */
  opener: string;
  /** Requests and streams under way. */
  open: number;
  usedAt: number;
};

export function createSessions({ key, peers, serverFor, most, onerror }: SessionsOptions): Sessions {
  const awake = new Map<string, Awake>();
  const waking = new Map<string, Promise<Awake>>();
  const ended = new Set<string>();

  /** Starts the MCP server of a session; it still waits for the handshake. */
  const start = async (id: string, admitted: Admitted): Promise<Awake> => {
    const server = serverFor(admitted);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessionclosed: () => remember(ended, id),
    });
    nameQuestions(transport, peers.me);
    transport.onerror = onerror;
    await server.connect(transport);
    const closed = transport.onclose;
    transport.onclose = () => {
      awake.delete(id);
      closed?.();
    };
    return { server, transport, opener: admitted.caller.id, open: 0, usedAt: Date.now() };
  };

  /** Takes over a session that this instance does not hold, by going through its handshake once more. */
  const wake = async (id: string, claims: Claims, exchange: Exchange): Promise<Awake> => {
    const session = await start(id, exchange.admitted);
    for (const message of handshakeOf(claims)) {
      const answer = await session.transport.handleRequest(postOf(exchange.request.url, id), {
        parsedBody: message,
        authInfo: exchange.admitted.authInfo,
      });
      await answer.arrayBuffer();
    }
    awake.set(id, session);
    return session;
  };

  const serve = async (session: Awake, { request, body, admitted, onEnd }: Exchange): Promise<Response> => {
    session.open += 1;
    onEnd(() => {
      session.open -= 1;
      session.usedAt = Date.now();
    });
    return session.transport.handleRequest(request, {
      authInfo: admitted.authInfo,
      ...(body ? { parsedBody: ownAnswers(body, peers.me) } : {}),
    });
  };

  /** Makes room for one more. @returns whether there is room */
  const makeRoom = (): boolean => {
    if (awake.size < most()) return true;
    const idle = [...awake]
      .filter(([, { open }]) => open === 0)
      .toSorted((a, b) => a[1].usedAt - b[1].usedAt)[0];
    if (!idle) return false;
    sleep(idle[0], idle[1]);
    return true;
  };
  const sleep = (id: string, { server }: Awake) => {
    awake.delete(id);
    void server.close();
  };
  const timer = setInterval(() => {
    const due = Date.now() - IDLE_MS;
    for (const [id, session] of awake) if (session.open === 0 && session.usedAt < due) sleep(id, session);
  }, LOOK_MS);
  timer.unref();

  const open = async (exchange: Exchange): Promise<Response> => {
    if (!makeRoom()) return tooMany();
    const { parsed } = exchange.body ?? { parsed: {} };
    const params = 'params' in parsed ? parsed.params : undefined;
    const id = sealClaims(key, claimsOf(params, exchange.admitted.caller.id, peers.address));
    const session = await start(id, exchange.admitted);
    awake.set(id, session);
    return serve(session, exchange);
  };

  /** The instance that has to answer, where it is not this one. */
  const placeOf = (claims: Claims, body: Body | undefined): string | undefined => {
    const asker = body?.messages.map(askerOf).find((one) => one !== undefined);
    const place = (asker === undefined ? undefined : peers.addressOf(asker)) ?? claims.home;
    return place === peers.address ? undefined : place;
  };

  const resume = async (id: string, exchange: Exchange): Promise<Response> => {
    const { request, body, admitted, forwarded } = exchange;
    const claims = ended.has(id) ? undefined : openClaims(key, id);
    // Whose session it is, is nobody else's business: to others there is none.
    if (!claims || claims.opener !== admitted.caller.id) return noSession();
    const place = forwarded ? undefined : placeOf(claims, body);
    const answer = place === undefined ? undefined : await peers.forward(place, request, body?.text);
    if (answer) return answer;
    const held = awake.get(id);
    if (held) return serve(held, exchange);
    if (!waking.has(id) && !makeRoom()) return tooMany();
    const session = waking.get(id) ?? wake(id, claims, exchange).finally(() => waking.delete(id));
    waking.set(id, session);
    return serve(await session, exchange);
  };

  return {
    handle(exchange) {
      const id = exchange.request.headers.get(SESSION_HEADER);
      return id === null ? open(exchange) : resume(id, exchange);
    },
    toolsChanged() {
      // A client that has just left cannot be told, and need not be.
      for (const { server } of awake.values()) Promise.resolve(server.sendToolListChanged()).catch(() => {});
    },
    count: () => awake.size,
    endStreams() {
      for (const { transport } of awake.values()) transport.closeStandaloneSSEStream();
    },
    async close() {
      clearInterval(timer);
      await Promise.all([...awake.values()].map(({ server }) => server.close()));
    },
  };
}

/** Whether a request belongs to sessions: it opens one, or names one. */
export function concernsSession(request: Request, body: Body | undefined): boolean {
  return request.headers.has(SESSION_HEADER) || (body !== undefined && isInitializeRequest(body.parsed));
}

function ownAnswers({ parsed, messages }: Body, me: string): unknown {
  const own = messages.map((message) => unnamed(message, me));
  return Array.isArray(parsed) ? own : own[0];
}

function postOf(url: string, id: string): Request {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    [SESSION_HEADER]: id,
  };
  return new Request(url, { method: 'POST', headers, body: '{}' });
}

function noSession(): Response {
  return refuse({
    status: 404,
    code: -32001,
    message: 'There is no such session. Open a new one with initialize.',
  });
}

function tooMany(): Response {
  const message = 'All sessions are taken. Try again shortly.';
  return refuse({ status: 503, message, headers: { 'Retry-After': '10' } });
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > MOST_ENDED && oldest !== undefined) ids.delete(oldest);
}
