import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/host/conversations/ids.ts';
import type { JournalEntry } from '../../../src/host/conversations/journal.ts';
import { readStory, replay } from '../../../src/host/conversations/replay.ts';
import { openApprovals, openCalls } from '../../../src/host/history.ts';
import {
  answer,
  at,
  call,
  calling,
  faultsIn,
  heard,
  heardCall,
  heardText,
  result,
  said,
  spent,
  text,
  user,
} from './fixtures/entries.ts';

const id = newId();
const recordedAfter = (...entries: JournalEntry[]) => replay(readStory(id, entries));
const messagesAfter = (...entries: JournalEntry[]) => recordedAfter(...entries).messages;
const summary = { messages: 1, text: 'Before that: rain.', tokensBefore: 90, tokensAfter: 9 };

describe('what was heard', () => {
  test('gives way to what was said', () => {
    const messages = messagesAfter(
      said(user('Hi')),
      heardText('Hel'),
      heardText('lo'),
      said(answer('Hello')),
    );
    expect(messages).toEqual([user('Hi'), answer('Hello')]);
  });

  test('at the end becomes an answer, its pieces put together', () => {
    const messages = messagesAfter(
      said(user('Hi')),
      heardText('I lo', 'a'),
      heardText('ok.', 'a'),
      heardCall('1'),
      heardText('And', 'b'),
    );
    expect(messages[1]).toMatchObject({
      role: 'assistant',
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool-call', toolCallId: '1' },
        { type: 'text', text: 'And' },
      ],
    });
    expect(faultsIn(messages)).toEqual([]);
  });

  test('calls that ended have their results, one that ran stays open', () => {
    const messages = messagesAfter(
      said(user('Hi')),
      ...['1', '2', '3', '4'].map(heardCall),
      call('1', 'running'),
      call('1', 'done', { output: text('one row') }),
      call('2', 'failed', { output: 'no such field', isError: true }),
      call('3', 'denied', { reason: 'Not today' }),
      call('4', 'running'),
    );
    expect(openCalls(messages).map(({ toolCallId }) => toolCallId)).toEqual(['4']);
    expect(messages.at(-1)).toMatchObject({
      role: 'tool',
      content: [
        { toolCallId: '1', output: { type: 'text', value: 'one row' } },
        { toolCallId: '2', output: { type: 'error-text', value: 'no such field' } },
        { toolCallId: '3', output: { type: 'execution-denied', reason: 'Not today' } },
      ],
    });
    expect(faultsIn(messages)).toEqual([]);
  });

  test('thinking stays where something came of it, and alone it goes', () => {
    const thought = (word: string) => heard({ type: 'reasoning', text: word });
    expect(messagesAfter(said(user('Hi')), thought('Hm'))).toEqual([user('Hi')]);
    expect(messagesAfter(said(user('Hi')), thought('Hm'), heardText(''))).toEqual([user('Hi')]);
    const [, message] = messagesAfter(said(user('Hi')), thought('Hm'), heardText('Yes'), thought('Oh'));
    expect(message?.content).toEqual([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Yes' },
    ]);
  });

  test('the result of an approved call comes before what was heard after it', () => {
    const messages = messagesAfter(
      said(user('Hi'), calling('1')),
      call('1', 'done', { output: text('saved') }),
      heardText('It is'),
    );
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(faultsIn(messages)).toEqual([]);
  });
});

test('A15 a call that waits for an answer waits again', () => {
  const messages = messagesAfter(
    said(user('Delete it'), {
      role: 'assistant',
      content: [
        { type: 'tool-call', toolCallId: '1', toolName: 'items', input: {} },
        { type: 'tool-approval-request', toolCallId: '1', approvalId: 'a', signature: 's' },
      ],
    }),
    call('1', 'called'),
  );
  expect(openApprovals(messages)).toMatchObject([{ approvalId: 'a', call: { toolCallId: '1' } }]);
});

