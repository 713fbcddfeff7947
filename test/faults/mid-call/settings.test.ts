import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startProxy, type TestProxy } from '../../live/proxy.ts';
import type { Row } from '../../live/server.ts';
import { goodCall } from '../every-call/good-calls.ts';
import { type Ground, prepareGround } from '../every-call/ground.ts';
import { ALL_ALLOWED, check, isRead, type Outcome } from '../every-call/judge.ts';
import { FULL } from '../length.ts';
import { openPipe, type Pipe } from '../pipe.ts';
import { actAt } from './gate.ts';
import { actions, some, strikes } from './some.ts';
import { watched } from './watch.ts';

/*
 * The settings take something away in the middle of a call, just before one of the requests it makes. Whatever is not
 * written by then is not written any more; what is begun is brought to its end, and told.
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

type Action = (typeof actions)[number];
type Ban = { name: string; settings: Row; holds: boolean };

/** What settings can take away, and whether it concerns an action. */
function bansFor({ tool, action, effect = 'read' }: Action): Ban[] {
  const { policy } = ALL_ALLOWED;
  const changes = effect !== 'read';
  return [
    { name: 'the tool is switched off', settings: { tools: { exclude: [tool] } }, holds: true },
    {
      name: 'the action is switched off',
      settings: { tools: { exclude: [action ? `${tool}.${action}` : tool] } },
      holds: true,
    },
    { name: 'deletes are switched off', settings: { allowDeletes: false }, holds: effect === 'delete' },
    { name: 'only reading is left', settings: { readOnly: true }, holds: changes },
    { name: 'it is blocked', settings: { policy: { ...policy, [effect]: 'block' } }, holds: changes },
    {
      name: 'it must be confirmed',
      settings: { policy: { ...policy, [effect]: 'confirm' } },
      holds: changes,
    },
  ].filter(({ holds }) => holds);
}

describe('settings change in mid-call', () => {
  const asking = actions.filter(({ tool }) => tool !== 'system-prompt');
  for (const [index, one] of some(asking, 8, 3).entries()) {
    const { tool, action } = one;
    test(`${tool} ${action}`.trim(), { timeout: FULL ? 900_000 : 60_000 }, async () => {
      const first = await outcomeOf(one);
      if (first.call.remove) await ground.remove(first.call.remove);
      const good = await outcomeOf(one);
      if (good.call.remove) await ground.remove(good.call.remove);
      if (action !== 'import') expect(good.answer.isError, good.answer.text).toBe(false);
      const wrong: string[] = [];
      for (const { cause, nth } of strikes(good.sent, bansFor(one), index)) {
        wrong.push(...(await bannedAt(one, cause, nth)));
      }
      expect(wrong.join('\n\n')).toBe('');
    });
  }
});

/** @returns what is wrong */
async function bannedAt(one: Action, ban: Ban, nth: number): Promise<string[]> {
  const outcome = await outcomeOf(one, { ban, nth });
  const { answer, sent, call } = outcome;
  const hit = sent[nth];
  const said = `${ban.name} at request ${nth} (${hit?.method} ${hit?.path}: ${hit?.status}) -> ${answer.isError ? 'error' : 'ok'} ${answer.text.slice(0, 400)}`;
  try {
    check(outcome);
    if (hit && one.effect !== 'read') {
      const begun = sent.slice(0, nth + 1).some((passed) => !isRead(passed));
      // What waits at the proxy was sent before.
      if (!begun) expect(outcome.changed, 'it was not begun, and is not done any more').toBe(false);
    }
    const before = await watched(ground, call);
    const next = await server.call(one.tool, call.args);
    expect(await watched(ground, call), 'the next call changes nothing').toBe(before);
    // What is there already is not created again, and a translation that is there already is not set again, whether it
    // must be confirmed or not.
    if (ban.name === 'it must be confirmed')
      expect(next.isError || one.tool === 'translations', 'the next call is held or refused').toBe(true);
    else expect(next.text, 'the next call is refused').toMatch(/^(NOT_AVAILABLE|NOT_FOUND|BLOCKED)/);
    await setting(ALL_ALLOWED);
    const args = { action: 'read', collection: ground.own, keys: [ground.row] };
    const again = await server.call('items', args);
    expect(again.isError, `as before: ${again.text}`).toBe(false);
    return [];
  } catch (error) {
    await setting(ALL_ALLOWED).catch(() => {});
    return [`${said}\n   ${error instanceof Error ? error.message.slice(0, 600) : error}`];
  } finally {
    if (call.remove) await ground.remove(call.remove);
  }
}

/** Changes the settings; the server tells its client when it goes by them. */
async function setting(settings: Row): Promise<void> {
  const told = server.listChanges();
  // A file with the same content is another one all the same.
  await server.settings(settings);
  await vi.waitFor(() => expect(server.listChanges()).toBeGreaterThan(told), {
    timeout: 20_000,
    interval: 10,
  });
}

async function outcomeOf({ tool, action }: Action, fault?: { ban: Ban; nth: number }): Promise<Outcome> {
  const call = await goodCall(tool, action, ground);
  const before = await watched(ground, call);
  const from = proxy.passed.length;
  const change = () => setting({ ...ALL_ALLOWED, ...fault?.ban.settings });
  const gate = fault && actAt(proxy, fault.nth, change);
  const answer = await server.call(tool, call.args);
  const sent = proxy.passed.slice(from);
  const done = await gate?.open();
  if (fault && !done) await change();
  const changed = (await watched(ground, call)) !== before;
  return { call, answer, sent, changed };
}
