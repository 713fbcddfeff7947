import { gzipSync } from 'node:zlib';
import type { Locator } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { mockModels } from '../host/fixtures/setup.ts';
import { freshArticle } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { accessFaults, closeBrowser, expectNoFaults, openWindow, signIn } from './fixtures/browser.ts';
import { begin, says } from './fixtures/chat.ts';
import { signedIn, startWeb, withModels } from './fixtures/web.ts';

afterAll(closeBrowser);

/** Kilobytes of JavaScript that a conversation may load, gzipped. */
const MOST_KB = 220;

const ANSWER = [
  'Here is **what** there is:',
  '',
  '| id | title |',
  '|---|---|',
  '| 1 | [Harbour](https://example.com) |',
  '',
  '```ts',
  'const one = 1;',
  '```',
  '',
  '1. first',
  '2. `second`',
].join('\n');

/** A server with a conversation of the admin in which a call waits for a yes. */
async function furnished() {
  const mock = await mockModels();
  const { id } = await freshArticle();
  const update = { action: 'update', collection: 'articles', keys: [id], data: { title: 'Another title' } };
  mock.on({ userMessage: 'show' }, { content: ANSWER });
  mock.on(
    { userMessage: 'rename' },
    { toolCalls: [{ id: 'c1', name: 'items', arguments: JSON.stringify(update) }] },
  );
  const web = await startWeb({ settings: { ...withModels(`${mock.url}/v1`), allowDeletes: true } });
  const admin = await signedIn(web.url, { token: sharedDirectus().admin.token });
  const conversation = await begin(admin);
  await conversation.hold(says('show'));
  await conversation.hold(says('rename'));
  return { web, conversation };
}

describe.each([
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 360, dark: false },
  { width: 360, dark: true },
])('at $width px, dark: $dark', ({ width, dark }) => {
  test('everybody can use every page: axe finds nothing, nothing sticks out, no other host is asked', async () => {
    const { web, conversation } = await furnished();
    const window = await openWindow(web, { width, dark });
    const { page } = window;
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await signIn(page, 'admin');
    const faults: Record<string, string[]> = {};
    const look = async (path: string, ready: Locator) => {
      await page.goto(path);
      await ready.first().waitFor();
      faults[path] = await accessFaults(page);
      const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (wider !== 0) faults[path].push(`wider than the window by ${wider} px`);
    };
    await look('/', page.getByLabel('Message', { exact: true }));
    await look(`/c/${conversation.id}`, page.getByText('This needs your approval'));
    await look('/usage', page.getByText('Per day'));
    await look('/settings', page.getByRole('heading', { name: 'Providers' }));
    expect(Object.entries(faults).filter(([, found]) => found.length > 0)).toEqual([]);
    expectNoFaults(window);
  }, 180_000);
});

test(`opening a conversation loads at most ${MOST_KB} KB of JavaScript`, async () => {
  const { web, conversation } = await furnished();
  const { page, context } = await openWindow(web);
  const { token } = sharedDirectus().admin;
  await context.request.post('/api/session', { data: { token }, headers: { origin: web.url } });
  const scripts: Promise<number>[] = [];
  page.on('response', (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname))
      scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(`/c/${conversation.id}`);
  await page.getByText('This needs your approval').waitFor();
  await page.waitForLoadState('networkidle');
  const sizes = await Promise.all(scripts);
  expect(sizes.length).toBeGreaterThan(1);
  const kilobytes = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1000);
  process.stderr.write(`JavaScript of the chat page: ${kilobytes} KB gzipped\n`);
  expect(kilobytes).toBeLessThanOrEqual(MOST_KB);
});
