import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LLMock } from '@copilotkit/aimock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CheckResult, checkModel, checkProvider } from '../../src/host/index.ts';
import { aiSettings, compatible, mockModels, openLocal, secretKey } from './fixtures/setup.ts';

/** An endpoint of our own making, without its `/v1`. */
async function serve(handler: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    handler(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Answer = { status?: number; body: unknown };

/** Answers each path with JSON, or 404. */
const answering = (answers: Record<string, Answer>): RequestListener => {
  return ({ url = '' }, response) => {
    const { status, body } = answers[new URL(url, 'http://x').pathname] ?? { status: 404, body: 'not here' };
    response.writeHead(status ?? 200, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};

/** A stream of one chunk with a text. */
const streamed = (text: string) =>
  [
    { choices: [{ index: 0, delta: { role: 'assistant', content: text } }] },
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  ]
    .map((chunk) => `data: ${JSON.stringify({ id: 'c', ...chunk })}\n\n`)
    .join('')
    .concat('data: [DONE]\n\n');

/** What a whole endpoint says to each of the probes. */
function play(mock: LLMock, said: { colour?: string; finishReason?: 'stop' } = {}): void {
  const { finishReason } = said;
  const call = { id: 'call_1', name: 'echo', arguments: { text: 'ready' } };
  const echo = { toolCalls: [call], ...(finishReason && { finishReason }) };
  mock.on({ userMessage: 'Say hello' }, { content: 'Hello.' });
  mock.on({ userMessage: 'echo', hasToolResult: false }, echo);
  mock.on({ userMessage: 'echo', hasToolResult: true }, { content: 'ready' });
  mock.on({ userMessage: 'colour' }, { content: said.colour ?? 'Red.' });
}

const outline = (checks: CheckResult[]) => checks.map(({ check, ok }) => [check, ok]);
const all = ['configured', 'reachable', 'models', 'stream', 'tool call', 'image'];

describe('A28 a provider that works', () => {
  test('is tried with its list, a stream, a tool round trip and an image, each told as it comes', async () => {
    const mock = await mockModels();
    play(mock);
    const heard: CheckResult[] = [];
    const ai = compatible(`${mock.url}/v1`, { attachments: true });
    const result = await checkProvider(ai, 'local', { onResult: (one) => heard.push(one) });
    expect(result).toMatchObject({ provider: 'local', url: `${mock.url}/v1`, ok: true });
    expect(outline(result.checks)).toEqual(all.map((check) => [check, true]));
    expect(heard).toEqual(result.checks);
    for (const { check, ms } of result.checks.slice(1)) expect(ms, check).toBeTypeOf('number');
    const image = JSON.stringify(mock.getLastRequest()?.body);
    expect(image).toContain('"image_url":{"url":"data:image/png;base64,');
    expect(result.checks.find(({ check }) => check === 'stream')?.detail).toMatch(
      /first text came after \d+ ms/,
    );
  });

  test('and takes no attachments says that no image was tried', async () => {
    const mock = await mockModels();
    play(mock);
    const { ok, checks } = await checkProvider(compatible(`${mock.url}/v1`), 'local');
    expect(ok).toBe(true);
    expect(checks.at(-1)).toMatchObject({ check: 'image', detail: expect.stringMatching(/^Not tried/) });
    expect(JSON.stringify(mock.getRequests())).not.toContain('image_url');
  });

  test('needs no key where its server wants none, several side by side', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push([request.url, request.headers.authorization, request.headers['x-team']]);
      answering({ '/v1/models': { body: { data: [{ id: 'm' }] } } })(request, response);
    });
    const entry = { baseUrl: `${url}/v1`, models: ['m'] };
    const ai = aiSettings({
      compatible: [
        { ...entry, name: 'keyless' },
        { ...entry, name: 'keyed', apiKey: secretKey, headers: { 'x-team': 'news' } },
      ],
    });
    await checkProvider(ai, 'keyless');
    await checkProvider(ai, 'keyed');
    expect(seen.filter((one) => String(one).includes('/models'))).toEqual([
      ['/v1/models', undefined, undefined],
      ['/v1/models', `Bearer ${secretKey}`, 'news'],
    ]);
  });

  test('of the built-in ones is asked in its own way', async () => {
    const mock = await mockModels();
    play(mock);
    // Gemini itself ends a call with STOP; the mock has a word of its own for it.
    const gemini = await mockModels();
    play(gemini, { finishReason: 'stop' });
    process.env.ANTHROPIC_BASE_URL = mock.url;
    process.env.GOOGLE_GEMINI_BASE_URL = gemini.url;
    onTestFinished(() => {
      delete process.env.ANTHROPIC_BASE_URL;
      delete process.env.GOOGLE_GEMINI_BASE_URL;
    });
    const ai = aiSettings({
      anthropic: { apiKey: 'k', models: ['claude-haiku-4-5'] },
      google: { apiKey: 'k', models: ['gemini-2.5-flash'] },
    });
    for (const provider of ['anthropic', 'google']) {
      const { checks } = await checkProvider(ai, provider);
      expect(outline(checks), provider).toEqual(all.map((check) => [check, true]));
    }
  });

  test('of the built-in ones is asked for its list with its own header, and for all of it', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push([request.url, request.headers['x-api-key'], request.headers['x-goog-api-key']]);
      const lists = {
        '/v1/models': { body: { data: [{ id: 'claude-x' }] } },
        '/v1beta/models': { body: { models: [{ name: 'models/gemini-x', inputTokenLimit: 1 }] } },
      };
      answering(lists)(request, response);
    });
    const variables = ['ANTHROPIC_BASE_URL', 'GOOGLE_GEMINI_BASE_URL'];
    for (const name of variables) process.env[name] = url;
    onTestFinished(() => {
      for (const name of variables) delete process.env[name];
    });
    const ai = aiSettings({ anthropic: { apiKey: 'a-key' }, google: { apiKey: 'g-key' } });
    for (const [provider, id] of [
      ['anthropic', 'claude-x'],
      ['google', 'gemini-x'],
    ] as const) {
      const { checks } = await checkProvider(ai, provider);
      expect(checks.at(-1)?.detail).toContain(`There are ${id}.`);
    }
    expect(seen).toEqual([
      ['/v1/models?limit=1000', 'a-key', undefined],
      ['/v1beta/models?pageSize=1000', undefined, 'g-key'],
    ]);
  });

  test('given as an opened model alone is tried with a tool', async () => {
    const mock = await mockModels();
    play(mock);
    const model = await openLocal(`${mock.url}/v1`);
    expect(await checkModel(model)).toMatchObject({ check: 'tool call', ok: true });
  });
});

