import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelMessage } from 'ai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { shortId } from '../../src/host/conversations/find.ts';
import type { JournalEntry } from '../../src/host/conversations/journal.ts';
import type { ConversationStore } from '../../src/host/conversations/store.ts';
import { mockModels, notesServer } from '../host/fixtures/setup.ts';
import { articlesServer, call, openChat, openStore, usage } from './fixtures/chat.ts';
import { keys, until } from './fixtures/screen.ts';

const at = '2026-11-25T12:00:00.000Z';
const said = (...messages: ModelMessage[]): JournalEntry => ({ type: 'said', at, messages });

/** A conversation in which this was written down. */
async function recorded(conversations: ConversationStore, ...entries: JournalEntry[]): Promise<string> {
  const { id, journal, close } = await conversations.create();
  for (const entry of entries) await journal.write(entry);
  await close();
  return id;
}

/** The way a conversation is shown, without what belongs to one run. */
const shown = (session: Awaited<ReturnType<typeof openChat>>['session']) =>
  session
    .view()
    .entries.filter(({ kind }) => kind !== 'turn' && kind !== 'banner')
    .map((entry) => (entry.kind === 'thought' ? { kind: 'thought' } : entry));

describe('an earlier conversation', () => {
  test('A17 looks as it did: what was said, sent along, called and denied', async () => {
    const { place, conversations } = await openStore();
    const mock = await mockModels();
    mock.on(
      { userMessage: 'notes?', hasToolResult: false },
      {
        content: '# Looking\n\n- at **all**',
        toolCalls: [
          call('c1', 'notes', { action: 'read' }),
          call('c2', 'notes', { action: 'delete', id: '1' }),
        ],
        usage,
      },
    );
    mock.on({ userMessage: 'notes?', hasToolResult: true }, { content: 'There is one.', usage });
    const file = join(place, 'facts.txt');
    await writeFile(file, 'facts');
    const conversation = await conversations.create();
    const before = await openChat({ mock, conversations, conversation });
    before.screen.type(`/attach ${file}`, keys.enter);
    await before.screen.see('[1] facts.txt');
    before.screen.type('notes?', keys.enter);
    await before.screen.see('Run notes.delete?');
    before.screen.type('n');
    await before.screen.see('tokens in');
    await conversation.close();

    const again = await conversations.open(conversation.id);
    const after = await openChat({ conversations, conversation: again });
    onTestFinished(() => again.close());
    expect(after.screen.text()).toContain('with facts.txt');
    expect(after.screen.text()).toContain('not run: you said no');
    expect(shown(after.session)).toEqual(shown(before.session).slice(1));
    // What was typed can be called up again.
    after.screen.type(keys.up);
    await until(() => expect(after.screen.text().match(/notes\?/g)).toHaveLength(2));
  });

  test('A15 asks at once about the calls that wait, with a fresh preview, and runs them once', async () => {
    const { place, conversations } = await openStore();
    const log = join(place, 'log');
    const server = articlesServer({ ARTICLES_LOG: log });
    const mock = await mockModels();
    mock.on(
      { userMessage: 'tidy up', hasToolResult: false },
      {
        toolCalls: ['1', '2'].map((key) => call(`d${key}`, 'items', { action: 'delete', keys: [key] })),
        usage,
      },
    );
    mock.on({ userMessage: 'tidy up', hasToolResult: true }, { content: 'Tidied.', usage });
    const conversation = await conversations.create();
    const before = await openChat({ mock, server, conversation });
    before.screen.type('tidy up', keys.enter);
    await before.screen.see('Run these 2 calls?');
    const card = before.screen.text().slice(before.screen.text().indexOf('Run these'));
    await conversation.close();

    const again = await conversations.open(conversation.id);
    // The person is asked about what is there now.
    const later = articlesServer({ ARTICLES_LOG: log, ARTICLES_TITLE: 'Night trains remain' });
    const { screen } = await openChat({ mock, server: later, conversation: again });
    await screen.see('Run these 2 calls?');
    expect(card).toContain('Would delete "Night trains return".');
    expect(screen.text()).toContain(card.replace('return', 'remain'));
    expect(screen.text()).not.toContain('− items.delete');
    expect(screen.text()).not.toContain('cut off');
    screen.type(' ');
    await screen.see('[x] items.delete');
    screen.type(keys.enter);
    await screen.see('tokens in');
    expect(screen.text()).toContain('Tidied.');
    expect(await readFile(log, 'utf8')).toBe('delete 1\n');
    expect(screen.text()).toContain('✓ items.delete');
    await again.close();
    const third = await conversations.open(conversation.id);
    onTestFinished(() => third.close());
    const { session } = await openChat({ mock, server, conversation: third });
    expect(session.view().dialog).toBeUndefined();
  });

  test('what waited and was left is asked about again by /continue', async () => {
    const mock = await mockModels();
    mock.on(
      { userMessage: 'go', hasToolResult: false },
      { toolCalls: [call('u1', 'notes', { action: 'update', id: '1', text: 'x' })], usage },
    );
    mock.on({ userMessage: 'go', hasToolResult: true }, { content: 'Gone.', usage });
    const { screen } = await openChat({ mock });
    screen.type('go', keys.enter);
    await screen.see('Run notes.update?');
    screen.type(keys.escape);
    await screen.see('/continue asks again');
    screen.type('/continue', keys.enter);
    await screen.see('Run notes.update?');
    screen.type('y');
    await screen.see('Gone.');
    expect(screen.text()).toContain('✓ notes.update');
  });

  test('of 1,000 messages shows the last ones, and says how to read the others', async () => {
    const { conversations } = await openStore();
    const messages = Array.from({ length: 500 }, (_, index): ModelMessage[] => [
      { role: 'user', content: `question ${index}` },
      { role: 'assistant', content: `answer ${index}` },
    ]);
    const id = await recorded(conversations, said(...messages.flat()), { type: 'ended', at, state: 'done' });
    const conversation = await conversations.open(id);
    onTestFinished(() => conversation.close());
    const { session, screen } = await openChat({ conversation });
    expect(session.view().entries.length).toBeLessThan(60);
    expect(screen.text()).toContain('› question 499');
    expect(screen.text()).toContain('answer 499');
    expect(screen.text()).not.toContain('question 470');
    expect(screen.text()).toContain('976 earlier messages are not shown here.');
    expect(screen.text()).toContain(`history show ${shortId(id)} prints them`);
    expect(screen.text()).not.toContain('/continue');
  });

  test.for([
    { ended: undefined, says: 'This was cut off' },
    { ended: 'limit', says: 'This stopped at a limit' },
    { ended: 'stopped', says: 'This was stopped' },
    { ended: 'failed', says: 'This failed' },
  ] as const)('that ended with $ended says so, and /continue takes it up', async ({ ended, says }) => {
    const { conversations } = await openStore();
    const mock = await mockModels();
    mock.on({ userMessage: /./ }, { content: 'All of it.', usage });
    const id = await recorded(
      conversations,
      said({ role: 'user', content: 'tell me' }, { role: 'assistant', content: 'Half of' }),
      ...(ended ? [{ type: 'ended' as const, at, state: ended }] : []),
    );
    const conversation = await conversations.open(id);
    onTestFinished(() => conversation.close());
    const { screen } = await openChat({ mock, conversation });
    expect(screen.text()).toContain('Half of');
    expect(screen.text()).toContain(says);
    screen.type('/continue', keys.enter);
    await screen.see('All of it.');
  });

  test('says where a summary stands in place of messages', async () => {
    const { conversations } = await openStore();
    const id = await recorded(
      conversations,
      said(
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'one' },
        { role: 'user', content: 'second' },
        { role: 'assistant', content: 'two' },
      ),
      {
        type: 'summarised',
        at,
        summary: { messages: 2, text: '- said *one*', tokensBefore: 1200, tokensAfter: 90 },
      },
      { type: 'ended', at, state: 'done' },
    );
    const conversation = await conversations.open(id);
    onTestFinished(() => conversation.close());
    const { screen } = await openChat({ conversation });
    const order = ['one', 'in place of the 2 messages before this', 'second'];
    expect(order.map((part) => screen.text().indexOf(part))).toEqual(
      order.map((part) => screen.text().indexOf(part)).toSorted((a, b) => a - b),
    );
    screen.type('/summary', keys.enter);
    await screen.see('• said one');
    expect(screen.text()).toContain('about 1,200 tokens, the model reads these 90');
  });
});

