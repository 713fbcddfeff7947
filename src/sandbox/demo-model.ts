import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { prettifyError } from 'zod';
import { decide } from './demo-model/answer.ts';
import {
  type ChatRequest,
  chatRequest,
  chunks,
  completion,
  errorBody,
  type Usage,
} from './demo-model/wire.ts';

export type DemoModel = {
  /** Base URL for an OpenAI-compatible client, ending in `/v1`. */
  baseUrl: string;
  /** The one model it serves. */
  model: 'demo';
  stop(): Promise<void>;
};

const MODEL = 'demo';

/**
 * Serves a scripted model on loopback, speaking OpenAI's chat completions. It follows the requests written in
 * `demo-model/grammar.ts` by really calling the tools it is offered.
 * @param options.port defaults to a free one.
 * @param options.obedient whether it carries out every order it reads, whoever gives it: for tests of what it is shown.
 * @throws when the port cannot be listened on.
 */
export async function startDemoModel(
  options: { port?: number; obedient?: boolean; signal?: AbortSignal } = {},
): Promise<DemoModel> {
  const server = createServer((request, response) => {
    respond(request, response, options.obedient).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      const reason = error instanceof Error ? error.message : String(error);
      return send(response, 500, errorBody(`The demo model failed: ${reason}`, 'server_error'));
    });
  });
  server.listen({
    port: options.port ?? 0,
    host: '127.0.0.1',
    ...(options.signal && { signal: options.signal }),
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    model: MODEL,
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, obedient = false): Promise<void> {
  const route = `${request.method} ${(request.url ?? '').split('?')[0]}`;
  if (route === 'GET /v1/models') {
    const model = { id: MODEL, object: 'model', created: 0, owned_by: 'directus-assistant' };
    return send(response, 200, { object: 'list', data: [model] });
  }
  if (route !== 'POST /v1/chat/completions') {
    return send(response, 404, errorBody(`There is no ${route} here. Try POST /v1/chat/completions.`));
  }
  const parsed = parse(await text(request));
  if (typeof parsed === 'string') return send(response, 400, errorBody(parsed));
  if (parsed.model !== MODEL) {
    const problem = `There is no model "${parsed.model}" here. The only one is "${MODEL}".`;
    return send(response, 404, errorBody(problem, 'invalid_request_error', 'model_not_found'));
  }
  const answer = decide(parsed, obedient);
  const usage = measure(parsed, answer);
  if (!parsed.stream) return send(response, 200, completion(MODEL, answer, usage));

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const chunk of chunks(MODEL, answer, usage, parsed.stream_options?.include_usage === true)) {
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

/** @returns the request, or what is wrong with it. */
function parse(body: string): ChatRequest | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return 'The body is not valid JSON.';
  }
  const parsed = chatRequest.safeParse(json);
  return parsed.success ? parsed.data : prettifyError(parsed.error);
}

/** The demo model has no tokens of its own; it counts four characters as one, as a rule of thumb, and sees no images. */
function measure(request: ChatRequest, answer: object): Usage {
  const readable = (_: string, value: unknown) =>
    typeof value === 'string' && value.startsWith('data:') ? '' : value;
  const tokens = (value: unknown) => Math.ceil(JSON.stringify(value, readable).length / 4);
  const prompt_tokens = tokens([request.messages, request.tools ?? []]);
  const completion_tokens = tokens(answer);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
