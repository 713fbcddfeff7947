import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tools } from '../../../src/tools/list.ts';
import { isAlive } from '../../live/helpers.ts';
import { type Interfere, type Passed, startProxy, type TestProxy } from '../../live/proxy.ts';
import { FULL } from '../length.ts';
import { openPipe, type Pipe } from '../pipe.ts';
import { type Fault, faults } from './faults.ts';
import { goodCall } from './good-calls.ts';
import { type Ground, prepareGround } from './ground.ts';
import { ALL_ALLOWED, check, isRead, type Outcome, plain } from './judge.ts';

/*
 * Every action, with something wrong at each of the requests it makes to Directus: what comes back is right, or one
 * clear error; nothing is written twice; what is said about a change is true; and the next call works.
 */

let ground: Ground;
let proxy: TestProxy;
let server: Pipe;

beforeAll(async () => {
  ground = await prepareGround();
  proxy = await startProxy();
  server = await openPipe(ALL_ALLOWED, proxy.url);
}, 60_000);
afterEach(() => proxy.interfere());
afterAll(async () => {
  await server?.close();
  await proxy?.close();
  await ground?.close();
});

/** Lets a fault befall the nth request from now on, or all from it on. */
function spoil({ interfere, lasts }: Fault, nth: number): void {
  let count = -1;
  const spoiled: Interfere = (passed, response, request) => {
    count += 1;
    return count === nth || (lasts && count > nth) ? interfere(passed, response, request) : false;
  };
  proxy.interfere(spoiled);
}

async function outcomeOf(
  tool: string,
  action: string,
  fault?: { fault: Fault; nth: number },
): Promise<Outcome> {
  const call = await goodCall(tool, action, ground);
  const before = call.look && (await ground.seen(call.look));
  const from = proxy.passed.length;
  if (fault) spoil(fault.fault, fault.nth);
  const answer = await server.call(tool, call.args);
  proxy.interfere();
  const sent = proxy.passed.slice(from);
  const changed = call.look !== undefined && (await ground.seen(call.look)) !== before;
  return { call, answer, sent, changed };
}

async function withFault(tool: string, action: string, fault: Fault, nth: number): Promise<string[]> {
  const outcome = await outcomeOf(tool, action, { fault, nth });
  const { call, answer, sent } = outcome;
  const hit = sent[nth];
  const said = `${fault.name} at request ${nth} (${hit?.method} ${hit?.path}) -> ${answer.isError ? 'error' : 'ok'} ${answer.text.slice(0, 300)}`;
  try {
    check(outcome);
    if (fault.harmless)
      expect(answer.isError && !answer.text.includes('IMPORT_IP_DENY_LIST'), 'it does not matter').toBe(
        false,
      );
    const next = call.look
      ? await server.call('items', { action: 'read', collection: ground.own, keys: [ground.row] })
      : await server.call(tool, call.args);
    expect(next.isError, `the next call: ${next.text}`).toBe(false);
    if (!call.look && !answer.isError) expect(plain(answer), 'a reply is right').toBe(plain(next));
    return [];
  } catch (error) {
    return [`${said}\n   ${error instanceof Error ? error.message.slice(0, 600) : error}`];
  } finally {
    if (call.remove) await ground.remove(call.remove);
  }
}

/** Every fault at every request; in a short run two of these pairs for each action, and a write whose answer is lost. */
function pairsFor(action: number, requests: Passed[]): { fault: Fault; nth: number }[] {
  const all = requests.flatMap((_request, nth) => faults.map((fault) => ({ fault, nth })));
  if (FULL || all.length === 0) return all;
  const firstWrite = requests.findIndex((one) => !isRead(one));
  const lost = all.filter(({ fault, nth }) => nth === firstWrite && fault.name === 'a cut after it was sent');
  const some = [action * 37 + 5, action * 53 + 11].flatMap((at) => all[at % all.length] ?? []);
  return [...some, ...lost];
}

const actions = tools.flatMap((tool) =>
  Object.keys(tool.actions).map((action) => [tool.name, action] as const),
);

describe('a fault between server and Directus', () => {
  for (const [index, [tool, action]] of actions.entries()) {
    test(`${tool} ${action}`.trim(), { timeout: FULL ? 600_000 : 60_000 }, async () => {
      const good = await outcomeOf(tool, action);
      if (good.call.remove) await ground.remove(good.call.remove);
      if (action !== 'import') {
        expect(good.answer.isError, good.answer.text).toBe(false);
        check(good);
      }
      const wrong: string[] = [];
      for (const { fault, nth } of pairsFor(index, good.sent)) {
        wrong.push(...(await withFault(tool, action, fault, nth)));
      }
      expect(wrong.join('\n\n')).toBe('');
      expect(await isAlive()).toBe(true);
    });
  }
});
