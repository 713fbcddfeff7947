import type { ModelMessage } from 'ai';
import { expect, test } from 'vitest';
import type { JournalEntry } from '../../src/host/conversations/journal.ts';
import { readStory, replay } from '../../src/host/conversations/replay.ts';
import type { Kept } from '../../src/host/index.ts';
import { chatWith, kept, lastMessages, mockModels, read } from './fixtures/setup.ts';

/** A conversation that is written down into a list. */
function listed() {
  const entries: JournalEntry[] = [];
  const conversation: Kept = {
    ...kept([]),
    journal: {
      async write(entry) {
        entries.push(entry);
      },
    },
  };
  return { conversation, messages: () => replay(readStory('c', entries)).messages };
}

const textOf = ({ role, content }: ModelMessage) => `${role} ${JSON.stringify(content)}`;

test('a message said anew takes the place of it and of all after it, also when the conversation is read back', async () => {
  const mock = await mockModels();
  mock.on({ userMessage: /./ }, { content: 'Well.' });
  const { conversation, messages } = listed();
  const chat = await chatWith(mock, { conversation });
  await read(chat.send('apples'));
  await read(chat.send('pears'));
  chat.rewind(0);
  expect(chat.messages).toEqual([]);
  await read(chat.send('other'));
  expect(JSON.stringify(lastMessages(mock))).not.toMatch(/apples|pears/);
  expect(messages().map(textOf)).toEqual(chat.messages.map(textOf));
  expect(chat.messages).toHaveLength(2);
});

test('calls that wait are taken back with their message, and nothing of them runs', async () => {
  const mock = await mockModels();
  const update = { id: 'call_1', name: 'notes', arguments: { action: 'update', id: '1', text: 'changed' } };
  mock.on({ userMessage: 'change' }, { toolCalls: [update] });
  mock.on({ userMessage: 'read' }, { content: 'Read.' });
  const chat = await chatWith(mock);
  expect((await read(chat.send('change'))).end.state).toBe('approval');
  chat.rewind(0);
  expect(chat.pending).toEqual([]);
  const { end } = await read(chat.send('read'));
  expect(end).toMatchObject({ state: 'done', text: 'Read.' });
  expect(chat.messages).toHaveLength(2);
});

test('only a message of the person can be said anew', async () => {
  const mock = await mockModels();
  mock.on({ userMessage: /./ }, { content: 'Well.' });
  const chat = await chatWith(mock);
  await read(chat.send('apples'));
  for (const place of [1, 2, -1]) expect(() => chat.rewind(place)).toThrow('Only a message of your own');
  expect(chat.messages).toHaveLength(2);
});
