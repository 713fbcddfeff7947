import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import stringWidth from 'string-width';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { listModels, openModel } from '../../src/host/index.ts';
import { App } from '../../src/terminal/components/app.tsx';
import { openSession } from '../../src/terminal/run-chat.tsx';
import { playTranscript } from '../../src/terminal/transcript.tsx';
import { compatible, connect, mockModels, notesServer, openLocal } from '../host/fixtures/setup.ts';
import { call, openChat, usage } from './fixtures/chat.ts';
import { keys, openScreen, until } from './fixtures/screen.ts';

describe('an answer', () => {
  test('streams as Markdown between the calls it made, with their cost', async () => {
    const mock = await mockModels();
    mock.on(
      { userMessage: 'notes?', hasToolResult: false },
      { content: 'Let me see.', toolCalls: [call('c1', 'notes', { action: 'read' })], usage },
    );
    mock.on(
      { userMessage: 'notes?', hasToolResult: true },
      { content: '# Notes\n\n- **one**\n\n| Id | Text |\n|--|--|\n| 1 | first |', usage },
    );
    const { screen } = await openChat({ mock });
    screen.type('notes?', keys.enter);
    await screen.see('642 tokens in, 90 out');
    const text = screen.text();
    const order = [
      'Welcome',
      '› notes?',
      'Let me see.',
      '✓ notes.read',
      '1: first',
      'Notes\n',
      '• one',
      'Id  Text',
      '1   first',
    ];
    expect(order.map((part) => text.indexOf(part))).toEqual(
      order.map((part) => text.indexOf(part)).toSorted((a, b) => a - b),
    );
    for (const part of order) expect(text).toContain(part);
    expect(text).toMatch(/notes\.read +\d+ ms · \d+ tokens/);
    expect(text).toContain('local/tester · 732 tokens');
  });

  test('that fails is one line that says what to do, and /continue tries again', async () => {
    const mock = await mockModels();
    mock.on(
      { userMessage: 'hello', sequenceIndex: 0 },
      { error: { message: 'no such key', type: 'invalid_request_error' }, status: 401 },
    );
    mock.on({ userMessage: 'hello' }, { content: 'Now it works.', usage });
    const { screen } = await openChat({ mock });
    screen.type('hello', keys.enter);
    await screen.see('Error:');
    expect(screen.text()).toContain('401');
    expect(screen.text()).not.toContain('    at ');
    screen.type('/continue', keys.enter);
    await screen.see('Now it works.');
  });

  test('Esc reaches the tool that runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const log = join(folder, 'log');
    const mock = await mockModels();
    mock.on({ userMessage: 'go' }, { toolCalls: [call('s1', 'slow', {})], usage });
    const { screen } = await openChat({ mock, server: notesServer('notes', [], { NOTES_LOG: log }) });
    screen.type('go', keys.enter);
    await screen.see('1/3');
    await screen.see('one of three');
    screen.type(keys.escape);
    await screen.see('Stopped.');
    await until(() => expect(readFileSync(log, 'utf8')).toContain('slow cancelled'));
    expect(screen.text()).toContain('✗ slow');
  });

  test('Esc reaches the model', async () => {
    const mock = new LLMock({ port: 0, latency: 20, chunkSize: 5 });
    await mock.start();
    onTestFinished(() => mock.stop());
    mock.on({ userMessage: 'go' }, { content: 'word '.repeat(400), usage });
    const { screen } = await openChat({ mock });
    screen.type('go', keys.enter);
    await screen.see('word word');
    screen.type(keys.escape);
    await screen.see('Stopped.');
    expect(screen.text().match(/word/g)?.length).toBeLessThan(400);
    screen.type('/help', keys.enter);
    await screen.see('forget this conversation');
  });
});

