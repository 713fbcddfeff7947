import { afterAll, beforeAll, expect, test } from 'vitest';
import { rest } from './helpers.ts';
import { startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);
const MALFORMED = [
  { name: 'broken-messages', messages: { role: 'user', text: 'no list' } },
  { name: 'broken-role', messages: [{ role: 'system', text: 'not a role of MCP' }] },
  { name: 'broken-text', messages: [{ role: 'user', text: 5 }] },
  { name: 'empty', messages: null },
];
let server: TestServer;
let bare: TestServer;
let made: string[] = [];

beforeAll(async () => {
  const { data } = await asAdmin('POST', '/items/ai_prompts', MALFORMED);
  made = (data as { id: string }[]).map(({ id }) => id);
  [server, bare] = await Promise.all([
    startServer({ settings: { prompts: { collection: 'ai_prompts' } } }),
    startServer(),
  ]);
});
afterAll(async () => {
  await Promise.all([server?.close(), bare?.close(), asAdmin('DELETE', '/items/ai_prompts', made)]);
});

test('A3 without a prompts collection the list of prompts is empty', async () => {
  expect(await bare.client.listPrompts()).toEqual({ prompts: [] });
});

test('A3 a prompts collection that does not exist is an error in words, and tools go on', async () => {
  const wrong = await startServer({ settings: { prompts: { collection: 'nowhere' } } });
  try {
    await expect(wrong.client.listPrompts()).rejects.toThrow(/prompts collection "nowhere" cannot be read/);
    expect((await wrong.call('schema')).isError).toBe(false);
  } finally {
    await wrong.close();
  }
});

test('A3 the prompts of the newsroom are listed with their variables, each once', async () => {
  const { prompts } = await server.client.listPrompts();
  const args = Object.fromEntries(prompts.map((one) => [one.name, one.arguments?.map(({ name }) => name)]));
  expect(args).toMatchObject({
    'summarise-article': ['article', 'language'],
    'write-headlines': ['length', 'count', 'article', 'tone'],
  });
  expect(prompts.find(({ name }) => name === 'summarise-article')?.description).toBe(
    'Summarise one story in another language',
  );
});

test('A3 a malformed row spoils only itself', async () => {
  const names = (await server.client.listPrompts()).prompts.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['summarise-article', 'write-headlines']));
  for (const { name } of MALFORMED) expect(names).not.toContain(name);
});

test('a prompt has its variables filled in, and what is not given stays empty', async () => {
  const { messages } = await server.client.getPrompt({
    name: 'write-headlines',
    arguments: { count: '3', article: '{{tone}} & "7"', length: '60' },
  });
  expect(messages.map(({ role, content }) => [role, content.type === 'text' ? content.text : ''])).toEqual([
    ['assistant', 'You write plain headlines of at most 60 characters. No puns, no questions.'],
    ['user', 'Suggest 3 headlines for the article {{tone}} & "7". Tone: .'],
    ['assistant', 'I will read the article first, then suggest 3 headlines.'],
    ['user', 'Do not change the article.'],
  ]);
});

test('an unknown prompt is an error with the nearest name', async () => {
  await expect(server.client.getPrompt({ name: 'write-headline' })).rejects.toThrow(
    /no prompt "write-headline".*"write-headlines"/,
  );
});

const complete = async (name: string, value: string) =>
  (
    await server.client.complete({
      ref: { type: 'ref/prompt', name: 'weekly-briefing' },
      argument: { name, value },
    })
  ).completion.values;

test('arguments are completed from what Directus holds', async () => {
  expect(await complete('category', 'cu')).toEqual(['Culture']);
  expect(await complete('category', '')).toEqual(expect.arrayContaining(['Culture', 'Sport']));
  expect(await complete('collection', 'art')).toEqual(expect.arrayContaining(['articles', 'articles_tags']));
  expect(await complete('since', '20')).toEqual([]);
  expect(await complete('category', '"}]')).toEqual([]);
});
