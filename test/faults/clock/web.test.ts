import { expect, test } from 'vitest';
import { rest } from '../../live/helpers.ts';
import { bin } from '../../live/server.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { access, account, freshUser } from '../../web/fixtures/accounts.ts';
import { signedIn, startWeb, visit } from '../../web/fixtures/web.ts';
import { soon, wrongClock } from './clock.ts';

const asAdmin = rest(sharedDirectus().admin.token);

async function webByWrongClock() {
  const clock = wrongClock();
  const web = await startWeb({ program: bin, node: clock.node, env: clock.env });
  return { clock, web };
}

const nobodyIn = async (visitor: ReturnType<typeof visit>) => {
  const { body } = await visitor.ask<{ user?: object }>('GET', '/session');
  expect(body.user).toBeUndefined();
};

test('who is shut out in Directus does not stay in where the clock is put back', async () => {
  const { clock, web } = await webByWrongClock();
  const user = await freshUser(access());
  const visitor = await signedIn(web.url, account(user));
  expect((await visitor.ask('GET', '/conversations')).status).toBe(200);
  clock.jumpTo(-1);
  await asAdmin('PATCH', `/users/${user.id}`, { status: 'suspended' });
  await soon(() => nobodyIn(visitor));
  expect((await visitor.ask('GET', '/conversations')).status).toBe(401);
  clock.jumpTo(1);
  await soon(() => nobodyIn(visitor));
});

test('who is let in again is not shut out for the day by which the clock was put back', async () => {
  const { clock, web } = await webByWrongClock();
  const user = await freshUser(access());
  const visitor = await signedIn(web.url, account(user));
  await asAdmin('PATCH', `/users/${user.id}`, { status: 'suspended' });
  await soon(() => nobodyIn(visitor));
  clock.jumpTo(-1);
  await asAdmin('PATCH', `/users/${user.id}`, { status: 'active' });
  const again = await signedIn(web.url, account(user));
  expect((await again.ask('GET', '/conversations')).status).toBe(200);
});

test.for([1, -1])('a sign-in outlives a jump by %i days and back, and so does a new one', async (days) => {
  const { clock, web } = await webByWrongClock();
  const user = await freshUser(access());
  const visitor = await signedIn(web.url, account(user));
  for (const at of [days, 0]) {
    clock.jumpTo(at);
    const { body } = await visitor.ask<{ user?: { id: string } }>('GET', '/session');
    expect(body.user?.id).toBe(user.id);
    const other = await signedIn(web.url, account(user));
    expect((await other.ask('GET', '/conversations')).status).toBe(200);
  }
});

test('who has tried too often waits minutes, and is told minutes, whatever the clock does', async () => {
  const { clock, web } = await webByWrongClock();
  const wrong = { email: 'somebody@example.com', password: 'wrong' };
  const statuses = async (count: number) => {
    const tries = Array.from({ length: count }, () => visit(web.url).ask('POST', '/session', wrong));
    return (await Promise.all(tries)).map(({ status }) => status);
  };
  expect((await statuses(10)).filter((status) => status === 429)).toHaveLength(2);
  clock.jumpTo(-1);
  const { status, headers } = await visit(web.url).ask('POST', '/session', wrong);
  expect(status).toBe(429);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(300);
  clock.jumpTo(0);
  expect(await statuses(1)).toEqual([429]);
});
