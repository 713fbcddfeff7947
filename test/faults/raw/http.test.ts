import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { call } from '../../protocol/fixtures/rpc.ts';
import { serve } from '../../protocol/fixtures/served.ts';
import { FULL } from '../length.ts';
import { INSIDE, MESSAGES, mutated } from './mutate.ts';

const ROUNDS = FULL ? 20 : 2;
const READ = { action: 'read', collection: 'articles', query: { limit: 1, fields: ['title'] } };

/** How a body is sent: with its length or in pieces, and as what. */
const FORMS: Record<string, string>[] = [
  { 'content-type': 'application/json' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
  { 'content-type': 'application/json', 'mcp-session-id': 'not-there' },
];

/** @returns `cut` where the server ended the connection instead of answering */
function post(url: string, body: Buffer, headers: Record<string, string>): Promise<[number | 'cut', string]> {
  return new Promise((resolve) => {
    const authorization = `Bearer ${sharedDirectus().admin.token}`;
    const accept = 'application/json, text/event-stream';
    const all = { authorization, accept, ...headers };
    const asked = request(url, { method: 'POST', headers: all }, async (answer) =>
      resolve([answer.statusCode ?? 0, await text(answer).catch(() => 'cut')]),
    );
    asked.on('error', () => resolve(['cut', '']));
    const middle = Math.floor(body.length / 2);
    if (headers['transfer-encoding']) asked.write(body.subarray(0, middle));
    asked.end(headers['transfer-encoding'] ? body.subarray(middle) : body);
  });
}

test('whatever body comes, the answer is a message or a plain refusal, and the next good call works', async () => {
  const served = await serve();
  let sent = 0;
  for (const { name, bytes } of mutated(MESSAGES, ROUNDS)) {
    const form = FORMS[sent % FORMS.length] ?? {};
    const [status, answer] = await post(served.url, bytes, form);
    const said = `${name} ${JSON.stringify(form)} -> ${status} ${answer.slice(0, 300)}`;
    expect([200, 202, 400, 404, 413, 415], said).toContain(status);
    if (status !== 200) expect(answer, said).not.toMatch(INSIDE);
    if (answer) {
      const data = [...answer.matchAll(/^data: (.+)$/gm)].map(([, event = '']) => event);
      for (const message of data.length > 0 ? data : [answer])
        for (const one of [JSON.parse(message)].flat()) expect(one, said).toMatchObject({ jsonrpc: '2.0' });
    }
    sent += 1;
    if (sent % 20 === 0) expect(await call(served.url, 'items', READ)).toContain('title');
  }
  expect(served.process.exitCode).toBe(null);
  expect(served.stderr()).not.toMatch(/\n\s+at |Unhandled|TypeError/);
  expect(served.stderr()).not.toContain(sharedDirectus().admin.token);
}, 300_000);