describe('an approval', () => {
  const change = call('u1', 'notes', { action: 'update', id: '1', text: 'a new text' });

  async function waiting(more: Record<string, unknown>[] = []) {
    const mock = await mockModels();
    mock.on(
      { userMessage: 'change', hasToolResult: false },
      { toolCalls: [change, ...more] as (typeof change)[], usage },
    );
    mock.on({ userMessage: 'change', hasToolResult: true }, { content: 'So be it.', usage });
    const chat = await openChat({ mock });
    chat.screen.type('change', keys.enter);
    await chat.screen.see(more.length > 0 ? 'Run these' : 'Run notes.update?');
    return chat;
  }

  test('says what would happen with which arguments; nothing runs before yes', async () => {
    const { screen } = await waiting();
    expect(screen.text()).toContain('It changes content.');
    expect(screen.text()).toContain('text: a new text');
    expect(screen.text()).not.toContain('✓');
    screen.type('y');
    await screen.see('So be it.');
    expect(screen.text()).toContain('✓ notes.update');
  });

  test('no is told to the model and shown', async () => {
    const { screen, mock } = await waiting();
    screen.type('n');
    await screen.see('So be it.');
    expect(screen.text()).toContain('not run: you said no');
    expect(JSON.stringify(mock.getLastRequest()?.body)).toContain('denied');
  });

  test('always asks no second time, until /clear', async () => {
    const { screen } = await waiting();
    const answered = (times: number) =>
      until(() => expect(screen.text().match(/tokens in, /g)).toHaveLength(times));
    screen.type('a');
    await answered(1);
    screen.type('change', keys.enter);
    await answered(2);
    expect(screen.text().match(/✓ notes.update/g)).toHaveLength(2);
    expect(screen.text().match(/So be it\./g)).toHaveLength(2);
    screen.type('/clear', keys.enter);
    await screen.see('The conversation is forgotten');
    screen.type('change', keys.enter);
    await screen.see('Run notes.update?');
  });

  test('A14 several calls come in one card, and some of them can be picked', async () => {
    const { screen } = await waiting([
      call('d1', 'notes', { action: 'delete', id: '1' }),
      call('d2', 'notes', { action: 'create', text: 'x' }),
    ]);
    expect(screen.text()).toContain('Run these 3 calls?');
    // All at once, as a fast typist's keys arrive.
    screen.type(' ', keys.down, keys.down, ' ');
    await screen.see('❯ [x] notes.create');
    screen.type(keys.enter);
    await screen.see('So be it.');
    expect(screen.text()).toContain('✓ notes.update');
    expect(screen.text()).toContain('✓ notes.create');
    expect(screen.text()).toContain('− notes.delete id: 1\n  not run: you said no');
  });

  test('pasted text answers nothing, Esc runs nothing', async () => {
    const { screen, session } = await waiting();
    screen.type(keys.paste('y'));
    screen.type('v');
    // Shown in full above the card, which still waits.
    await until(() => expect(screen.text().match(/a new text/g)).toHaveLength(2));
    expect(session.view().dialog?.kind).toBe('approval');
    screen.type(keys.escape);
    await screen.see('What waited was not run.');
    expect(screen.text()).not.toContain('✓');
  });
});

describe('commands', () => {
  test('/tools shows what runs, asks and is off, and the tokens', async () => {
    const { screen } = await openChat();
    screen.type('/tools', keys.enter);
    await screen.see('tokens with every request');
    expect(screen.text()).toMatch(/notes +on: read; asks: create, update, delete +\d+/);
  });

  test('/model chooses another one, /model NAME names the nearest when it is unknown', async () => {
    const mock = await mockModels();
    const servers = await connect(notesServer());
    const ai = compatible(`${mock.url}/v1`);
    const [first] = ai.compatible;
    const [model] = first?.models ?? [];
    if (!first || typeof model !== 'object') throw new Error('no model');
    first.models.push({ ...model, id: 'other' });
    expect(listModels(ai)).toHaveLength(2);
    const session = openSession({ model: await openModel(ai, 'local/tester'), servers, ai });
    const screen = openScreen(<App session={session} />);
    screen.type('/model', keys.enter);
    await screen.see('choose (1 of 2)');
    screen.type(keys.down);
    await screen.see('❯ local/other');
    screen.type(keys.enter);
    await screen.see('The model is now local/other.');
    screen.type('/model local/tset', keys.enter);
    await screen.see('There is no model local/tset');
    expect(screen.text()).toContain('"local/tester"?');
    screen.type('/model tester', keys.enter);
    await screen.see('The model is now local/tester.');
  });

  test('/prompts asks for the variables and sends the prompt', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: /./ }, { content: 'Answered.', usage });
    const { screen, servers } = await openChat({ mock });
    const [prompt] = await servers.prompts();
    if (!prompt) throw new Error('the test server has no prompt');
    screen.type('/prompts', keys.enter);
    await screen.see('choose (1 of');
    screen.type(keys.enter);
    expect(prompt.arguments).toHaveLength(1);
    await screen.see('Tab complete');
    screen.type(keys.enter);
    await screen.see('This one is needed.');
    screen.type('\t');
    await screen.see('› 1');
    screen.type(keys.enter);
    await screen.see('Answered.');
    expect(screen.text()).toContain('› Summarise the note: first');
  });

  test('an unknown one is an error and nothing is sent', async () => {
    const { screen, mock } = await openChat();
    screen.type('/tolos', keys.enter);
    await screen.see('Did you mean /tools?');
    expect(mock.getLastRequest()).toBeNull();
  });

  test('Ctrl+C, Ctrl+D and /exit leave', async () => {
    for (const typed of [keys.ctrlC, '\u0004', `/exit${keys.enter}`]) {
      const { screen, session } = await openChat();
      screen.type(typed);
      await session.left;
    }
  });
});

