import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { mint, signingKey, usesHere } from '../../../../src/guard/confirm.ts';
import { LostError } from '../../../../src/server/http/lost.ts';
import {
  createPeers,
  type Message,
  PEER_PATH,
  PROOF_HEADER,
  peerAddress,
} from '../../../../src/server/http/peers.ts';
import { seal } from '../../../../src/settings/seal.ts';
import { planted } from '../../../secrets-planted.ts';

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

/** An instance that answers others, as the app does. @param answered what it does with requests that are sent on */
async function instance(
  withKey = key,
  answered: RequestListener = (_, response) => void response.end('answered'),
) {
  const asked: string[] = [];
  const address = await listen(async (request, response) => {
    asked.push(request.url ?? '');
    const shown = new Headers({ [PROOF_HEADER]: String(request.headers[PROOF_HEADER] ?? '') });
    const message = peers.isPeer(shown) ? peers.take(await textOf(request)) : undefined;
    if (!message) return void response.writeHead(404).end();
    response.setHeader(PROOF_HEADER, message.proof);
    if (message.kind === 'request') {
      got.push(message);
      return answered(request, response);
    }
    response.end(await peers.answerUse(message.token));
  });
  const got: Message[] = [];
  const peers = createPeers(withKey, address);
  return { peers, asked, got };
}

test('a confirmation is used once, whichever instance it comes to', async () => {
  const [one, other] = [await instance(), await instance()];
  const token = mint(signingKey(randomBytes(32), 'x'), bound('flows'), one.peers.me);
  expect(await other.peers.uses.use(token)).toBe('first');
  expect(await other.peers.uses.use(token)).toBe('used');
  expect(await one.peers.uses.use(token)).toBe('used');
  expect(one.asked).toEqual([PEER_PATH, PEER_PATH]);
  expect(other.asked).toEqual([]);
});

test('nobody says yes in the place of an instance that is gone, or of one that was at this address before', async () => {
  const { peers } = await instance();
  const gone = createPeers(key, 'http://127.0.0.1:1');
  expect(await peers.uses.use(mint(signingKey(randomBytes(32), 'x'), bound('a'), gone.me))).toBe('gone');
  const before = createPeers(key, peers.address);
  expect(await peers.uses.use(mint(signingKey(randomBytes(32), 'x'), bound('b'), before.me))).toBe('gone');
  expect(await peers.uses.use(mint(signingKey(randomBytes(32), 'x'), bound('c')))).toBe('gone');
  const foreign = createPeers(randomBytes(32), peers.address);
  expect(await peers.uses.use(mint(signingKey(randomBytes(32), 'x'), bound('d'), foreign.me))).toBe('gone');
});

test('only instances of the installation are heard, and each thing they say once', async () => {
  const { peers } = await instance();
  for (const sealed of [
    '',
    'hello',
    peers.me,
    seal(key, 'instance', '{"kind":"use","token":"x"}'),
    '{"token":"x","at":1}',
  ])
    expect(peers.take(sealed)).toBeUndefined();
  const said = seal(key, 'message', JSON.stringify({ kind: 'use', token: 'x', at: Date.now() }));
  expect(peers.take(said)).toMatchObject({ kind: 'use', token: 'x' });
  expect(peers.take(said)).toBeUndefined();
  const old = seal(key, 'message', JSON.stringify({ kind: 'use', token: 'x', at: Date.now() - 120_000 }));
  expect(peers.take(old)).toBeUndefined();
  const stranger = await instance(randomBytes(32));
  expect(await stranger.peers.uses.use(mint(signingKey(randomBytes(32), 'x'), bound('e'), peers.me))).toBe(
    'gone',
  );
  expect(stranger.peers.addressOf(peers.me)).toBeUndefined();
});

const post = () =>
  new Request('http://localhost/mcp?tools=schema', {
    method: 'POST',
    headers: { authorization: `Bearer ${planted.token}`, 'content-type': 'application/json' },
  });

test('a request is from an instance only while it is fresh, and from no stranger', async () => {
  const { peers } = await instance();
  const shows = (text: string) => peers.isPeer(new Headers({ [PROOF_HEADER]: text }));
  expect(shows(seal(key, 'peer', String(Date.now())))).toBe(true);
  expect(shows(seal(key, 'peer', String(Date.now() - 120_000)))).toBe(false);
  expect(shows(seal(key, 'proof', String(Date.now())))).toBe(false);
  expect(shows(seal(randomBytes(32), 'peer', String(Date.now())))).toBe(false);
  expect(peers.isPeer(new Headers())).toBe(false);
});

test('who has the address of an instance that is gone learns nothing, and is not believed', async () => {
  const { peers } = await instance();
  let heard = '';
  const stranger = await listen(async (request, response) => {
    heard += JSON.stringify(request.headers) + (await textOf(request));
    response.setHeader(PROOF_HEADER, 'made-up');
    response.end('first');
  });
  expect(await peers.forward(stranger, post(), `{"a":"${planted.body}"}`)).toBeUndefined();
  expect(heard.length).toBeGreaterThan(100);
  for (const secret of [planted.token, planted.body]) expect(heard).not.toContain(secret);
  const there = createPeers(key, stranger);
  expect(await peers.uses.use(mint(signingKey(randomBytes(32), 'x'), bound('g'), there.me))).toBe('gone');
});

test('an instance that cannot be reached is not sent to; one that is lost in the middle is an error', async () => {
  const { peers } = await instance();
  expect(await peers.forward('http://127.0.0.1:1', post(), '{}')).toBeUndefined();
  const lost = await listen((_, response) => response.destroy());
  await expect(peers.forward(lost, post(), '{}')).rejects.toThrow(LostError);
});

test('what is sent on arrives whole, and so does the answer, as it comes', async () => {
  const other = await instance(key, (_, response) => {
    response.writeHead(202, { 'content-type': 'text/event-stream', 'mcp-session-id': 'x' });
    response.write('one\n');
    setImmediate(() => response.end('two\n'));
  });
  const { peers } = await instance();
  const answer = await peers.forward(other.peers.address, post(), '{"a":"ü"}');
  expect(answer?.status).toBe(202);
  expect(answer?.headers.get('mcp-session-id')).toBe('x');
  expect(await answer?.text()).toBe('one\ntwo\n');
  expect(other.got).toEqual([
    expect.objectContaining({
      kind: 'request',
      path: '/mcp?tools=schema',
      method: 'POST',
      body: '{"a":"ü"}',
      headers: expect.arrayContaining([['authorization', `Bearer ${planted.token}`]]),
    }),
  ]);
});

test('an instance tells where it is: where it listens, or at the address of its machine', () => {
  expect(peerAddress('127.0.0.1', 80)).toBe('http://127.0.0.1:80');
  expect(peerAddress('::1', 80)).toBe('http://[::1]:80');
  expect(peerAddress('0.0.0.0', 8056)).toMatch(/^http:\/\/\d+\.\d+\.\d+\.\d+:8056$/);
});

test('used is remembered here without anybody else', async () => {
  const token = mint(signingKey(randomBytes(32), 'x'), bound('f'));
  expect(await usesHere.use(token)).toBe('first');
  expect(await usesHere.use(token)).toBe('used');
});
