import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL } from '../length.ts';
import { brokenStreams, otherAnswers, withoutAnswer } from './faults.ts';
import { expectPlainFailure, expectSendable, type Ground, PROVIDERS, prepare, read } from './ground.ts';

/*
 * Every fault between the host and a model endpoint, for every kind of provider: at the request that brings a call to
 * write, and at the one after the write. The end state in Directus is the judge.
 */

let ground: Ground;
beforeAll(async () => {
  ground = await prepare();
});
afterAll(() => ground?.close());

const ALL = [...withoutAnswer, ...otherAnswers, ...brokenStreams];

describe.each(PROVIDERS)('%s', (provider) => {
  // In short each fault meets one provider, and each provider every fourth fault.
  const faults = ALL.filter((_, nth) => FULL || nth % PROVIDERS.length === PROVIDERS.indexOf(provider));

  test.for(faults)('$name: at the request that brings a call', async ({ fault }) => {
    const chat = await ground.chat(provider);
    const before = await ground.rows();
    ground.between.from(1, fault);
    expectPlainFailure(await read(chat.send('create')), chat);
    expect(ground.between.requests(), 'nothing goes on after it').toBe(1);
    expect(await ground.rows(), 'nothing ran').toBe(before);

    expect(await read(chat.resume())).toMatchObject({ state: 'done' });
    expect(await ground.rows(), 'the write ran once').toBe(before + 1);
    expect(await read(chat.send('hello'))).toMatchObject({ state: 'done', text: 'Hello.' });
    expectSendable(chat.messages);
  });

  test.for(faults)('$name: at the request after the write', async ({ fault }) => {
    const chat = await ground.chat(provider);
    const before = await ground.rows();
    ground.between.from(2, fault);
    const end = await read(chat.send('create'));
    expectPlainFailure(end, chat);
    expect(end.calls, 'what ran is told').toMatchObject([{ state: 'done', isError: false }]);
    expect(ground.between.requests(), 'nothing goes on after it').toBe(2);
    expect(await ground.rows()).toBe(before + 1);

    expect(await read(chat.resume())).toMatchObject({ state: 'done', calls: [] });
    expect(await ground.rows(), 'the write ran once').toBe(before + 1);
    expect(await read(chat.send('hello'))).toMatchObject({ state: 'done', text: 'Hello.' });
    expectSendable(chat.messages);
  });
});
