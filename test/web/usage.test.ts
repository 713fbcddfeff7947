import { mkdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { localDay, midnight } from '../../src/host/costs/days.ts';
import type { SessionInfo } from '../../src/web/api.ts';
import type { LimitsView, MyUsage, Report } from '../../src/web/usage-api.ts';
import { spentOf } from '../host/conversations/fixtures/entries.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { begin, chatting, says } from './fixtures/chat.ts';
import { freshHome, noonOf, usedHome } from './fixtures/used.ts';
import { signedIn, startWeb, visit } from './fixtures/web.ts';

const admin = () => ({ token: sharedDirectus().admin.token });
const editor = () => {
  const { email, password } = sharedDirectus().editor;
  return { email, password: password as string };
};

/** An admin on a server where something was used. */
async function looking(settings: Record<string, unknown> = {}) {
  const { home, ledger } = await usedHome();
  const web = await startWeb({ home, settings });
  return { web, ledger, asked: await signedIn(web.url, admin()) };
}

describe('A18 what was used', () => {
  test('is summed up by user, model, provider, tool and day', async () => {
    const { asked } = await looking();
    const report = async (by: string) => (await asked.ask<Report>('GET', `/usage?days=30&by=${by}`)).body;
    const byUser = await report('user');
    expect(byUser).toMatchObject({ since: localDay(midnight(new Date(), -29)), until: localDay(new Date()) });
    expect(byUser.total).toMatchObject({
      requests: { requests: 3, unpriced: 1, usage: { inputTokens: 3000, cost: 1.75, incomplete: true } },
      calls: { calls: 4, failed: 1, denied: 1, ms: 400, tokens: 200 },
    });
    expect(
      byUser.rows.map(({ key, label, requests, calls }) => [key, label, requests?.requests, calls?.calls]),
    ).toEqual([
      ['u1', 'Ann', 2, 2],
      ['u2', '=HYPERLINK("x"), Bea', 1, 2],
    ]);
    expect(byUser.days).toHaveLength(30);
    expect(byUser.days.map(({ requests }) => requests.requests).slice(-3)).toEqual([1, 0, 2]);
    const keys = async (by: string) => (await report(by)).rows.map(({ key }) => key).sort();
    expect(await keys('model')).toEqual(['local/tester', 'other/x']);
    expect(await keys('provider')).toEqual(['local', 'other']);
    expect(await keys('tool')).toEqual(['items.read', 'items.update', 'other: search', 'schema']);
    expect(await keys('day')).toEqual([localDay(new Date(noonOf(2))), localDay(new Date())]);
  });

  test('between two dates has both of them in it, and nothing else', async () => {
    const { asked } = await looking();
    const day = (ago: number) => localDay(midnight(new Date(), -ago));
    const between = async (since: string, until: string) => {
      const { body } = await asked.ask<Report>('GET', `/usage?since=${since}&until=${until}&by=model`);
      return [body.total.requests.requests, body.days.length];
    };
    expect(await between(day(2), day(1))).toEqual([1, 2]);
    expect(await between(day(0), day(0))).toEqual([2, 1]);
    expect(await between(day(200), day(200))).toEqual([1, 1]);
  });

  test('is refused where the request makes no sense, with what is wrong in it', async () => {
    const { asked } = await looking();
    for (const [query, field] of [
      ['since=yesterday', 'since'],
      ['until=2026-02-30', 'until'],
      ['since=2026-11-02&until=2026-11-01', 'since'],
      ['since=2020-01-01&until=2026-01-01', 'since'],
      ['days=0', 'days'],
      ['days=367', 'since'],
      ['days=7&since=2026-11-02', 'days'],
      ['by=password', 'by'],
      ['group=model', 'group'],
    ]) {
      const { status, body } = await asked.ask('GET', `/usage?${query}`);
      expect([query, status, body]).toMatchObject([query, 422, { error: { code: 'invalid', field } }]);
    }
  });

  test('as a file holds nothing that a spreadsheet would run', async () => {
    const { asked } = await looking();
    const response = await asked.fetch('/api/usage/csv?days=7&by=user');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="usage-by-user-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.csv"$/,
    );
    expect((await response.text()).split('\r\n')).toEqual([
      'user,user_id,requests,input_tokens,cached_tokens,output_tokens,reasoning_tokens,cost_usd,requests_without_price,estimated,tool_calls,failed_calls,denied_calls,tool_ms,result_tokens',
      'Ann,u1,2,2000,400,400,0,1.75,0,no,2,0,1,200,100',
      `"'=HYPERLINK(""x""), Bea",u2,1,1000,0,200,0,,1,yes,2,1,0,200,100`,
      '',
    ]);
  });

  test('is for admins, their own use for everyone', async () => {
    const { web, ledger } = await looking({ ai: { budget: { dayTokens: 9000 } } });
    expect((await visit(web.url).ask('GET', '/usage')).status).toBe(401);
    const visitor = await signedIn(web.url, editor());
    for (const path of ['/usage', '/usage/csv', '/usage/limits']) {
      const { status, body } = await visitor.ask('GET', path);
      expect([path, status, body]).toMatchObject([path, 403, { error: { code: 'refused' } }]);
    }
    const { user } = (await visitor.ask<SessionInfo>('GET', '/session')).body;
    const mine = async () => (await visitor.ask<MyUsage>('GET', '/usage/mine')).body;
    expect(await mine()).toEqual({
      today: { tokens: 0, dollars: 0 },
      limits: [{ setting: 'ai.budget.dayTokens', period: 'day', unit: 'tokens', limit: 9000, used: 2400 }],
      freeAt: midnight(new Date(), 1).toISOString(),
    });
    await ledger.record(spentOf('e', { at: new Date().toISOString(), user: user?.id as string, cost: 2 }));
    expect((await mine()).today).toEqual({ tokens: 1200, dollars: 2 });
  });

  test('of a turn in the chat is there when it ends: who, with which model, and which tools', async () => {
    const { mock, editor: visitor, asAdmin } = await chatting();
    const read = { id: 'call_1', name: 'schema', arguments: '{}' };
    mock.on({ userMessage: 'look', hasToolResult: false }, { toolCalls: [read] });
    mock.on({ userMessage: 'look', hasToolResult: true }, { content: 'Seen.' });
    await (await begin(visitor)).hold(says('look'));
    const { user } = (await visitor.ask<SessionInfo>('GET', '/session')).body;
    const asked = await asAdmin();
    const rows = async (by: string) => (await asked.ask<Report>('GET', `/usage?by=${by}`)).body.rows;
    await expect.poll(async () => (await rows('tool')).map(({ key }) => key)).toEqual(['schema']);
    expect(await rows('user')).toMatchObject([
      { key: user?.id, label: user?.name, requests: { requests: 2 }, calls: { calls: 1 } },
    ]);
    expect(await rows('model')).toMatchObject([{ key: 'local/tester', requests: { requests: 2 } }]);
  });
});

