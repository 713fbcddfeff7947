import { writeFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import type {
  Changes,
  ChatMessage,
  ConversationView,
  Items,
  Library,
  Models,
  Prompts,
  Uploaded,
} from '../../src/web/api.ts';
import { lastMessages } from '../host/fixtures/setup.ts';
import { freshArticle, rest } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import {
  begin,
  type Chunk,
  chatting,
  conversationOf,
  heldModel,
  readAll,
  readStream,
  says,
  textIn,
} from './fixtures/chat.ts';
import { signedIn, startWeb, visit, withModels } from './fixtures/web.ts';

const asAdmin = () => rest(sharedDirectus().admin.token);
const titleOf = async (id: number) => {
  const { data } = await asAdmin()('GET', `/items/articles/${id}?fields=title`);
  return (data as { title: string }).title;
};
const partsOf = (messages: ChatMessage[], type: string) =>
  messages.flatMap(({ parts }) => parts.filter((part) => part.type === type));

/** A chat in which the model wants to rename an article, and the article. */
async function renaming(count = 1) {
  const articles = await Promise.all(Array.from({ length: count }, () => freshArticle()));
  const chat = await chatting();
  const calls = articles.map(({ id }, index) => ({
    id: `call_${index}`,
    name: 'items',
    arguments: JSON.stringify({
      action: 'update',
      collection: 'articles',
      keys: [id],
      data: { title: `New ${id}` },
    }),
  }));
  chat.mock.on({ userMessage: 'rename', hasToolResult: false }, { toolCalls: calls });
  chat.mock.on({ userMessage: 'rename', hasToolResult: true }, { content: 'Renamed.' });
  return { ...chat, articles };
}

test('an answer comes as a stream, and stays', async () => {
  const { mock, editor } = await chatting();
  mock.on({ userMessage: 'hello' }, { content: 'Good **morning**.' });
  const conversation = await begin(editor);
  const chunks = await conversation.hold(says('hello'));
  expect(chunks[0]).toMatchObject({ type: 'start', messageId: 'm1' });
  expect(textIn(chunks)).toBe('Good **morning**.');
  expect(chunks.slice(-2)).toMatchObject([
    { type: 'data-end', data: { state: 'done', model: 'local/tester' } },
    { type: 'finish' },
  ]);
  const view = await conversation.view();
  expect(view).toMatchObject({ title: 'hello', model: 'local/tester', running: false, pending: [] });
  expect(view.messages.map(({ id, role }) => [id, role])).toEqual([
    ['m0', 'user'],
    ['m1', 'assistant'],
  ]);
  expect(view.usage.inputTokens).toBeGreaterThan(0);
  expect((await editor.ask('GET', '/conversations')).body).toMatchObject({
    conversations: [{ id: conversation.id, title: 'hello' }],
  });
});

test('A15 a reload in the middle of an answer loses nothing, and asks the model no second time', async () => {
  const model = await heldModel('The first half', ' and the second.');
  const web = await startWeb({ settings: withModels(model.baseUrl) });
  const editor = await signedIn(web.url, { token: sharedDirectus().editor.token });
  const conversation = await begin(editor);
  await conversation.turn(says('hello'));
  for await (const chunk of readStream(editor, conversation.id)) if (chunk.type === 'text-delta') break;
  // The window is gone; another one takes it up.
  expect(await conversation.view()).toMatchObject({ running: true, messages: [{ id: 'm0' }] });
  const device = await signedIn(web.url, { token: sharedDirectus().editor.token });
  const both = [editor, device].map((visitor) => readStream(visitor, conversation.id));
  const firsts = await Promise.all(both.map((stream) => stream.next()));
  model.goOn();
  for (const [index, stream] of both.entries()) {
    const chunks: Chunk[] = [firsts[index]?.value];
    for await (const chunk of stream) chunks.push(chunk);
    expect(textIn(chunks)).toBe('The first half and the second.');
  }
  expect(model.seen.requests).toBe(1);
  expect((await editor.fetch(`/api/conversations/${conversation.id}/stream`)).status).toBe(204);
});

test('stop ends an answer, keeps what had come, and going on is possible', async () => {
  const model = await heldModel('Half of it', ' and the rest.');
  const web = await startWeb({ settings: withModels(model.baseUrl) });
  const editor = await signedIn(web.url, { token: sharedDirectus().editor.token });
  const conversation = await begin(editor);
  await conversation.turn(says('hello'));
  for await (const chunk of readStream(editor, conversation.id)) if (chunk.type === 'text-delta') break;
  expect((await conversation.turn(says('more'))).status).toBe(409);
  await editor.ask('POST', `${conversation.path}/stop`);
  await vi.waitFor(async () => expect((await conversation.view()).running).toBe(false));
  const view = await conversation.view();
  expect(view.messages.at(-1)?.parts).toMatchObject([
    { type: 'text', text: 'Half of it' },
    { type: 'data-end', data: { state: 'stopped' } },
  ]);
  model.goOn();
  await conversation.hold({ kind: 'resume' });
  await vi.waitFor(async () => expect((await conversation.view()).running).toBe(false));
  expect((await conversation.view()).messages.at(-1)?.parts).toMatchObject([
    { type: 'text', text: 'Half of it and the rest.' },
  ]);
});

describe('an approval', () => {
  test('A15 waits through a kill of the server, and what is approved runs once', async () => {
    const { web, settings, editor, articles, mock } = await renaming();
    const [article] = articles;
    const conversation = await begin(editor);
    const chunks = await conversation.hold(says('rename'));
    expect(chunks.at(-2)).toMatchObject({ data: { state: 'approval' } });
    await web.kill();

    const next = await startWeb({ settings, home: web.home });
    const again = conversationOf(visit(next.url, editor.cookie()), conversation.id);
    const view = await again.view();
    expect(view.pending).toMatchObject([{ tool: 'items', action: 'update' }]);
    expect(view.pending[0]?.preview).toContain(`New ${article?.id}`);
    expect(partsOf(view.messages, 'dynamic-tool')).toMatchObject([{ state: 'approval-requested' }]);
    expect(await titleOf(article?.id ?? 0)).toBe(article?.title);

    const decisions = view.pending.map(({ approvalId, shown }) => ({
      approvalId,
      shown,
      decision: 'yes' as const,
    }));
    const answer = { kind: 'answer' as const, decisions };
    // Two windows at once: one is told that it came too late.
    const both = await Promise.all([again.turn(answer), again.turn(answer)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    await readAll(visit(next.url, editor.cookie()), conversation.id);
    expect(await titleOf(article?.id ?? 0)).toBe(`New ${article?.id}`);
    const { data } = await asAdmin()(
      'GET',
      `/revisions?filter[collection][_eq]=articles&filter[item][_eq]=${article?.id}&fields=id`,
    );
    expect(data).toHaveLength(2);
    expect(JSON.stringify(lastMessages(mock))).toContain('updated');
    const done = await again.view();
    expect(done.messages).toHaveLength(2);
    expect(partsOf(done.messages, 'dynamic-tool')).toMatchObject([
      { state: 'output-available', output: { isError: false } },
    ]);
  });

  test('A11 is for what was shown: after a restart it is not for what would happen since', async () => {
    const { web, settings, editor, articles } = await renaming();
    const id = articles[0]?.id ?? 0;
    const conversation = await begin(editor);
    await conversation.hold(says('rename'));
    const shown = (await conversation.view()).pending;
    await web.kill();
    await asAdmin()('PATCH', `/items/articles/${id}`, { title: 'Final' });

    const next = await startWeb({ settings, home: web.home });
    const again = conversationOf(visit(next.url, editor.cookie()), conversation.id);
    const yesTo = (calls: ConversationView['pending']) => ({
      kind: 'answer' as const,
      decisions: calls.map((call) => ({
        approvalId: call.approvalId,
        shown: call.shown,
        decision: 'yes' as const,
      })),
    });
    const { status, body } = await again.turn(yesTo(shown));
    expect(status).toBe(409);
    expect(JSON.stringify(body)).toContain('has changed since it was shown');
    expect(await titleOf(id)).toBe('Final');
    const { pending } = await again.view();
    expect(pending[0]?.preview).toContain('"Final"');
    await again.hold(yesTo(pending));
    expect(await titleOf(id)).toBe(`New ${id}`);
  });

  test('A14 of several calls is one answer, each with its own yes or no', async () => {
    const { editor, articles, mock } = await renaming(3);
    const conversation = await begin(editor);
    await conversation.hold(says('rename'));
    const { pending } = await conversation.view();
    expect(pending).toHaveLength(3);
    const some = pending
      .slice(0, 1)
      .map(({ approvalId, shown }) => ({ approvalId, shown, decision: 'yes' as const }));
    expect((await conversation.turn({ kind: 'answer', decisions: some })).status).toBe(409);
    const decisions = pending.map(({ approvalId, shown }, index) =>
      index === 1
        ? { approvalId, shown, decision: 'no' as const, reason: 'Keep that title.' }
        : { approvalId, shown, decision: 'yes' as const },
    );
    const chunks = await conversation.hold({ kind: 'answer', decisions });
    expect(chunks[0]).toMatchObject({ type: 'start', messageId: 'm1' });
    expect(await Promise.all(articles.map(({ id }) => titleOf(id)))).toEqual([
      `New ${articles[0]?.id}`,
      articles[1]?.title,
      `New ${articles[2]?.id}`,
    ]);
    expect(JSON.stringify(lastMessages(mock))).toContain('Keep that title.');
    const { body } = await editor.ask<Changes>('GET', `${conversation.path}/changes`);
    expect(body.changes.map(({ call, ok }) => [call, ok])).toEqual([
      ['items.update', true],
      ['items.update', true],
    ]);
  });
});

test('a message is said anew in the place of an earlier one, with what went along', async () => {
  const { mock, editor } = await chatting();
  mock.on({ userMessage: /first|second|other/ }, { content: 'Well.' });
  const conversation = await begin(editor);
  const bytes = new TextEncoder().encode('some notes');
  const { body } = await editor.ask<Uploaded>(
    'POST',
    `${conversation.path}/attachments?name=notes.txt`,
    bytes,
  );
  const { hash, filename, mediaType } = body;
  const extras = [{ type: 'attachment' as const, hash, filename, mediaType }];
  await conversation.hold({ kind: 'send', text: 'first', extras });
  await conversation.hold(says('second'));
  await conversation.hold({ kind: 'send', text: 'other', extras: [], instead: 'm0' });
  const { messages } = await conversation.view();
  expect(messages.map(({ id, role }) => [id, role])).toEqual([
    ['m0', 'user'],
    ['m1', 'assistant'],
  ]);
  expect(messages[0]?.parts).toMatchObject([
    { type: 'data-file', data: { label: 'notes.txt' } },
    { type: 'text', text: 'other' },
  ]);
  expect(JSON.stringify(lastMessages(mock))).toContain('some notes');
  expect(JSON.stringify(lastMessages(mock))).not.toContain('second');
  const gone = await conversation.turn({ kind: 'send', text: 'x', extras: [], instead: 'm7' });
  expect(gone.status).toBe(409);
});

test('files, library, items and prompts go along, with the rights of the person', async () => {
  const { mock, editor } = await chatting({ settings: { prompts: { collection: 'ai_prompts' } } });
  mock.on({ userMessage: /./ }, { content: 'Seen.' });
  const conversation = await begin(editor);
  const { body: library } = await editor.ask<Library>('GET', '/library?search=');
  const file = library.files.find(({ type }) => /^image\/(png|jpeg|webp)$/.test(type));
  const thumb = await editor.fetch(`/api/assets/${file?.id}?size=thumb`);
  expect([thumb.status, thumb.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^image\//)]);
  const { body: items } = await editor.ask<Items>('GET', '/items?collection=articles&search=harbour');
  expect(items.items[0]?.label).toMatch(/harbour/i);
  const { body: collections } = await editor.ask('GET', '/collections');
  expect(JSON.stringify(collections)).toContain('"articles"');
  const { body: prompts } = await editor.ask<Prompts>('GET', '/prompts');
  const prompt = prompts.prompts.find(({ arguments: wanted }) => wanted.length > 0);
  const values = Object.fromEntries((prompt?.arguments ?? []).map(({ name }) => [name, `value of ${name}`]));
  await conversation.hold({
    kind: 'send',
    text: 'look',
    extras: [
      { type: 'library', id: file?.id ?? '' },
      { type: 'item', collection: 'articles', key: items.items[0]?.key ?? '' },
      { type: 'prompt', server: prompt?.server ?? '', name: prompt?.name ?? '', values },
    ],
  });
  const sent = JSON.stringify(lastMessages(mock));
  expect(sent).toContain('image_url');
  expect(sent).toContain('value of ');
  const { messages } = await conversation.view();
  expect(partsOf(messages, 'data-file')).toHaveLength(3);
  const none = await conversation.turn({
    kind: 'send',
    text: 'look',
    extras: [{ type: 'item', collection: 'articles', key: 999_999 }],
  });
  expect(none).toMatchObject({ status: 422, body: { error: { code: 'invalid' } } });
});

test('A17 a conversation is found, renamed, exported and removed by its person, and by nobody else', async () => {
  const { mock, editor, asAdmin: other, web } = await chatting();
  mock.on({ userMessage: /./ }, { content: 'The lighthouse stands.' });
  const conversation = await begin(editor);
  await conversation.hold(says('where'));
  const device = await signedIn(web.url, { token: sharedDirectus().editor.token });
  expect((await device.ask('GET', '/conversations?search=lighthouse')).body).toMatchObject({
    conversations: [{ id: conversation.id, excerpt: expect.stringContaining('lighthouse') }],
  });
  await device.ask('PATCH', conversation.path, { title: 'Towers' });
  expect((await conversation.view()).title).toBe('Towers');
  expect(await (await device.fetch(`/api${conversation.path}/export`)).text()).toContain(
    'The lighthouse stands.',
  );

  const stranger = await other();
  expect((await stranger.ask('GET', '/conversations')).body).toMatchObject({ conversations: [] });
  for (const [method, path, body] of [
    ['GET', ''],
    ['GET', '/export'],
    ['GET', '/stream'],
    ['PATCH', '', { title: 'Mine' }],
    ['DELETE', ''],
    ['POST', '/turn', says('hello')],
  ] as const) {
    const { status } = await stranger.ask(method, `${conversation.path}${path}`, body);
    expect([method, path, status]).toEqual([method, path, 404]);
  }
  expect((await device.ask('DELETE', conversation.path)).status).toBe(204);
  expect((await device.ask('GET', conversation.path)).status).toBe(404);
});

test('A13 what the settings switch off is gone from the chat at once, and a model that vanished is told', async () => {
  const { mock, web, editor, settings } = await chatting();
  mock.on({ userMessage: /./ }, { content: 'Yes.' });
  const toolsSent = () => JSON.stringify(mock.getLastRequest()?.body ?? '');
  const conversation = await begin(editor);
  await conversation.hold(says('hello'));
  expect(toolsSent()).toContain('"comments"');
  expect(toolsSent()).toContain('"items"');
  await writeFile(
    web.file,
    JSON.stringify({ ...settings, readOnly: true, tools: { exclude: ['comments'] } }),
  );
  await vi.waitFor(async () => {
    await conversation.hold(says('again'));
    expect(toolsSent()).not.toContain('"comments"');
  });
  expect(toolsSent()).not.toContain('"update"');

  await writeFile(web.file, JSON.stringify({ ...settings, ai: {} }));
  await vi.waitFor(async () => {
    expect((await editor.ask<Models>('GET', '/models')).body).toEqual({ models: [] });
  });
  const refused = await conversation.turn(says('and now'));
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'invalid' } } });
  expect((await conversation.view()).messages.length).toBeGreaterThan(1);
});

describe('A18 limits per role', () => {
  test('who may not use the assistant is told so, whatever they ask', async () => {
    const {
      editor,
      asAdmin: other,
      mock,
    } = await chatting({
      ai: { roles: { '*': { enabled: false }, Administrator: { enabled: true } } },
    });
    mock.on({ userMessage: /./ }, { content: 'Yes.' });
    for (const [method, path] of [
      ['GET', '/models'],
      ['GET', '/conversations'],
      ['POST', '/conversations'],
      ['GET', '/library'],
    ] as const) {
      const { status, body } = await editor.ask(method, path);
      expect([path, status, body]).toMatchObject([path, 403, { error: { code: 'refused' } }]);
    }
    expect((await (await begin(await other())).turn(says('hello'))).status).toBe(200);
  });

  test('a model that is for others is neither offered nor used', async () => {
    const { editor, mock } = await chatting({ ai: { roles: { '*': { models: [] } } } });
    mock.on({ userMessage: /./ }, { content: 'Yes.' });
    expect((await editor.ask<Models>('GET', '/models')).body).toEqual({ models: [] });
    const conversation = await begin(editor);
    const refused = await conversation.turn({
      kind: 'send',
      text: 'hello',
      extras: [],
      model: 'local/tester',
    });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'refused' } } });
    expect(mock.getLastRequest()).toBeNull();
  });

  test('the budget of a day is one for all conversations of a person, and another for each person', async () => {
    const {
      editor,
      asAdmin: other,
      mock,
    } = await chatting({ ai: { roles: { '*': { dayTokens: 30_000 } } } });
    const usage = { prompt_tokens: 29_900, completion_tokens: 10, total_tokens: 29_910 };
    mock.on({ userMessage: /./ }, { content: 'Yes.', usage });
    const endOf = async (conversation: Awaited<ReturnType<typeof begin>>) => {
      await conversation.hold(says('hello'));
      return (await conversation.view()).messages.at(-1)?.parts.at(-1);
    };
    expect(await endOf(await begin(editor))).toMatchObject({ type: 'text' });
    expect(await endOf(await begin(editor))).toMatchObject({
      type: 'data-end',
      data: { problem: expect.stringContaining('ai.roles.*.dayTokens') },
    });
    expect(await endOf(await begin(await other()))).toMatchObject({ type: 'text' });
  });
});
