import { Agent, request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startProxy } from '../live/proxy.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { ask, call, openSession, send } from '../protocol/fixtures/rpc.ts';
import { type Served, serve } from '../protocol/fixtures/served.ts';

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const READ = { action: 'read', collection: 'articles', query: { limit: 1, fields: ['title'] } };

/** After whatever was sent: a good request is answered, and nothing of the inside was told. */
async function goesOn({ url, stderr }: Served): Promise<void> {
  expect(await call(url, 'items', READ)).toContain('title');
  expect(stderr()).not.toMatch(/\n\s+at |Unhandled|TypeError/);
}

/** Bytes as they are, over a connection of their own; what comes back until the server closes it. */
async function raw({ url }: Served, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname);
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  socket.write(bytes);
  return textOf(socket).catch(() => '');
}

const MODERN = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/list',
};
const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const modernList = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: envelope } };

describe('bodies', () => {
  test('each wrong one gets its status and an error of JSON-RPC, and the next good request works', async () => {
    const served = await serve();
    const { url } = served;
    const big = { ...ping, params: { text: 'x'.repeat(5_000_000) } };
    const cases: [string, unknown, Record<string, string>, number, number][] = [
      ['{}', '{}', {}, 400, -32600],
      ['empty', '', {}, 400, -32700],
      ['no JSON', 'hello', {}, 400, -32700],
      ['half of JSON', '{"jsonrpc":', {}, 400, -32700],
      ['a number', '7', {}, 400, -32600],
      ['null', 'null', {}, 400, -32600],
      ['a text', '"ping"', {}, 400, -32600],
      ['an empty batch', '[]', {}, 400, -32600],
      ['a batch of nothing', '[1,2]', {}, 400, -32600],
      ['a batch of 101', Array.from({ length: 101 }, () => ping), {}, 400, -32600],
      ['text/plain', ping, { 'content-type': 'text/plain' }, 415, -32000],
      ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, -32000],
      ['5 MB', big, {}, 413, -32000],
      ['an id that is an object', { ...ping, id: {} }, {}, 400, -32600],
      ['another version of JSON-RPC', { ...ping, jsonrpc: '1.0' }, {}, 400, -32600],
      ['only JSON accepted', ping, { accept: 'text/plain' }, 406, -32000],
      ['a protocol that is none', ping, { 'mcp-protocol-version': '1999-01-01' }, 400, -32000],
      ['modern headers over an old body', ping, MODERN, 400, -32602],
      ['modern body without its headers', modernList, {}, 400, -32020],
      ['another method in the header', modernList, { ...MODERN, 'mcp-method': 'tools/call' }, 400, -32020],
      [
        'a revision that does not exist',
        {
          ...modernList,
          params: { _meta: { ...envelope, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' } },
        },
        { ...MODERN, 'mcp-protocol-version': '2099-01-01' },
        400,
        -32022,
      ],
    ];
    for (const [name, body, headers, status, code] of cases) {
      const answer = await send(url, body, { headers });
      expect.soft([name, answer.status, answer.message.error?.code]).toEqual([name, status, code]);
      expect(answer.text).not.toMatch(/<html|\n\s+at |node_modules/);
      await goesOn(served);
    }
    expect((await send(url, modernList, { headers: MODERN })).status).toBe(200);
  });

  test('a batch of 2025 is answered, message by message', async () => {
    const served = await serve();
    const { status, text } = await send(served.url, [
      ping,
      { ...ping, id: 2 },
      { jsonrpc: '2.0', method: 'notifications/x' },
    ]);
    expect(status).toBe(200);
    expect([...text.matchAll(/"id":(\d)/g)].map(([, id]) => id).sort()).toEqual(['1', '2']);
    await goesOn(served);
  });

  test('A2 notifications and answers that nobody waits for are taken with 202', async () => {
    const served = await serve();
    const session = await openSession(served.url);
    for (const headers of [{}, session]) {
      for (const message of [
        { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } },
        { jsonrpc: '2.0', method: 'notifications/roots/list_changed' },
        { jsonrpc: '2.0', method: 'notifications/never/heard/of' },
        { jsonrpc: '2.0', id: 5, result: {} },
        { jsonrpc: '2.0', id: 'x.7', result: { action: 'accept', content: { confirm: true } } },
        { jsonrpc: '2.0', id: 6, error: { code: 1, message: 'no' } },
      ]) {
        const { status, text } = await send(served.url, message, { headers });
        expect([message, status, text]).toEqual([message, 202, '']);
      }
    }
    await goesOn(served);
  });

  test('A1 other methods than POST are 405, in a session as well, or a stream', async () => {
    const served = await serve();
    const session = await openSession(served.url);
    const authorization = `Bearer ${sharedDirectus().admin.token}`;
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH', 'HEAD']) {
      for (const accept of [
        '*/*',
        'application/json',
        'application/json, text/event-stream',
        'text/event-stream',
      ]) {
        for (const named of method === 'DELETE' ? [{}] : [{}, session]) {
          const stop = new AbortController();
          const response = await fetch(served.url, {
            method,
            headers: { accept, authorization, ...named },
            signal: stop.signal,
          });
          if (response.status === 200) expect(response.headers.get('content-type')).toBe('text/event-stream');
          else {
            expect([method, accept, response.status]).toEqual([method, accept, 405]);
            expect(response.headers.get('allow')).toContain('POST');
          }
          stop.abort();
        }
      }
    }
    await goesOn(served);
  });

  test('an operator may allow larger requests, or only smaller ones', async () => {
    const wide = await serve({ env: { HTTP_BODY_BYTES: '8000000' } });
    const big = { ...ping, params: { text: 'x'.repeat(5_000_000) } };
    expect((await send(wide.url, big)).status).toBe(200);
    const narrow = await serve({ env: { HTTP_BODY_BYTES: '2048' } });
    expect((await send(narrow.url, { ...ping, params: { text: 'x'.repeat(3000) } })).status).toBe(413);
    await goesOn(narrow);
  });
});

