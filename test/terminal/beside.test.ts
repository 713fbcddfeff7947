import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelMessage } from 'ai';
import stringWidth from 'string-width';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openLedger } from '../../src/host/costs/ledger.ts';
import { mockModels } from '../host/fixtures/setup.ts';
import { type Reply, replay } from '../host/quirks/replay-server.ts';
import { articlesServer, call, folder, openChat, openStore, usage } from './fixtures/chat.ts';
import { keys, until } from './fixtures/screen.ts';

const busy = (retryAfter: string): Reply => ({
  body: 'text:{"error":{"message":"slow down"}}',
  status: 429,
  headers: { 'retry-after': retryAfter, 'content-type': 'application/json' },
});

/** A chat with an endpoint that replays recordings. */
async function withEndpoint(...replies: Reply[]) {
  const endpoint = await replay(...replies);
  const { settingsSchema } = await import('../../src/settings/schema.ts');
  const compatible = [{ name: 'local', baseUrl: endpoint.url, models: ['tester'] }];
  return { endpoint, ...(await openChat({ ai: settingsSchema.parse({ ai: { compatible } }).ai })) };
}

describe('an endpoint that is over its limit', () => {
  test('A34 is waited for with a countdown, and Esc stops at once', async () => {
    const { screen, endpoint } = await withEndpoint(busy('20'));
    screen.type('hello', keys.enter);
    await screen.see('Again in 20 s · attempt 2 · Esc stops');
    expect(screen.text()).toContain('answered 429');
    await screen.see('Again in 19 s');
    screen.type(keys.escape);
    await screen.see('Stopped.');
    expect(endpoint.requests).toHaveLength(1);
    await screen.gone('Again in');
  });

  test('A34 is asked again after that, and the answer comes as always', async () => {
    const { screen } = await withEndpoint(busy('1'), 'hello.sse');
    screen.type('hello', keys.enter);
    await screen.see('attempt 2');
    await screen.see('tokens in');
    expect(screen.text()).not.toContain('attempt 2');
  });

  test('A34 for long is not waited for: it says until when, and /continue tries again', async () => {
    const { screen, endpoint } = await withEndpoint(busy('600'), 'hello.sse');
    screen.type('hello', keys.enter);
    await screen.see('Error:');
    expect(screen.text()).toMatch(/It asks to wait\s+until/);
    expect(endpoint.requests).toHaveLength(1);
    screen.type('/continue', keys.enter);
    await screen.see('tokens in');
  });
});

test('Q15 a request that was put otherwise, and Q25 one that was cut, are told', async () => {
  const { screen } = await withEndpoint('q15-groq-400.json', 'hello.sse');
  screen.type('hello', keys.enter);
  await screen.see('the model was asked to write it again');
  await screen.see('tokens in');
  const long = await withEndpoint('q25-ollama-4096.sse');
  long.screen.type('word '.repeat(9000), keys.enter);
  await long.screen.see('Warning: local tester at');
  expect(long.screen.text()).toContain('num_ctx');
});

describe('A16 at the limit of steps', () => {
  async function atLimit() {
    const mock = await mockModels();
    const worked = (messages: readonly { role: string }[]) =>
      messages.filter(({ role }) => role === 'tool').length;
    mock.on({ predicate: ({ messages }) => worked(messages) === 2 }, { content: 'Finished.', usage });
    mock.on({ userMessage: 'work' }, { toolCalls: [call('c1', 'notes', { action: 'read' })], usage });
    const chat = await openChat({ mock, ai: { maxSteps: 2 } });
    chat.screen.type('work', keys.enter);
    await chat.screen.see('Go on?');
    expect(chat.screen.text()).toContain('The limit of 2 steps in one turn was reached');
    return chat;
  }

  test('Enter goes on', async () => {
    const { screen } = await atLimit();
    screen.type(keys.enter);
    await screen.see('963 tokens in');
    expect(screen.text()).toContain('Finished.');
  });

  test('leaving it is one key more, and /continue goes on later', async () => {
    const { screen, mock } = await atLimit();
    screen.type(keys.down, keys.enter);
    await screen.see('642 tokens in');
    expect(mock.getRequests()).toHaveLength(2);
    screen.type('/continue', keys.enter);
    await screen.see('Finished.');
  });
});

