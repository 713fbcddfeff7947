import { randomBytes } from 'node:crypto';
import { Server } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Body } from '../../../../src/server/http/incoming.ts';
import { createPeers } from '../../../../src/server/http/peers.ts';
import { createSessions, type Sessions } from '../../../../src/server/http/sessions.ts';

const key = randomBytes(32);
let made: Server[] = [];

/** Sessions of an instance, whose servers say what their client told in the handshake. */
function sessions(address: string, most = 10): Sessions {
  return createSessions({
    key,
    peers: createPeers(key, address),
    serverFor: () => {
      const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } });
      server.setRequestHandler('tools/list', () => {
        const said = [server.getClientVersion()?.name, JSON.stringify(server.getClientCapabilities())];
        return { tools: [{ name: 'said', description: said.join(' '), inputSchema: { type: 'object' } }] };
      });
      made.push(server);
      return server;
    },
    most: () => most,
    onerror: () => {},
  });
}

/** Sends a message; the answer is read to its end. */
async function send(to: Sessions, message: Record<string, unknown>, session?: string, caller = 'me') {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  const parsed = JSON.parse(text);
  const body: Body = { text, parsed, messages: [parsed] };
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(session ? { 'mcp-session-id': session } : {}),
  };
  const ends: (() => void)[] = [];
  const response = await to.handle({
    request: new Request('http://localhost/mcp', { method: 'POST', headers, body: text }),
    body,
    admitted: {
      caller: { id: caller, user: caller, directus: () => ({}) },
      authInfo: { token: '', clientId: caller, scopes: [] },
    },
    forwarded: true,
    onEnd: (ended) => ends.push(ended),
  });
  const answer = await response.text();
  for (const end of ends) end();
  return { status: response.status, answer, session: response.headers.get('mcp-session-id') ?? '' };
}

const initialize = {
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'a client', version: '1' },
  },
};
const list = { id: 2, method: 'tools/list' };

beforeEach(() => {
  made = [];
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] });
});
afterEach(() => vi.useRealTimers());

test('an idle session is put to sleep, and wakes as it was', async () => {
  const one = sessions('http://one');
  const { session } = await send(one, initialize);
  expect((await send(one, list, session)).answer).toContain('a client {\\"elicitation\\":{');
  expect([one.count(), made.length]).toEqual([1, 1]);
  vi.advanceTimersByTime(4 * 60_000);
  expect(one.count()).toBe(1);
  vi.advanceTimersByTime(2 * 60_000);
  expect(one.count()).toBe(0);
  expect((await send(one, list, session)).answer).toContain('a client {\\"elicitation\\":{');
  expect([one.count(), made.length]).toEqual([1, 2]);
  await one.close();
});

test('many requests that wake a session at once wake it once', async () => {
  const one = sessions('http://one');
  const { session } = await send(one, initialize);
  vi.advanceTimersByTime(10 * 60_000);
  const answers = await Promise.all([1, 2, 3, 4].map((id) => send(one, { ...list, id: id + 10 }, session)));
  for (const { status, answer } of answers)
    expect([status, answer]).toEqual([200, expect.stringContaining('said')]);
  expect([one.count(), made.length]).toEqual([1, 2]);
  await one.close();
});

test('another instance takes a session over, and nobody else can have it', async () => {
  const [one, other] = [sessions('http://one'), sessions('http://other')];
  const { session } = await send(one, initialize);
  expect((await send(other, list, session)).answer).toContain('a client');
  expect((await send(other, list, session, 'somebody else')).status).toBe(404);
  expect((await send(one, list, session, 'somebody else')).status).toBe(404);
  expect((await send(one, list, `${session}x`)).status).toBe(404);
  await Promise.all([one.close(), other.close()]);
});

test('the one that was idle for longest makes room', async () => {
  const one = sessions('http://one', 2);
  const opened: string[] = [];
  for (let i = 0; i < 3; i++) {
    opened.push((await send(one, initialize)).session);
    vi.advanceTimersByTime(1000);
  }
  expect(one.count()).toBe(2);
  expect((await send(one, list, opened[0])).status).toBe(200);
  expect([one.count(), made.length]).toEqual([2, 4]);
  await one.close();
});