describe('typing', () => {
  test('several pasted lines are one message; ↑ brings it back', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: /./ }, { content: 'Read.', usage });
    const { screen } = await openChat({ mock });
    screen.type(keys.paste('first line\nsecond line'));
    await screen.see('second line');
    expect(mock.getLastRequest()).toBeNull();
    screen.type(keys.enter);
    await screen.see('Read.');
    expect(JSON.stringify(mock.getLastRequest()?.body)).toContain('first line\\nsecond line');
    await screen.see('366 tokens');
    screen.type(keys.up);
    await until(() => expect(screen.text().match(/second line/g)).toHaveLength(2));
  });
});

describe('the look', () => {
  test.for([60, 40])('no line is wider than %i columns', async (columns) => {
    const mock = await mockModels();
    const long = call('u1', 'notes', { action: 'update', id: '1', text: 'many words '.repeat(30) });
    mock.on(
      { userMessage: 'all', hasToolResult: false },
      { content: 'One moment.', toolCalls: [long, { ...long, id: 'u2' }], usage },
    );
    mock.on(
      { userMessage: 'all', hasToolResult: true },
      { content: `| a | b | c |\n|--|--|--|\n| ${'wide cell '.repeat(8)} | 2 | 3 |`, usage },
    );
    const { screen } = await openChat({ mock, columns });
    screen.type('/help', keys.enter);
    await screen.see('forget this conversation');
    screen.type('/tools', keys.enter);
    await screen.see('with every');
    screen.type('all', keys.enter);
    await screen.see('Run these');
    for (const line of screen.lines()) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    screen.type('y');
    await screen.see('642 tokens in');
    for (const line of screen.lines()) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });

  test('NO_COLOR leaves no colour', async () => {
    vi.stubEnv('NO_COLOR', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { screen } = await openChat();
    screen.type('/tools', keys.enter);
    await screen.see('with every request');
    screen.type('/nothing', keys.enter);
    await screen.see('There is no command');
    expect(screen.text()).not.toMatch(new RegExp(`${String.fromCharCode(27)}\\[(3[0-8]|4[0-8]|9\\d)`));
  });
});

test('a transcript plays without a person in the same look', async () => {
  const mock = await mockModels();
  mock.on(
    { userMessage: 'change', hasToolResult: false },
    { toolCalls: [call('u1', 'notes', { action: 'update', id: '1', text: 'x' })], usage },
  );
  mock.on({ userMessage: 'change', hasToolResult: true }, { content: 'Changed.', usage });
  const servers = await connect(notesServer());
  const model = await openLocal(`${mock.url}/v1`);
  let printed = '';
  const fine = await playTranscript({
    model,
    servers,
    ai: compatible(`${mock.url}/v1`),
    inputs: ['/tools', 'change it'],
    decide: (pending) => pending.map(({ approvalId }) => ({ approvalId, decision: 'yes' })),
    print: (text) => {
      printed += text;
    },
  });
  expect(fine).toBe(true);
  const order = ['› /tools', 'Tool', '› change it', 'Approved: notes.update', '✓ notes.update', 'Changed.'];
  const found = order.map((part) => printed.indexOf(part));
  expect(found).toEqual(found.toSorted((a, b) => a - b));
  expect(found).not.toContain(-1);
});