describe('A28 what fails is named with URL, status and body, without the key', () => {
  const models = { '/v1/models': { body: { data: [{ id: 'tester' }] } } };
  const last = async (url: string, model: Record<string, unknown> = {}) => {
    const { ok, checks } = await checkProvider(compatible(`${url}/v1`, model), 'local');
    expect(ok).toBe(false);
    expect(JSON.stringify(checks)).not.toContain(secretKey);
    return checks.at(-1);
  };

  test('a wrong key', async () => {
    const body = { error: { message: `bad key ${secretKey}` } };
    const url = await serve(answering({ '/v1/models': { status: 401, body } }));
    expect(await last(url)).toMatchObject({
      check: 'models',
      detail: `${url}/v1/models answered 401: bad key ***. Check the API key of local.`,
    });
  });

  test('nobody there', async () => {
    expect(await last('http://127.0.0.1:1')).toMatchObject({
      check: 'reachable',
      detail: expect.stringContaining('http://127.0.0.1:1/v1/models cannot be reached'),
    });
  });

  test('no list of models is no failure, what then fails is', async () => {
    const url = await serve(answering({}));
    const { checks } = await checkProvider(compatible(`${url}/v1`), 'local');
    expect(outline(checks)).toEqual([
      ['configured', true],
      ['reachable', true],
      ['models', true],
      ['stream', false],
    ]);
    expect(checks.at(-1)?.detail).toContain(`answered 404 at ${url}/v1/chat/completions: not here`);
  });

  test('a stream that says nothing, and one that is a page', async () => {
    const chat = '/v1/chat/completions';
    const empty = await serve((request, response) => {
      if (request.url !== chat) return answering(models)(request, response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(streamed(''));
    });
    expect(await last(empty)).toMatchObject({ check: 'stream' });
    const page = await serve(
      answering({ ...models, [chat]: { body: '<html><title>Welcome</title></html>' } }),
    );
    expect(await last(page)).toMatchObject({ check: 'stream', detail: expect.stringContaining(page) });
  });

  test.each([
    [404, 'No endpoints found that support tool use.'],
    [400, 'registry.ollama.ai/library/gemma:2b does not support tools'],
    [400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'],
    [500, 'tools param requires --jinja flag'],
  ])('Q28 no tools: %i %s', async (status, message) => {
    const url = await serve((request, response) => {
      if (request.method === 'GET') return answering(models)(request, response);
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const tools = body.includes('"tools"');
        response.writeHead(tools ? status : 200, {
          'content-type': tools ? 'application/json' : 'text/event-stream',
        });
        response.end(tools ? JSON.stringify({ error: { message } }) : streamed('Hello.'));
      });
    });
    const failed = await last(url);
    expect(failed?.check).toBe('tool call');
    expect(failed?.detail).toMatch(/^local\/tester takes no tools here, and the chat cannot work without/);
    expect(failed?.detail).toContain(message.replace(/\.$/, ''));
    expect(failed?.detail).toContain(`${status} at ${url}/v1/chat/completions`);
  });

  test('a model that does not call the tool, or does not see the image', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: 'echo' }, { content: 'I would love to.' });
    mock.on({ userMessage: 'hello' }, { content: 'Hello.' });
    expect(await last(mock.url)).toMatchObject({
      check: 'tool call',
      detail: expect.stringContaining('did not call the tool'),
    });
    const blind = await mockModels();
    play(blind, { colour: 'I cannot see pictures,\n but it may be reduced.' });
    expect(await last(blind.url, { attachments: true })).toMatchObject({
      check: 'image',
      detail: expect.stringMatching(/said "I cannot see pictures, but it may be reduced.".*`attachments`/),
    });
  });
});

