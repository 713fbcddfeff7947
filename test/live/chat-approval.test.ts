import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textOf } from '../../src/host/index.ts';
import { chatWith, connect, lastMessages, mockModels, read } from '../host/fixtures/setup.ts';
import { freshArticle, rest } from './helpers.ts';
import { sharedDirectus } from './shared-directus.ts';

const { url, admin } = sharedDirectus();
const asAdmin = rest(admin.token);
const bin = new URL('../../dist/bin.js', import.meta.url).pathname;
let articles: number[] = [];
beforeAll(async () => {
  articles = await Promise.all(Array.from({ length: 12 }, async () => (await freshArticle()).id));
});
afterAll(async () => {
  await asAdmin('DELETE', '/items/articles', articles);
});

type Input = Record<string, unknown>;

/** A chat whose model makes these calls, one after the other, each when it is told to go on. */
async function chatting(calls: Input[], options: { mode?: string; approve?: 'all'; flags?: string[] } = {}) {
  const { flags = ['--allow-deletes'] } = options;
  const mode = options.mode ?? 'default';
  const mock = await mockModels();
  const [name, wrap] =
    mode === 'registry'
      ? ['execute', (input: Input) => ({ name: 'items', input })]
      : ['items', (input: Input) => input];
  calls.forEach((input, index) => {
    const call = { id: `call_${index}`, name, arguments: wrap({ collection: 'articles', ...input }) };
    mock.on({ userMessage: `call ${index}`, hasToolResult: false }, { toolCalls: [call] });
    mock.on({ userMessage: `call ${index}`, hasToolResult: true }, { content: 'Done.' });
  });
  const servers = await connect({
    name: 'directus',
    command: process.execPath,
    args: [bin, 'mcp', ...flags, '--tool-mode', mode],
    env: { DIRECTUS_URL: url, DIRECTUS_TOKEN: admin.token },
  });
  const chat = await chatWith(mock, { servers, ...(options.approve ? { approve: options.approve } : {}) });
  return { chat, mock };
}

const exists = async (id: number) => (await asAdmin('GET', `/items/articles/${id}`)).status === 200;

describe.each(['default', 'registry'])('in %s mode', (mode) => {
  test('a delete is asked about once, with what it would do, and the one yes does it', async () => {
    const { id, title } = await freshArticle();
    const { chat, mock } = await chatting([{ action: 'delete', keys: [id] }], { mode });
    expect((await read(chat.send('call 0'))).end.state).toBe('approval');
    const [pending] = chat.pending;
    expect(pending?.preview).toMatch(/wants to delete 1 row of articles/);
    expect(pending?.preview).toContain(title);
    expect(await exists(id)).toBe(true);

    const { end } = await read(chat.answer([{ approvalId: pending?.approvalId ?? '', decision: 'yes' }]));
    expect(end.state).toBe('done');
    expect(end.calls.map(({ isError }) => isError)).toEqual([false]);
    expect(await exists(id)).toBe(false);
    // The token that confirmed it went from server to server, and the model saw none.
    expect(JSON.stringify(lastMessages(mock))).not.toMatch(/"confirm|confirm\\\\"/);
  });

  test('a no changes nothing', async () => {
    const { id } = await freshArticle();
    const { chat } = await chatting([{ action: 'delete', keys: [id] }], { mode });
    await read(chat.send('call 0'));
    await read(chat.answer([{ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'no' }]));
    expect(await exists(id)).toBe(true);
  });
});

test('A12 always for an update does not cover one of more rows than are usual, which is asked about with its preview', async () => {
  const change = (keys: number[], summary: string) => ({ action: 'update', keys, data: { summary } });
  const { chat } = await chatting([
    change(articles.slice(0, 2), 'First'),
    change(articles.slice(0, 3), 'Second'),
    change(articles, 'Third'),
    { action: 'delete', keys: articles.slice(0, 1) },
  ]);
  await read(chat.send('call 0'));
  expect(chat.pending[0]?.preview).toContain('First');
  await read(chat.answer([{ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'always' }]));
  expect((await read(chat.send('call 1'))).end.state).toBe('done');
  expect((await read(chat.send('call 2'))).end.state).toBe('approval');
  expect(chat.pending[0]?.preview).toMatch(/12 rows[\s\S]*more than 10 rows/);
  await read(chat.answer([{ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'yes' }]));
  const { data } = await asAdmin(
    'GET',
    `/items/articles?filter[id][_in]=${articles.join()}&filter[summary][_eq]=Third&fields=id`,
  );
  expect(data).toHaveLength(12);
  expect((await read(chat.send('call 3'))).end.state).toBe('approval');
});

test('A11 what changed while the person thought is not done; the model is told', async () => {
  const { id } = await freshArticle();
  const { chat } = await chatting([{ action: 'delete', keys: [id] }]);
  await read(chat.send('call 0'));
  await asAdmin('PATCH', `/items/articles/${id}`, { title: 'Edited by a person' });
  const { end } = await read(
    chat.answer([{ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'yes' }]),
  );
  expect(end.calls[0]?.isError).toBe(true);
  expect(textOf(end.calls[0]?.output)).toMatch(/changed since the preview/);
  expect(await exists(id)).toBe(true);
});

test('a script that lets everything run has confirmed it', async () => {
  const { id } = await freshArticle();
  const { chat } = await chatting([{ action: 'delete', keys: [id] }], { approve: 'all' });
  expect((await read(chat.send('call 0'))).end.state).toBe('done');
  expect(await exists(id)).toBe(false);
});

test('a faulty call is asked about all the same, and fails as it would have', async () => {
  const { chat } = await chatting([{ action: 'create', data: { titel: 'X' } }]);
  expect((await read(chat.send('call 0'))).end.state).toBe('approval');
  expect(chat.pending[0]?.preview).toBeUndefined();
  const { end } = await read(
    chat.answer([{ approvalId: chat.pending[0]?.approvalId ?? '', decision: 'yes' }]),
  );
  expect(textOf(end.calls[0]?.output)).toContain('"title"');
});

test('builtin C: deletes that are off are off in the chat as well, whatever is approved', async () => {
  const { id } = await freshArticle();
  const { chat } = await chatting([{ action: 'delete', keys: [id] }], { approve: 'all', flags: [] });
  const { end } = await read(chat.send('call 0'));
  expect(textOf(end.calls[0]?.output)).toMatch(/allowDeletes/);
  expect(await exists(id)).toBe(true);
});
