import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ToolCall } from '../rpc.ts';

/** An OpenAI-compatible endpoint that calls the tools of a script one after the other, and then says a few words. */
export type Endpoint = {
  /** Ends in `/v1`. */
  baseUrl: string;
  /** When the first byte of the last answer was sent, by `performance.now()`. */
  firstByteAt(): number;
  /** Body of the last request. */
  lastBody(): string;
  /** Bodies of all requests since this was last asked. */
  takeBodies(): string[];
  close(): Promise<void>;
};

const WORDS = 'Hello. What would you like to know about the content of this project?'.match(/\S+\s*/g) ?? [];

/** @param script what is called; without any, only words are said */
export async function startEndpoint(script: ToolCall[] = []): Promise<Endpoint> {
  let firstByteAt = 0;
  let bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    firstByteAt = performance.now();
    for (const choice of choicesOf(script[answersIn(body)])) {
      response.write(event({ choices: [{ index: 0, ...choice }] }));
      // As a model does, word by word.
      await new Promise(setImmediate);
    }
    const usage = { prompt_tokens: 1, completion_tokens: WORDS.length, total_tokens: WORDS.length + 1 };
    response.end(`${event({ choices: [], usage })}data: [DONE]\n\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    firstByteAt: () => firstByteAt,
    lastBody: () => bodies.at(-1) ?? '',
    takeBodies() {
      const taken = bodies;
      bodies = [];
      return taken;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** How many tools have answered in the conversation: so far has the script come. */
function answersIn(body: string): number {
  const { messages } = JSON.parse(body) as { messages: { role: string }[] };
  return messages.filter(({ role }) => role === 'tool').length;
}

function choicesOf(call: ToolCall | undefined): object[] {
  if (!call)
    return WORDS.map((content, index) => ({
      delta: { content },
      finish_reason: index === WORDS.length - 1 ? 'stop' : null,
    }));
  const called = { name: call.name, arguments: JSON.stringify(call.arguments) };
  const tool_calls = [{ index: 0, id: `call_${call.name}`, type: 'function', function: called }];
  return [
    { delta: { role: 'assistant', tool_calls }, finish_reason: null },
    { delta: {}, finish_reason: 'tool_calls' },
  ];
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