describe('connections', () => {
  test('bytes that are no HTTP get 400, and nobody else notices', async () => {
    const served = await serve();
    expect(await raw(served, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(served, 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(
      await raw(served, `GET /mcp HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 431/);
    await goesOn(served);
  });

  test('a client that vanishes in mid-call ends the request to Directus, and holds no place', async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const served = await serve({ url: proxy.url, env: { HTTP_CONCURRENCY: '3' } });
    await goesOn(served);
    let cut = 0;
    const arrived: (() => void)[] = [];
    proxy.interfere(({ path }, response) => {
      if (path !== '/items/articles') return false;
      arrived.shift()?.();
      response.on('close', () => {
        cut += 1;
      });
      return true;
    });
    for (let i = 0; i < 6; i++) {
      const there = Promise.withResolvers<void>();
      arrived.push(there.resolve);
      const stop = new AbortController();
      const asked = ask(
        served.url,
        'tools/call',
        { name: 'items', arguments: READ },
        { signal: stop.signal },
      );
      const failed = expect(asked).rejects.toThrow();
      await there.promise;
      stop.abort();
      await failed;
      await vi.waitFor(() => expect(cut).toBe(i + 1), { timeout: 5000 });
    }
    proxy.interfere();
    await goesOn(served);
  });

  test('what a client asked for that was gone before it was let in is not done', async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const served = await serve({ url: proxy.url });
    const asked = Promise.withResolvers<() => void>();
    proxy.interfere(({ path }, response) => {
      if (path !== '/users/me') return false;
      const body = '{"data":{"id":"somebody"}}';
      asked.resolve(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
      return true;
    });
    const title = `Never made ${Date.now()}`;
    const create = {
      action: 'create',
      collection: 'articles',
      data: [{ title, slug: `never-${Date.now()}` }],
    };
    const stop = new AbortController();
    const left = ask(served.url, 'tools/call', { name: 'items', arguments: create }, { signal: stop.signal });
    const letIn = await asked.promise;
    stop.abort();
    await expect(left).rejects.toThrow();
    // What it answers afterwards, it answers after it has seen that the connection is gone.
    for (const _ of [1, 2]) await (await fetch(`${served.origin}/healthz`)).text();
    letIn();
    await vi.waitFor(() =>
      expect(served.log()).toContainEqual(expect.objectContaining({ event: 'request' })),
    );
    await goesOn(served);
    expect(served.log()).not.toContainEqual(expect.objectContaining({ action: 'create' }));
    expect(proxy.passed.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('10,000 requests without a token are 401 each, without growing; slow-loris beside them is cut off', async () => {
    const served = await serve();
    const slow = Array.from({ length: 50 }, () => raw(served, 'POST /mcp HTTP/1.1\r\nHost: localhost\r\n'));
    const memory = async () => {
      const figures = await (await fetch(`${served.origin}/metrics`)).text();
      return Number(/^directus_assistant_process_resident_memory_bytes (\d+)/m.exec(figures)?.[1]);
    };
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    onTestFinished(() => agent.destroy());
    const knock = () =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { 'content-type': 'application/json' };
        const asked = request(served.url, { method: 'POST', agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode));
        });
        asked.on('error', reject);
        asked.end(JSON.stringify(ping));
      });
    const volley = async (count: number) => {
      for (let left = count; left > 0; left -= 100) {
        const statuses = await Promise.all(Array.from({ length: 100 }, knock));
        expect(new Set(statuses)).toEqual(new Set([401]));
      }
    };
    await volley(2000);
    const before = await memory();
    await volley(8000);
    expect((await memory()) - before).toBeLessThan(40_000_000);
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^(HTTP\/1\.1 408|$)/);
    await goesOn(served);
  });
});

describe('too much', () => {
  test('more than the rate: 429 with Retry-After, for this caller alone', async () => {
    const served = await serve({ env: { HTTP_RATE_PER_MINUTE: '5' } });
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await ask(served.url, 'ping')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const refused = await ask(served.url, 'ping');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.message.error?.message).toMatch(/More than 5 requests in a minute/);
    expect((await ask(served.url, 'ping', {}, { token: sharedDirectus().editor.token })).status).toBe(200);
  });

  test('a batch counts as all its messages', async () => {
    const served = await serve({ env: { HTTP_RATE_PER_MINUTE: '5' } });
    expect(
      (
        await send(
          served.url,
          Array.from({ length: 6 }, () => ping),
        )
      ).status,
    ).toBe(429);
  });

  test('more at once than allowed: 429, until a place is free', async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const served = await serve({ url: proxy.url, env: { HTTP_CONCURRENCY: '2' } });
    await goesOn(served);
    const held: (() => void)[] = [];
    proxy.interfere(({ path }, response) => {
      if (path !== '/items/articles') return false;
      held.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}'));
      return true;
    });
    const slow = [1, 2].map(() => call(served.url, 'items', READ));
    await vi.waitFor(() => expect(held).toHaveLength(2), { timeout: 5000 });
    const refused = await ask(served.url, 'ping');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    for (const answer of held) answer();
    await Promise.all(slow);
    expect((await ask(served.url, 'ping')).status).toBe(200);
  });

  test('more sessions than allowed: idle ones are put to sleep and wake, listening ones too, working ones never', async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const served = await serve({ url: proxy.url, env: { HTTP_SESSIONS: '2' } });
    const { url } = served;
    const sessions: Record<string, string>[] = [];
    for (let i = 0; i < 4; i++) sessions.push(await openSession(url));
    for (const headers of sessions) expect((await ask(url, 'ping', {}, { headers })).status).toBe(200);

    const authorization = `Bearer ${sharedDirectus().admin.token}`;
    const streams = await Promise.all(
      sessions
        .slice(0, 2)
        .map((named) => fetch(url, { headers: { ...named, authorization, accept: 'text/event-stream' } })),
    );
    for (const { status } of streams) expect(status).toBe(200);
    expect((await ask(url, 'ping', {}, { headers: sessions[3] ?? {} })).status).toBe(200);
    await Promise.race(streams.map((stream) => stream.text()));

    const held: (() => void)[] = [];
    proxy.interfere(({ path }, response) => {
      if (path !== '/items/articles') return false;
      held.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}'));
      return true;
    });
    const slow = sessions.slice(0, 2).map((headers) => call(url, 'items', READ, { headers }));
    await vi.waitFor(() => expect(held).toHaveLength(2), { timeout: 5000 });
    const refused = await ask(url, 'ping', {}, { headers: sessions[3] ?? {} });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('10');
    for (const answer of held) answer();
    await Promise.all(slow);
    await vi.waitFor(async () =>
      expect((await ask(url, 'ping', {}, { headers: sessions[3] ?? {} })).status).toBe(200),
    );
  });
});
