import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isModelProblem, openModel, runOnce } from '../../src/host/index.ts';
import {
  aiSettings,
  chatWith,
  connect,
  mockModels,
  notesServer,
  openLocal,
  read,
  secretKey,
} from './fixtures/setup.ts';

async function answering(handler: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    handler(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

describe('an endpoint that refuses', () => {
  test.for([
    { status: 400, body: { error: { message: 'max_tokens is too large' } }, says: 'max_tokens is too large' },
    {
      status: 401,
      body: { error: { message: `Wrong key: ${secretKey}.` } },
      says: 'Check the API key of local',
    },
    { status: 403, body: { message: 'not for you' }, says: 'not for you' },
    { status: 404, body: { error: 'model "tester" not found' }, says: 'model "tester" not found' },
    { status: 404, body: [{ error: { message: 'in a list' } }], says: 'in a list' },
    { status: 422, body: { detail: 'bad tools' }, says: 'bad tools' },
    { status: 500, body: { error: { message: 'out of memory' } }, says: 'out of memory' },
    { status: 503, body: { error: { message: 'loading the model' } }, says: 'try again later' },
  ])('with $status $says', async ({ status, body, says }) => {
    const url = await answering(json(status, body));
    const chat = await chatWith(await mockModels(), { model: await openLocal(url) });
    const { parts, end } = await read(chat.send('hello'));
    expect(end.state).toBe('failed');
    expect(end.problem).toContain(says);
    expect(end.problem).toContain(`${status}`);
    expect(end.problem).toContain(`${url}/chat/completions`);
    expect(end.problem).toContain('local (model tester)');
    expect(end.problem).not.toContain(secretKey);
    const part = parts.find(({ type }) => type === 'error');
    expect(part?.type === 'error' && isModelProblem(part.error) && part.error.status).toBe(status);
    expect(chat.messages).toEqual([{ role: 'user', content: 'hello' }]);
  });

  test('with 429 says how long to wait, and that it may be tried again', async () => {
    const url = await answering(json(429, { error: { message: 'slow down' } }, { 'retry-after': '17' }));
    const chat = await chatWith(await mockModels(), { model: await openLocal(url) });
    const { end } = await read(chat.send('hello'));
    expect(end).toMatchObject({ state: 'failed', retryable: true });
    expect(end.problem).toContain('slow down');
    expect(end.problem).toContain('17 s');
  });

  test('with a page of HTML', async () => {
    const url = await answering((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end(
        '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>',
      );
    });
    const chat = await chatWith(await mockModels(), { model: await openLocal(url) });
    const { end } = await read(chat.send('hello'));
    expect(end.problem).toContain('an HTML page titled "502 Bad Gateway"');
    expect(end.problem).not.toContain('<');
  });

  test('with a good status and a page of HTML', async () => {
    const url = await answering((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><title>Welcome</title></html>');
    });
    const chat = await chatWith(await mockModels(), { model: await openLocal(url) });
    const { end } = await read(chat.send('hello'));
    expect(end.state).toBe('failed');
    expect(end.problem).toContain(url);
    expect(end.problem).toContain('what answers there is no such API');
  });

  test('by not being there', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    await new Promise((done) => server.close(done));
    const chat = await chatWith(await mockModels(), { model: await openLocal(url) });
    const { end } = await read(chat.send('hello'));
    expect(end).toMatchObject({ state: 'failed', retryable: true });
    expect(end.problem).toContain('could not be reached');
    expect(end.problem).toContain(url);
    expect(end.problem).toContain('ECONNREFUSED');
  });

  test('and later does not: the turn can be tried again', async () => {
    const mock = await mockModels();
    mock.onMessage('hello', { content: 'Hi.' });
    mock.nextRequestError(500, { message: 'once' });
    const chat = await chatWith(mock);
    expect((await read(chat.send('hello'))).end.state).toBe('failed');
    expect((await read(chat.resume())).end).toMatchObject({ state: 'done', text: 'Hi.' });
    expect(chat.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  test('after a tool ran: what it did is not lost, and it does not run again', async () => {
    const mock = await mockModels();
    const toolCalls = [{ id: 'call_1', name: 'notes', arguments: { action: 'create', text: 'new' } }];
    let failing = true;
    mock.on({ userMessage: 'create', hasToolResult: false }, { toolCalls });
    mock.on({ userMessage: 'create', hasToolResult: true }, () =>
      failing ? { error: { message: 'once' }, status: 500 } : { content: 'Created.' },
    );
    const chat = await chatWith(mock);
    await read(chat.send('create'));
    const [pending] = chat.pending;
    const { end } = await read(chat.answer([{ approvalId: pending?.approvalId ?? '', decision: 'yes' }]));
    expect(end.state).toBe('failed');
    expect(end.calls).toMatchObject([{ state: 'done' }]);
    expect(JSON.stringify(chat.messages).match(/"type":"tool-result"/g), 'one result, once').toHaveLength(1);
    failing = false;
    const again = await read(chat.resume());
    expect(again.end).toMatchObject({ state: 'done', text: 'Created.', calls: [] });
  });
});

describe('no message holds a key', () => {
  test('whatever the provider, the endpoint echoing all it was sent', async () => {
    const url = await answering((request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: { message: `${JSON.stringify(request.headers)} ${request.url}` } }),
      );
    });
    const root = url.replace(/\/v1$/, '');
    const names = {
      openai: 'OPENAI_BASE_URL',
      anthropic: 'ANTHROPIC_BASE_URL',
      google: 'GOOGLE_GEMINI_BASE_URL',
    };
    for (const name of Object.values(names)) process.env[name] = name === 'OPENAI_BASE_URL' ? url : root;
    onTestFinished(() => {
      for (const name of Object.values(names)) delete process.env[name];
    });
    const builtIn = { apiKey: secretKey, models: ['m'] };
    const ai = aiSettings({
      openai: builtIn,
      anthropic: builtIn,
      google: builtIn,
      compatible: [
        {
          name: 'keyed',
          baseUrl: `${url}?api-version=${secretKey}`,
          apiKey: secretKey,
          models: [{ id: 'm' }],
        },
        {
          name: 'headed',
          baseUrl: url,
          headers: { 'x-token': `Bearer ${secretKey}` },
          models: [{ id: 'm' }],
        },
      ],
    });
    const servers = await connect(notesServer());
    for (const provider of ['openai', 'anthropic', 'google', 'keyed', 'headed']) {
      const model = await openModel(ai, `${provider}/m`);
      const result = await runOnce({ model, servers, prompt: 'hello', approve: 'reads', maxRetries: 0 });
      expect(result.state).toBe('failed');
      expect(result.problem, provider).toContain('***');
      expect(JSON.stringify(result), provider).not.toContain(secretKey);
    }
  });
});
