import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { bearer } from '../../protocol/fixtures/reach.ts';
import { serve } from '../../protocol/fixtures/served.ts';
import { planted } from '../../secrets-planted.ts';
import { openPipe } from '../pipe.ts';
import { randomFrom } from '../random.ts';
import { KILLS, TIMEOUT_MS, written } from './murder.ts';

const creating = (name: string) => ({
  action: 'create',
  collection: 'articles',
  data: { title: name, slug: name },
});

/** Some that write one article after the other until the server is gone. */
function startWriting(name: string, count: number, call: (args: object) => Promise<unknown>) {
  const acknowledged: string[] = [];
  const { promise: first, resolve } = Promise.withResolvers<void>();
  let gone = false;
  async function keepWriting(writer: number): Promise<void> {
    for (let nth = 0; ; nth++) {
      const own = `${name}-${writer}-${nth}`;
      try {
        await call(creating(own));
      } catch (error) {
        if (gone) return;
        throw error;
      }
      acknowledged.push(own);
      resolve();
    }
  }
  const all = Promise.all(Array.from({ length: count }, (_, writer) => keepWriting(writer)));
  return {
    first: Promise.race([first, all]),
    /** @returns what was acknowledged */
    async until(kill: () => Promise<unknown>) {
      gone = true;
      await kill();
      await all;
      return acknowledged;
    },
  };
}

/** Each that was acknowledged is there, and none twice. */
async function expectWritten(mark: string, acknowledged: readonly string[]): Promise<void> {
  const counts = await written(mark);
  for (const name of acknowledged) expect(counts.get(name), name).toBe(1);
  for (const [name, count] of counts) expect(count, name).toBe(1);
  expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS);
}

describe(`a server that is killed ${KILLS} times while it writes`, () => {
  test(
    'over stdio: what it acknowledged is there once',
    async () => {
      const random = randomFrom(23);
      const mark = `kill-stdio-${randomUUID()}`;
      const acknowledged: string[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const pipe = await openPipe({});
        const writing = startWriting(`${mark}-${kill}`, 2, async (args) => {
          const { isError, text } = await pipe.call('items', { ...args });
          expect(isError, text).toBe(false);
        });
        await writing.first;
        await wait(random() * 80);
        acknowledged.push(...(await writing.until(pipe.kill)));
        expect(pipe.stderr()).toBe('');
      }
      await expectWritten(mark, acknowledged);
    },
    TIMEOUT_MS,
  );

  test(
    'over HTTP: the next goes on with the same session, and what was acknowledged is there once',
    async () => {
      const random = randomFrom(29);
      const mark = `kill-http-${randomUUID()}`;
      const acknowledged: string[] = [];
      let session: string | undefined;
      for (let kill = 0; kill < KILLS; kill++) {
        const served = await serve({ env: { DIRECTUS_ASSISTANT_KEY: planted.installationKey } });
        session ??= await openSession(served.url);
        const held = session;
        const writing = startWriting(`${mark}-${kill}`, 3, (args) => callOver(served.url, held, args));
        await writing.first;
        await wait(random() * 80);
        const left = once(served.process, 'exit');
        const end = () => {
          served.process.kill('SIGKILL');
          return left;
        };
        acknowledged.push(...(await writing.until(end)));
        expect(served.log().filter(({ event }) => event === 'warning')).toEqual([]);
      }
      await expectWritten(mark, acknowledged);
    },
    TIMEOUT_MS,
  );
});

const post = (url: string, body: object, session?: string) =>
  fetch(url, {
    method: 'POST',
    headers: {
      ...bearer(sharedDirectus().admin.token),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session && { 'mcp-session-id': session, 'mcp-protocol-version': '2025-06-18' }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...body }),
  });

async function openSession(url: string): Promise<string> {
  const clientInfo = { name: 'raw', version: '1' };
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  const response = await post(url, { id: 1, method: 'initialize', params });
  await response.text();
  const session = response.headers.get('mcp-session-id');
  if (!session) throw new Error(`No session was opened: ${response.status}`);
  await post(url, { method: 'notifications/initialized' }, session);
  return session;
}

let ids = 1;

/** @throws Error when no answer came that says that it is done */
async function callOver(url: string, session: string, args: object): Promise<void> {
  ids += 1;
  const params = { name: 'items', arguments: args };
  const response = await post(url, { id: ids, method: 'tools/call', params }, session);
  const said = await response.text();
  if (response.status !== 200) expect(said, String(response.status)).toBe('an answer');
  if (!said.includes('"result"')) throw new Error('It was cut off.');
  expect(said).not.toContain('"isError":true');
}
