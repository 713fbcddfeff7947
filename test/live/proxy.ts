import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sharedDirectus } from './shared-directus.ts';

export type Passed = {
  method: string;
  path: string;
  params: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: unknown;
  /** The status Directus answered with; undefined while it has not, and for what never reached it. */
  status?: number;
};

/** What Directus answered. */
export type Answered = { status: number; headers: IncomingMessage['headers']; body: Buffer };

/**
 * Whether a request was answered in place of Directus; false lets it pass. A function lets it pass as well, and is
 * given the answer to do with as it likes.
 */
type Interfered = boolean | ((answered: Answered) => void);

/** Decides what becomes of a request, which waits meanwhile. */
export type Interfere = (
  passed: Passed,
  response: ServerResponse,
  request: IncomingMessage,
) => Interfered | Promise<Interfered>;

export type TestProxy = {
  url: string;
  /** Every request so far, in order. */
  passed: Passed[];
  /** Sets what happens to requests from now on; nothing given: all pass. */
  interfere(how?: Interfere): void;
  /** The query objects that reads of this path sent, from the address or the body. */
  queries(path: string): Record<string, unknown>[];
  close(): Promise<void>;
};

/** Stands between a server and the real Directus: records what is sent, and can answer in its place. */
export async function startProxy(port = 0): Promise<TestProxy> {
  const target = new URL(sharedDirectus().url);
  const passed: Passed[] = [];
  let how: Interfere | undefined;

  const server = createServer(async (incoming, outgoing) => {
    const raw = await whole(incoming);
    const { pathname, searchParams } = new URL(incoming.url ?? '/', target);
    const one: Passed = {
      method: incoming.method ?? '',
      path: pathname,
      params: searchParams,
      headers: incoming.headers,
      body: parsed(raw.toString()),
    };
    passed.push(one);
    const what = await how?.(one, outgoing, incoming);
    if (what === true) return;
    const onward = request(
      {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      async (reply) => {
        const { statusCode: status = 502, headers } = reply;
        one.status = status;
        if (what) return what({ status, headers, body: await whole(reply) });
        outgoing.writeHead(status, headers);
        reply.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    onward.end(raw);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    interfere(next) {
      how = next;
    },
    queries: (path) => passed.filter((one) => one.path === path).map(queryOf),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The query as Directus will understand it, however it travelled. */
function queryOf({ method, params, body }: Passed): Record<string, unknown> {
  if (method === 'SEARCH') return (body as { query: Record<string, unknown> }).query;
  const lists = ['fields', 'sort', 'groupBy'];
  const numbers = ['limit', 'offset', 'page'];
  return Object.fromEntries(
    [...params].map(([name, value]) => {
      if (lists.includes(name)) return [name, value.split(',')];
      if (numbers.includes(name)) return [name, Number(value)];
      return [name, name === 'search' || name === 'version' ? value : JSON.parse(value)];
    }),
  );
}

async function whole(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text || undefined;
  }
}
