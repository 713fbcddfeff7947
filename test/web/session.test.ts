import { describe, expect, onTestFinished, test } from 'vitest';
import { installationKey } from '../../src/settings/key.ts';
import { seal, unseal } from '../../src/settings/seal.ts';
import { rest } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { planted } from '../secrets-planted.ts';
import { access, account, freshUser } from './fixtures/accounts.ts';
import { signedIn, startWeb, visit } from './fixtures/web.ts';

const { admin, editor, url: directus } = sharedDirectus();
const asAdmin = rest(admin.token);

type Kept = { token: string; since: string; expiresAt: string };
const PURPOSE = 'sign-in of the pages';
const HOUR_MS = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** A server whose cookies the test can open and make. */
async function openServer() {
  const { key } = installationKey(planted.environmentKey);
  const { url } = await startWeb({ env: { DIRECTUS_ASSISTANT_KEY: planted.environmentKey } });
  const open = (cookie: string): Kept =>
    JSON.parse(unseal(key, PURPOSE, cookie.split('=')[1] ?? '') ?? 'null') as Kept;
  const make = (kept: unknown) => `directus-assistant=${seal(key, PURPOSE, JSON.stringify(kept))}`;
  return { url, open, make };
}

/** Whether Directus takes a token. */
const isGood = async (token: string) => (await rest(token)('GET', '/users/me')).status === 200;

/** A file of the library that is gone with the test. */
async function freshFile(content: string, type: string, name: string): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([content], { type }), name);
  const headers = { authorization: `Bearer ${admin.token}` };
  const reply = await fetch(`${directus}/files`, { method: 'POST', headers, body: form });
  const { data } = (await reply.json()) as { data: { id: string } };
  onTestFinished(async () => {
    await asAdmin('DELETE', `/files/${data.id}`);
  });
  return data.id;
}

async function pictureOfTheLibrary(): Promise<string> {
  const { data } = await asAdmin('GET', '/files?filter[type][_starts_with]=image/jpeg&limit=1&fields=id');
  return (data as { id: string }[])[0]?.id ?? '';
}

describe('a sign-in', () => {
  test('of which half is over is renewed once for all that asks at once, whatever the answer is', async () => {
    const { url, open, make } = await openServer();
    const visitor = await signedIn(url, account(editor));
    const first = open(visitor.cookie());
    const old = make({ ...first, since: ago(20 * HOUR_MS), expiresAt: ago(-4 * HOUR_MS) });
    const picture = await pictureOfTheLibrary();
    const paths = ['/session', '/models', `/assets/${picture}?size=thumb`, '/events', '/nothing'];
    const kept = await Promise.all(
      paths.map(async (path) => {
        const answer = await visit(url, old).fetch(`/api${path}`);
        await answer.body?.cancel();
        const [set = ''] = answer.headers.getSetCookie();
        return [path, open(set.split(';')[0] ?? '')] as const;
      }),
    );
    const [, renewed] = kept[0] ?? [];
    expect(renewed?.token).not.toBe(first.token);
    expect(kept).toEqual(paths.map((path) => [path, renewed]));
    expect(Date.parse(renewed?.expiresAt ?? '')).toBeGreaterThan(Date.now() + 23 * HOUR_MS);
    // What was under way goes on with the old one for a while.
    expect(await isGood(first.token)).toBe(true);
    const next = visit(url, make(renewed));
    expect((await next.ask('DELETE', '/session')).status).toBe(204);
    expect(await isGood(renewed?.token ?? '')).toBe(false);
  });

  test('that is fresh, or cannot be renewed, stays as it is until it ends', async () => {
    const { url, open, make } = await openServer();
    const visitor = await signedIn(url, account(editor));
    const { headers, status } = await visitor.ask('GET', '/models');
    expect([status, headers.getSetCookie()]).toEqual([200, []]);
    // A token of its own is not one that Directus renews.
    const odd = make({ token: editor.token, since: ago(20 * HOUR_MS), expiresAt: ago(-4 * HOUR_MS) });
    const answer = await visit(url, odd).ask('GET', '/models');
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
    const over = make({ ...open(visitor.cookie()), token: `${open(visitor.cookie()).token}x` });
    expect((await visit(url, over).ask('GET', '/models')).status).toBe(401);
    for (const strange of [{}, { token: 1 }, [], null, 'x'])
      expect((await visit(url, make(strange)).ask('GET', '/models')).status).toBe(401);
  });

  test('ends in Directus when somebody signs out; a token of its own is good for others still', async () => {
    const { url, open } = await openServer();
    const visitor = await signedIn(url, account(editor));
    const { token } = open(visitor.cookie());
    expect(await isGood(token)).toBe(true);
    const out = await visitor.ask('DELETE', '/session');
    expect(out.headers.getSetCookie()[0]).toMatch(/^directus-assistant=;.*Max-Age=0/);
    expect(await isGood(token)).toBe(false);
    await (await signedIn(url, { token: editor.token })).ask('DELETE', '/session');
    expect(await isGood(editor.token)).toBe(true);
    expect((await visit(url).ask('DELETE', '/session')).status).toBe(204);
  });

  test('is over when Directus takes the rights away, and none is left of who may not come in', async () => {
    const { url } = await openServer();
    const user = await freshUser({ ...access(), token: crypto.randomUUID() });
    const visitor = await signedIn(url, { token: user.token });
    expect((await visitor.ask('GET', '/models')).status).toBe(200);
    await asAdmin('PATCH', `/users/${user.id}`, { status: 'suspended' });
    // What was believed of a token is asked again after some seconds.
    await expect
      .poll(async () => (await visitor.ask('GET', '/models')).status, { timeout: 20_000, interval: 500 })
      .toBe(401);
    const outside = await freshUser({});
    const refused = await visit(url).ask('POST', '/session', account(outside));
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'refused' } } });
    expect(refused.headers.getSetCookie()).toEqual([]);
  });
});

describe('a file of the library', () => {
  test('is shown when it is a picture, small enough for its place, and to nobody who is not signed in', async () => {
    const { url } = await openServer();
    const picture = await pictureOfTheLibrary();
    const visitor = await signedIn(url, { token: editor.token });
    const sizes = await Promise.all(
      ['avatar', 'thumb', 'full'].map(async (size) => {
        const answer = await visitor.fetch(`/api/assets/${picture}?size=${size}`);
        expect(answer.headers.get('content-type')).toMatch(/^image\//);
        expect(answer.headers.get('cache-control')).toMatch(/^private/);
        expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
        return (await answer.arrayBuffer()).byteLength;
      }),
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect((await visit(url).ask('GET', `/assets/${picture}?size=thumb`)).status).toBe(401);
    const stranger = await freshUser({ ...access(), token: crypto.randomUUID() });
    const other = await signedIn(url, { token: stranger.token });
    expect((await other.ask('GET', `/assets/${picture}?size=thumb`)).status).toBe(404);
    expect((await visitor.ask('GET', `/assets/${crypto.randomUUID()}`)).status).toBe(404);
  });

  test('that could hold a script is only kept, never shown', async () => {
    const { url } = await openServer();
    const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const files = [
      await freshFile(script, 'image/svg+xml', 'picture.svg'),
      await freshFile('<script>alert(1)</script>', 'text/html', 'page.html'),
    ];
    const visitor = await signedIn(url, { token: editor.token });
    for (const id of files) {
      const answer = await visitor.fetch(`/api/assets/${id}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/octet-stream');
      expect(answer.headers.get('content-disposition')).toBe('attachment');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain('sandbox');
      expect((await visitor.ask('GET', `/assets/${id}?size=thumb`)).status).toBe(404);
    }
  });
});