describe('Q29 an address that is nearly right', () => {
  test('lacks its /v1: it is found and named as the fix', async () => {
    const url = await serve(
      answering({
        '/models': { status: 200, body: { error: 'Unexpected endpoint' } },
        '/v1/models': { body: { data: [{ id: 'a' }, { id: 'b' }] } },
      }),
    );
    const { ok, checks } = await checkProvider(compatible(`${url}?key=${secretKey}`), 'local');
    expect(ok).toBe(false);
    expect(checks.at(-1)?.check).toBe('models');
    expect(checks.at(-1)?.detail).toBe(
      `${url}/models answered 200: Unexpected endpoint. With /v1 at its end it lists 2 model(s): set the base URL to ${url}/v1.`,
    );
  });

  test('is not asked twice when it has one', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(404).end();
    });
    await checkProvider(compatible(`${url}/api/v3`), 'local');
    expect(asked.filter((path) => path.endsWith('/models'))).toEqual(['/api/v3/models']);
  });
});

describe('what is not set up', () => {
  test('a key, a name, a model that is not allowed', async () => {
    const ai = aiSettings({
      openai: { models: ['gpt-4.1'] },
      anthropic: { apiKey: 'k', models: ['claude-x'] },
    });
    const first = async (provider: string, model?: string) =>
      (await checkProvider(ai, provider, model ? { model } : {})).checks[0]?.detail;
    expect(await first('openai')).toContain('OPENAI_API_KEY');
    expect(await first('opnai')).toContain('Did you mean "openai"');
    expect(await first('anthropic', 'claude-y')).toContain('Did you mean "claude-x"');
  });

  test('no model is allowed: those there are listed to choose from', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => ({ id: `m${index}` }));
    const url = await serve(answering({ '/v1/models': { body: { data: ids } } }));
    const ai = aiSettings({ compatible: [{ name: 'local', baseUrl: `${url}/v1` }] });
    const { ok, checks } = await checkProvider(ai, 'local');
    expect(ok).toBe(false);
    expect(outline(checks)).toEqual([
      ['reachable', true],
      ['models', true],
      ['configured', false],
    ]);
    expect(checks.at(-1)?.detail).toBe(
      'No model of local is allowed, so none is available. There are m0, m1, m2, m3, m4, m5, m6, m7 and others. Choose with `directus-assistant providers allow local MODEL`.',
    );
  });

  test('an allowed model that is not listed is said, with its neighbour', async () => {
    const url = await serve(answering({ '/v1/models': { body: { data: [{ id: 'testers' }] } } }));
    const { checks } = await checkProvider(compatible(`${url}/v1`), 'local');
    expect(checks[2]).toMatchObject({
      ok: true,
      detail: 'It lists 1 model(s), but not tester. Did you mean "testers"?',
    });
  });

  test('an address in the environment that is none', async () => {
    process.env.OPENAI_BASE_URL = 'ftp://x';
    onTestFinished(() => {
      delete process.env.OPENAI_BASE_URL;
    });
    const { checks } = await checkProvider(aiSettings({ openai: { apiKey: 'k', models: ['m'] } }), 'openai');
    expect(checks[0]?.detail).toContain('OPENAI_BASE_URL is no address');
  });
});

test('a check that is stopped says so at once, and does not throw', async () => {
  const stop = new AbortController();
  const url = await serve((request, response) => {
    if (request.method === 'GET') {
      return answering({ '/v1/models': { body: { data: [{ id: 'tester' }] } } })(request, response);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    stop.abort();
  });
  const { ok, checks } = await checkProvider(compatible(`${url}/v1`), 'local', { signal: stop.signal });
  expect(ok).toBe(false);
  expect(checks.at(-1)).toMatchObject({
    check: 'stream',
    ok: false,
    detail: expect.stringContaining('aborted'),
  });
});
