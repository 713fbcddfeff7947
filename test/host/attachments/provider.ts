import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ChatModel, openModel } from '../../../src/host/index.ts';
import { aiSettings, openLocal, secretKey } from '../fixtures/setup.ts';

export type Kind = 'openai' | 'anthropic' | 'google' | 'compatible';

/** An endpoint of every kind, with files APIs. It answers "Seen." */
export type Provider = {
  url: string;
  /** The bodies of requests to models. */
  asked: string[];
  /** The bodies of uploads. */
  uploaded: Buffer[];
  /** Ids of the files it has; taking one out is what a provider does after some days. */
  files: Set<string>;
  /** Requests to OpenAI's API that are answered with a call of a tool first. */
  calls: number;
  /** What models answer instead: an error 400 that says this. */
  refusal: string | undefined;
  /** What uploads are answered instead. */
  onUpload: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
};

const events: Record<Kind, unknown[]> = {
  openai: [
    { type: 'response.created', response: { id: 'r', created_at: 1, model: 'm' } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'i' } },
    { type: 'response.output_text.delta', item_id: 'i', delta: 'Seen.' },
    { type: 'response.output_item.done', output_index: 0, item: { type: 'message', id: 'i' } },
    { type: 'response.completed', response: { usage: { input_tokens: 1, output_tokens: 1 } } },
  ],
  anthropic: [
    {
      type: 'message_start',
      message: {
        id: 'i',
        model: 'm',
        role: 'assistant',
        content: [],
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Seen.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  ],
  google: [
    {
      candidates: [{ content: { role: 'model', parts: [{ text: 'Seen.' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    },
  ],
  compatible: [
    { id: 'i', choices: [{ index: 0, delta: { role: 'assistant', content: 'Seen.' } }] },
    { id: 'i', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  ],
};

/** A call of a tool that is not there, which the model is told. */
const call = {
  type: 'function_call',
  id: 'f',
  call_id: 'c',
  name: 'nothing',
  arguments: '{}',
  status: 'completed',
};
const calling = [
  { type: 'response.created', response: { id: 'r', created_at: 1, model: 'm' } },
  { type: 'response.output_item.added', output_index: 0, item: { ...call, arguments: '' } },
  { type: 'response.output_item.done', output_index: 0, item: call },
  { type: 'response.completed', response: { usage: { input_tokens: 1, output_tokens: 1 } } },
];

/** How each says that a file is not there. */
const gone: Record<Kind, (id: string) => [status: number, body: unknown]> = {
  openai: (id) => [
    404,
    { error: { message: `File with id '${id}' not found.`, type: 'invalid_request_error' } },
  ],
  anthropic: (id) => [
    404,
    { type: 'error', error: { type: 'not_found_error', message: `File not found: ${id}` } },
  ],
  google: (id) => [
    403,
    {
      error: {
        code: 403,
        message: `You do not have permission to access the File ${id} or it may not exist.`,
        status: 'PERMISSION_DENIED',
      },
    },
  ],
  compatible: () => [400, {}],
};

export async function startProvider(): Promise<Provider> {
  const provider: Provider = {
    url: '',
    asked: [],
    uploaded: [],
    files: new Set(),
    calls: 0,
    refusal: undefined,
    onUpload: undefined,
  };
  let made = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      // The client hung up.
      return;
    }
    const body = Buffer.concat(chunks);
    const path = request.url ?? '';
    const json = (status: number, value: unknown, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(value));
    };
    if (/\/files$/.test(path) && provider.onUpload) return provider.onUpload(request, response);
    if (path === '/upload/v1beta/files')
      return json(200, {}, { 'x-goog-upload-url': `${provider.url}/upload-here` });
    if (/\/files$/.test(path) || path === '/upload-here') {
      made += 1;
      const id = `file-${made}abc`;
      provider.files.add(id);
      provider.uploaded.push(body);
      const uri = `${provider.url}/v1beta/files/${id}`;
      return path === '/upload-here'
        ? json(200, { file: { name: `files/${id}`, uri, mimeType: 'x/y', state: 'ACTIVE' } })
        : json(200, { id, object: 'file', type: 'file' });
    }
    const kind = kindOf(path);
    provider.asked.push(body.toString('utf8'));
    const missing = [...body.toString('utf8').matchAll(/file-\d+abc/g)].find(
      ([id]) => !provider.files.has(id),
    );
    if (missing) return json(...gone[kind](missing[0]));
    if (provider.refusal) return json(400, { error: { message: provider.refusal } });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    provider.calls -= 1;
    const answer = kind === 'openai' && provider.calls >= 0 ? calling : events[kind];
    for (const event of answer) response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end(kind === 'compatible' ? 'data: [DONE]\n\n' : '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}

function kindOf(path: string): Kind {
  if (path.endsWith('/responses')) return 'openai';
  if (path.endsWith('/messages')) return 'anthropic';
  return path.includes(':streamGenerateContent') ? 'google' : 'compatible';
}

/** The model of a kind at this endpoint, opened as people open it. */
export async function openKind(kind: Kind, { url }: Provider): Promise<ChatModel> {
  if (kind === 'compatible') return openLocal(`${url}/v1`, { attachments: true });
  const names = {
    openai: 'OPENAI_BASE_URL',
    anthropic: 'ANTHROPIC_BASE_URL',
    google: 'GOOGLE_GEMINI_BASE_URL',
  };
  const before = process.env[names[kind]];
  process.env[names[kind]] = kind === 'openai' ? `${url}/v1` : url;
  const model = await openModel(aiSettings({ [kind]: { apiKey: secretKey, models: ['m'] } }), `${kind}/m`);
  if (before === undefined) delete process.env[names[kind]];
  else process.env[names[kind]] = before;
  return model;
}
