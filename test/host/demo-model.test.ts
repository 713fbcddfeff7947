import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, type ModelMessage, streamText, type ToolSet } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkProvider } from '../../src/host/index.ts';
import { grammar, match } from '../../src/sandbox/demo-model/grammar.ts';
import { type DemoModel, startDemoModel } from '../../src/sandbox/demo-model.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { newsroom } from './demo-model-newsroom.ts';

let demo: DemoModel;
beforeAll(async () => {
  demo = await startDemoModel();
});
afterAll(() => demo.stop());

const model = () =>
  createOpenAICompatible({ name: 'demo', baseURL: demo.baseUrl, includeUsage: true })('demo');

/** Says something in a conversation, streaming, and lets the tools run until the model has answered. */
async function say(messages: ModelMessage[], request: string, tools: ToolSet): Promise<string> {
  messages.push({ role: 'user', content: request });
  const errors: unknown[] = [];
  const result = streamText({
    model: model(),
    messages,
    tools,
    stopWhen: isStepCount(12),
    onError: ({ error }) => void errors.push(error),
  });
  await result.consumeStream();
  expect(errors).toEqual([]);
  messages.push(...(await result.responseMessages));
  expect((await result.totalUsage).totalTokens).toBeGreaterThan(0);
  return result.text;
}

