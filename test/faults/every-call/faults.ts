import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answered, Interfere } from '../../live/proxy.ts';

/** What goes wrong with a request on its way to Directus, or with the answer on its way back. */
export type Fault = {
  name: string;
  /** Whether it stays from then on, or befalls one request. */
  lasts?: true;
  /** Whether a call may still be answered as if nothing had been. */
  harmless?: true;
  interfere: Interfere;
};

const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html' };
const PAGE = `<html><body><h1>Bad Gateway</h1>${'<p>Please stand by.</p>'.repeat(2000)}</body></html>`;
const LONG_MS = 60;

const says =
  (status: number, headers: Record<string, string>, body: string): Interfere =>
  (_passed, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };

/** Directus does what it is asked, and this comes back in place of its answer. */
const saysAfter =
  (answer: (response: ServerResponse, answered: Answered) => void): Interfere =>
  (_passed, response) =>
  (answered) =>
    answer(response, answered);

const cut: Interfere = (_passed, _response, request) => {
  request.socket.destroy();
  return true;
};

const half = ({ body }: Answered) => body.subarray(0, Math.floor(body.length / 2));

export const faults: Fault[] = [
  {
    name: 'a delay',
    harmless: true,
    interfere: saysAfter((response, { status, headers, body }) => {
      void wait(LONG_MS).then(() => response.writeHead(status, headers).end(body));
    }),
  },
  { name: 'a cut before it arrives', interfere: cut },
  { name: 'a cut before it arrives, for good', lasts: true, interfere: cut },
  {
    name: 'a cut after it was sent',
    interfere: (_passed, _response, request) => () => void request.socket.destroy(),
  },
  {
    name: 'a cut after it was sent, for good',
    lasts: true,
    interfere: (_passed, _response, request) => () => void request.socket.destroy(),
  },
  {
    name: '429',
    interfere: says(
      429,
      { ...json, 'retry-after': '0' },
      '{"errors":[{"message":"Too many requests, retry after 0s.","extensions":{"code":"REQUESTS_EXCEEDED"}}]}',
    ),
  },
  {
    name: '503 and a page, for good',
    lasts: true,
    interfere: says(503, { ...html, 'retry-after': '0' }, PAGE),
  },
  {
    name: '429 and a page, for good',
    lasts: true,
    interfere: says(429, { ...html, 'retry-after': '0' }, PAGE),
  },
  { name: 'a page in place of the answer', interfere: says(200, html, PAGE) },
  {
    name: '502 and a page after it was sent',
    interfere: saysAfter((response) => response.writeHead(502, html).end(PAGE)),
  },
  { name: 'JSON of another kind', interfere: says(200, json, '[1,{"a":2}]') },
  { name: 'rows of another kind', interfere: says(200, json, '{"data":"none"}') },
  { name: 'null for data', interfere: says(200, json, '{"data":null}') },
  { name: 'no words for errors', interfere: says(400, json, '{"errors":[{}]}') },
  {
    name: 'half a body, then a cut',
    interfere: (_passed, response, request) => (answered) => {
      response.writeHead(answered.status, { ...json, 'content-length': String(answered.body.length + 10) });
      response.write(half(answered), () => request.socket.destroy());
    },
  },
  {
    name: 'half a body that says it is whole',
    interfere: saysAfter((response, answered) =>
      response.writeHead(answered.status, json).end(half(answered)),
    ),
  },
  {
    name: 'bytes that are no gzip',
    interfere: saysAfter((response, { status, body }) =>
      response.writeHead(status, { ...json, 'content-encoding': 'gzip' }).end(body.length > 0 ? body : 'x'),
    ),
  },
];
