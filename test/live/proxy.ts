import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sharedDirectus } from './shared-directus.ts';

export type Passed = {
  method: string;
  path: string;
  params: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: unknown;
};

/** Answers a request in place of Directus, or returns false to let it pass. */
export type Interfere = (passed: Passed, response: ServerResponse, request: IncomingMessage) => boolean;

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
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(incoming.url ?? '/', target);
    const one: Passed = {
      method: incoming.method ?? '',
      path: pathname,
      params: searchParams,
      headers: incoming.headers,
      body: parsed(raw.toString()),
    };
    passed.push(one);
    if (how?.(one, outgoing, incoming)) return;
    const onward = request(
      {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text || undefined;
  }
}
