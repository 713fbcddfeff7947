import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { LostError } from './lost.ts';

const CONNECT_MS = 1_000;
/** An instance that lives begins to answer at once, also what takes long. */
const ANSWER_MS = 10_000;

/** Headers that concern one connection. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'upgrade', 'trailer'];

/**
 * Posts a text over a connection of its own: on a kept one that has just died, nobody could say whether it was sent.
 * @param shown headers beside those
 * @returns the answer as it comes; undefined when no connection could be made
 * @throws LostError when the text was sent and no answer came
 */
export function postToPeer(
  url: string,
  text: string,
  shown: Record<string, string>,
  signal: AbortSignal,
): Promise<Response | undefined> {
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(text));
    const headers = { 'content-type': 'text/plain', 'content-length': length, ...shown };
    const secure = url.startsWith('https:');
    const request = (secure ? https : http).request(url, { method: 'POST', agent: false, headers, signal });
    let connected = false;
    let patience = setTimeout(() => request.destroy(), CONNECT_MS);
    request.on('socket', (socket) =>
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true;
        clearTimeout(patience);
        patience = setTimeout(() => request.destroy(), ANSWER_MS);
      }),
    );
    request.on('close', () => clearTimeout(patience));
    request.on('error', () => (connected ? reject(new LostError()) : resolve(undefined)));
    request.on('response', (answer) => {
      clearTimeout(patience);
      resolve(responseOf(answer));
    });
    request.end(text);
  });
}

function responseOf(answer: http.IncomingMessage): Response {
  const { statusCode: status = 502, headers } = answer;
  const pairs = Object.entries(headers)
    .filter(([name]) => !HOP_BY_HOP.includes(name))
    .flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
  const empty = [204, 304].includes(status);
  if (empty) answer.resume();
  // The types of Node's streams and of the web's differ in name only.
  const body = empty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body, { status, headers: pairs });
}
