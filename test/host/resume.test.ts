import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConversations } from '../../src/host/conversations/file-store.ts';
import type { Chat } from '../../src/host/index.ts';
import {
  chatWith,
  connect,
  kept,
  lastMessages,
  mockModels,
  notesServer,
  read,
  unanswered,
} from './fixtures/setup.ts';

const update = (id: string, text: string) => ({
  id,
  name: 'notes',
  arguments: { action: 'update', id: '1', text },
});

async function folderFor(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'resume-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Texts of everything that is said in a history. */
const words = (chat: Chat) => JSON.stringify(chat.messages);

test('a chat that ends at any moment of a turn can be taken up, and knows what ran', async () => {
  const mock = await mockModels();
  // First: what was said before and not answered stands in the same message.
  mock.onMessage('what now', { content: 'I look.' });
  const calls = [update('u1', 'one'), update('u2', 'two'), update('u3', 'three')];
  mock.on(
    { userMessage: 'change it', hasToolResult: false },
    { content: 'First. ', toolCalls: calls.slice(0, 1) },
  );
  mock.on({ toolCallId: 'u1' }, { content: 'Then both. ', toolCalls: calls.slice(1) });
  mock.on({ toolCallId: 'u3' }, { content: 'All three are done.' });
  mock.on({ predicate: () => true }, { content: 'On it goes.' });

  const log = join(await folderFor(), 'log');
  const servers = await connect(notesServer('notes', [], { NOTES_LOG: log }));
  const folder = await folderFor();
  const conversation = await openConversations({ folder }).create();
  const chat = await chatWith(mock, { servers, conversation, approvals: { notes: 'always' } });

  // What a killed process leaves behind are the bytes that are there at that moment.
  const snapshots: { folder: string; ran: string[]; asked: boolean }[] = [];
  const snapshot = async () => {
    const copy = await folderFor();
    const asked = mock.getRequests().length > 0;
    const ran = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').filter(Boolean);
    await cp(join(folder, 'conversations'), join(copy, 'conversations'), {
      recursive: true,
      filter: (path) => !path.includes('lock'),
    });
    snapshots.push({ folder: copy, ran, asked });
  };
  const turn = chat.send('change it');
  for await (const part of turn.stream) if (part.type !== 'text-delta') await snapshot();
  expect((await turn.end).state).toBe('done');
  await snapshot();
  await conversation.close();
  expect(snapshots.length).toBeGreaterThan(15);

  for (const [at, { folder: copy, ran, asked }] of snapshots.entries()) {
    const opened = await openConversations({ folder: copy }).open(conversation.id);
    const again = await chatWith(mock, { servers, conversation: opened });
    expect(unanswered(again.messages)).toEqual([]);
    // What was sent to a model is not lost.
    if (asked) expect(words(again)).toContain('change it');
    // A change that ran is in the history, as done or as one whose effect is not known.
    const known = [...again.calls.values()].filter(
      ({ state, output }) => state === 'done' || /may or may not/.test(String(output)),
    );
    expect(known.length).toBeGreaterThanOrEqual(ran.length);
    if (at % 3 === 0) {
      const { end } = await read(again.send('what now'));
      expect(end.state).toBe('done');
      expect(JSON.stringify(lastMessages(mock).at(-1))).toContain('what now');
    }
    await opened.close();
    const later = await openConversations({ folder: copy }).open(conversation.id);
    expect(later.recorded.messages).toEqual(JSON.parse(JSON.stringify(again.messages)));
    await later.close();
  }
});

test('a half answer is written anew, a whole one is not', async () => {
  const mock = await mockModels();
  mock.onMessage('tell', { content: 'All of it.' });
  const messages = [
    { role: 'user' as const, content: 'tell' },
    { role: 'assistant' as const, content: 'All of' },
  ];
  const cut = await chatWith(mock, { conversation: kept(messages) });
  expect((await read(cut.resume())).end.text).toBe('All of it.');
  expect(cut.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  const { recorded } = kept(messages);
  const whole = await chatWith(mock, { conversation: { recorded: { ...recorded, ended: 'done' } } });
  expect(() => whole.resume()).toThrow('nothing to go on with');
});

test('A15 what waited for approval waits again in another process, with a preview, and runs once', async () => {
  const mock = await mockModels();
  mock.on({ userMessage: 'change it', hasToolResult: false }, { toolCalls: [update('u1', 'changed')] });
  mock.on({ userMessage: 'change it', hasToolResult: true }, { content: 'Done.' });
  const log = join(await folderFor(), 'log');
  const servers = await connect(notesServer('notes', [], { NOTES_LOG: log }));
  const store = openConversations({ folder: await folderFor() });
  const approvalSecret = new Uint8Array(32).fill(7);

  const first = await store.create();
  const before = await chatWith(mock, { servers, conversation: first, approvalSecret });
  expect((await read(before.send('change it'))).end.state).toBe('approval');
  await first.close();

  const second = await store.open(first.id);
  const after = await chatWith(mock, { servers, conversation: second, approvalSecret });
  expect(after.pending).toMatchObject([{ tool: 'notes', action: 'update', input: { text: 'changed' } }]);
  expect(after.title).toBe('change it');
  await after.previewPending();
  const [pending] = after.pending;
  const { end } = await read(after.answer([{ approvalId: pending?.approvalId ?? '', decision: 'yes' }]));
  expect(end.state).toBe('done');
  expect((await readFile(log, 'utf8')).trim().split('\n')).toEqual(['notes.update 1']);
  await second.close();

  const third = await store.open(first.id);
  const last = await chatWith(mock, { servers, conversation: third, approvalSecret });
  expect(last.pending).toEqual([]);
  expect(() => last.answer([{ approvalId: pending?.approvalId ?? '', decision: 'yes' }])).toThrow(
    'No call waits',
  );
  await third.close();
});
