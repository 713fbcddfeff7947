import { isInitializeRequest } from '@modelcontextprotocol/server';
import QuickLRU from 'quick-lru';
import { markOf } from '../../settings/seal.ts';
import type { Admitted } from './callers.ts';
import type { Body, Incoming } from './incoming.ts';
import {
  endInWords,
  isFree,
  type Live,
  repeatHandshake,
  SESSION_HEADER,
  serveLive,
  startLive,
} from './live-session.ts';
import { withLastWords } from './lost.ts';
import type { ServerFor } from './mcp.ts';
import type { Peers } from './peers.ts';
import { refuse } from './refusal.ts';
import { type Claims, claimsOf, openClaims, sealClaims } from './session-id.ts';
import { askerOf } from './traffic.ts';

/*
 * Sessions of clients of the 2025 protocol: with one they can be asked, can cancel, and hear that the list of tools
 * changed. All that a session is stands sealed in its id, so that an instance that does not know it can take it over:
 * after a restart, after it was put to sleep for being idle, or when the instance that opened it is gone.
 */

export type Sessions = {
  /** Answers a request that opens a session or belongs to one. */
  handle(incoming: Incoming): Promise<Response>;
  /** Tells every client that is listening that the list of tools changed. */
  toolsChanged(): void;
  /** How many are awake. */
  count(): number;
  /** Calls that are being worked on, and how many of them wait for a person. */
  underWay(): { calls: number; asking: number };
  /** Ends the streams on which clients only listen; calls under way go on. */
  endStreams(): void;
  close(): Promise<void>;
};

export type SessionsOptions = {
  key: Buffer;
  peers: Peers;
  /** Makes the MCP server of a session. */
  serverFor: ServerFor;
  /** How many may be awake at once. */
  most: () => number;
  onerror: (error: Error) => void;
};

/** A session that nobody used for this long is put to sleep: its memory is freed, and the next request wakes it. */
const IDLE_MS = 5 * 60_000;
const LOOK_MS = 30_000;
/** Of how many sessions it is remembered that their clients ended them. */
const MOST_ENDED = 10_000;

export function createSessions({ key, peers, serverFor, most, onerror }: SessionsOptions): Sessions {
  const awake = new Map<string, Live>();
  const waking = new Map<string, Promise<Live>>();
  let opening = 0;
  const ended = new QuickLRU<string, true>({ maxSize: MOST_ENDED });

  const start = (id: string, admitted: Admitted) =>
    startLive({
      id,
      admitted,
      server: serverFor(admitted.authInfo),
      instance: peers.me,
      onDeleted() {
        awake.delete(id);
        ended.set(markOf(id), true);
      },
      onerror,
    });

  const sleep = (id: string, { server }: Live) => {
    awake.delete(id);
    void server.close();
  };
  const timer = setInterval(() => {
    const due = performance.now() - IDLE_MS;
    for (const [id, live] of awake) if (isFree(live) && live.usedAt < due) sleep(id, live);
  }, LOOK_MS);
  timer.unref();

  /** Makes room for one more. @returns whether there is room */
  const makeRoom = (): boolean => {
    if (awake.size + waking.size + opening < most()) return true;
    const [id, live] = dispensable(awake) ?? [];
    if (id === undefined || live === undefined) return false;
    sleep(id, live);
    return true;
  };

  const open = async (incoming: Incoming): Promise<Response> => {
    const { body, admitted } = incoming;
    if (!makeRoom()) return tooMany();
    const params = body && 'params' in body.parsed ? body.parsed.params : undefined;
    const id = sealClaims(key, claimsOf(params, admitted.caller.id, peers.address));
    opening += 1;
    const live = await start(id, admitted).finally(() => {
      opening -= 1;
    });
    awake.set(id, live);
    return serveLive(live, incoming);
  };

  /** Takes over a session that this instance does not hold; several requests at once share one. */
  const wake = (id: string, claims: Claims, incoming: Incoming): Promise<Live> => {
    const known = waking.get(id);
    if (known) return known;
    const made = start(id, incoming.admitted)
      .then(async (live) => {
        await repeatHandshake(live, id, claims, incoming);
        awake.set(id, live);
        return live;
      })
      .finally(() => waking.delete(id));
    waking.set(id, made);
    return made;
  };

  /** The instance that has to answer, where it is not this one. */
  const placeOf = (claims: Claims, body: Body | undefined): string | undefined => {
    const asker = body?.messages.map(askerOf).find((one) => one !== undefined);
    const place = (asker === undefined ? undefined : peers.addressOf(asker)) ?? claims.home;
    return place === peers.address ? undefined : place;
  };

  const resume = async (id: string, incoming: Incoming): Promise<Response> => {
    const { request, body, admitted, forwarded } = incoming;
    const claims = ended.has(markOf(id)) ? undefined : openClaims(key, id);
    // Whose session it is, is nobody else's business: to others there is none.
    if (!claims || claims.opener !== admitted.caller.id) return noSession();
    const place = forwarded ? undefined : placeOf(claims, body);
    const answer = place === undefined ? undefined : await peers.forward(place, request, body?.text);
    if (answer) return withLastWords(answer, body);
    const held = awake.get(id);
    if (held) return serveLive(held, incoming);
    if (!waking.has(id) && !makeRoom()) return tooMany();
    return serveLive(await wake(id, claims, incoming), incoming);
  };

  return {
    handle(incoming) {
      const id = incoming.request.headers.get(SESSION_HEADER);
      return id === null ? open(incoming) : resume(id, incoming);
    },
    toolsChanged() {
      // A client that has just left cannot be told, and need not be.
      for (const { server } of awake.values()) Promise.resolve(server.sendToolListChanged()).catch(() => {});
    },
    count: () => awake.size,
    underWay() {
      const all = [...awake.values()].map(({ traffic }) => traffic);
      const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
      return {
        calls: sum(all.map(({ calls }) => calls.size)),
        asking: sum(all.map(({ calls, questions }) => Math.min(calls.size, questions.size))),
      };
    },
    endStreams() {
      for (const { transport } of awake.values()) transport.closeStandaloneSSEStream();
    },
    async close() {
      clearInterval(timer);
      await Promise.all([...awake.values()].map(endInWords));
    },
  };
}

/** Whether a request belongs to sessions: it opens one, or names one. */
export function concernsSession(request: Request, body: Body | undefined): boolean {
  return request.headers.has(SESSION_HEADER) || (body !== undefined && isInitializeRequest(body.parsed));
}

/**
 * The session that makes room for another: the one that was free for longest, or else one whose client only listens,
 * of the caller who has the most. One that works on something never does.
 */
function dispensable(awake: Map<string, Live>): [string, Live] | undefined {
  const byUse = (a: [string, Live], b: [string, Live]) => a[1].usedAt - b[1].usedAt;
  const idle = [...awake].filter(([, { traffic }]) => traffic.calls.size === 0);
  const [free] = idle.filter(([, live]) => isFree(live)).toSorted(byUse);
  if (free) return free;
  const counts = new Map<string, number>();
  for (const { opener } of awake.values()) counts.set(opener, (counts.get(opener) ?? 0) + 1);
  const count = ([, { opener }]: [string, Live]) => counts.get(opener) ?? 0;
  return idle.toSorted((a, b) => count(b) - count(a) || byUse(a, b))[0];
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
