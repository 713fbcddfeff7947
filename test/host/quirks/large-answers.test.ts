import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { endpointsOf } from '../../../src/host/providers/endpoints.ts';
import { open } from '../../../src/host/providers/models.ts';
import { attend } from '../../../src/host/providers/quirks/attend.ts';
import { listRemote } from '../../../src/host/providers/remote.ts';
import { compatible } from '../fixtures/setup.ts';
import { ask } from './ask.ts';
import { problemOf } from './open.ts';

/** 70 MB of comments of a stream, in 70 KB on the line. */
const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024, ': alive\n\n'));

/** An endpoint that answers everything with the bomb, as what is said. */
async function endpoint(status: number, type: string) {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': type, 'content-encoding': 'gzip' }).end(bomb);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const [first] = endpointsOf(compatible(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`));
  if (!first?.models[0]) throw new Error('The settings have no model.');
  return { first, choice: first.models[0] };
}

test.each([
  ['an answer', 200, 'text/event-stream'],
  ['an error', 400, 'application/json'],
])('%s of an endpoint that unfolds without end is broken off, and that is said', async (_, status, type) => {
  const { first, choice } = await endpoint(status, type);
  const model = attend(await open(first, choice), { maxRetries: 0, onEvent: () => {} });
  expect(problemOf(await ask(model)).message).toContain('more than 64 MB');
});

test('so is a list of models', async () => {
  const { first } = await endpoint(200, 'application/json');
  const listing = await listRemote(first, new AbortController().signal);
  expect(listing).toMatchObject({ state: 'unreachable', detail: expect.stringContaining('more than 64 MB') });
});
