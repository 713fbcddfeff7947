import type { LLMock } from '@copilotkit/aimock';
import { expect, test } from 'vitest';
import type { ChatEvent } from '../../src/host/index.ts';
import { chatWith, lastMessages, mockModels, read } from './fixtures/setup.ts';

const large = (id: string, about: string) => ({ id, name: 'large', arguments: { words: 1500, about } });

/** An endpoint whose context holds `letters` of messages, and says so as llama.cpp does. */
function small(mock: LLMock, letters: number) {
  const message = 'the request exceeds the available context size, try increasing it';
  mock.on(
    { predicate: ({ messages }) => JSON.stringify(messages).length > letters },
    { error: { message, type: 'exceed_context_size_error' }, status: 400 },
  );
}

const texts = (events: readonly ChatEvent[]) =>
  events.flatMap((event) => (event.type === 'corrected' ? event.text : event.type));

test('Q26 a request that does not fit is made once more, without the large results of earlier steps', async () => {
  const mock = await mockModels();
  small(mock, 12_000);
  mock.on({ userMessage: 'look', hasToolResult: false }, { toolCalls: [large('c1', 'apple')] });
  mock.on({ toolCallId: 'c1' }, { toolCalls: [large('c2', 'pear')] });
  mock.on({ toolCallId: 'c2' }, { content: 'Seen.' });
  const events: ChatEvent[] = [];
  const chat = await chatWith(mock, { onEvent: (event) => events.push(event) });
  const { end } = await read(chat.send('look'));
  expect(end).toMatchObject({ state: 'done', text: 'Seen.' });
  expect(texts(events)).toEqual([expect.stringContaining('old results of tools were left out')]);
  const sent = JSON.stringify(lastMessages(mock));
  expect(sent).not.toContain('apple apple');
  expect(sent).toContain('This result was left out');
  expect(sent).toContain('pear pear');
  expect(JSON.stringify(chat.messages)).toContain('apple apple');
});

test('Q26 where nothing can be left out it fails in words, and going on puts the beginning into a summary', async () => {
  const mock = await mockModels();
  small(mock, 12_000);
  mock.on(
    { predicate: ({ messages }) => JSON.stringify(messages[0]).includes('You write the notes') },
    { content: 'NOTES: plums.' },
  );
  mock.on({ userMessage: /./ }, { content: 'plum '.repeat(300) });
  const events: ChatEvent[] = [];
  const chat = await chatWith(mock, { onEvent: (event) => events.push(event) });
  let failed = false;
  for (let turn = 0; turn < 12 && !failed; turn++) {
    const { end } = await read(chat.send(`${turn} ${'question '.repeat(60)}`));
    failed = end.state === 'failed';
    if (failed) expect(end.problem).toContain('context size');
  }
  expect(failed).toBe(true);
  // Nothing was left out, so nothing says so.
  expect(events).toEqual([]);
  const { end } = await read(chat.resume());
  expect(end.state).toBe('done');
  expect(texts(events)).toEqual(['summarising', 'summarised']);
  expect(JSON.stringify(lastMessages(mock))).toContain('NOTES: plums.');
});
