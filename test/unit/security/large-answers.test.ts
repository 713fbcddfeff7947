import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { ToolError } from '../../../src/directus/errors.ts';
import { send } from '../../../src/directus/http.ts';

const MB = 1024 * 1024;
/** Takes 70 KB on the line. */
const bomb = gzipSync(Buffer.alloc(70 * MB));

/** A server in the place of Directus that answers everything so. */
async function answering(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/items/articles`;
}

/** Sends pieces for as long as somebody takes them. */
function endless(response: ServerResponse): void {
  const piece = Buffer.alloc(MB, ' ');
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.writeHead(200, { 'content-type': 'application/json' }).on('drain', more);
  more();
}

const packed = (response: ServerResponse) =>
  response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(bomb);

test.each([
  ['does not end', endless],
  ['unfolds to more than there is room for', packed],
])('an answer that %s is not taken in, and that is said', async (_, answer) => {
  const error = await send(await answering(answer)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ToolError);
  expect(error).toMatchObject({ code: 'ANSWER_TOO_LARGE', next: expect.stringContaining('fewer rows') });
});

test('after a change it is said that nobody knows what came of it', async () => {
  const error = await send(await answering(packed), { method: 'PATCH' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ next: expect.stringContaining('may or may not have been made') });
});

test('one that is packed and fits is unpacked', async () => {
  const small = gzipSync('{"data":1}');
  const url = await answering((response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(small),
  );
  expect(await (await send(url)).json()).toEqual({ data: 1 });
});
