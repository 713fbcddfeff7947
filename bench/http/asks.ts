import type { Instance } from '../figure.ts';
import { inTurn } from '../statistics.ts';
import type { Sent } from './loader.ts';

/** What is asked of an MCP server. */
export type Question = { method: string; params?: { name?: string; arguments?: object } };

const MODERN = '2026-07-28';
const SESSION = 'mcp-session-id';
const CLIENT = { name: 'bench', version: '1' };
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': CLIENT,
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** A question in the protocol of 2026. */
export function asked2026(url: string, token: string, { method, params = {} }: Question): Sent {
  const headers = {
    'mcp-protocol-version': MODERN,
    'mcp-method': method,
    ...(params.name ? { 'mcp-name': params.name } : {}),
  };
  return post(url, token, { id: 1, method, params: { ...params, _meta: ENVELOPE } }, headers);
}

/** A question in the protocol of 2025, without a session unless `headers` name one. */
export function asked2025(url: string, token: string, question: Question, headers = {}): Sent {
  return post(url, token, { id: 1, ...question }, headers);
}

/** Opens a session of the protocol of 2025. @returns the headers that its requests carry */
export async function openSession(url: string, token: string): Promise<Record<string, string>> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: CLIENT };
  const answer = await send(post(url, token, { id: 1, method: 'initialize', params }));
  const session = answer.headers.get(SESSION);
  if (!session) throw new Error(`No session was opened: ${answer.status}`);
  const headers = { [SESSION]: session, 'mcp-protocol-version': params.protocolVersion };
  await send(post(url, token, { method: 'notifications/initialized' }, headers));
  return headers;
}

/** Our ways to be asked: in each era, and in the older one with a session for each client and without. */
export async function clientsOfEachWay(
  count: number,
  { url, token, question }: { url: string; token: string; question: Question },
): Promise<{ who: string; clients: Sent[] }[]> {
  const sessions = await inTurn(Array.from({ length: count }), () => openSession(url, token));
  return [
    { who: '2026', clients: alike(count, asked2026(url, token, question)) },
    {
      who: '2025 with sessions',
      clients: sessions.map((session) => asked2025(url, token, question, session)),
    },
    { who: '2025 without a session', clients: alike(count, asked2025(url, token, question)) },
  ];
}

/** Clients that all send the same. */
export function alike(count: number, sent: Sent): Sent[] {
  return Array.from({ length: count }, () => sent);
}

/** The stream on which a client of a session listens, until the signal fires. */
export async function listen(url: string, token: string, session: object, signal: AbortSignal) {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...session };
  const { ok, status } = await fetch(url, { headers, signal });
  if (!ok) throw new Error(`A stream was refused: ${status}`);
}

/** The same items through the REST interface of Directus. */
export function restGet({ url, token }: Instance, path: string): Sent {
  return { url: url + path, method: 'GET', headers: { authorization: `Bearer ${token}` } };
}

function post(url: string, token: string, message: object, headers = {}): Sent {
  return {
    url,
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  };
}

async function send({ url, ...init }: Sent): Promise<Response> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
  return answer;
}