describe('A18 limits', () => {
  test('are shown with the roles they are for', async () => {
    const roles = { '*': { dayTokens: 100 }, Administrator: { enabled: true } };
    const { asked } = await looking({ ai: { budget: { dayCost: 3 }, roles } });
    expect((await asked.ask<LimitsView>('GET', '/usage/limits')).body).toEqual({
      everybody: [{ setting: 'ai.budget.dayCost', period: 'day', unit: 'dollars', limit: 3 }],
      roles: [
        { key: '*', limit: { dayTokens: 100 } },
        {
          key: 'Administrator',
          limit: { enabled: true },
          role: { id: expect.any(String), name: 'Administrator' },
        },
      ],
      problems: [],
    });
  });

  test('of a role that is not there are told, and open nothing', async () => {
    const { web, asked } = await looking({ ai: { roles: { Edittor: { enabled: false } } } });
    const { body } = await asked.ask<LimitsView>('GET', '/usage/limits');
    expect(body.problems).toEqual([
      expect.stringMatching(/^ai\.roles\.Edittor: there is no role of that id or name\./),
    ]);
    await expect.poll(() => web.log()).toContain('ai.roles.Edittor: there is no role');
    const { status } = await (await signedIn(web.url, editor())).ask('GET', '/models');
    expect(status).toBe(403);
    expect((await asked.ask('GET', '/usage')).status).toBe(200);
  });

  test('that are not understood close the assistant for all but admins', async () => {
    const { web, asked } = await looking({ ai: { roles: { Editor: { dayTokens: 'many' } } } });
    const { status, body } = await (await signedIn(web.url, editor())).ask('GET', '/models');
    expect([status, body]).toMatchObject([
      403,
      { error: { message: expect.stringContaining('because of a mistake in the settings') } },
    ]);
    expect((await asked.ask('GET', '/models')).status).toBe(200);
    expect((await asked.ask<LimitsView>('GET', '/usage/limits')).body.problems).toEqual([
      expect.stringContaining('ai.roles.Editor.dayTokens'),
    ]);
  });

  test('of one user for one day refuse what passes them, also in a second conversation', async () => {
    const { mock, editor: visitor } = await chatting({ ai: { roles: { '*': { dayTokens: 30_000 } } } });
    mock.on(
      { userMessage: /./ },
      { content: 'Yes.', usage: { prompt_tokens: 24_000, completion_tokens: 1000 } as never },
    );
    const first = await (await begin(visitor)).hold(says('hello'));
    expect(first.find(({ type }) => type === 'data-end')?.data).toMatchObject({ state: 'done' });
    const second = await begin(visitor);
    await second.hold(says('hello'));
    const { messages } = await second.view();
    expect(messages.at(-1)?.parts.at(-1)).toMatchObject({
      type: 'data-end',
      data: {
        state: 'limit',
        problem: expect.stringContaining('your own budget of 30,000 tokens for one day: 25,000 used'),
      },
    });
    expect(mock.getRequests()).toHaveLength(1);
  });
});

test('what was used cannot be read: it is said, and nothing of the machine with it', async () => {
  const { home } = freshHome();
  const web = await startWeb({ home, settings: {} });
  const asked = await signedIn(web.url, admin());
  await mkdir(`${home}/directus-assistant/usage-${new Date().toISOString().slice(0, 7)}.jsonl`, {
    recursive: true,
  });
  const { status, body } = await asked.ask('GET', '/usage');
  expect([status, body]).toEqual([
    500,
    {
      error: {
        code: 'failed',
        message: "What was used cannot be read (EISDIR). Look at the server's data folder.",
      },
    },
  ]);
});
