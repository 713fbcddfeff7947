import { describe, expect, test } from 'vitest';
import type { CallRecord } from '../../../src/host/call-record.ts';
import type { Limit } from '../../../src/host/costs/budgets.ts';
import { midnight } from '../../../src/host/costs/days.ts';
import { openLedger } from '../../../src/host/costs/ledger.ts';
import { type Asker, createMeter, type Planned } from '../../../src/host/costs/meter.ts';
import { spentOf, tempFolder } from '../conversations/fixtures/entries.ts';

const ann: Asker = { id: 'u1', name: 'Ann' };
const bea: Asker = { id: 'u2', name: 'Bea' };
const now = () => new Date().toISOString();
const own = (limit: number): Limit[] => [
  { setting: 'ai.roles.Editor.dayTokens', period: 'user-day', unit: 'tokens', limit },
];
const plan = (conversation: string): Planned => ({
  conversation,
  inputTokens: 600,
  maxOutput: 400,
  cost: undefined,
});

/** One server with one ledger, and meters of it for people. */
function setUp() {
  const ledger = openLedger({ folder: tempFolder() });
  let follows = 0;
  const seen = {
    ...ledger,
    follow() {
      follows += 1;
      return ledger.follow();
    },
  };
  const meterOf = (user: Asker, limits: () => readonly Limit[]) => {
    const meter = createMeter({ ledger: seen, user, limits });
    return { ...meter, ask: (conversation: string) => meter.refusal(plan(conversation), () => {}) };
  };
  return { ledger, meterOf, follows: () => follows };
}

describe('A18 a budget of one user for one day', () => {
  test('does not count what others use, and says whose it is and when it is free again', async () => {
    const { meterOf, follows } = setUp();
    const [of1, of2] = [meterOf(ann, () => own(3000)), meterOf(bea, () => own(3000))];
    await of1.record(spentOf('a', { at: now(), inputTokens: 2000, outputTokens: 500 }));
    expect(await of2.ask('b')).toBeUndefined();
    expect(await of1.ask('a')).toMatch(
      /^This request was not made, because it could pass your own budget of 3,000 tokens for one day: 2,500 used, up to 1,000 for this request and its answer\. The budget is free again at midnight, in (\d+ h )?\d+ min; or raise ai\.roles\.Editor\.dayTokens in the settings\.$/,
    );
    expect(follows()).toBe(1);
  });

  test('holds for all conversations of the user at once, also through another meter', async () => {
    const { meterOf } = setUp();
    const meters = [ann, ann, bea].map((user) => meterOf(user, () => own(1500)));
    const answers = await Promise.all(meters.map((meter, index) => meter.ask(`c${index}`)));
    expect(answers[0]).toBeUndefined();
    expect(answers[1]).toContain('0 used, up to 1,000 under way, up to 1,000 for this request');
    expect(answers[2]).toBeUndefined();
    meters[0]?.release('c0');
    expect(await meters[1]?.ask('c1')).toBeUndefined();
  });

  test('begins anew at midnight', async () => {
    const { meterOf } = setUp();
    const meter = meterOf(ann, () => own(1500));
    const yesterday = new Date(midnight(new Date()).getTime() - 1).toISOString();
    await meter.record(spentOf('a', { at: yesterday, inputTokens: 9000 }));
    expect(await meter.ask('a')).toBeUndefined();
  });

  test('is that of the settings in force when a request is made', async () => {
    const { meterOf } = setUp();
    let limits: Limit[] = [];
    const meter = meterOf(ann, () => limits);
    expect(await meter.ask('a')).toBeUndefined();
    expect(meter.limited()).toBe(false);
    limits = own(900);
    expect(meter.limited()).toBe(true);
    expect(await meter.ask('a')).toContain('Even an unused budget has no room for it');
  });

  test('does not stand in the way of the budget for everybody', async () => {
    const { meterOf } = setUp();
    const day: Limit = { setting: 'ai.budget.dayTokens', period: 'day', unit: 'tokens', limit: 1500 };
    const [of1, of2] = [ann, bea].map((user) => meterOf(user, () => [...own(5000), day]));
    expect(await of1?.ask('a')).toBeUndefined();
    expect(await of2?.ask('b')).toContain('the budget of 1,500 tokens for one day');
  });
});

describe('what is written down of a user', () => {
  test('is who they are, with the name of that time', async () => {
    const { ledger, meterOf } = setUp();
    await meterOf(ann, () => []).record(spentOf('a'));
    expect(await ledger.entries()).toMatchObject([{ user: 'u1', userName: 'Ann' }]);
  });

  test('A18 are the tool calls of a turn that came to an end, without their arguments', async () => {
    const { ledger, meterOf } = setUp();
    const call = (toolCallId: string, more: Partial<CallRecord>): CallRecord => ({
      toolCallId,
      toolName: 'items',
      server: 'directus',
      tool: 'items',
      action: 'update',
      effect: 'write',
      input: { secret: 'sauce' },
      state: 'done',
      ...more,
    });
    await meterOf(ann, () => []).recordCalls('a', [
      call('1', { ms: 12, tokens: 300 }),
      call('2', { isError: true }),
      call('3', { state: 'failed' }),
      call('4', { state: 'denied' }),
      call('5', { state: 'called' }),
      call('6', { server: '', tool: 'read-result' }),
    ]);
    const calls = await ledger.calls();
    expect(calls.map(({ outcome }) => outcome)).toEqual(['done', 'failed', 'failed', 'denied']);
    expect(calls[0]).toEqual({
      at: expect.any(String),
      conversation: 'a',
      user: 'u1',
      userName: 'Ann',
      server: 'directus',
      tool: 'items',
      action: 'update',
      effect: 'write',
      outcome: 'done',
      ms: 12,
      tokens: 300,
    });
    expect(await ledger.entries()).toEqual([]);
    expect(await ledger.calls(new Date(Date.now() + 60_000))).toEqual([]);
  });
});
