import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from './between.ts';
import { expectPlainFailure, expectSendable, type Ground, PROVIDERS, prepare, read } from './ground.ts';

/** Requests that the host makes again by itself: the person waits, and what was written is not written twice. */

let ground: Ground;
beforeAll(async () => {
  ground = await prepare();
});
afterAll(() => ground?.close());

const busy =
  (headers: Record<string, string>): Fault =>
  (reply) => {
    reply.writeHead(429, { 'content-type': 'application/json', ...headers });
    reply.end('{"error":{"message":"slow down"}}');
  };
const dropped: Fault = async (reply, ask) => {
  await ask();
  reply.destroy();
};
const soon = busy({ 'retry-after-ms': '5' });

describe.each(PROVIDERS)('%s', (provider) => {
  test.for([1, 2])('what passes at request %i is asked again, and the write is made once', async (nth) => {
    const before = await ground.rows();
    const chat = await ground.chat(provider, 2);
    ground.between.from(nth, soon, 2);
    expect(await read(chat.send('create'))).toMatchObject({ state: 'done', calls: [{ state: 'done' }] });
    expect(ground.between.requests()).toBe(4);
    expect(await ground.rows()).toBe(before + 1);
    expectSendable(chat.messages);
  });

  test('an answer that is lost on its way is asked for again, and what it asked for runs once', async () => {
    const before = await ground.rows();
    const chat = await ground.chat(provider, 1);
    ground.between.from(1, dropped);
    expect(await read(chat.send('create'))).toMatchObject({ state: 'done', calls: [{ state: 'done' }] });
    expect(ground.between.requests()).toBe(3);
    expect(await ground.rows()).toBe(before + 1);
  });

  test('what does not pass ends after the attempts that are allowed, with one error', async () => {
    const before = await ground.rows();
    const chat = await ground.chat(provider, 2);
    ground.between.from(1, soon, 100);
    expectPlainFailure(await read(chat.send('create')), chat);
    expect(ground.between.requests()).toBe(3);
    expect(await ground.rows()).toBe(before);
  });

  test('a wait of hours is for the person to decide on: nobody waits for it', async () => {
    const chat = await ground.chat(provider, 2);
    ground.between.from(1, busy({ 'retry-after': '7200' }));
    const end = await read(chat.send('create'));
    expectPlainFailure(end, chat);
    expect(end.problem).toMatch(/It asks to wait until .* \(120 min\)/);
    expect(ground.between.requests()).toBe(1);
  });
});
