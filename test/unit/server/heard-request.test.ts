import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { heardRequest } from '../../../src/server/heard-request.ts';

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Hears what happens to a request, and holds no more than its signal, as servers do. */
function listen(request: Request, heard: () => void): void {
  request.signal.addEventListener('abort', heard);
}

/** What is freed only after something else was, too. */
async function freeAll(): Promise<void> {
  for (let time = 0; time < 3; time++) {
    gc();
    await wait(5);
  }
}

test.for([
  ['one of its own', (signal: AbortSignal) => signal],
  ['a sum of others', (signal: AbortSignal) => AbortSignal.any([signal, new AbortController().signal])],
] as const)('a request hears that its caller gives up, held or not: %s', async ([, of]) => {
  const caller = new AbortController();
  const heard = vi.fn();
  const post = { method: 'POST', headers: { accept: 'text/plain' }, body: 'body', signal: of(caller.signal) };
  listen(heardRequest('http://inside/mcp', post), heard);
  await freeAll();
  caller.abort();
  expect(heard).toHaveBeenCalledOnce();
});

test('the rest of a request is as it was given', async () => {
  const request = heardRequest('http://inside/mcp', { method: 'POST', headers: { a: 'b' }, body: 'body' });
  expect([request.method, request.headers.get('a'), await request.text()]).toEqual(['POST', 'b', 'body']);
  expect(request.signal.aborted).toBe(false);
});
