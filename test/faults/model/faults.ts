import type { ServerResponse } from 'node:http';
import type { Answered, Fault } from './between.ts';

/** A fault, and whether the whole answer got through all the same. */
export type NamedFault = { name: string; fault: Fault };

/** Sends the beginning of an answer, makes sure that it went out, and cuts the connection. */
async function cutAfter(reply: ServerResponse, answered: Answered, length: number): Promise<void> {
  reply.writeHead(answered.status, { 'content-type': answered.contentType });
  await new Promise((sent) => reply.write(answered.body.subarray(0, length), sent));
  reply.destroy();
}

/** Where something the model wrote is: half of it is no use to anybody. */
const middleOf = ({ body }: Answered): number => {
  const found = body.indexOf(MARK_BEGIN);
  return found === -1 ? Math.floor(body.length / 2) : found + 4;
};

/** The models of these tests write this into what they say and into the arguments of their call. */
export const MARK_BEGIN = 'Half of this';

/** The first event that only says that the answer is over. */
const END = /(event: response\.completed|event: message_delta|data: [^\n]*"finish_?[rR]eason": ?"[^\n]*)/;

/** Where the end of the stream is said. */
const endOf = ({ body }: Answered): number => {
  const found = END.exec(body.toString('latin1'));
  if (!found) throw new Error(`There is no end in ${body}`);
  return found.index;
};

const whole =
  (status: number, contentType: string, body: string, headers: Record<string, string> = {}): Fault =>
  (reply) => {
    reply.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
  };
const json = (status: number, body: unknown, headers?: Record<string, string>) =>
  whole(status, 'application/json', JSON.stringify(body), headers);

/** Nothing of an answer comes. */
export const withoutAnswer: NamedFault[] = [
  { name: 'silent until it is given up', fault: () => {} },
  {
    name: 'silent after its headers',
    fault: (reply) => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    },
  },
  {
    name: 'cut before any byte',
    fault: (reply) => {
      reply.destroy();
    },
  },
  {
    name: 'dropped after the endpoint had answered',
    fault: async (reply, ask) => {
      await ask();
      reply.destroy();
    },
  },
];

/** Something else comes than an answer. */
export const otherAnswers: NamedFault[] = [
  {
    name: '429 with Retry-After',
    fault: json(429, { error: { message: 'slow down' } }, { 'retry-after': '7' }),
  },
  { name: '429 without Retry-After', fault: json(429, { error: { message: 'slow down' } }) },
  {
    name: '503',
    fault: whole(503, 'text/plain', 'no healthy upstream\n    at Object.run (/srv/gateway.js:1:1)'),
  },
  {
    name: 'a page with 200',
    fault: whole(200, 'text/html', '<!DOCTYPE html><html><title>Sign in</title></html>'),
  },
  { name: 'JSON of a wrong shape', fault: json(200, { data: null }) },
  { name: 'a list', fault: json(200, []) },
  {
    name: 'events of a wrong shape',
    fault: whole(200, 'text/event-stream', 'data: {"data":[null]}\n\ndata: 7\n\n'),
  },
  { name: 'half of a JSON body', fault: whole(200, 'application/json', '{"id":"x","choices":[{"mess') },
];

/** The answer begins and goes wrong. */
export const brokenStreams: NamedFault[] = [
  {
    name: 'cut in the middle of what it writes',
    fault: async (reply, ask) => {
      const answered = await ask();
      await cutAfter(reply, answered, middleOf(answered));
    },
  },
  {
    name: 'ended well in the middle of what it writes',
    fault: async (reply, ask) => {
      const { status, contentType, body } = await ask();
      const part = body.subarray(0, middleOf({ status, contentType, body }));
      reply.writeHead(status, { 'content-type': contentType }).end(part);
    },
  },
  {
    name: 'cut before its end is said',
    fault: async (reply, ask) => {
      const answered = await ask();
      await cutAfter(reply, answered, endOf(answered));
    },
  },
  {
    name: 'ended well before its end is said',
    fault: async (reply, ask) => {
      const answered = await ask();
      reply.writeHead(answered.status, { 'content-type': answered.contentType });
      reply.end(answered.body.subarray(0, endOf(answered)));
    },
  },
  {
    name: 'silent in the middle of what it writes',
    fault: async (reply, ask) => {
      const answered = await ask();
      reply.writeHead(answered.status, { 'content-type': answered.contentType });
      reply.write(answered.body.subarray(0, middleOf(answered)));
    },
  },
  {
    name: 'corrupted in the middle of what it writes',
    fault: async (reply, ask) => {
      const { status, contentType, body } = await ask();
      const at = middleOf({ status, contentType, body });
      // Breaks the JSON of the event as well as the coding of the text.
      Buffer.from([0xff, 0x22, 0x00, 0xc3, 0x28, 0x7d]).copy(body, at);
      reply.writeHead(status, { 'content-type': contentType }).end(body);
    },
  },
];