describe('requests', () => {
  test('every example of the grammar is read by its own rule', () => {
    for (const rule of grammar) expect(match(rule.example)?.rule.form).toBe(rule.form);
  });

  test('lists collections, and says once that it is scripted', async () => {
    const { tools } = newsroom();
    const messages: ModelMessage[] = [];
    const first = await say(messages, 'list collections', tools);
    expect(first).toContain('script');
    expect(first).toContain('- `articles`\n- `categories`\n- `site_settings`');
    const second = await say(messages, 'list collections', tools);
    expect(second).not.toContain('script');
  });

  test('shows the newest of a collection, by its date field', async () => {
    const { tools, calls } = newsroom();
    const text = await say([], 'Show me the newest 3 articles, please.', tools);
    expect(calls.map(({ name }) => name)).toEqual(['schema', 'schema', 'items']);
    expect(calls[2]?.input).toEqual({
      action: 'read',
      collection: 'articles',
      query: { fields: ['id', 'title', 'status', 'date_published'], sort: ['-date_published'], limit: 3 },
    });
    expect(text).toContain('| id | title | status | date_published |');
    expect(text).toMatch(/\| 3 \| Article 3 .*\n\| 2 \| Article 2 .*\n\| 1 \|/);
  });

  test('finds by several conditions, and by the title of a related item', async () => {
    const { tools, calls } = newsroom();
    const text = await say([], 'find articles where status is draft and title contains "article"', tools);
    expect(text).toContain('| 2 | Article 2 | draft |');
    expect(text).not.toContain('Article 1');
    calls.length = 0;
    await say([], 'find articles where category is Culture', tools);
    // The overview is read once.
    expect(calls.map(({ name }) => name)).toEqual(['schema', 'schema', 'schema', 'items']);
    expect(calls.at(-1)?.input.query).toMatchObject({ filter: { category: { name: { _eq: 'Culture' } } } });
  });

  test('counts', async () => {
    const { tools } = newsroom();
    expect(await say([], 'how many articles are there?', tools)).toContain('**3**');
  });

  test('shows the fields of a collection', async () => {
    const { tools, calls } = newsroom();
    expect(await say([], 'show the fields of articles', tools)).toContain(
      '| category | m2o | – | categories |',
    );
    expect(calls).toHaveLength(2);
  });

  test('creates, changes and deletes, each read back, "it" being the last item', async () => {
    const { tools, articles } = newsroom();
    const messages: ModelMessage[] = [];
    const created = await say(
      messages,
      'create an article titled "Night trains return" with featured yes',
      tools,
    );
    expect(created).toContain('Created `articles` 4 `Night trains return`');
    expect(articles[3]).toMatchObject({
      title: 'Night trains return',
      slug: 'night-trains-return',
      featured: true,
    });
    const changed = await say(messages, 'change the status of it to published', tools);
    expect(changed).toContain('from `draft` to `published`');
    expect(articles[3]?.status).toBe('published');
    const deleted = await say(messages, 'delete it', tools);
    expect(deleted).toContain('Deleted `articles` 4');
    expect(articles).toHaveLength(3);
  });

  test('does not take a long text for stored because it begins alike', async () => {
    const { tools, articles } = newsroom();
    const long = 'a'.repeat(100);
    const [first] = articles;
    if (first)
      Object.defineProperty(first, 'title', { get: () => `${long}b`, set: () => {}, enumerable: true });
    expect(await say([], `change the title of article 1 to ${long}c`, tools)).toContain(
      'The call went through, but',
    );
  });

  test('takes an item that a field points to by its title', async () => {
    const { tools, articles } = newsroom();
    const messages: ModelMessage[] = [];
    expect(await say(messages, 'change the category of article 1 to Culture', tools)).toContain('to `7`');
    expect(articles[0]?.category).toBe(7);
    const unknown = await say(messages, 'change the category of article 1 to Kultur', tools);
    expect(unknown).toContain('names none of the categories');
    expect(articles[0]?.category).toBe(7);
    await say(
      messages,
      'create an article titled "Rock and roll" with status draft and category Culture',
      tools,
    );
    expect(articles[3]).toMatchObject({ title: 'Rock and roll', status: 'draft', category: 7 });
  });

  test('finds the item to change by its title', async () => {
    const { tools, articles } = newsroom();
    await say([], 'change the status of the article "Article 2" to archived', tools);
    expect(articles.map(({ status }) => status)).toEqual(['published', 'archived', 'published']);
  });

  test('shows and changes a singleton', async () => {
    const { tools, site } = newsroom();
    expect(await say([], 'show the site settings', tools)).toContain('| tagline | News |');
    expect(await say([], 'change the tagline of the site_settings to "All day"', tools)).toContain(
      'from `News` to `All day`',
    );
    expect(site.tagline).toBe('All day');
  });

  test('says so when a change did not stick', async () => {
    const { tools, articles } = newsroom();
    const stubborn = articles[1];
    if (stubborn)
      Object.defineProperty(stubborn, 'status', { get: () => 'draft', set: () => {}, enumerable: true });
    expect(await say([], 'change the status of article 2 to published', tools)).toContain('reads `draft`');
  });

  test('describes an image by what is on record, and that it cannot see', async () => {
    const { tools, calls } = newsroom();
    const text = await say([], 'describe image harbour', tools);
    expect(calls.map(({ name }) => name)).toEqual(['files', 'assets']);
    expect(text).toContain('1600 × 900 pixels, 240 kB, in the folder “Photos”');
    expect(text).toContain('cannot see');
  });

  test('passes the check that a provider is put to', async () => {
    const settings = settingsSchema.parse({
      ai: { compatible: [{ name: 'demo', baseUrl: demo.baseUrl, models: [{ id: 'demo' }] }] },
    });
    const result = await checkProvider(settings.ai, 'demo');
    const ok = result.checks.filter((one) => one.ok).map(({ check }) => check);
    expect(ok).toEqual(expect.arrayContaining(['configured', 'reachable', 'models', 'tool call']));
    expect(ok).toHaveLength(result.checks.length);
  });

  test('works through the three tools of registry mode', async () => {
    const { registry, articles } = newsroom();
    const messages: ModelMessage[] = [];
    await say(messages, 'change the title of article 1 to First', registry);
    expect(articles[0]?.title).toBe('First');
    await say(messages, 'delete it', registry);
    expect(articles).toHaveLength(2);
  });

  test.each([
    ['what is the weather', 'do not understand'],
    ['help', 'show the newest N of COLLECTION'],
    ['show the newest 3 articels', 'Did you mean "articles"'],
    ['find articles where colour is red', 'has no field "colour"'],
    ['find articles where status maybe draft', 'do not understand the condition'],
    ['delete article 99', 'no item "99"'],
    ['delete it', 'do not know which item'],
    ['delete articles', 'Say which of the articles'],
  ])('%s: says what is wrong and changes nothing', async (request, answer) => {
    const { tools, articles } = newsroom();
    expect(await say([], request, tools)).toContain(answer);
    expect(articles).toHaveLength(3);
  });
});

