import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../live/server.ts';
import { sharedDirectus } from '../live/shared-directus.ts';

/*
 * Something between us and Directus that does not wait for the end of an upload: proxies answer as soon as they know,
 * and lines break.
 */

const SIZE = 64 * 1024 * 1024;
let between: Server;
let server: TestServer;
let root: string;
let onUpload: (request: IncomingMessage, reply: ServerResponse) => void;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'upload-faults-'));
  await writeFile(join(root, 'large.bin'), '');
  await truncate(join(root, 'large.bin'), SIZE);
  between = createServer((request, reply) => {
    if (request.method === 'POST') onUpload(request, reply);
    else void passOn(request, reply);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  server = await startServer({ url, flags: ['--upload-roots', root] });
});
afterAll(async () => {
  await server?.close();
  between?.closeAllConnections();
  between?.close();
  await rm(root, { recursive: true, force: true });
});

async function passOn({ url = '/', headers }: IncomingMessage, reply: ServerResponse): Promise<void> {
  const { authorization = '' } = headers;
  const answer = await fetch(sharedDirectus().url + url, { headers: { authorization } });
  reply.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  reply.end(Buffer.from(await answer.arrayBuffer()));
}

const upload = () => server.call('files', { action: 'upload', data: [{ path: 'large.bin' }] });

test('A19 an answer that comes before the end of an upload ends it, and is what counts', async () => {
  let received = 0;
  onUpload = (request, reply) => {
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    reply.writeHead(413, { 'content-type': 'text/html' }).end('<h1>413 Request Entity Too Large</h1>');
  };
  const { isError, text } = await upload();
  expect(isError).toBe(true);
  expect(text).toMatch(/HTTP 413/);
  expect(text).not.toContain('<h1>');
  expect(received).toBeLessThan(SIZE);
});

test('A19 a connection that is cut during an upload leaves the outcome unknown, and that is said', async () => {
  onUpload = (request) => request.once('data', () => request.socket.destroy());
  const { isError, text } = await upload();
  expect(isError).toBe(true);
  expect(text).toMatch(/^UNREACHABLE: .*the connection was cut.*may or may not have been made/s);
  expect((await server.call('files', { action: 'read', query: { limit: 1 } })).isError).toBe(false);
});