describe('the conversations', () => {
  const talk = (words: string) => [
    said({ role: 'user', content: words }, { role: 'assistant', content: `About ${words}.` }),
    { type: 'ended', at, state: 'done' } as const,
  ];

  test('A17 /history offers the others and goes on with the one chosen', async () => {
    const { conversations } = await openStore();
    const id = await recorded(conversations, ...talk('harbours'));
    await recorded(conversations, ...talk('trains'));
    const conversation = await conversations.create();
    onTestFinished(() => conversation.close());
    const { screen, session } = await openChat({ conversations, conversation });
    screen.type('/history', keys.enter);
    await screen.see('choose (1 of 2)');
    expect(screen.text()).toMatch(/trains {2}\d{4}-\d\d-\d\d \d\d:\d\d · 2 messages/);
    screen.type(keys.escape);
    await screen.gone('choose (1 of 2)');
    screen.type('/history harbours', keys.enter);
    await screen.see('choose (1 of 1)');
    screen.type(keys.enter);
    expect(await session.left).toEqual({ resume: id });
  });

  test('/history does not offer the one that is open, and says when there is none', async () => {
    const { conversations } = await openStore();
    const id = await recorded(conversations, ...talk('harbours'));
    const conversation = await conversations.open(id);
    onTestFinished(() => conversation.close());
    const { screen, session } = await openChat({ conversations, conversation });
    screen.type('/history', keys.enter);
    await screen.see('There is no other conversation yet.');
    screen.type('/history nothing', keys.enter);
    await screen.see('has all of these words');
    screen.type('/new', keys.enter);
    expect(await session.left).toEqual({ fresh: true });
  });

  test('/rename gives it a title, which the status line and the list show', async () => {
    const { conversations } = await openStore();
    const conversation = await conversations.open(await recorded(conversations, ...talk('harbours')));
    const { screen } = await openChat({ conversations, conversation });
    screen.type('/rename', keys.enter);
    await screen.see('A title needs at least one word.');
    screen.type('/rename The  old harbour', keys.enter);
    await screen.see('is called "The old harbour" now.');
    expect(screen.lines().at(-1)).toContain('local/tester · /help · The old harbour');
    await conversation.close();
    expect(await conversations.list()).toMatchObject([{ title: 'The old harbour' }]);
  });

  test('A17 /export writes Markdown or JSON, and writes over nothing without asking', async () => {
    const { place, conversations } = await openStore();
    const conversation = await conversations.open(await recorded(conversations, ...talk('harbours')));
    onTestFinished(() => conversation.close());
    const { screen } = await openChat({ conversations, conversation, columns: 300 });
    const file = join(place, 'a talk.md');
    screen.type(`/export ${file.replace(' ', '\\ ')}`, keys.enter);
    await screen.see(`The conversation is in ${file}`);
    expect(await readFile(file, 'utf8')).toContain('About harbours.');
    await writeFile(file, 'mine');
    screen.type(`/export "${file}"`, keys.enter);
    await screen.see('a talk.md is there already.');
    screen.type(keys.enter);
    await screen.see('Nothing was written.');
    expect(await readFile(file, 'utf8')).toBe('mine');
    screen.type(`/export "${file}"`, keys.enter);
    await screen.see('a talk.md is there already.');
    screen.type(keys.down, keys.enter);
    await until(async () => expect(await readFile(file, 'utf8')).toContain('About harbours.'));
    const json = join(place, 'talk.JSON');
    screen.type(`/export ${json}`, keys.enter);
    await screen.see(`The conversation is in ${json}`);
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ id: conversation.id });
    screen.type(`/export ${place}/none/talk.md`, keys.enter);
    await screen.see('cannot be written (ENOENT)');
  });

  test('where nothing is kept, /new forgets and the others say so', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: /./ }, { content: 'Read.', usage });
    const { screen } = await openChat({ mock });
    screen.type('remember me', keys.enter);
    await screen.see('321 tokens in');
    for (const [index, command] of ['/history', '/export'].entries()) {
      screen.type(command, keys.enter);
      await until(() => expect(screen.text().match(/This chat is not kept/g)).toHaveLength(index + 1));
    }
    screen.type('/new', keys.enter);
    await screen.see('A new conversation begins here.');
    screen.type('hello', keys.enter);
    await until(() => expect(JSON.stringify(mock.getLastRequest()?.body)).toContain('hello'));
    expect(JSON.stringify(mock.getLastRequest()?.body)).not.toContain('remember me');
  });
});

