import { expect, test } from 'vitest';
import { ask, openSession, send } from '../../protocol/fixtures/rpc.ts';
import { serve } from '../../protocol/fixtures/served.ts';
import { planted } from '../../secrets-planted.ts';
import { probe } from './probe.ts';

const MESSAGES = 30;
const BYTES = 300_000;

/** So much of what it was sent, and has answered, may be left in the heap. */
const MOST_LEFT = 3 * BYTES;

test('an instance does not keep what another one has sent on to it', { timeout: 120_000 }, async () => {
  const look = probe();
  const key = { DIRECTUS_ASSISTANT_KEY: planted.installationKey };
  const home = await serve({ node: look.node, env: { ...look.env, ...key } });
  const beside = await serve({ env: key });
  const headers = await openSession(home.url);
  const sendOn = async (count: number) => {
    for (let nth = 0; nth < count; nth++) {
      const params = { text: 'x'.repeat(BYTES) };
      const { status, message } = await ask(beside.url, 'ping', params, { headers });
      expect(status).toBe(200);
      expect(message.result).toEqual({});
    }
  };
  await sendOn(5);
  const before = await look.read(home.process.pid ?? 0);
  await sendOn(MESSAGES);
  const after = await look.read(home.process.pid ?? 0);
  expect(after.heap - before.heap).toBeLessThan(MOST_LEFT);
  expect((await send(home.url, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers })).status).toBe(200);
});
