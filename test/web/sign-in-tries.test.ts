import { expect, test } from 'vitest';
import { access, account, freshUser, withCodes } from './fixtures/accounts.ts';
import { startWeb, visit } from './fixtures/web.ts';

const many = (count: number) => Array.from({ length: count }, (_, nth) => nth);

/** How a try ends: its status, and how long to wait. */
async function tryIt(url: string, how: object, cookie = '') {
  const { status, headers, body } = await visit(url, cookie).ask('POST', '/session', how);
  return { status, wait: Number(headers.get('retry-after')), body };
}

/** The cookie by which a browser is known again after somebody has signed in there. */
async function browserAfter(url: string, how: object): Promise<string> {
  const { headers } = await visit(url).ask('POST', '/session', how);
  const all = headers.getSetCookie().map((set) => set.split(';')[0] ?? '');
  return all.find((one) => one.includes('-browser=')) ?? '';
}

test('wrong tries at once get no further than one after the other, and are told how long to wait', async () => {
  const { url } = await startWeb();
  const how = (nth: number) => ({ email: 'somebody@example.com', password: `wrong ${nth}` });
  const all = await Promise.all(many(30).map((nth) => tryIt(url, how(nth))));
  expect(all.filter(({ status }) => status === 403)).toHaveLength(8);
  expect(all.filter(({ status }) => status === 429)).toHaveLength(22);
  const last = await tryIt(url, { email: ' Somebody@Example.com', password: 'x' });
  expect(last).toMatchObject({ status: 429, body: { error: { code: 'too-often' } } });
  expect(last.wait).toBeGreaterThan(0);
  expect(last.wait).toBeLessThanOrEqual(300);
});

test('strangers cannot lock somebody out of a browser in which they were', async () => {
  const { url } = await startWeb();
  // Directus itself suspends an account after too many wrong tries: not one that other tests need.
  const user = account(await freshUser(access()));
  const browser = await browserAfter(url, user);
  await Promise.all(many(12).map(() => tryIt(url, { ...user, password: 'wrong' })));
  expect(await tryIt(url, user)).toMatchObject({ status: 429 });
  expect(await tryIt(url, user, browser)).toMatchObject({ status: 200 });
  // Nor does a browser help with another account than the one it is known for.
  const other = { email: 'somebody@example.com', password: 'wrong' };
  await Promise.all(many(8).map(() => tryIt(url, other)));
  expect(await tryIt(url, other, browser)).toMatchObject({ status: 429 });
  const forged = `${browser.slice(0, -1)}${browser.endsWith('A') ? 'B' : 'A'}`;
  expect(await tryIt(url, user, forged)).toMatchObject({ status: 429 });
});

test('a browser that is known has no more tries than others', async () => {
  const { url } = await startWeb();
  const user = account(await freshUser(access()));
  const browser = await browserAfter(url, user);
  const all = await Promise.all(many(14).map(() => tryIt(url, { ...user, password: 'wrong' }, browser)));
  expect(all.filter(({ status }) => status === 403)).toHaveLength(10);
});

test('who gets in has all tries again, and being asked for the code is none', async () => {
  const { url } = await startWeb();
  const user = await withCodes();
  const right = account(user);
  for (const _ of many(9)) expect((await tryIt(url, right)).status).toBe(401);
  for (const _ of many(2)) {
    const wrong = await Promise.all(many(5).map(() => tryIt(url, { ...right, password: 'wrong' })));
    expect(wrong.filter(({ status }) => status === 403)).toHaveLength(5);
    expect((await tryIt(url, { ...right, otp: user.code() })).status).toBe(200);
  }
  const codes = await Promise.all(many(12).map(() => tryIt(url, { ...right, otp: '000000' })));
  expect(codes.filter(({ status }) => status === 401)).toHaveLength(8);
});

test('tokens that nobody has are tried by one address only so often', async () => {
  const { url } = await startWeb();
  const all = await Promise.all(many(90).map((nth) => tryIt(url, { token: `no-such-token-${nth}` })));
  expect(all.filter(({ status }) => status === 403)).toHaveLength(80);
  expect(all.filter(({ status }) => status === 429)).toHaveLength(10);
});
