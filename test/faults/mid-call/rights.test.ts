import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Passed, startProxy, type TestProxy } from '../../live/proxy.ts';
import { goodCall } from '../every-call/good-calls.ts';
import { type Ground, prepareGround } from '../every-call/ground.ts';
import { ALL_ALLOWED, check, isRead, type Outcome, plain } from '../every-call/judge.ts';
import { FULL } from '../length.ts';
import { openPipe, type Pipe } from '../pipe.ts';
import { type Caller, type Loss, ownAdmin, ownEditor } from './callers.ts';
import { actAt } from './gate.ts';
import { actions, type Strike, some, strikes } from './some.ts';
import { watched } from './watch.ts';

/*
 * The caller loses a right in the middle of a call, just before one of the requests it makes. What is answered is true
 * of Directus; a second later, no call shows anything of what was known before; and with the right given back, all
 * works again.
 */

let ground: Ground;
let proxy: TestProxy;
beforeAll(async () => {
  ground = await prepareGround();
  proxy = await startProxy();
}, 60_000);
afterEach(() => proxy.interfere());
afterAll(async () => {
  await proxy?.close();
  await ground?.close();
});

const TOOLS_OF_EDITOR = ['items', 'schema', 'comments', 'versions'];
const ofEditor = actions.filter(({ tool }) => TOOLS_OF_EDITOR.includes(tool));
// It takes several writes, of which some may be made and others not.
const inParts = actions.filter(({ tool, action }) => tool === 'relations' && action === 'create');