test('a budget that is used up says so, and offers nothing that it would refuse again', async () => {
  const { screen, session, mock } = await openChat({
    ledgerFolder: await folder(),
    ai: { budget: { conversationTokens: 10 } },
  });
  screen.type('hello', keys.enter);
  await screen.see('This request was not made');
  await until(() => expect(session.view().entries.at(-1)?.kind).toBe('turn'));
  expect(session.view().dialog).toBeUndefined();
  expect(screen.text()).toContain('ai.budget.conversationTokens');
  expect(mock.getLastRequest()).toBeNull();
});

describe('what it costs', () => {
  const price = { input: 3, output: 15, cachedInput: 0.3 };

  test('stands below each turn and in the status line', async () => {
    const mock = await mockModels();
    mock.on(
      { userMessage: /./ },
      { content: 'Hello.', usage: { ...usage, prompt_tokens_details: { cached_tokens: 300 } } },
    );
    const { screen } = await openChat({ mock, model: { price, contextWindow: 1000 } });
    screen.type('hello', keys.enter);
    await screen.see('321 tokens in');
    expect(screen.text()).toMatch(/ms · 321 tokens in( \(300 cached\))?, 45 out · \$0\.00\d\d/);
    expect(screen.lines().at(-1)).toMatch(/^local\/tester · 366 tokens · \$0\.00\d\d · context 37% · \/help/);
  });

  test('is marked where it is an estimate', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: /./ }, { content: 'Hello.', usage: { prompt_tokens: 0 } });
    const { screen } = await withEndpoint('q20-plain.sse');
    screen.type('hello', keys.enter);
    await screen.see('~');
    expect(screen.text()).toMatch(/~\d+ tokens in, ~\d+ out/);
    expect(screen.lines().at(-1)).toMatch(/~\d+ tokens/);
  });

  test('/usage tells it of this conversation, this day, this month and each model', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: /./ }, { content: 'Hello.', usage });
    const ledgerFolder = await folder();
    const first = await openChat({ mock, model: { price }, ledgerFolder });
    first.screen.type('hello', keys.enter);
    await first.screen.see('tokens in');
    const { screen } = await openChat({ mock, model: { price }, ledgerFolder });
    screen.type('hello', keys.enter);
    await screen.see('tokens in');
    // It is written down while the answer is on the screen already.
    await until(async () => expect(await openLedger({ folder: ledgerFolder }).entries()).toHaveLength(2));
    screen.type('/usage', keys.enter);
    await screen.see('This month');
    expect(screen.text()).toMatch(/Here +321 +0 +45 +\$0\.0016/);
    expect(screen.text()).toMatch(/Today +642 +0 +90 +\$0\.0033/);
    expect(screen.text()).toMatch(/This month +642 +0 +90 +\$0\.0033\n· local\/tester +642 +0 +90/);
  });
});

describe('the context', () => {
  test('that is nearly full is marked', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: /./ }, { content: 'Hello.', usage });
    const { screen } = await openChat({ mock, model: { contextWindow: 400 } });
    screen.type('hello', keys.enter);
    await screen.see('tokens in');
    await screen.see('context 92%!');
  });

  test('that does not fit any more is put into a summary, which can be read', async () => {
    const mock = await mockModels();
    const asksForNotes = (messages: readonly { content: unknown }[]) =>
      JSON.stringify(messages[0]?.content ?? '').includes('You write the notes');
    mock.on({ predicate: ({ messages }) => asksForNotes(messages) }, { content: '- **old** things', usage });
    mock.on({ userMessage: /./ }, { content: 'Well.', usage });
    const { conversations } = await openStore();
    const conversation = await conversations.create();
    onTestFinished(() => conversation.close());
    const messages = Array.from({ length: 10 }, (_, turn): ModelMessage[] => [
      { role: 'user', content: `question ${turn}` },
      { role: 'assistant', content: 'word '.repeat(500) },
    ]).flat();
    const model = { contextWindow: 6000, maxOutput: 500 };
    const kept = {
      ...conversation,
      recorded: { ...conversation.recorded, messages, ended: 'done' as const },
    };
    const { screen } = await openChat({ mock, conversation: kept, model });
    screen.type('/summary', keys.enter);
    await screen.see('Nothing was summarised');
    screen.type('and now?', keys.enter);
    await screen.see('tokens in');
    expect(screen.text()).toMatch(/The first \d+ messages are in a summary for the model now: about/);
    screen.type('/summary', keys.enter);
    await screen.see('• old things');
  });
});

