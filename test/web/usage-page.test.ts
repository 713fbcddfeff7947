import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { sharedDirectus } from '../live/shared-directus.ts';
import {
  accessFaults,
  closeBrowser,
  expectNoFaults,
  openWindow,
  type WindowOptions,
} from './fixtures/browser.ts';
import { freshHome, usedHome } from './fixtures/used.ts';
import { startWeb, type WebServer } from './fixtures/web.ts';

afterAll(closeBrowser);

/** The page, opened by somebody who is signed in. */
async function openUsage(web: WebServer, token: string, options: WindowOptions = {}) {
  const window = await openWindow(web, options);
  const headers = { origin: web.url };
  const answer = await window.context.request.post('/api/session', { data: { token }, headers });
  expect(answer.status()).toBe(200);
  await window.page.goto('/usage');
  return window;
}

async function used(options: WindowOptions = {}, settings: Record<string, unknown> = {}) {
  const web = await startWeb({ home: (await usedHome()).home, settings });
  const window = await openUsage(web, sharedDirectus().admin.token, options);
  const { page } = window;
  await page.getByRole('heading', { name: 'In detail' }).waitFor();
  return { window, page };
}

const tiles = async (page: Page) =>
  (await page.locator('dl').first().locator('dd').allInnerTexts()).join(' | ');
const names = (page: Page) => page.locator('section[aria-labelledby="in-detail"] tbody th').allInnerTexts();

describe('A18 the Usage page', () => {
  test('shows what was used, and by whom, with which model and which tools', async () => {
    const { window, page } = await used();
    expect(await tiles(page)).toBe(
      '~3,600 | 3,000 in, 600 out | ~$1.75+ | 1 request without a price | 3 | 13% of the input from a cache | 4 | 1 failed, 1 denied',
    );
    expect(await names(page)).toEqual(['Ann', '=HYPERLINK("x"), Bea']);
    await page.getByRole('button', { name: 'By model' }).click();
    await expect.poll(() => names(page)).toEqual(['local/tester', 'other/x']);
    await page.getByRole('button', { name: 'By tool' }).click();
    await expect.poll(() => names(page)).toHaveLength(4);
    await page.getByText('went to models without a price').waitFor();
    expectNoFaults(window);
  });

  test('sorts by what is pressed, and says so', async () => {
    const { page } = await used();
    const column = page.getByRole('columnheader', { name: 'Cost' });
    const button = column.getByRole('button');
    await button.focus();
    await page.keyboard.press('Enter');
    expect(await column.getAttribute('aria-sort')).toBe('descending');
    expect((await names(page))[0]).toBe('Ann');
    await page.keyboard.press('Enter');
    expect(await column.getAttribute('aria-sort')).toBe('ascending');
    expect((await names(page))[0]).toContain('Bea');
  });

  test('is of the days that are chosen', async () => {
    const { page } = await used();
    await page.getByRole('button', { name: 'Today' }).click();
    await expect.poll(() => tiles(page)).toContain('2,000 in, 400 out');
    await page.getByRole('button', { name: 'Own dates' }).click();
    await page.getByLabel('First day').fill('2020-01-02');
    await page.getByLabel('Last day').fill('2020-01-01');
    await page.getByText('The first day must not be after the last one.').waitFor();
    await page.getByLabel('Last day').fill('2020-01-03');
    await page.getByText('Nothing was used in these days').waitFor();
    await page.getByLabel('First day').fill('2010-01-01');
    await page.getByRole('alert').getByText('A report can be of 366 days at most.').waitFor();
  });

  test('draws each day, and says the same in a table', async () => {
    const { page } = await used();
    const chart = page.getByRole('img', { name: /^Tokens per day, 30 days: at most 2\.4K, on 2 days/ });
    await chart.waitFor();
    expect(await chart.locator('title').allTextContents()).toHaveLength(30);
    await page.getByRole('button', { name: 'The same as a table' }).click();
    const table = page.getByRole('table', { name: 'What was used on each day' });
    await table.waitFor();
    const cells = await table.locator('tbody tr').last().locator('td').allInnerTexts();
    expect(cells).toEqual(['~2,400', '~$0.25+', '2', '3']);
    await page.getByRole('group', { name: 'What the chart shows' }).getByText('Tool calls').click();
    await page.getByRole('img', { name: /^Tool calls per day/ }).waitFor();
  });

  test('gives the rows as a file', async () => {
    const { page } = await used();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^usage-by-user-.*\.csv$/);
    expect(await readFile(await download.path(), 'utf8')).toContain('Ann,u1,2,2000');
  });

  test('shows the limits, and what is wrong with them', async () => {
    const roles = { '*': { dayTokens: 5000 }, Edittor: { enabled: false } };
    const { page } = await used({}, { ai: { budget: { dayCost: 3 }, roles } });
    await page.getByText('5,000 tokens for one user in one day').waitFor();
    await page.getByText('$3.00', { exact: true }).waitFor();
    await page.getByText('ai.roles.Edittor: there is no role of that id or name.').waitFor();
  });

  test('says what will be here where nothing was used, and is for admins', async () => {
    const web = await startWeb({ home: freshHome().home, settings: {} });
    const { admin, editor } = sharedDirectus();
    const { page } = await openUsage(web, admin.token);
    await page.getByText('its tokens, costs and tool calls appear here').waitFor();
    await page.getByText('No limits are set').waitFor();
    const other = await openUsage(web, editor.token);
    await other.page.getByText('Only admins see what others use').waitFor();
    expect(await other.page.getByText('Download CSV').count()).toBe(0);
    expectNoFaults(other);
  });

  test.each([
    ['wide and light', { width: 1280 }],
    ['wide and dark', { width: 1280, dark: true }],
    ['narrow and light', { width: 360 }],
    ['narrow and dark', { width: 360, dark: true }],
  ])('can be used by everybody: %s', async (_name, options) => {
    const { window, page } = await used(options, {
      ai: {
        roles: { Nobody: { models: ['local/a-model-with-a-name-that-is-far-too-long-for-a-narrow-window'] } },
      },
    });
    await page.getByRole('button', { name: 'The same as a table' }).click();
    await page.getByRole('button', { name: 'Own dates' }).click();
    await page.getByLabel('First day').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    const beyond = "document.querySelector('main').scrollWidth - document.querySelector('main').clientWidth";
    expect(await page.evaluate(beyond)).toBe(0);
    expectNoFaults(window);
  });
});
