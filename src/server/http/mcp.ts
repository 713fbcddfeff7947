import {
  type AuthInfo,
  createMcpHandler,
  isLegacyRequest,
  type McpRequestContext,
  type McpServer,
  type Server,
} from '@modelcontextprotocol/server';
import { heardRequest } from '../heard-request.ts';
import type { Incoming } from './incoming.ts';
import { MOST_STREAMS } from './limits.ts';
import type { Peers } from './peers.ts';
import { concernsSession, createSessions } from './sessions.ts';

/** MCP over HTTP in both eras, for requests that were let in. */
export type Mcp = {
  handle(incoming: Incoming): Promise<Response>;
  toolsChanged(): void;
  sessions(): number;
  /** Calls of sessions that are being worked on, and how many of them wait for a person. */
  underWay(): { calls: number; asking: number };
  /** Ends the streams on which clients only listen; calls under way go on. */
  endStreams(): void;
  close(): Promise<void>;
};

export type McpOptions = {
  key: Buffer;
  peers: Peers;
  serverFor: ServerFor;
  mostSessions: () => number;
  onerror: (error: Error) => void;
};

/** Makes the MCP server that answers requests of a caller. */
export type ServerFor = (authInfo: AuthInfo | undefined) => Server | McpServer;

/** What a POST must say it accepts; clients that accept anything accept that too. */
const ACCEPT = 'application/json, text/event-stream';

/**
 * Serves 2026 requests and 2025 ones without a session from a server made for each, and 2025 sessions from one that
 * is kept.
 */
export function createMcp({ serverFor, mostSessions, ...options }: McpOptions): Mcp {
  const sessions = createSessions({ ...options, serverFor, most: mostSessions });
  const factory = ({ authInfo }: McpRequestContext) => serverFor(authInfo);
  const { onerror } = options;
  const calls = createMcpHandler(factory, { onerror });
  // Streams on which clients only listen have a handler of their own, to be ended before calls are.
  const streams = createMcpHandler(factory, { onerror, bus: calls.bus, maxSubscriptions: MOST_STREAMS });

  return {
    async handle(given) {
      const incoming = { ...given, request: acceptingAll(given.request) };
      const { request, body, admitted } = incoming;
      if (concernsSession(request, body) && (await isLegacyRequest(request, body?.parsed)))
        return sessions.handle(incoming);
      const listens = body?.messages[0]?.method === 'subscriptions/listen';
      return (listens ? streams : calls).fetch(request, {
        authInfo: admitted.authInfo,
        ...(body ? { parsedBody: body.parsed } : {}),
      });
    },
    toolsChanged() {
      sessions.toolsChanged();
      calls.notify.toolsChanged();
    },
    sessions: sessions.count,
    underWay: sessions.underWay,
    endStreams() {
      sessions.endStreams();
      void streams.close();
    },
    async close() {
      await Promise.all([sessions.close(), calls.close(), streams.close()]);
    },
  };
}

/** The request, where it accepts anything or says nothing, as one that accepts what MCP answers with. */
function acceptingAll(request: Request): Request {
  const accept = request.headers.get('accept');
  if (request.method !== 'POST' || (accept !== null && !accept.includes('*/*'))) return request;
  const headers = new Headers(request.headers);
  headers.set('accept', ACCEPT);
  // The body was read already.
  return heardRequest(request.url, { method: 'POST', headers, body: '{}', signal: request.signal });
}