test('a file on its way to the provider is told, and a notice tears no text apart', async () => {
  const { screen, session } = await withEndpoint({ body: 'q22-cut-text.sse', end: 'stall' });
  screen.type('hello', keys.enter);
  // All of it, as text that is drawn later would speak of writing again.
  await until(() => expect(session.view().growing).toBe('Half an ans'));
  session.hear({ type: 'uploading', filename: 'film.mp4', bytes: 48_000_000, done: false });
  await screen.see('Uploading film.mp4, 48.0 MB');
  session.hear({ type: 'uploading', filename: 'film.mp4', bytes: 48_000_000, done: true });
  await screen.gone('Uploading');
  const { growing } = session.view();
  session.hear({ type: 'warning', text: 'Beside.' });
  expect(session.view().growing).toBe(growing);
  screen.type(keys.escape);
  await screen.see('Stopped.');
  expect(screen.text().indexOf(growing.trim())).toBeLessThan(screen.text().indexOf('Beside.'));
});

describe('A14 many calls at once', () => {
  const wishes = Array.from({ length: 30 }, (_, index) =>
    call(`d${index}`, 'items', { action: index % 2 ? 'delete' : 'update', keys: [`${index + 1}`] }),
  );

  test.for([
    { columns: 100, rows: 24 },
    { columns: 40, rows: 16 },
  ])('are in one card that fits $columns x $rows, each with what it would do', async ({ columns, rows }) => {
    const mock = await mockModels();
    mock.on({ userMessage: 'all', hasToolResult: false }, { toolCalls: wishes, usage });
    mock.on({ userMessage: 'all', hasToolResult: true }, { content: 'So be it.', usage });
    const { screen, session } = await openChat({ mock, server: articlesServer(), columns, rows });
    screen.type('all', keys.enter);
    await screen.see('Run these 30 calls?');
    const card = () => screen.text().slice(screen.text().indexOf('╭'));
    expect(card().split('\n').length).toBeLessThan(rows);
    expect(card()).toContain('Would update "Harbour at dawn');
    expect(card()).toContain('of 30 shown');
    expect(card()).not.toContain('"30"');
    screen.type(...Array.from({ length: 29 }, () => keys.down));
    await screen.see('Would delete "30".');
    screen.type('v');
    await screen.see('Nothing else goes with it.');
    expect(session.view().dialog?.kind).toBe('approval');
    screen.type('n');
    await screen.see('So be it.');
    expect(screen.text().match(/not run: you said no/g)).toHaveLength(30);
  });
});

test.for([60, 40])('without colour, nothing is wider than %i columns', async (columns) => {
  vi.stubEnv('NO_COLOR', '1');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { place, conversations } = await openStore();
  const file = join(place, `${'a long name '.repeat(6)}.txt`);
  await writeFile(file, 'facts');
  const mock = await mockModels();
  mock.on({ userMessage: /./ }, { content: 'Hello.', usage });
  const conversation = await conversations.create();
  await conversation.journal.write({
    type: 'said',
    at: '2026-11-25T12:00:00.000Z',
    messages: [
      { role: 'user', content: 'many words '.repeat(20) },
      { role: 'assistant', content: 'Read.' },
    ],
  });
  await conversation.close();
  const current = await conversations.create();
  onTestFinished(() => current.close());
  const { screen } = await openChat({
    mock,
    columns,
    conversations,
    conversation: current,
    ledgerFolder: place,
    server: articlesServer(),
    model: { price: { input: 3, output: 15 }, contextWindow: 400 },
  });
  screen.type(`/attach ${file}`, keys.enter);
  await screen.see('[1] a long');
  screen.type('/item articles 1', keys.enter);
  await screen.see('[2] articles 1');
  const tooWide = () => screen.lines().filter((line) => stringWidth(line) > columns);
  expect(tooWide()).toEqual([]);
  screen.type('hello', keys.enter);
  await screen.see('tokens in');
  await screen.see('context 92%!');
  screen.type('/usage', keys.enter);
  await screen.see('Today');
  screen.type('/history', keys.enter);
  await screen.see('choose (1 of 1)');
  expect(tooWide()).toEqual([]);
  expect(screen.text()).not.toMatch(new RegExp(`${String.fromCharCode(27)}\\[(3[0-8]|4[0-8]|9\\d)`));
});