describe('/undo', () => {
  test('is said to the model when something was changed', async () => {
    const mock = await mockModels();
    mock.on(
      { userMessage: 'delete', hasToolResult: false },
      { toolCalls: [call('d1', 'items', { action: 'delete', keys: ['1'] })], usage },
    );
    mock.on({ userMessage: 'delete', hasToolResult: true }, { content: 'Deleted.', usage });
    mock.on({ userMessage: 'Undo' }, { content: 'Taken back.', usage });
    const { screen } = await openChat({ mock, server: articlesServer() });
    screen.type('delete', keys.enter);
    await screen.see('Run items.delete?');
    screen.type('n');
    await screen.see('642 tokens in');
    // What was not run has changed nothing.
    screen.type('/undo', keys.enter);
    await screen.see('there is nothing to take back');
    screen.type('delete', keys.enter);
    await screen.see('Run items.delete?');
    screen.type('y');
    await until(() => expect(screen.text().match(/642 tokens in/g)).toHaveLength(2));
    screen.type('/undo', keys.enter);
    await screen.see('Taken back.');
    expect(screen.text()).toContain('› Undo what you did.');
  });

  test('says when no server can take anything back', async () => {
    const mock = await mockModels();
    mock.on(
      { userMessage: 'delete', hasToolResult: false },
      { toolCalls: [call('d1', 'notes', { action: 'delete', id: '1' })], usage },
    );
    mock.on({ userMessage: 'delete', hasToolResult: true }, { content: 'Deleted.', usage });
    const { screen } = await openChat({
      mock,
      ai: { approvals: { 'notes.delete': 'always' } },
      server: notesServer(),
    });
    screen.type('delete', keys.enter);
    await screen.see('642 tokens in');
    screen.type('/undo', keys.enter);
    await screen.see('No connected server has a tool that takes changes back.');
  });
});
