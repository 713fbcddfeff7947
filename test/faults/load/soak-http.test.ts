import { expect, test } from 'vitest';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { MODERN } from '../../protocol/fixtures/clients.ts';
import { bearer } from '../../protocol/fixtures/reach.ts';
import { ask, openSession, send } from '../../protocol/fixtures/rpc.ts';
import { serve } from '../../protocol/fixtures/served.ts';
import { planted } from '../../secrets-planted.ts';
import { callerWith } from './callers.ts';
import { ownRows, someCall, someRead } from './mix.ts';
import { probe } from './probe.ts';
import { soak, TIMEOUT_MS } from './soak.ts';

const CLIENTS = 6;
/** Few, so that those which clients leave behind are put to sleep soon. */
const SESSIONS = '12';

const { admin, editor } = sharedDirectus();
const TOKENS = [admin.token, editor.token];

test('a server over HTTP that has worked for long holds no more than one that has just warmed up', {
  timeout: TIMEOUT_MS,
}, async () => {
  const own = await ownRows();
  const look = probe();
  const settings = { allowDeletes: true };
  const key = { DIRECTUS_ASSISTANT_KEY: planted.installationKey };
  const env = { HTTP_SESSIONS: SESSIONS, ...look.env, ...key };
  const { url, origin, process: child, stderr } = await serve({ node: look.node, env, settings });
  // It sends on what belongs to sessions of the other.
  const beside = await serve({ env: { ...key }, settings });

  /** A session from its beginning to its end, or until its client forgets it. */
  async function session(chance: number, nth: number): Promise<void> {
    const token = TOKENS[nth % TOKENS.length] ?? '';
    const headers = { ...(await openSession(url, { token })), 'mcp-protocol-version': '2025-11-25' };
    const listening = new AbortController();
    const stream = await fetch(url, {
      headers: { ...headers, ...bearer(token), accept: 'text/event-stream' },
      signal: listening.signal,
    });
    expect(stream.status).toBe(200);
    const [call, callBeside] = [url, beside.url].map((at) => callerWith(at, { token, headers }));
    if (!call || !callBeside) return;
    // The editor has no rights on the rows that are written here.
    const mine = token === admin.token ? chance : chance * 0.8;
    await someCall(call, own, mine, nth);
    await callAndCancel(nth, token, headers);
    await someCall(callBeside, own, mine, nth + 1);
    if (nth % 2 === 0) {
      const left = await fetch(url, { method: 'DELETE', headers: { ...headers, ...bearer(token) } });
      expect(left.status).toBe(200);
    }
    listening.abort();
  }

  /** A client that takes a call back, and does not hang up. */
  async function callAndCancel(nth: number, token: string, headers: Record<string, string>) {
    const { tool, args } = someRead(nth);
    const id = `cancelled ${nth}`;
    const params = { name: tool, arguments: args };
    const called = send(url, { jsonrpc: '2.0', id, method: 'tools/call', params }, { token, headers });
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } };
    expect((await send(url, cancel, { token, headers })).status).toBe(202);
    expect((await called).status).toBe(200);
  }

  /** A client that hangs up in the middle of a call. */
  async function vanish(nth: number): Promise<void> {
    const { tool, args } = someRead(nth);
    const gone = new AbortController();
    const asked = ask(url, 'tools/call', { name: tool, arguments: args }, { signal: gone.signal });
    setImmediate(() => gone.abort());
    await asked.catch(() => {});
  }

  async function modern(nth: number): Promise<void> {
    const { tool, args } = someRead(nth);
    const headers = { 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/call', 'mcp-name': tool };
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientInfo': { name: 'soak', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const answer = await ask(url, 'tools/call', { name: tool, arguments: args, _meta }, { headers });
    expect(answer.message.result, answer.text).toBeDefined();
  }

  const ordinary = callerWith(url, { token: admin.token });

  async function round(chance: number, nth: number): Promise<void> {
    switch (nth % 20) {
      case 0:
        return session(chance, nth / 20);
      case 1:
      case 2:
        return modern(nth);
      case 3:
        return vanish(nth);
      case 4:
        expect((await ask(url, 'ping', {}, { token: `nobody${nth % 7}` })).status).toBe(401);
        return;
      case 5:
        expect((await send(url, '{"jsonrpc":')).status).toBe(400);
        return;
      case 6:
        for (const path of ['/readyz', '/metrics', '/']) await (await fetch(origin + path)).text();
        return;
      default:
        return someCall(ordinary, own, chance, nth);
    }
  }

  await soak('mcp --http', CLIENTS, round, () => look.read(child.pid ?? 0));
  expect(child.exitCode).toBe(null);
  expect(stderr()).not.toMatch(/\n\s+at |Unhandled/);
});
