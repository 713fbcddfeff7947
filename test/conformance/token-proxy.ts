import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Served } from './served.ts';

/**
 * Passes requests on with a token, which the command line of the conformance suite cannot send. Host and Origin go
 * through as they came, since one scenario is about them.
 */
export async function proxyWithToken(target: string, token: string): Promise<Served> {
  const { hostname, port, pathname } = new URL(target);
  const server = createServer((incoming, answer) => {
    const { method, url: path, headers } = incoming;
    const outgoing = request(
      { hostname, port, method, path, headers: { ...headers, authorization: `Bearer ${token}` } },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        // A stream has begun although nothing was said on it yet.
        answer.flushHeaders();
        reply.pipe(answer);
      },
    );
    outgoing.on('error', () => answer.destroy());
    // Hanging up on a stream is part of what is tested.
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve));
  const { port: own } = server.address() as AddressInfo;
  return { url: `http://${hostname}:${own}${pathname}`, stop: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
