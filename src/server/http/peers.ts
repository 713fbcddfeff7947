import http from 'node:http';
import https from 'node:https';
import { networkInterfaces } from 'node:os';
import { Readable } from 'node:stream';
import { isObject } from '../../directus/objects.ts';
import { giverOf, type Uses, usesHere } from '../../guard/confirm.ts';
import { seal, unseal } from './seal.ts';

/*
 * Several instances behind one address. Nearly all is answered by whichever instance a request comes to. Three things
 * are known to one alone: a call under way (to be cancelled), a question that waits for a person's answer, and which
 * confirmations were used. What leads to them is handed to clients sealed, with the address of that instance; whoever
 * gets it back asks there. An instance that is gone is done without.
 */

/** What one instance needs of the others. */
export type Peers = {
  /** Stands for this instance, in what clients bring back. */
  me: string;
  /** Where the others reach this instance. */
  address: string;
  /** Where the instance is that something stands for; undefined when it is none of ours. */
  addressOf(name: string): string | undefined;
  /**
   * Sends a request on to another instance and hands back its answer.
   * @returns undefined when the instance is gone: nothing was sent
   */
  forward(address: string, request: Request, body: string | undefined): Promise<Response | undefined>;
  uses: Uses;
  /** Answers another instance that asks whether a confirmation is used for the first time. */
  answer(question: string): Promise<boolean | undefined>;
};

/** Where instances ask one another about confirmations. */
export const PEER_PATH = '/peer/confirmations';
/** Marks a request that was sent on, so that it is not sent on again. */
export const FORWARDED = 'x-directus-assistant-forwarded';

const CONNECT_MS = 1_000;
const ANSWER_MS = 5_000;
/** An instance that is gone is not tried again so soon. */
const GONE_MS = 30_000;
/** Clocks of instances may differ by this much. */
const QUESTION_VALID_MS = 60_000;

/** Connections that could not be made, so that nothing was sent. */
const NOTHING_SENT = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT'];

/**
 * @param key the key of the installation
 * @param address where the other instances reach this one: `http://10.0.0.7:8056`
 */
export function createPeers(key: Buffer, address: string): Peers {
  const me = seal(key, 'instance', address);
  const gone = new Map<string, number>();

  const addressOf = (name: string) => (name === me ? address : unseal(key, 'instance', name));

  const forward: Peers['forward'] = async (to, request, body) => {
    if ((gone.get(to) ?? 0) > Date.now()) return undefined;
    const { pathname, search } = new URL(request.url);
    const headers = { ...Object.fromEntries(request.headers), [FORWARDED]: '1' };
    const answer = await exchange(
      new URL(pathname + search, to),
      request.method,
      headers,
      body,
      request.signal,
    );
    if (answer) gone.delete(to);
    else gone.set(to, Date.now() + GONE_MS);
    return answer;
  };

  const ask = async (to: string, token: string): Promise<boolean | undefined> => {
    const body = seal(key, 'question', JSON.stringify({ token, at: Date.now() }));
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await exchange(new URL(PEER_PATH, to), 'POST', {}, body, signal).catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    return (await answer.text()) === 'first';
  };

  return {
    me,
    address,
    addressOf,
    forward,
    uses: {
      giver: me,
      async use(token) {
        const giver = giverOf(token);
        if (giver === me) return usesHere.use(token);
        const to = giver === undefined ? undefined : addressOf(giver);
        // At this address, but under another name: a process that was here before, and took what it knew with it.
        return to === undefined || to === address ? undefined : ask(to, token);
      },
    },
    async answer(question) {
      const text = unseal(key, 'question', question);
      const asked: unknown = text === undefined ? undefined : JSON.parse(text);
      if (!isObject(asked) || typeof asked.token !== 'string' || typeof asked.at !== 'number')
        return undefined;
      if (Math.abs(Date.now() - asked.at) > QUESTION_VALID_MS) return undefined;
      return giverOf(asked.token) === me ? usesHere.use(asked.token) : undefined;
    },
  };
}

/** Headers that concern one connection. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'te',
  'expect',
];

/**
 * One request over a connection of its own: on a kept one that has just died, nobody could say whether it was sent.
 * @returns undefined when no connection could be made
 */
function exchange(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
  signal: AbortSignal,
): Promise<Response | undefined> {
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method,
      agent: false,
      headers: {
        ...own,
        connection: 'close',
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      signal,
    });
    let connected = false;
    const patience = setTimeout(
      () => request.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })),
      CONNECT_MS,
    );
    request.on('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
        clearTimeout(patience);
      }),
    );
    request.on('close', () => clearTimeout(patience));
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (!connected && NOTHING_SENT.includes(error.code ?? '')) resolve(undefined);
      else reject(error);
    });
    request.on('response', (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
      const pairs = kept.flatMap(([name, value]) =>
        [value ?? []].flat().map((one): [string, string] => [name, one]),
      );
      const status = answer.statusCode ?? 502;
      const empty = [204, 304].includes(status);
      const stream = empty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
      resolve(new Response(stream, { status, headers: pairs }));
    });
    request.end(body);
  });
}

/** Addresses that stand for all of this machine's. */
export const EVERYWHERE = ['0.0.0.0', '::'];

/** Where other instances reach one that listens here: at this very address, or at that of this machine. */
export function peerAddress(host: string, port: number): string {
  const own = EVERYWHERE.includes(host) ? outwardAddress() : host;
  return `http://${own.includes(':') ? `[${own}]` : own}:${port}`;
}

function outwardAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
