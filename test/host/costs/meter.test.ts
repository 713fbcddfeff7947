import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { localDay, midnight } from '../../../src/host/costs/days.ts';
import { openLedger } from '../../../src/host/costs/ledger.ts';
import { createMeter, type Planned } from '../../../src/host/costs/meter.ts';
import { totalOf, totalsBy } from '../../../src/host/costs/totals.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import { spentOf, tempFolder } from '../conversations/fixtures/entries.ts';

const now = () => new Date().toISOString();
const yesterday = () => new Date(midnight(new Date()).getTime() - 1).toISOString();
const plan = (conversation: string, more: Partial<Planned> = {}): Planned => ({
  conversation,
  inputTokens: 600,
  maxOutput: 400,
  cost: undefined,
  ...more,
});

function setUp(budget: Settings['ai']['budget'], folder = tempFolder()) {
  const warnings: string[] = [];
  const ledger = openLedger({ folder });
  const { refusal, record, release } = createMeter({ ledger, budget });
  const ask = (planned: Planned) => refusal(planned, (sentence) => warnings.push(sentence));
  return { folder, ledger, meter: { refusal: ask, record, release }, warnings };
}

describe('the ledger', () => {
  test('A18 sums by conversation, provider, model, day and user', async () => {
    const { ledger } = setUp({});
    await ledger.record(spentOf('a', { at: '2026-11-02T12:00:00.000Z', cost: 1, user: 'ann' }));
    await ledger.record(spentOf('b', { at: '2026-10-02T12:00:00.000Z', model: 'local/x', incomplete: true }));
    await ledger.record(spentOf('a', { at: '2026-11-03T12:00:00.000Z', provider: 'other', cost: 0.5 }));
    const entries = await ledger.entries();
    const sums = (by: Parameters<typeof totalsBy>[1]) =>
      totalsBy(entries, by).map(({ key, requests, unpriced, usage }) => [
        key,
        requests,
        unpriced,
        usage.cost,
      ]);
    expect(sums('conversation')).toEqual([
      ['b', 1, 1, undefined],
      ['a', 2, 0, 1.5],
    ]);
    expect(sums('provider')).toEqual([
      ['local', 2, 1, 1],
      ['other', 1, 0, 0.5],
    ]);
    expect(sums('model')).toEqual([
      ['local/x', 1, 1, undefined],
      ['local/tester', 2, 0, 1.5],
    ]);
    expect(sums('user')).toEqual([
      ['', 2, 1, 0.5],
      ['ann', 1, 0, 1],
    ]);
    expect(sums('day').map(([key]) => key)).toEqual(entries.map(({ at }) => localDay(new Date(at))));
    expect(totalOf(entries)).toMatchObject({
      requests: 3,
      unpriced: 1,
      usage: { inputTokens: 3000, outputTokens: 600, cost: 1.5, incomplete: true },
    });
    expect(await ledger.entries(new Date('2026-11-03T00:00:00Z'))).toHaveLength(1);
    expect(await ledger.entries(new Date('2026-11-04T00:00:00Z'))).toEqual([]);
  });

  test('loses nothing when several processes write at once', async () => {
    const { folder, ledger } = setUp({});
    const writer = fileURLToPath(new URL('fixtures/spend.ts', import.meta.url));
    const node = [
      '--disable-warning=ExperimentalWarning',
      '--experimental-strip-types',
      writer,
      folder,
      '50',
    ];
    await Promise.all(['a', 'b', 'c'].map((name) => promisify(execFile)(process.execPath, [...node, name])));
    const totals = totalsBy(await ledger.entries(), 'conversation');
    expect(totals.map(({ key, requests }) => `${key} ${requests}`).sort()).toEqual(['a 50', 'b 50', 'c 50']);
  });

  test('passes over what a killed process left half written, and over what is no entry', async () => {
    const { folder, ledger } = setUp({});
    await ledger.record(spentOf('a'));
    const [name = ''] = readdirSync(folder);
    appendFileSync(join(folder, name), '{"at":"2026-1');
    await ledger.record(spentOf('b'));
    appendFileSync(join(folder, name), 'null\n[]\n{"at":"never"}\n');
    writeFileSync(join(folder, 'usage-notes.txt'), 'mine');
    expect((await ledger.entries()).map(({ conversation }) => conversation)).toEqual(['a', 'b']);
    if (process.platform !== 'win32') expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('gives a follower what is new, whole lines only', async () => {
    const { folder, ledger } = setUp({});
    const readNew = ledger.follow();
    expect(await readNew()).toEqual([]);
    await ledger.record(spentOf('a'));
    expect(await readNew()).toHaveLength(1);
    expect(await readNew()).toEqual([]);
    const [name = ''] = readdirSync(folder);
    const line = `${JSON.stringify(spentOf('b'))}\n`;
    appendFileSync(join(folder, name), line.slice(0, 30));
    expect(await readNew()).toEqual([]);
    appendFileSync(join(folder, name), line.slice(30));
    expect(await readNew()).toMatchObject([{ conversation: 'b' }]);
  });

  test('gives a follower later what was beside a file that could not be read', async () => {
    const { folder, ledger } = setUp({});
    const readNew = ledger.follow();
    await ledger.record(spentOf('a', { at: '2026-10-02T12:00:00.000Z' }));
    const unreadable = join(folder, 'usage-2026-11.jsonl');
    mkdirSync(unreadable);
    await expect(readNew()).rejects.toThrow('EISDIR');
    rmdirSync(unreadable);
    expect(await readNew()).toMatchObject([{ conversation: 'a' }]);
  });
});

describe('A18 a budget', () => {
  test('of tokens for one conversation: the request that could pass it is refused, one that fits is not', async () => {
    const { meter } = setUp({ conversationTokens: 3000 });
    await meter.record(spentOf('a', { at: yesterday(), inputTokens: 1500, outputTokens: 500 }));
    expect(await meter.refusal(plan('a'))).toBeUndefined();
    expect(await meter.refusal(plan('a', { maxOutput: 401 }))).toBe(
      'This request was not made, because it could pass the budget of 3,000 tokens for one conversation: 2,000 used, up to 1,001 for this request and its answer. Begin a new conversation, or raise ai.budget.conversationTokens in the settings.',
    );
    expect(await meter.refusal(plan('b', { maxOutput: 2400 }))).toBeUndefined();
  });

  test('for one day counts this day, all conversations and all processes', async () => {
    const { folder, meter } = setUp({ dayTokens: 3000 });
    const other = setUp({}, folder);
    await other.meter.record(spentOf('x', { at: yesterday(), inputTokens: 9000 }));
    expect(await meter.refusal(plan('a'))).toBeUndefined();
    await other.meter.record(spentOf('x', { at: now(), inputTokens: 2000, outputTokens: 100 }));
    expect(await meter.refusal(plan('a'))).toMatch(
      /^This request was not made, because it could pass the budget of 3,000 tokens for one day: 2,100 used, up to 1,000 for this request and its answer\. The budget is free again at midnight, in (\d+ h )?\d+ min; or raise ai\.budget\.dayTokens in the settings\.$/,
    );
  });

  test('of dollars counts what has a price, and says once what has none', async () => {
    const { meter, warnings } = setUp({ dayCost: 1, conversationCost: 2 });
    await meter.record(spentOf('a', { at: now(), cost: 0.7 }));
    expect(await meter.refusal(plan('a'))).toBeUndefined();
    expect(await meter.refusal(plan('b'))).toBeUndefined();
    expect(warnings).toEqual([
      'This model has no price in the settings, so what it uses is not counted by ai.budget.conversationCost and ai.budget.dayCost. Give it a price, or set a budget in tokens.',
    ]);
    expect(await meter.refusal(plan('a', { cost: 0.3 }))).toBeUndefined();
    expect(await meter.refusal(plan('a', { cost: 0.31 }))).toContain(
      '$1.00 for one day: $0.70 used, up to $0.31',
    );
    await meter.record(spentOf('c', { at: now(), cost: 5 }));
    expect(await meter.refusal(plan('a', { cost: 0 }))).toBeUndefined();
  });

  test('that is too small for a request says that waiting does not help', async () => {
    const { meter } = setUp({ dayTokens: 900 });
    expect(await meter.refusal(plan('a'))).toContain('Even an unused budget has no room for it');
  });

  test('two chats at once do not both slip through', async () => {
    const { meter } = setUp({ dayTokens: 2500 });
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => meter.refusal(plan(name))));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(2);
    expect(answers[3]).toContain('0 used, up to 2,000 under way, up to 1,000 for this request');
    meter.release('a');
    expect(await meter.refusal(plan('d'))).toBeUndefined();
    await meter.record(spentOf('b', { at: now(), inputTokens: 100, outputTokens: 100 }));
    expect(await meter.refusal(plan('e'))).toBeUndefined();
  });

  test('what a conversation has used counts before it asks again, though nobody waited', async () => {
    const { meter } = setUp({ conversationTokens: 1500 });
    expect(await meter.refusal(plan('a'))).toBeUndefined();
    const recording = meter.record(spentOf('a', { at: now(), inputTokens: 600, outputTokens: 300 }));
    expect(await meter.refusal(plan('a'))).toContain('900 used');
    await recording;
  });

  test('cannot be kept where the ledger cannot be read, and is not missed where none is set', async () => {
    const folder = join(tempFolder(), 'file');
    const { meter } = setUp({ dayTokens: 1000 }, folder);
    expect(await meter.refusal(plan('a'))).toBeUndefined();
    writeFileSync(folder, '');
    await expect(meter.record(spentOf('a', { at: now() }))).rejects.toThrow('EEXIST');
    expect(await meter.refusal(plan('a'))).toMatch(
      /^What was used so far cannot be read \(ENOTDIR.*Mend that/,
    );
    const healthy = setUp({}, folder);
    expect(await healthy.meter.refusal(plan('a'))).toBeUndefined();
  });
});
