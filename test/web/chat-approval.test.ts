import type { Locator } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { rest } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { accessFaults, closeBrowser, expectNoFaults } from './fixtures/browser.ts';
import { eventually, openChat, renamingPage } from './fixtures/chat-page.ts';
import { startWeb } from './fixtures/web.ts';

afterAll(closeBrowser);

const titleOf = async (id: number) => {
  const { data } = await rest(sharedDirectus().admin.token)('GET', `/items/articles/${id}?fields=title`);
  return (data as { title: string }).title;
};

test('A14 several calls are one card with what each would change; some are approved, and the others told why not', async () => {
  const chat = await renamingPage(3);
  const { page, say, approval, answers, articles, mock, rests } = chat;
  const [first, second, third] = articles;
  await say('rename');
  await approval.getByText('3 calls need your approval').waitFor();
  expect(await approval.count()).toBe(1);
  const preview = await approval.getByRole('group', { name: 'Preview of the change' }).first().innerText();
  expect(preview).toContain(`before\ntitle: ${JSON.stringify(first?.title)}`.replace('title', '    title'));
  expect(preview).toContain(`New ${first?.id}`);
  expect(await accessFaults(page)).toEqual([]);
  // The focus is on the card, and what waits is said.
  expect(await page.locator(':focus').innerText()).toBe('3 calls need your approval');
  await eventually(() => page.getByTestId('announcer').innerText()).toBe(
    '3 calls waiting for your approval.',
  );

  // The preview is short; what is sent can be seen in full.
  await approval.getByText('All that is sent').first().click();
  await approval
    .getByText(`"title": "New ${first?.id}"`)
    .or(approval.getByText(`{"title":"New ${first?.id}"}`))
    .waitFor();

  await approval.getByRole('checkbox').nth(1).uncheck();
  await approval.getByLabel('Reason for a denial').fill('not this one');
  await approval.getByRole('button', { name: 'Approve 2 of 3' }).click();
  await answers.getByText('Renamed.').waitFor();
  await rests();
  expect(await titleOf(first?.id ?? 0)).toBe(`New ${first?.id}`);
  expect(await titleOf(second?.id ?? 0)).toBe(second?.title);
  expect(await titleOf(third?.id ?? 0)).toBe(`New ${third?.id}`);
  expect(JSON.stringify(mock.getLastRequest()?.body)).toContain('not this one');
  expect(await approval.count()).toBe(0);
  expectNoFaults(chat);
});

test('what needs an approval is in sight: all of it, or its beginning where it does not fit', async () => {
  const { page, say, approval, conversation } = await renamingPage(1);
  await say(`${'A long question.\n'.repeat(40)}rename`);
  const deny = approval.getByRole('button', { name: 'Deny' });
  const endOf = async (one: Locator) => {
    const box = await one.boundingBox();
    return box ? box.y + box.height : Number.NaN;
  };
  await eventually(async () => (await endOf(deny)) < (await endOf(conversation))).toBe(true);
  // Only the conversation scrolls.
  const [all, seen] = ['scrollHeight', 'clientHeight'].map((size) =>
    page.evaluate(`document.querySelector('main').${size}`),
  );
  expect(await all).toBe(await seen);
  await page.setViewportSize({ width: 1280, height: 430 });
  await page.reload();
  const beginning = approval.getByText('This needs your approval');
  await beginning.waitFor();
  await eventually(async () => ((await beginning.boundingBox())?.y ?? 0) < 120).toBe(true);
  await eventually(async () => ((await beginning.boundingBox())?.y ?? 0) > 50).toBe(true);
});

test('A15 a reload while a call waits loses nothing, and it runs once', async () => {
  const { page, say, approval, answers, articles, mock } = await renamingPage(1);
  await say('rename');
  await approval.waitFor();
  await page.reload();
  await approval.getByRole('button', { name: 'Approve' }).click();
  await answers.getByText('Renamed.').waitFor();
  expect(await titleOf(articles[0]?.id ?? 0)).toBe(`New ${articles[0]?.id}`);
  expect(mock.getRequests()).toHaveLength(2);
});

test('A15 of two windows that answer the same call one is told that the other was faster', async () => {
  const chat = await renamingPage(1);
  await chat.say('rename');
  await chat.approval.waitFor();
  await eventually(() => chat.page.url()).toContain('/c/');
  const second = await openChat(chat.web, { beside: chat, path: new URL(chat.page.url()).pathname });
  await second.approval.waitFor();
  // It does not hear of the first answer in time.
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await second.page.route('**/api/conversations/*/turn', async (route) => {
    await held;
    await route.continue();
  });
  await second.approval.getByRole('button', { name: 'Deny' }).click();
  await chat.approval.getByRole('button', { name: 'Approve' }).click();
  await chat.answers.getByText('Renamed.').waitFor();
  await chat.rests();
  letGo();
  await second.page.getByRole('alert').getByText('answered already').waitFor();
  await second.answers.getByText('Renamed.').waitFor();
  expect(await second.approval.count()).toBe(0);
  expect(await titleOf(chat.articles[0]?.id ?? 0)).toBe(`New ${chat.articles[0]?.id}`);
});

test('A11 a yes to what has changed since it was shown runs nothing, and what would happen now is shown', async () => {
  const { page, say, approval, answers, articles, web } = await renamingPage(1);
  const id = articles[0]?.id ?? 0;
  await say('rename');
  await approval.waitFor();
  await page.route('**/api/events', (route) => route.abort());
  await page.reload();
  await approval.waitFor();
  await web.kill();
  await rest(sharedDirectus().admin.token)('PATCH', `/items/articles/${id}`, { title: 'Final' });
  await startWeb({ home: web.home, port: Number(new URL(web.url).port) });
  await approval.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('alert').getByText('has changed since it was shown').waitFor();
  await approval.getByText('title: "Final"').waitFor();
  expect(await titleOf(id)).toBe('Final');
  await approval.getByRole('button', { name: 'Approve' }).click();
  await answers.getByText('Renamed.').waitFor();
  expect(await titleOf(id)).toBe(`New ${id}`);
});

test('always lets later calls of the same tool and action run in this conversation', async () => {
  const { say, approval, answers, rests, mock } = await renamingPage(1);
  await say('rename');
  await approval.getByRole('button', { name: 'Always allow in this conversation' }).click();
  await answers.getByText('Renamed.').waitFor();
  await rests();
  await say('rename it again');
  await eventually(() => answers.count()).toBe(2);
  await answers.last().getByText('Renamed.').waitFor();
  expect(await approval.count()).toBe(0);
  expect(mock.getRequests().length).toBeGreaterThanOrEqual(4);
});

test('what the assistant did is listed with what it changed, and undone', async () => {
  const { page, say, approval, answers, questions, rests, articles, mock } = await renamingPage(1);
  mock.on({ userMessage: /Undo only/ }, { content: 'Taken back.' });
  await say('rename');
  await approval.getByRole('button', { name: 'Approve' }).click();
  await answers.getByText('Renamed.').waitFor();
  await rests();
  await page.getByRole('button', { name: 'Changes in this conversation' }).click();
  const panel = page.getByRole('dialog', { name: 'Changes' });
  const receipt = await panel.getByRole('group', { name: 'Receipt of items.update' }).innerText();
  expect(receipt).toContain(`title: "New ${articles[0]?.id}"`);
  expect(await accessFaults(page)).toEqual([]);
  await panel.getByRole('button', { name: 'Undo items.update' }).click();
  await answers.getByText('Taken back.').waitFor();
  expect(await questions.last().innerText()).toContain('Undo only what these calls of yours changed');
});
