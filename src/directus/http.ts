import http from 'node:http';
import https from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { version } from '../version.ts';
import { ToolError, UnreachableError } from './errors.ts';

/*
 * Requests go through node:http rather than the global fetch: loading fetch costs every start of the server about
 * 25 ms, and each request twice the CPU (docs/decisions/http.md).
 */

/** Sent with every request, so that Directus's activity shows what this assistant did. */
export const USER_AGENT = `directus-assistant/${version}`;

/** A read that is refused with 429 or 503 is tried this often in all, and waits this long at most in between. */
const READ_ATTEMPTS = 4;
const LONGEST_WAIT_MS = 20_000;
/** Longest time for one answer; bulk writes on slow databases take minutes. */
const TIMEOUT_MS = 300_000;
/** Most of one answer, packed and unpacked: it is held in memory, and rows and files are as large as people make them. */
const MOST_BYTES = 64 * 1024 * 1024;

/** As much of a request as Directus needs. */
export type Init = {
  method?: string;
  headers?: Record<string, string>;
  /** A text, or a body too large to be held, made anew each time it is asked for. */
  body?: string | (() => AsyncIterable<Uint8Array>);
  signal?: AbortSignal | undefined;
};

/** A whole answer, read to its end. Looks enough like fetch's Response for the Directus SDK. */
export type Answer = {
  status: number;
  ok: boolean;
  headers: { get(name: string): string | null };
  bytes: Buffer;
  text(): Promise<string>;
  json(): Promise<unknown>;
};

/**
 * Sends a request to Directus: names us, bounds the time, and repeats reads that Directus asked to repeat later.
 * A request that may change something is sent exactly once.
 * @throws UnreachableError when no answer came, ToolError when it is too large; the reason of the caller's signal when
 * that fired
 */
export async function send(input: string | URL, init: Init = {}): Promise<Answer> {
  const address = String(input);
  const reads = isRead(init.method ?? 'GET');
  for (let attempt = 1; ; attempt++) {
    const answer = await once(address, init, reads);
    const again = reads && (answer.status === 429 || answer.status === 503) && attempt < READ_ATTEMPTS;
    const pause = retryAfter(answer, attempt);
    if (!again || pause > LONGEST_WAIT_MS) return answer;
    await wait(pause, undefined, init.signal ? { signal: init.signal } : {});
  }
}

async function once(address: string, init: Init, reads: boolean): Promise<Answer> {
  for (let mayRepeat = reads; ; mayRepeat = false) {
    const sent = { yet: false, reused: false };
    try {
      return await exchange(address, init, sent);
    } catch (error) {
      init.signal?.throwIfAborted();
      if (codeOf(error) === TOO_LARGE) throw tooLarge(reads);
      // A kept connection that Directus closed in the same moment says nothing about Directus; a read just asks again.
      if (mayRepeat && sent.reused && codeOf(error) === 'ECONNRESET') continue;
      throw new UnreachableError(new URL(address).origin, reasonOf(error), sent.yet && !reads);
    }
  }
}

const KEPT = { keepAlive: true };
const plain = new http.Agent(KEPT);
let secured: https.Agent | undefined;

/** One agent serves all addresses of its kind. That of https is made when there is one: loading https takes 5 ms. */
function agentFor(secure: boolean): http.Agent {
  if (!secure) return plain;
  secured ??= new https.Agent(KEPT);
  return secured;
}

/** Where requests to an address go. Taken apart once, as every request goes to the same Directus. */
const places = new Map<string, { secure: boolean; options: http.RequestOptions }>();

function placeOf(origin: string) {
  const known = places.get(origin);
  if (known) return known;
  const { protocol, hostname, port } = new URL(origin);
  const secure = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const options = { protocol, host, agent: agentFor(secure), ...(port ? { port } : {}) };
  places.set(origin, { secure, options });
  return { secure, options };
}

