import { describe, expect, test } from 'vitest';
import type { SessionInfo } from '../../src/web/api.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { account, freshUser, withCodes } from './fixtures/accounts.ts';
import { signedIn, startWeb, visit } from './fixtures/web.ts';

const { admin, editor } = sharedDirectus();

describe('who may sign in', () => {
  test('accounts and tokens of Directus, each with what they are', async () => {
    const { url } = await startWeb();
    const stranger = visit(url);
    expect((await stranger.ask<SessionInfo>('GET', '/session')).body).toEqual({
      directus: { name: 'The Harrowmere Courier', url: sharedDirectus().url },
      version: expect.any(String),
    });
    expect((await stranger.ask('GET', '/models')).status).toBe(401);
    const one = visit(url);
    const { body } = await one.ask<SessionInfo>('POST', '/session', account(admin));
    expect(body.user).toMatchObject({ email: admin.email, admin: true, role: { name: expect.any(String) } });
    expect((await one.ask<SessionInfo>('GET', '/session')).body.user?.admin).toBe(true);
    const other = await signedIn(url, { token: editor.token });
    expect((await other.ask<SessionInfo>('GET', '/session')).body.user).toMatchObject({
      email: editor.email,
      admin: false,
    });
    expect((await other.ask('GET', '/settings')).status).toBe(403);
  });

  test('nobody else: wrong passwords and tokens, suspended accounts, accounts without App access', async () => {
    const { url, log } = await startWeb();
    const suspended = await freshUser({ status: 'suspended' });
    const outside = await freshUser({});
    const refusals = await Promise.all(
      [
        { email: editor.email, password: 'wrong' },
        { email: 'nobody@example.com', password: 'wrong' },
        account(suspended),
        { token: 'no-such-token' },
        account(outside),
      ].map(async (how) => (await visit(url).ask('POST', '/session', how)).body),
    );
    const messages = refusals.map((body) => (body as { error: { message: string } }).error.message);
    // Whether there is an account is not told.
    expect(messages[0]).toBe(messages[1]);
    expect(messages[2]).toBe(messages[1]);
    expect(messages[4]).toContain('App Access');
    expect(log()).not.toContain(editor.email);
    for (const body of [{}, { email: 'x' }, { token: '' }, [], { email: 1, password: 2 }])
      expect((await visit(url).ask('POST', '/session', body)).status).toBe(422);
  });

  test('with a one-time code where the account wants one', async () => {
    const { url } = await startWeb();
    const user = await withCodes();
    const visitor = visit(url);
    const first = await visitor.ask('POST', '/session', account(user));
    expect(first).toMatchObject({ status: 401, body: { error: { code: 'otp' } } });
    const wrong = await visitor.ask('POST', '/session', { ...account(user), otp: '000000' });
    expect(wrong).toMatchObject({
      status: 401,
      body: { error: { code: 'otp', message: expect.stringContaining('wrong') } },
    });
    const right = await visitor.ask<SessionInfo>('POST', '/session', {
      ...account(user),
      otp: user.code(),
    });
    expect(right.body.user?.id).toBe(user.id);
  });

  test('nobody at all where the assistant is switched off', async () => {
    const { url } = await startWeb({ env: { AI_ENABLED: 'false' } });
    for (const [method, path, body] of [
      ['GET', '/session'],
      ['POST', '/session', { token: admin.token }],
      ['GET', '/models'],
    ] as const)
      expect(await visit(url).ask(method, path, body)).toMatchObject({
        status: 403,
        body: { error: { message: expect.stringContaining('AI_ENABLED') } },
      });
  });
});

describe('the cookie', () => {
  test('is out of reach of scripts and other sites, and says nothing', async () => {
    const { url } = await startWeb();
    const { headers } = await visit(url).ask('POST', '/session', { token: editor.token });
    const [cookie = ''] = headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    expect(cookie).not.toContain(editor.token);
    const secure = await startWeb({ flags: ['--public-url', 'https://assistant.example.com'] });
    const [safe = ''] = (
      await visit(secure.url).ask('POST', '/session', { token: editor.token })
    ).headers.getSetCookie();
    expect(safe).toMatch(/^__Host-/);
    expect(safe).toMatch(/Secure/i);
  });

  test('outlives the server, but neither a change to it, another installation, nor the sign-out', async () => {
    const web = await startWeb();
    const visitor = await signedIn(web.url, account(editor));
    await web.stop();
    const next = await startWeb({ home: web.home });
    const statusWith = async (cookie: string, url = next.url) =>
      (await visit(url, cookie).ask('GET', '/models')).status;
    expect(await statusWith(visitor.cookie())).toBe(200);
    const [name, value = ''] = visitor.cookie().split('=');
    const changed = `${value.slice(0, 40)}${value[40] === 'A' ? 'B' : 'A'}${value.slice(41)}`;
    for (const forged of [changed, '', 'x', value.slice(0, -4), `${value}A`])
      expect([forged, await statusWith(`${name}=${forged}`)]).toEqual([forged, 401]);
    const stranger = await startWeb();
    expect(await statusWith(visitor.cookie(), stranger.url)).toBe(401);
    const again = visit(next.url, visitor.cookie());
    expect((await again.ask('DELETE', '/session')).status).toBe(204);
    // Directus has ended it, so what was kept elsewhere is of no use.
    expect(await statusWith(visitor.cookie())).toBe(401);
  });
});