describe.each([
  {
    who: 'an administrator',
    make: () => ownAdmin(ground.own),
    isAdmin: true,
    own: actions,
    short: [...some(actions, 7), ...inParts],
  },
  {
    who: 'an editor',
    make: () => ownEditor([ground.own, 'directus_comments', 'directus_versions']),
    own: ofEditor,
    isAdmin: false,
    short: some(ofEditor, 3),
  },
])('a right is lost in mid-call: $who', ({ make, isAdmin, own, short }) => {
  let caller: Caller;
  let server: Pipe;
  beforeAll(async () => {
    caller = await make();
    ground.actAs(caller.user.token);
    server = await openPipe(ALL_ALLOWED, proxy.url, { token: caller.user.token });
  });
  afterAll(async () => {
    await server?.close();
    await caller?.remove();
  });

  for (const [index, { tool, action }] of (FULL ? own : short).entries()) {
    test(`${tool} ${action}`.trim(), { timeout: FULL ? 900_000 : 60_000 }, async () => {
      // The first one reads what later ones know already.
      const first = await outcomeOf(server, tool, action);
      if (first.call.remove) await ground.remove(first.call.remove);
      const good = await outcomeOf(server, tool, action);
      if (good.call.remove) await ground.remove(good.call.remove);
      if (action !== 'import') expect(good.answer.isError, good.answer.text).toBe(false);
      const wrong: string[] = [];
      for (const { cause: loss, nth } of losing(caller, good.sent, index)) {
        wrong.push(...(await losingAt(server, { tool, action, loss, nth, isAdmin })));
      }
      expect(wrong.join('\n\n')).toBe('');
    });
  }

  // What an editor may see cannot be lost in this way.
  if (isAdmin)
    test('of what a flow ran on and is not seen any more, it is not said that it is as it was', async () => {
      const { sent } = await outcomeOf(server, 'trigger-flow', '');
      const runs = sent.findIndex(({ path }) => path.startsWith('/flows/trigger'));
      const loss = caller.losses.find(({ name }) => name === 'the policy gives little more');
      expect(sent[runs + 1]?.path).toMatch(/^\/items\//);
      if (!loss) throw new Error('There is no right that can be lost.');
      for (const nth of [runs - 1, runs, runs + 1]) {
        const wrong = await losingAt(server, { tool: 'trigger-flow', action: '', loss, nth, isAdmin });
        expect(wrong).toEqual([]);
      }
    });
});

/** In short one of all losses at all requests, one from the first write on, and some between two writes. */
function losing({ losses }: Caller, sent: Passed[], seed: number): Strike<Loss>[] {
  if (FULL) return strikes(sent, losses, seed);
  const all = sent.flatMap((_request, nth) => losses.map((cause) => ({ cause, nth })));
  const isWrite = (one: Passed) => !isRead(one);
  const [first, last] = [sent.findIndex(isWrite), sent.findLastIndex(isWrite)];
  const late = first < 0 ? [] : all.filter(({ nth }) => nth >= first);
  const between = last > first ? late.filter(({ nth }) => nth === last) : [];
  return [...new Set([...some(all, 1, seed), ...some(late, 1, seed), ...some(between, 2, seed)])];
}

type Losing = { tool: string; action: string; loss: Loss; nth: number; isAdmin: boolean };

/** @returns what is wrong */
async function losingAt(server: Pipe, { tool, action, loss, nth, isAdmin }: Losing): Promise<string[]> {
  const outcome = await outcomeOf(server, tool, action, { loss, nth });
  const { call, answer, sent } = outcome;
  const hit = sent[nth];
  const said = `${loss.name} at request ${nth} (${hit?.method} ${hit?.path}: ${hit?.status}) -> ${answer.isError ? 'error' : 'ok'} ${answer.text.slice(0, 400)}`;
  let given = false;
  const giveBack = async () => {
    if (!given) await loss.giveBack();
    given = true;
  };
  try {
    check(outcome);
    if (loss.isShutOut) {
      if (hit) expect(answer.isError, 'who is shut out gets no answer').toBe(true);
      await soon(() => expectNothingKnown(server));
    }
    if (loss.hidesTitle) await soon(() => expectNoTitle(server, isAdmin));
    await giveBack();
    const again = call.look
      ? await server.call('items', { action: 'read', collection: ground.own, keys: [ground.row] })
      : await server.call(tool, call.args);
    expect(again.isError, `after it was given back: ${again.text}`).toBe(false);
    // What is told of rights was right when it was told, and so was a person without a name.
    const tellsOfRights = tool === 'access' || (tool === 'versions' && action === 'read');
    if (!call.look && !answer.isError && !tellsOfRights)
      expect(plain(answer), 'a reply is right').toBe(plain(again));
    return [];
  } catch (error) {
    return [`${said}\n   ${error instanceof Error ? error.message.slice(0, 600) : error}`];
  } finally {
    await giveBack();
    if (call.remove) await ground.remove(call.remove);
  }
}

/** Holds within the second for which rights are taken for what they were, and the time it takes to see. */
const soon = (expected: () => Promise<void>) => vi.waitFor(expected, { timeout: 5000, interval: 100 });

/** Nothing that was known before is shown to somebody whom Directus does not let in any more. */
async function expectNothingKnown(server: Pipe): Promise<void> {
  for (const [tool, args] of [
    ['schema', { keys: [ground.own] }],
    ['schema', {}],
    ['items', { action: 'read', collection: ground.own, keys: [ground.row] }],
    ['access', { action: 'whoami' }],
  ] as const) {
    const { isError, text } = await server.call(tool, args);
    expect(isError, `${tool} still answers: ${text.slice(0, 200)}`).toBe(true);
  }
}

/** Nor is what only others may see now. */
async function expectNoTitle(server: Pipe, isAdmin: boolean): Promise<void> {
  for (const [tool, args] of [
    ['schema', { keys: [ground.own] }],
    ['fields', { action: 'read', collection: ground.own }],
    ['items', { action: 'read', collection: ground.own, query: { fields: ['nothing'] } }],
  ] as const)
    expect((await server.call(tool, args)).text, `${tool} tells of a field`).not.toContain('title');
  if (isAdmin) expect(await server.toolNames()).not.toContain('collections');
}

async function outcomeOf(
  server: Pipe,
  tool: string,
  action: string,
  fault?: { loss: Loss; nth: number },
): Promise<Outcome> {
  const call = await goodCall(tool, action, ground);
  const before = await watched(ground, call);
  const from = proxy.passed.length;
  const gate = fault && actAt(proxy, fault.nth, fault.loss.take);
  const answer = await server.call(tool, call.args);
  const sent = proxy.passed.slice(from);
  const taken = await gate?.open();
  // The call may need fewer requests than it did before.
  if (fault && !taken) await fault.loss.take();
  const changed = (await watched(ground, call)) !== before;
  return { call, answer, sent, changed };
}
