import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { mint, signingKey, usesHere } from '../../../../src/guard/confirm.ts';
import { createPeers, PEER_PATH, peerAddress } from '../../../../src/server/http/peers.ts';

const key = randomBytes(32);
const bound = (call: string) => ({ call, input: { at: Math.random() }, state: null });

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An instance that answers others, as the app does. */
async function instance(withKey = key) {
  const asked: string[] = [];
  const address = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', async () => {
      asked.push(request.url ?? '');
      const first = await peers.answer(body);
      response.writeHead(first === undefined ? 404 : 200).end(first ? 'first' : 'used');
    });
  });
  const peers = createPeers(withKey, address);
  return { peers, asked };
}

test('a confirmation is used once, whichever instance it comes to', async () => {
  const [one, other] = [await instance(), await instance()];
  const token = mint(signingKey('x'), bound('flows'), one.peers.me);
  expect(await other.peers.uses.use(token)).toBe(true);
  expect(await other.peers.uses.use(token)).toBe(false);
  expect(await one.peers.uses.use(token)).toBe(false);
  expect(one.asked).toEqual([PEER_PATH, PEER_PATH]);
  expect(other.asked).toEqual([]);
});

test('nobody says yes in the place of an instance that is gone, or of one that was at this address before', async () => {
  const { peers } = await instance();
  const gone = createPeers(key, 'http://127.0.0.1:1');
  expect(await peers.uses.use(mint(signingKey('x'), bound('a'), gone.me))).toBeUndefined();
  const before = createPeers(key, peers.address);
  expect(await peers.uses.use(mint(signingKey('x'), bound('b'), before.me))).toBeUndefined();
  expect(await peers.uses.use(mint(signingKey('x'), bound('c')))).toBeUndefined();
  const foreign = createPeers(randomBytes(32), peers.address);
  expect(await peers.uses.use(mint(signingKey('x'), bound('d'), foreign.me))).toBeUndefined();
});

test('only instances of the installation are answered', async () => {
  const { peers } = await instance();
  for (const question of ['', 'hello', peers.me, '{"token":"x","at":1}']) {
    expect(await peers.answer(question)).toBeUndefined();
  }
  const stranger = await instance(randomBytes(32));
  expect(await stranger.peers.uses.use(mint(signingKey('x'), bound('e'), peers.me))).toBeUndefined();
  expect(stranger.peers.addressOf(peers.me)).toBeUndefined();
});

test('an instance that cannot be reached is not sent to; one that is lost in the middle is an error', async () => {
  const { peers } = await instance();
  const request = new Request('http://localhost/mcp?tools=schema', {
    method: 'POST',
    headers: { host: 'mcp.example.com' },
  });
  expect(await peers.forward('http://127.0.0.1:1', request, '{}')).toBeUndefined();
  const lost = await listen((_, response) => response.destroy());
  await expect(peers.forward(lost, request, '{}')).rejects.toThrow();
});

test('what is sent on arrives whole, and so does the answer, as it comes', async () => {
  const { peers } = await instance();
  const seen: Record<string, unknown> = {};
  const busy = await listen((request, response) => {
    Object.assign(seen, { url: request.url, method: request.method, headers: request.headers });
    request.on('data', (chunk) => Object.assign(seen, { body: String(chunk) }));
    request.on('end', () => {
      response.writeHead(202, { 'content-type': 'text/event-stream', 'mcp-session-id': 'x' });
      response.write('one\n');
      setImmediate(() => response.end('two\n'));
    });
  });
  const request = new Request('http://localhost/mcp?tools=schema', {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
  });
  const answer = await peers.forward(busy, request, '{"a":"ü"}');
  expect(answer?.status).toBe(202);
  expect(answer?.headers.get('mcp-session-id')).toBe('x');
  expect(await answer?.text()).toBe('one\ntwo\n');
  expect(seen).toMatchObject({
    url: '/mcp?tools=schema',
    method: 'POST',
    body: '{"a":"ü"}',
    headers: { authorization: 'Bearer x', 'x-directus-assistant-forwarded': '1' },
  });
});

test('an instance tells where it is: where it listens, or at the address of its machine', () => {
  expect(peerAddress('127.0.0.1', 80)).toBe('http://127.0.0.1:80');
  expect(peerAddress('::1', 80)).toBe('http://[::1]:80');
  expect(peerAddress('0.0.0.0', 8056)).toMatch(/^http:\/\/\d+\.\d+\.\d+\.\d+:8056$/);
});

test('used is remembered here without anybody else', async () => {
  const token = mint(signingKey('x'), bound('f'));
  expect(await usesHere.use(token)).toBe(true);
  expect(await usesHere.use(token)).toBe(false);
});