describe('what is taken back', () => {
  test('the last messages, and what was only heard counts as one', () => {
    expect(
      messagesAfter(said(user('Hi')), heardText('Half'), { type: 'dropped', at: at(1), count: 1 }),
    ).toEqual([user('Hi')]);
    expect(
      messagesAfter(
        said(user('Hi'), answer('Half')),
        { type: 'summarised', at: at(1), summary },
        { type: 'dropped', at: at(1), count: 1 },
        said(answer('Whole')),
      ),
    ).toEqual([user('Hi'), answer('Whole')]);
  });

  test('a summary goes with the messages it stands for, and one of earlier messages stays', () => {
    const later = { ...summary, messages: 3 };
    const entries: JournalEntry[] = [
      said(user('One'), answer('Yes'), user('Two'), answer('No')),
      { type: 'summarised', at: at(1), summary },
      { type: 'summarised', at: at(2), summary: later },
    ];
    const without = (count: number) => recordedAfter(...entries, { type: 'dropped', at: at(3), count });
    expect(without(1).summaries).toEqual([summary, later]);
    expect(without(2)).toMatchObject({ messages: [user('One'), answer('Yes')], summaries: [summary] });
    expect(without(4)).toMatchObject({ messages: [], summaries: [] });
  });

  test('but not what their calls have done', () => {
    const recorded = recordedAfter(
      said(user('One'), calling('1'), result('1')),
      call('1', 'done'),
      { type: 'dropped', at: at(1), count: 3 },
      said(user('Other'), answer('Yes')),
    );
    expect(recorded.messages).toEqual([user('Other'), answer('Yes')]);
    expect(recorded.calls.map(({ toolCallId }) => toolCallId)).toEqual(['1']);
  });

  test('nothing of what was before a clear', () => {
    const messages = messagesAfter(said(user('Old')), { type: 'cleared', at: at(1) }, said(user('New')), {
      type: 'dropped',
      at: at(2),
      count: 5,
    });
    expect(messages).toEqual([]);
    const story = readStory(id, [
      said(user('Old')),
      { type: 'cleared', at: at(1) },
      { type: 'dropped', at: at(2), count: 5 },
    ]);
    expect(story.items).toHaveLength(2);
  });
});

test('what was cleared is forgotten by the model, and not by the person or the bill', () => {
  const entries: JournalEntry[] = [
    said(user('Old'), calling('1'), result('1')),
    call('1', 'done'),
    { type: 'summarised', at: at(1), summary },
    spent(),
    heardText('half'),
    { type: 'cleared', at: at(2) },
    said(user('New'), calling('2'), result('2')),
    call('2', 'done'),
  ];
  const recorded = recordedAfter(...entries);
  expect(recorded.messages[0]).toEqual(user('New'));
  expect(recorded.calls.map(({ toolCallId }) => toolCallId)).toEqual(['2']);
  expect(recorded.summaries).toEqual([]);
  expect(recorded.spent).toHaveLength(1);
  expect(readStory(id, entries).items.map(({ type }) => type)).toContain('cleared');
});

test('title, times and model', () => {
  const recorded = recordedAfter(
    said(user('Hi')),
    { type: 'model', at: at(3), model: 'local/other' },
    { type: 'titled', at: at(4), title: 'First' },
    { type: 'titled', at: at(5), title: 'Second' },
  );
  expect(recorded).toMatchObject({ id, title: 'Second', model: 'local/other', updatedAt: at(3) });
  expect(recordedAfter(spent({ model: 'local/tester' })).model).toBe('local/tester');
  const empty = recordedAfter();
  expect(empty.updatedAt).toBe(empty.createdAt);
  expect(Math.abs(Date.parse(empty.createdAt) - Date.now())).toBeLessThan(60_000);
});

describe('entries that are lost', () => {
  const journal: JournalEntry[] = [
    said(user('One')),
    said(calling('1', '2'), result('1')),
    said(result('2')),
    said(answer('Done')),
    said(user('Two')),
    said(calling('3')),
    said(result('3')),
    { type: 'dropped', at: at(1), count: 1 },
    said(result('3')),
    said(answer('Done again')),
    said(user('Three')),
    heardText('Look'),
    heardCall('4'),
    call('4', 'done', { output: text('rows') }),
  ];

  test('whichever they are, the history can be sent', () => {
    fc.assert(
      fc.property(fc.subarray(journal), (left) => {
        const messages = messagesAfter(...left);
        expect(faultsIn(messages)).toEqual([]);
        // Nothing that is there is said to be lost.
        if (left.length === journal.length) expect(JSON.stringify(messages)).not.toContain('lost');
      }),
    );
  });

  test('a call in the middle gets a result that says so', () => {
    const [, , tool] = messagesAfter(said(user('One'), calling('1')), said(answer('Done')));
    expect(tool).toMatchObject({ role: 'tool', content: [{ toolCallId: '1' }] });
    expect(JSON.stringify(tool)).toContain('is lost');
  });

  test('a summary, which counts messages, is not relied on', () => {
    const story = readStory(id, [said(user('Hi')), { type: 'summarised', at: at(1), summary }]);
    expect(replay(story).summaries).toEqual([summary]);
    expect(replay(story, true).summaries).toEqual([]);
  });
});
