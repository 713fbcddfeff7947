import http from 'node:http';
import type { Instance } from './figure.ts';

type Whom = Pick<Instance, 'url' | 'token'>;

/**
 * Sends a request to Directus and resolves to `data` of the answer, parsed as a program that wants it would; to the
 * whole of an answer that is a file.
 */
export type Rest = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Node's own fetch, which keeps connections alive. */
export function viaFetch({ url, token }: Whom): Rest {
  return async (method, path, body) => {
    const reply = await fetch(url + path, {
      method,
      headers: headers(token, body),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return data({ method, path }, reply.status, reply.headers.get('content-type'), await reply.text());
  };
}

/** node:http with one connection kept alive: as little as a request can cost in Node. */
export function viaHttp({ url, token }: Whom): Rest {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  return (method, path, body) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const request = http.request(url + path, { method, agent, headers: headers(token, body) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        try {
          const { statusCode = 0, headers: heads } = response;
          const words = Buffer.concat(chunks).toString();
          resolve(data({ method, path }, statusCode, heads['content-type'] ?? null, words));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  };
}

function headers(token: string, body: unknown): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

function data(
  { method, path }: { method: string; path: string },
  status: number,
  type: string | null,
  words: string,
): unknown {
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${words.slice(0, 300)}`);
  if (!type?.startsWith('application/json')) return words;
  return JSON.parse(words).data;
}
