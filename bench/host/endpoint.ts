import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An OpenAI-compatible endpoint that streams the same short answer to whatever is asked. */
export type Endpoint = {
  /** Ends in `/v1`. */
  baseUrl: string;
  /** When the first byte of the last answer was sent, by `performance.now()`. */
  firstByteAt(): number;
  /** Body of the last request. */
  lastBody(): string;
  close(): Promise<void>;
};

const WORDS = 'Hello. What would you like to know about the content of this project?'.match(/\S+\s*/g) ?? [];

export async function startEndpoint(): Promise<Endpoint> {
  let firstByteAt = 0;
  let body = '';
  const server = createServer(async (request, response) => {
    body = await text(request);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    firstByteAt = performance.now();
    for (const [index, content] of WORDS.entries()) {
      const finish_reason = index === WORDS.length - 1 ? 'stop' : null;
      response.write(event({ choices: [{ index: 0, delta: { content }, finish_reason }] }));
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
    lastBody: () => body,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
