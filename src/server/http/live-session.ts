import {
  type McpServer,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Admitted } from './callers.ts';
import type { Incoming } from './incoming.ts';
import { STOPPED } from './lost.ts';
import { refuse } from './refusal.ts';
import { type Claims, handshakeOf } from './session-id.ts';
import { askerOf, type Traffic, watchTraffic } from './traffic.ts';

/** A session in memory: the MCP server that answers it. */
export type Live = {
  server: Server | McpServer;
  transport: WebStandardStreamableHTTPServerTransport;
  traffic: Traffic;
  /** The caller who opened it; nobody else may use it. */
  opener: string;
  /** Connections on which an answer or a stream is being sent. */
  open: number;
  usedAt: number;
};

export type LiveOptions = {
  id: string;
  admitted: Admitted;
  server: Server | McpServer;
  /** Stands for this instance. */
  instance: string;
  /** Called when the client has ended it. */
  onDeleted: () => void;
  onerror: (error: Error) => void;
};

export const SESSION_HEADER = 'mcp-session-id';

/** Starts the MCP server of a session; it still waits for the handshake. */
export async function startLive({
  id,
  admitted,
  server,
  instance,
  onDeleted,
  onerror,
}: LiveOptions): Promise<Live> {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => id,
    onsessionclosed: onDeleted,
  });
  const traffic = watchTraffic(transport, instance);
  transport.onerror = onerror;
  await server.connect(transport);
  return { server, transport, traffic, opener: admitted.caller.id, open: 0, usedAt: performance.now() };
}

/** Goes through the handshake that a session once had, in the place of its client. */
export async function repeatHandshake(
  live: Live,
  id: string,
  claims: Claims,
  { request, admitted }: Incoming,
) {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    [SESSION_HEADER]: id,
  };
  for (const parsedBody of handshakeOf(claims)) {
    const post = new Request(request.url, { method: 'POST', headers, body: '{}' });
    const answer = await live.transport.handleRequest(post, { parsedBody, authInfo: admitted.authInfo });
    await answer.arrayBuffer();
  }
}

/** Answers a request of the session. */
export async function serveLive(live: Live, { request, body, admitted, onEnd }: Incoming): Promise<Response> {
  const { authInfo } = admitted;
  live.open += 1;
  onEnd(() => {
    live.open -= 1;
    live.usedAt = performance.now();
  });
  if (!body) return live.transport.handleRequest(request, { authInfo });
  const messages = live.traffic.take(body.messages);
  if (messages.length === 0)
    return body.messages.some(askerOf) ? notAsked() : new Response(null, { status: 202 });
  const parsedBody = Array.isArray(body.parsed) ? messages : messages[0];
  const answer = await live.transport.handleRequest(request, { authInfo, parsedBody });
  live.traffic.endCancelled(messages);
  // Refused before anybody worked on it.
  if (answer.status !== 200) live.traffic.forget(messages);
  return answer;
}

/** Whether nothing goes on: nobody listens, and nothing is worked on, whether anybody still waits for it or not. */
export function isFree({ open, traffic }: Live): boolean {
  return open === 0 && traffic.calls.size === 0;
}

/** Ends a session; whoever waits for an answer gets an error. */
export async function endInWords({ server, transport, traffic }: Live): Promise<void> {
  const error = { code: -32000, message: STOPPED };
  for (const id of [...traffic.calls]) await transport.send({ jsonrpc: '2.0', id, error }).catch(() => {});
  await server.close();
}

function notAsked(): Response {
  return refuse({ status: 404, message: 'Nobody waits for this answer any more. It changed nothing.' });
}
