import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { timeOf } from '../../src/cli/usage.ts';
import { openConversations } from '../../src/host/conversations/file-store.ts';
import { localDay } from '../../src/host/costs/days.ts';
import { openLedger } from '../../src/host/costs/ledger.ts';
import { said, spentOf, tempFolder, user } from '../host/conversations/fixtures/entries.ts';
import { run } from './fixtures/cli.ts';

async function withUsage() {
  const data = tempFolder();
  const folder = join(data, 'directus-assistant');
  const { id, journal, close } = await openConversations({ folder }).create();
  await journal.write(said(user('Write the newsletter')));
  await close();
  const ledger = openLedger({ folder });
  const today = new Date().toISOString();
  await ledger.record(spentOf(id, { at: '2026-10-02T12:00:00.000Z', cost: 1.5, cachedTokens: 400 }));
  await ledger.record(spentOf('gone-conversation', { at: '2026-10-02T13:00:00.000Z', incomplete: true }));
  await ledger.record(
    spentOf(id, { at: today, model: 'other/large', provider: 'other', inputTokens: 90_000 }),
  );
  return { data, id, today: localDay(new Date(today)) };
}

describe('A18 usage', () => {
  test('by day, aligned, with a total and what is not exact marked', async () => {
    const { data, today } = await withUsage();
    const { stdout, status } = run(data, 'usage');
    expect(status).toBe(0);
    expect(stdout).toBe(
      `${[
        'DAY         REQUESTS    INPUT  CACHED  OUTPUT  REASONING    COST',
        '2026-10-02         2   ~2,000    ~400    ~400         ~0  ~$1.50',
        `${today}         1   90,000       0     200          0       -`,
        'total              3  ~92,000    ~400    ~600         ~0  ~$1.50',
        '~ some of it is estimated, because the endpoint did not say.',
        '2 requests went to models without a price and are not in the cost.',
      ].join('\n')}\n`,
    );
  });

  test('by model, provider and conversation, the largest first', async () => {
    const { data, id } = await withUsage();
    const first = (by: string, column: number) =>
      run(data, 'usage', '--by', by)
        .stdout.split('\n')
        .slice(1, -3)
        .map((line) => line.split(/ {2,}/).slice(column).join(' '));
    expect(first('model', 0).map((line) => line.split(' ')[0])).toEqual([
      'other/large',
      'local/tester',
      'total',
    ]);
    expect(first('provider', 0).map((line) => line.split(' ')[0])).toEqual(['other', 'local', 'total']);
    const lines = run(data, 'usage', '--by', 'conversation').stdout.split('\n');
    expect(lines[0]).toMatch(/CONVERSATION$/);
    expect(lines[1]).toMatch(new RegExp(`${id.slice(-8)} Write the newsletter$`));
    expect(lines[2]).toMatch(/ersation \(removed\)$/);
  });

  test('by user, with the newest names, and by tool, with what came of the calls', async () => {
    const data = tempFolder();
    const ledger = openLedger({ folder: join(data, 'directus-assistant') });
    const ann = { user: 'a1', userName: 'Ann' };
    await ledger.record(spentOf('one', { ...ann, at: '2026-10-02T12:00:00.000Z' }));
    await ledger.record(
      spentOf('two', { ...ann, userName: 'Ann Lee', at: '2026-10-03T12:00:00.000Z', inputTokens: 3000 }),
    );
    await ledger.record(spentOf('three'));
    const call = {
      ...ann,
      at: '2026-10-02T12:00:00.000Z',
      conversation: 'one',
      server: 'directus',
      tool: 'items',
      action: 'read',
      effect: 'read',
      outcome: 'done',
      ms: 30,
      tokens: 1200,
    } as const;
    const other = { ...call, server: 'notes', tool: 'add', action: '', outcome: 'denied' } as const;
    await ledger.recordCalls([call, { ...call, ms: 50, outcome: 'failed' }, other]);
    const users = run(data, 'usage', '--by', 'user').stdout.split('\n').slice(1, 3);
    expect(users).toEqual([
      expect.stringMatching(/^Ann Lee +2 +4,000 /),
      expect.stringMatching(/^Without a sign-in +1 +1,000 /),
    ]);
    expect(run(data, 'usage', '--by', 'tool').stdout.trim().split('\n')).toEqual([
      'TOOL        CALLS  FAILED  DENIED  MS EACH  RESULT TOKENS',
      'items.read      2       1       0       40          2,400',
      'notes: add      1       0       1       30          1,200',
      'total           3       1       1       37          3,600',
    ]);
    expect(JSON.parse(run(data, 'usage', '--by', 'tool', '--json').stdout)).toMatchObject({
      by: 'tool',
      rows: [{ key: 'items.read', calls: 2 }, { key: 'notes: add' }],
      total: { calls: 3 },
    });
  });

  test('since a day, and as JSON', async () => {
    const { data, today } = await withUsage();
    const { by, rows, total } = JSON.parse(run(data, 'usage', '--since', '7d', '--json').stdout);
    expect(by).toBe('day');
    expect(rows).toMatchObject([{ key: today, requests: 1, unpriced: 1, usage: { inputTokens: 90_000 } }]);
    expect(total.requests).toBe(1);
    expect(run(data, 'usage', '--since', '2999-01-01').stdout).toBe('Nothing was used since then.\n');
    expect(run(tempFolder(), 'usage').stdout).toContain('Nothing was used yet.');
  });

  test.for(['soon', '0d', '2026-02-31', '2026-13-01', '', '7'])(
    'a time like "%s" is refused in words',
    (text) => {
      expect(() => timeOf(text, new Date())).toThrow(
        `--since "${text}" is no time. Give days as 7d, or a date as 2026-11-25.`,
      );
    },
  );

  test('days count from midnight', () => {
    const now = new Date(2026, 10, 25, 17, 30);
    expect(timeOf('1d', now)).toEqual(new Date(2026, 10, 25));
    expect(timeOf('7d', now)).toEqual(new Date(2026, 10, 19));
    expect(timeOf('2026-11-01', now)).toEqual(new Date(2026, 10, 1));
  });
});