describe('tools that do not comply', () => {
  const history = (
    output: { type: 'execution-denied'; reason?: string } | { type: 'error-text'; value: string },
  ) =>
    [
      { role: 'user', content: 'list collections' },
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'a', toolName: 'schema', input: {} }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', toolName: 'schema', output }] },
    ] satisfies ModelMessage[];

  test('a denied call is told, and not made again', async () => {
    const { tools, calls } = newsroom();
    const { text } = await generateText({
      model: model(),
      messages: history({ type: 'execution-denied' }),
      tools,
    });
    expect(text).toContain('was not approved');
    expect(calls).toEqual([]);
  });

  test('an error is told in the words of the tool', async () => {
    const { tools } = newsroom();
    const messages = history({
      type: 'error-text',
      value: 'Directus cannot be reached at http://localhost:1.',
    });
    const { text } = await generateText({ model: model(), messages, tools });
    expect(text).toContain('> Directus cannot be reached at http://localhost:1.');
  });

  test('an action or a tool that is not offered is named', async () => {
    const { tools, articles } = newsroom({ deletes: false });
    expect(await say([], 'delete article 1', tools)).toContain('not offered `items delete`');
    expect(articles).toHaveLength(3);
    expect(await say([], 'list collections', {})).toContain('not offered `schema`');
  });

  test('an image that a host puts behind a tool message is not taken for a request', async () => {
    const { tools } = newsroom();
    const { text } = await generateText({
      model: model(),
      messages: [
        ...history({
          type: 'error-text',
          value: '<data-00ff00ff>\n{"collections":["posts: ours"]}\n</data-00ff00ff>',
        }),
        { role: 'user', content: [{ type: 'file', data: new Uint8Array([1]), mediaType: 'image/png' }] },
      ],
      tools,
    });
    expect(text).toContain('- `posts`');
  });
});

describe('the endpoint', () => {
  const post = (body: string) => fetch(`${demo.baseUrl}/chat/completions`, { method: 'POST', body });
  const hello = { model: 'demo', messages: [{ role: 'user', content: 'hello' }] };

  test('lists its one model', async () => {
    const models: unknown = await (await fetch(`${demo.baseUrl}/models`)).json();
    expect(models).toMatchObject({ object: 'list', data: [{ id: 'demo', object: 'model' }] });
  });

  test.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['no messages', '{"model":"demo"}'],
    ['no roles', '{"model":"demo","messages":[{"content":"x"}]}'],
    ['a number for messages', '{"model":"demo","messages":7}'],
  ])('answers %s with 400 and a JSON error', async (_, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.any(String) },
    });
  });

  test('answers an unknown model and an unknown path with 404', async () => {
    expect((await post(JSON.stringify({ ...hello, model: 'gpt' }))).status).toBe(404);
    expect((await fetch(`${demo.baseUrl}/embeddings`)).status).toBe(404);
  });

  test('streams usage only when asked', async () => {
    const plain = await (await post(JSON.stringify({ ...hello, stream: true }))).text();
    expect(plain).not.toContain('usage');
    const options = { stream: true, stream_options: { include_usage: true } };
    const measured = await (await post(JSON.stringify({ ...hello, ...options }))).text();
    expect(measured).toMatch(/"choices":\[\],"usage":\{"prompt_tokens":\d+[^\n]*\n\ndata: \[DONE\]\n\n$/);
  });

  test('stops, also by signal, and says when its port is taken', async () => {
    const controller = new AbortController();
    const other = await startDemoModel({ signal: controller.signal });
    const port = Number(new URL(other.baseUrl).port);
    await expect(startDemoModel({ port })).rejects.toThrow('EADDRINUSE');
    controller.abort();
    await other.stop();
    const again = await startDemoModel({ port });
    await again.stop();
    await expect(fetch(`${other.baseUrl}/models`)).rejects.toThrow();
  });
});
