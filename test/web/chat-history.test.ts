import { readFile } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { accessFaults, closeBrowser, expectNoFaults } from './fixtures/browser.ts';
import { chatPage, eventually, openChat } from './fixtures/chat-page.ts';

afterAll(closeBrowser);

async function historyPage() {
  const chat = await chatPage();
  const { page, mock, say, answers, rests } = chat;
  mock.on({ userMessage: /./ }, { content: 'The lighthouse stands.' });
  for (const text of ['first words', 'second words']) {
    await page.getByRole('link', { name: 'New conversation' }).click();
    await page.getByRole('heading', { name: 'New conversation' }).waitFor();
    await say(text);
    await answers.getByText('The lighthouse stands.').waitFor();
    await rests();
  }
  const list = page.getByRole('navigation', { name: 'Conversations' });
  const titles = () => list.getByRole('link').allInnerTexts();
  await eventually(titles).toEqual(['second words', 'first words']);
  return {
    ...chat,
    list,
    titles,
    async choose(title: string, what: string) {
      await list.getByRole('button', { name: `What to do with ${title}` }).click();
      await page.getByRole('menuitem', { name: what }).click();
    },
  };
}

test('A17 conversations are found, renamed, exported and deleted, and another device sees the same', async () => {
  const chat = await historyPage();
  const { page, list, titles, choose, answers, questions } = chat;
  await list.getByRole('link', { name: 'first words' }).click();
  await questions.getByText('first words').waitFor();
  expect(await questions.count()).toBe(1);

  await choose('first words', 'Rename');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('<i>Towers</i>');
  expect(await accessFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await eventually(async () => (await titles()).sort()).toEqual(['<i>Towers</i>', 'second words']);
  await page.getByRole('heading', { level: 1, name: '<i>Towers</i>' }).waitFor();

  const device = await openChat(chat.web);
  await device.page.getByRole('link', { name: '<i>Towers</i>' }).waitFor();

  const download = page.waitForEvent('download');
  await choose('<i>Towers</i>', 'Export as Markdown');
  expect(await readFile(await (await download).path(), 'utf8')).toContain('The lighthouse stands.');

  await page.getByLabel('Search conversations').fill('second');
  await eventually(async () => (await titles()).length).toBe(1);
  await page.getByLabel('Search conversations').fill('');
  await eventually(async () => (await titles()).length).toBe(2);

  await choose('<i>Towers</i>', 'Delete');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await titles()).toHaveLength(2);
  await choose('<i>Towers</i>', 'Delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await eventually(titles).toEqual(['second words']);
  await page.getByRole('heading', { level: 1, name: 'New conversation' }).waitFor();
  await device.page.getByRole('link', { name: '<i>Towers</i>' }).waitFor({ state: 'detached' });
  expect(await answers.count()).toBe(0);
  expectNoFaults(chat);
});

test('a conversation that is not there, or of somebody else, says so and leads on', async () => {
  const chat = await historyPage();
  const { pathname } = new URL(chat.page.url());
  const other = await openChat(chat.web, { admin: true });
  for (const path of [pathname, '/c/01a21550-0000-7000-8000-000000000000']) {
    await other.page.goto(path);
    await other.page.getByText('No such conversation').waitFor();
  }
  await other.page.getByRole('main').getByRole('link', { name: 'New conversation' }).click();
  await other.prompt.waitFor();
});

test('at 360 px the history opens over the page by keyboard, and closes when one is chosen', async () => {
  const wide = await historyPage();
  const { page, questions } = await openChat(wide.web, { beside: wide });
  await page.setViewportSize({ width: 360, height: 700 });
  await page.getByRole('button', { name: 'Open navigation' }).focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('dialog', { name: 'Navigation' });
  await panel.getByRole('link', { name: 'first words' }).focus();
  expect(await accessFaults(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await questions.getByText('first words').waitFor();
  await panel.waitFor({ state: 'detached' });
});
