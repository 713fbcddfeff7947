import { afterAll, expect, test } from 'vitest';
import { lastMessages } from '../host/fixtures/setup.ts';
import { accessFaults, closeBrowser, expectNoFaults } from './fixtures/browser.ts';
import { chatPage, eventually } from './fixtures/chat-page.ts';

afterAll(closeBrowser);

const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('some notes') };
/** One red dot. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

async function extrasPage(settings: Record<string, unknown> = {}) {
  const chat = await chatPage({ settings });
  chat.mock.on({ userMessage: /./ }, { content: 'Seen.' });
  const chips = chat.page.getByRole('list', { name: 'Goes along with the message' }).getByRole('listitem');
  return {
    ...chat,
    chips,
    picker: chat.page.getByLabel('Files to send'),
    /** Sends a message with what is there, and gives what the model got. */
    async sent(text = 'look') {
      await chat.say(text);
      await chat.answers.last().getByText('Seen.').waitFor();
      await chat.rests();
      return JSON.stringify(lastMessages(chat.mock));
    },
  };
}

test('files are chosen, pasted and dropped, taken out again, and go along', async () => {
  const chat = await extrasPage();
  const { page, picker, chips, prompt, sent, questions } = chat;
  await picker.setInputFiles([notes, { name: 'dot.png', mimeType: 'image/png', buffer: dot }]);
  await eventually(() => chips.allInnerTexts()).toEqual(['notes.txt', 'dot.png']);
  await chips.locator('img').waitFor();
  const given = `(files) => {
    const data = new DataTransfer();
    for (const [name, text] of files) data.items.add(new File([text], name, { type: 'text/plain' }));
    return data;
  }`;
  await prompt.evaluate(
    `(box) => box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: (${given})([['pasted.txt', 'pasted words']]), bubbles: true, cancelable: true }))`.replace(
      '(box) => box',
      'document.querySelector(\'textarea[aria-label="Message"]\')',
    ),
  );
  const dropped = await page.evaluateHandle(`(${given})([['dropped.txt', 'dropped words']])`);
  await page.getByRole('form').dispatchEvent('drop', { dataTransfer: dropped });
  await eventually(() => chips.allInnerTexts()).toEqual([
    'notes.txt',
    'dot.png',
    'pasted.txt',
    'dropped.txt',
  ]);
  await page.getByRole('button', { name: 'Take out notes.txt' }).click();
  // They outlive a reload, as what is typed does.
  await page.reload();
  await eventually(() => chips.allInnerTexts()).toEqual(['dot.png', 'pasted.txt', 'dropped.txt']);
  expect(await accessFaults(page)).toEqual([]);
  const got = await sent();
  expect(got).toContain('pasted words');
  expect(got).toContain('dropped words');
  expect(got).toContain('image_url');
  expect(got).not.toContain('some notes');
  expect(await chips.count()).toBe(0);
  await questions.getByRole('button', { name: 'Enlarge dot.png' }).click();
  await page.getByRole('dialog').getByRole('img', { name: 'dot.png' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expectNoFaults(chat);
});

test('a file of a kind that cannot be sent says so at its place, and nothing is sent with it', async () => {
  const { page, picker, chips, prompt, questions } = await extrasPage();
  await picker.setInputFiles({
    name: 'thing.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from([0, 1, 2, 255, 254, 0, 7]),
  });
  await chips.getByRole('alert').waitFor();
  await prompt.fill('look');
  await prompt.press('Enter');
  expect(await questions.count()).toBe(0);
  await page.getByText('Take out what could not be sent.').waitFor();
  await page.getByRole('button', { name: 'Take out thing.bin' }).click();
  await prompt.press('Enter');
  await questions.getByText('look').waitFor();
});

test('at most ten go along with one message', async () => {
  const { page, picker, chips } = await extrasPage();
  const files = Array.from({ length: 11 }, (_, index) => ({ ...notes, name: `${index}.txt` }));
  await picker.setInputFiles(files);
  await eventually(() => chips.count()).toBe(10);
  await page.getByText('At most 10 files, items and prompts go along with one message.').waitFor();
});

test('a file of the library, an item and a prompt with its variables go along', async () => {
  const chat = await extrasPage({ prompts: { collection: 'ai_prompts' } });
  const { page, add, chips, sent, questions } = chat;
  const dialog = page.getByRole('dialog');

  await add('File from the library');
  await dialog.getByLabel('Search the library').fill('portrait');
  await eventually(() => dialog.getByRole('status').innerText()).toMatch(/^\d+ files$/);
  await dialog.locator('img').first().waitFor();
  expect(await accessFaults(page)).toEqual([]);
  // Named: until the search answers, the newest file of any test stands first.
  await dialog.getByRole('button', { name: 'Mara Lindqvist' }).click();

  await add('Item');
  await dialog.getByLabel('Collection').selectOption('articles');
  await dialog.getByLabel('Search articles').fill('harbour');
  await dialog
    .getByRole('button', { name: /harbour/i })
    .first()
    .click();

  await add('Prompt');
  await dialog.getByRole('button', { name: 'write-headlines' }).click();
  await dialog.getByLabel('tone').fill('<b>dry</b>');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();

  await eventually(() => chips.count()).toBe(3);
  const got = await sent();
  expect(got).toContain('image_url');
  expect(got).toContain('arbour');
  expect(got).toContain('<b>dry</b>');
  expect(
    await questions.getByRole('list', { name: 'Goes along with it' }).getByRole('listitem').count(),
  ).toBe(3);
  expectNoFaults(chat);
});

test('pictures of the library that a result or an answer names are shown, and enlarged', async () => {
  const chat = await chatPage();
  const { page, mock, say, answers, rests } = chat;
  mock.on({ userMessage: 'pictures', hasToolResult: true }, { content: 'Seen.' });
  mock.on(
    { userMessage: 'pictures', hasToolResult: false },
    {
      toolCalls: [
        {
          id: 'c1',
          name: 'files',
          arguments: JSON.stringify({
            action: 'read',
            query: { fields: ['id', 'title', 'type'], filter: { type: { _eq: 'image/jpeg' } }, limit: 6 },
          }),
        },
      ],
    },
  );
  await say('pictures');
  await answers.getByText('Seen.').waitFor();
  await rests();
  const pictures = answers.getByRole('button', { name: /^Enlarge/ });
  await eventually(() => pictures.count()).toBeGreaterThan(0);
  // A picture that cannot be had becomes words.
  const width = () => page.evaluate('document.querySelector("[data-role=assistant] img")?.naturalWidth');
  await eventually(width).toBeGreaterThan(0);
  await pictures.first().click();
  await page.getByRole('dialog').getByRole('img').waitFor();
  expectNoFaults(chat);
});
