import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Passed, startProxy, type TestProxy } from '../../live/proxy.ts';
import { type GoodCall, goodCall } from '../every-call/good-calls.ts';
import { type Ground, prepareGround } from '../every-call/ground.ts';
import { ALL_ALLOWED, check, isRead, type Outcome } from '../every-call/judge.ts';
import { FULL } from '../length.ts';
import { openPipe, type Pipe } from '../pipe.ts';
import { actAt } from './gate.ts';
import { type ModelChange, modelChanges } from './model-changes.ts';
import { actions, type Strike, some, strikes } from './some.ts';
import { watched } from './watch.ts';

/*
 * Somebody else changes the data model in the middle of a call, just before one of the requests it makes. What is
 * answered is true of Directus, and when the model is as before, all works again.
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

/** What works on rows or on the model of the collection that is changed. */
const CONCERNED = [
  'schema',
  'items',
  'collections',
  'fields',
  'relations',
  'trigger-flow',
  'comments',
  'versions',
  'access explain',
  'history read',
  'history revert',
  'history undo',
];

const concerned = actions.filter(
  ({ tool, action }) => CONCERNED.includes(tool) || CONCERNED.includes(`${tool} ${action}`),
);

describe('the data model changes in mid-call', () => {
  for (const [index, { tool, action }] of some(concerned, 8, 2).entries()) {
    test(`${tool} ${action}`.trim(), { timeout: FULL ? 900_000 : 60_000 }, async () => {
      // The first one reads what later ones know already.
      await cleared((await outcomeOf(tool, action)).call);
      const good = await outcomeOf(tool, action);
      await cleared(good.call);
      expect(good.answer.isError, good.answer.text).toBe(false);
      const wrong: string[] = [];
      for (const { cause: change, nth } of changing(good, index)) {
        wrong.push(...(await changingAt({ tool, action, change, nth })));
      }
      expect(wrong.join('\n\n')).toBe('');
    });
  }
});

test.each(['update', 'create'])(
  'a value that is left out as its field goes is not told as written: %s',
  async (action) => {
    // The first one reads what later ones know already.
    await outcomeOf('items', action);
    const good = await outcomeOf('items', action);
    const nth = good.sent.findIndex((one) => !isRead(one));
    for (const change of modelChanges.slice(0, 2))
      expect(await changingAt({ tool: 'items', action, change, nth })).toEqual([]);
  },
);

const cleared = async ({ remove }: GoodCall) => {
  if (remove) await ground.remove(remove);
};

function changing({ call, sent }: Outcome, seed: number): Strike<ModelChange>[] {
  const fitting = modelChanges.filter(({ ofWhatIsNamed }) => !ofWhatIsNamed || call.remove);
  return strikes(sent, fitting, seed);
}

type Changing = { tool: string; action: string; change: ModelChange; nth: number };

/** @returns what is wrong */
async function changingAt({ tool, action, change, nth }: Changing): Promise<string[]> {
  const outcome = await outcomeOf(tool, action, { change, nth });
  const { answer, sent, call } = outcome;
  const hit: Passed | undefined = sent[nth];
  const said = `${change.name} at request ${nth} (${hit?.method} ${hit?.path}: ${hit?.status}) -> ${answer.isError ? 'error' : 'ok'} ${answer.text.slice(0, 400)}`;
  const found: string[] = [];
  try {
    // Whoever deletes or changes what somebody else has just deleted is told that it is gone, or that it may be.
    const isGone = change.ofWhatIsNamed || change.name === 'the collection is deleted';
    const isTold = action === 'delete' || answer.text.includes('deleted meanwhile');
    check(isGone && isTold && !answer.isError ? { ...outcome, changed: true } : outcome);
  } catch (error) {
    found.push(`${said}\n   ${error instanceof Error ? error.message.slice(0, 600) : error}`);
  }
  await cleared(call);
  if (change.mend) await change.mend(ground).catch((error) => found.push(`${said}\n   mending: ${error}`));
  else if (!change.ofWhatIsNamed) {
    await ground.close();
    ground = await prepareGround();
  }
  const again = await server.call('items', {
    action: 'read',
    collection: ground.own,
    keys: [ground.row],
    query: { fields: ['id', 'title', 'note'] },
  });
  if (again.isError) found.push(`${said}\n   when it is as before: ${again.text}`);
  return found;
}

async function outcomeOf(
  tool: string,
  action: string,
  fault?: { change: ModelChange; nth: number },
): Promise<Outcome> {
  const call = await goodCall(tool, action, ground);
  const looks = () => watched(ground, call, `/items/${ground.own}?limit=-1`);
  let before = await looks();
  let changed = false;
  // What the call itself has changed: until the model changes, and after that.
  const noteChange = async () => {
    const now = await looks();
    changed ||= now !== before;
    before = now;
  };
  const from = proxy.passed.length;
  const change = async () => {
    await noteChange();
    await fault?.change.make(ground, call);
    before = await looks();
  };
  const gate = fault && actAt(proxy, fault.nth, change);
  const answer = await server.call(tool, call.args);
  const sent = proxy.passed.slice(from);
  const done = await gate?.open();
  // What was made and is taken back is as if it had never been.
  if (answer.text.includes('was taken back')) changed = false;
  await noteChange();
  // The call may need fewer requests than it did before.
  if (fault && !done) await fault.change.make(ground, call);
  return { call, answer, sent, changed };
}
