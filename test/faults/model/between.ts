import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a model endpoint answered, as it would go through. */
export type Answered = { status: number; contentType: string; body: Buffer };

/** Does with an answer what it likes. `ask` has the endpoint answer; who does not call it keeps the request away. */
export type Fault = (reply: ServerResponse, ask: () => Promise<Answered>) => Promise<void> | void;

/** What stands between the host and a model endpoint. */
export type Between = {
  url: string;
  /** Requests since the last `from`. */
  requests(): number;
  /** From now on the `nth` request (of `times` in a row) meets the fault, and all others pass. */
  from(nth: number, fault: Fault, times?: number): void;
  close(): Promise<void>;
};

const passOn: Fault = async (reply, ask) => {
  const { status, contentType, body } = await ask();
  reply.writeHead(status, { 'content-type': contentType }).end(body);
};

/** @param upstream the address of the endpoint, without a path */
export async function standBetween(upstream: string): Promise<Between> {
  let [count, first, last] = [0, 0, 0];
  let fault = passOn;
  const server = createServer(async (request, reply) => {
    const sent = await bodyOf(request);
    const ask = () => askUpstream(upstream, request, sent);
    count += 1;
    await (count >= first && count <= last ? fault : passOn)(reply, ask);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => count,
    from(nth, how, times = 1) {
      [count, first, last, fault] = [0, nth, nth + times - 1, how];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function askUpstream(
  upstream: string,
  { url = '/', method = 'POST', headers }: IncomingMessage,
  body: Buffer<ArrayBuffer>,
): Promise<Answered> {
  const { authorization = '', 'x-api-key': key = '', 'x-goog-api-key': other = '' } = headers;
  const named = { authorization, 'x-api-key': `${key}`, 'x-goog-api-key': `${other}` };
  const sent = { 'content-type': 'application/json', ...named };
  const answer = await fetch(upstream + url, { method, headers: sent, body });
  return {
    status: answer.status,
    contentType: answer.headers.get('content-type') ?? '',
    // Google says STOP after a call, too; the endpoint that plays it says what Google never does.
    body: Buffer.from((await answer.text()).replaceAll('"FUNCTION_CALL"', '"STOP"')),
  };
}
