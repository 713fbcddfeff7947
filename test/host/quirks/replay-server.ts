import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import * as z from 'zod';

/** What a request is answered with: the name of a recording, or how it deviates from one. */
export type Reply =
  | string
  | {
      /** Name of a recording in `streams/`, or text after `text:`. */
      body: string;
      status?: number;
      headers?: Record<string, string>;
      /** Bytes written at a time; default all at once. */
      bytes?: number;
      /** Milliseconds between two pieces of `bytes`; without it they come as fast as they can. */
      everyMs?: number;
      /** What happens after the last byte; default `well`. */
      end?: 'well' | 'cut the connection' | 'stall';
    };

const chatRequest = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string() })),
  tools: z.array(z.unknown()).optional(),
});
export type ChatRequest = z.output<typeof chatRequest>;

/** The text of a recording. */
export function recording(name: string): string {
  if (name.startsWith('text:')) return name.slice('text:'.length);
  return readFileSync(new URL(`streams/${name}`, import.meta.url), 'utf8');
}

/**
 * An endpoint that replays recordings, one for each request and the last for all that follow. It ends with the test.
 * `requests` are the bodies it was sent.
 */
export async function replay(...replies: Reply[]): Promise<{ url: string; requests: ChatRequest[] }> {
  const requests: ChatRequest[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    const reply = replies[Math.min(requests.length, replies.length - 1)] ?? '';
    requests.push(chatRequest.parse(JSON.parse(body)));
    await answer(typeof reply === 'string' ? { body: reply } : reply, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests };
}

async function answer(reply: Exclude<Reply, string>, response: ServerResponse): Promise<void> {
  const streamed = reply.body.endsWith('.sse') || reply.body.startsWith('text:data');
  const status = reply.status ?? Number(/-(\d{3})\.json$/.exec(reply.body)?.[1] ?? 200);
  const type = streamed ? 'text/event-stream; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...reply.headers });
  response.flushHeaders();
  const bytes = Buffer.from(recording(reply.body));
  const size = reply.bytes ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) {
    response.write(bytes.subarray(at, at + size));
    if (size < bytes.length) await (reply.everyMs ? setTimeout(reply.everyMs) : setImmediate());
  }
  if (reply.end === 'cut the connection') {
    // What was written must have gone out, or nothing of it would arrive.
    await new Promise((sent) => response.write('\n', sent));
    response.destroy();
  } else if (reply.end !== 'stall') response.end();
}