function exchange(address: string, init: Init, sent: { yet: boolean; reused: boolean }): Promise<Answer> {
  const slash = address.indexOf('/', 'https://'.length);
  const { secure, options } = placeOf(slash < 0 ? address : address.slice(0, slash));
  const { signal } = init;
  return new Promise((resolve, reject) => {
    const body = typeof init.body === 'string' ? Buffer.from(init.body) : undefined;
    const request = (secure ? https : http).request({
      ...options,
      path: slash < 0 ? '/' : address.slice(slash),
      method: init.method ?? 'GET',
      headers: {
        'User-Agent': USER_AGENT,
        ...init.headers,
        'Accept-Encoding': 'gzip',
        ...(body ? { 'Content-Length': String(body.length) } : {}),
      },
    });
    const timer = setTimeout(
      () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)),
      TIMEOUT_MS,
    );
    const abort = () => request.destroy();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    request.on('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    });
    request.on('socket', (socket) => {
      sent.reused = request.reusedSocket;
      const opened = () => {
        sent.yet = true;
      };
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', opened);
      else opened();
    });
    let answered = false;
    // Who answers before the whole body has come may close the connection; what counts is the answer.
    request.on('error', (error) => answered || reject(error));
    request.on('response', (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      let left = MOST_BYTES;
      response.on('data', (chunk: Buffer) => {
        left -= chunk.length;
        if (left < 0) response.destroy(largerThanRead());
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => understand(response, Buffer.concat(chunks)).then(resolve, reject));
      response.on('close', () => {
        if (!response.complete) reject(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
        if (!request.writableEnded) request.destroy();
      });
    });
    if (typeof init.body === 'function') pour(init.body, request, () => timer.refresh());
    else request.end(body);
  });
}

/** Sends a body piece by piece, no faster than it is taken. The time for an answer runs from the last piece on. */
function pour(body: () => AsyncIterable<Uint8Array>, request: http.ClientRequest, sent: () => void): void {
  const pieces = async function* () {
    for await (const piece of body()) {
      sent();
      yield piece;
    }
  };
  // A failure destroys the request, which tells of it.
  pipeline(Readable.from(pieces(), { objectMode: false }), request, () => {});
}

async function understand(response: http.IncomingMessage, body: Buffer): Promise<Answer> {
  const bytes = unpack(body, response.headers['content-encoding']);
  const status = response.statusCode ?? 0;
  return {
    status,
    ok: status >= 200 && status < 300,
    headers: {
      get(name) {
        const value = response.headers[name.toLowerCase()] ?? null;
        return Array.isArray(value) ? value.join(', ') : value;
      },
    },
    bytes,
    text: async () => bytes.toString('utf8'),
    json: async () => JSON.parse(bytes.toString('utf8')),
  };
}

function unpack(bytes: Buffer, encoding: string | undefined): Buffer {
  if (encoding !== 'gzip' || bytes.length === 0) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? largerThanRead() : error;
  }
}

const TOO_LARGE = 'TOO_LARGE';

const largerThanRead = () => Object.assign(new Error('too large'), { code: TOO_LARGE });

function tooLarge(reads: boolean): ToolError {
  return new ToolError(
    'ANSWER_TOO_LARGE',
    `Directus answered with more than ${MOST_BYTES / 1024 / 1024} MB, which is not read.`,
    reads
      ? 'Ask for fewer rows or fields.'
      : 'The change may or may not have been made: read a part of the rows before trying again.',
  );
}

/** Requests that change nothing, whatever happens to them. */
function isRead(method: string): boolean {
  return method === 'GET' || method === 'SEARCH' || method === 'HEAD';
}

/** Milliseconds to wait, from Retry-After in seconds or as a date; without it a little more each time. */
function retryAfter(answer: Answer, attempt: number): number {
  const header = answer.headers.get('retry-after');
  if (!header) return 250 * 2 ** (attempt - 1);
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 1000;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? '';
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name is not known',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the connection timed out',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; name its authority in NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed; name its authority in NODE_EXTRA_CA_CERTS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return REASONS[code] ?? (error instanceof Error && error.message ? error.message : code || 'unknown');
}
