import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { sharedDirectus } from '../live/shared-directus.ts';
import { accessFaults, closeBrowser, expectNoFaults, openWindow } from './fixtures/browser.ts';
import { heldModel } from './fixtures/chat.ts';
import { chatPage, eventually, openChat } from './fixtures/chat-page.ts';
import { startWeb, withModels } from './fixtures/web.ts';

afterAll(closeBrowser);

/** A page in the middle of an answer. */
async function answering() {
  const model = await heldModel('The first half', ' and the second.');
  const web = await startWeb({ settings: withModels(model.baseUrl) });
  const chat = await openChat(web);
  await chat.say('hello');
  await chat.answers.getByText('The first half').waitFor();
  return { ...chat, web, model };
}

/** What lies between a browser and a server, and can be cut. */
async function wireTo(target: string) {
  const { hostname, port } = new URL(target);
  const ends = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        ends.delete(end);
        near.destroy();
        far.destroy();
      });
    }
    if (isCut) near.resetAndDestroy();
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((done) => server.listen(0, hostname, done));
  onTestFinished(() => {
    wire.cut();
    server.close();
  });
  const wire = {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      for (const end of ends) end.resetAndDestroy();
    },
    mend() {
      isCut = false;
    },
  };
  return wire;
}

test('a message is answered, and the conversation has an address, a title and a place in the history', async () => {
  const chat = await chatPage();
  const { mock, page, say, answers, questions } = chat;
  mock.on({ userMessage: 'hello' }, { content: 'Good **morning**.' });
  await say('hello');
  expect(await answers.locator('strong').innerText()).toBe('morning');
  await eventually(() => new URL(page.url()).pathname).toMatch(/^\/c\/[\w-]+$/);
  await eventually(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('hello');
  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: 'hello' })
    .waitFor();
  await page.getByTestId('meter').getByText('of context').waitFor();
  await eventually(() => page.getByTestId('announcer').innerText()).toBe(
    'The assistant has answered: Good **morning**.',
  );
  await page.reload();
  await answers.getByText('Good morning.').waitFor();
  expect(await questions.count()).toBe(1);
  expectNoFaults(chat);
});

test('A15 a reload in the middle of an answer goes on with it, and so does a second window', async () => {
  const chat = await answering();
  await chat.page.reload();
  await chat.answers.getByText('The first half').waitFor();
  const second = await openChat(chat.web, { beside: chat, path: new URL(chat.page.url()).pathname });
  await second.answers.getByText('The first half').waitFor();
  chat.model.goOn();
  for (const { answers } of [chat, second])
    await answers.getByText('The first half and the second.').waitFor();
  expect(chat.model.seen.requests).toBe(1);
  expect(await chat.answers.count()).toBe(1);
});

test('Esc stops an answer, what had come stays, and Go on asks for the rest', async () => {
  const { page, answers, prompt, model } = await answering();
  await prompt.press('Escape');
  const end = page.getByTestId('answer-end');
  await end.waitFor();
  await answers.getByText('The first half').waitFor();
  model.goOn();
  await end.getByRole('button', { name: 'Go on' }).click();
  await answers.getByText('and the second.').waitFor();
});

test('what is sent while an answer is written waits for its end, and can be taken out', async () => {
  const chat = await answering();
  await chat.say('and then');
  await chat.say('or else');
  const waiting = chat.page.getByRole('list', { name: 'Messages that wait' }).getByRole('listitem');
  expect(await waiting.allInnerTexts()).toHaveLength(2);
  await waiting.filter({ hasText: 'or else' }).getByRole('button').click();
  chat.model.goOn();
  await chat.questions.getByText('and then').waitFor();
  await chat.answers.nth(1).getByText('and the second.').waitFor();
  await chat.rests();
  expect(await chat.questions.count()).toBe(2);
  expect(await chat.conversation.innerText()).not.toContain('or else');
});

test('what waits comes back into the prompt when the answer is stopped', async () => {
  const stopped = await answering();
  await stopped.say('and then');
  await stopped.prompt.fill('later');
  await stopped.prompt.press('Escape');
  await eventually(() => stopped.prompt.inputValue()).toBe('and then\n\nlater');
});

test('a message of the person is said anew by Up in an empty prompt, and what came after it goes', async () => {
  const { mock, page, say, prompt, answers, questions, rests } = await chatPage();
  mock.on({ userMessage: 'first' }, { content: 'One.' });
  mock.on({ userMessage: 'other' }, { content: 'Another.' });
  await say('first');
  await answers.getByText('One.').waitFor();
  await rests();
  await prompt.press('ArrowUp');
  const editor = page.getByLabel('Your message, to send again');
  expect(await editor.inputValue()).toBe('first');
  await editor.fill('other');
  await editor.press('Enter');
  await answers.getByText('Another.').waitFor();
  await rests();
  expect(await questions.count()).toBe(1);
  expect(await answers.getByText('One.').count()).toBe(0);
  await page.getByRole('button', { name: 'Ask the same again' }).click();
  await eventually(() => mock.getRequests().length).toBe(3);
});

test('a page of an older version than the server loads itself anew, and what was typed stays', async () => {
  const { mock, page, say, answers, prompt } = await chatPage();
  mock.on({ userMessage: 'hello' }, { content: 'Good morning.' });
  await say('hello');
  await answers.getByText('Good morning.').waitFor();
  await prompt.fill('half a thou');
  const old = '**/assets/ChangesPanel-*.js';
  await page.route(old, (route) => route.fulfill({ status: 404 }));
  const loaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Changes in this conversation' }).click();
  await loaded;
  await page.unroute(old);
  await answers.getByText('Good morning.').waitFor();
  expect(await prompt.inputValue()).toBe('half a thou');
  await page.getByRole('button', { name: 'Changes in this conversation' }).click();
  await page.getByRole('dialog').waitFor();
});

test('a new line is no message, what is typed outlives a reload, and what cannot be sent comes back', async () => {
  const { page, web, prompt, questions } = await chatPage();
  await prompt.fill('one');
  await prompt.press('Shift+Enter');
  await page.keyboard.type('two');
  expect(await questions.count()).toBe(0);
  await page.reload();
  await eventually(() => prompt.inputValue()).toBe('one\ntwo');
  await web.kill();
  await prompt.press('Enter');
  // The list of conversations may say so as well.
  const form = page.getByRole('form', { name: 'Message to the assistant' });
  await form.getByRole('alert').getByText('The server does not answer').waitFor();
  expect(await prompt.inputValue()).toBe('one\ntwo');
});

test('a server that restarts under a page goes on with the conversation', async () => {
  const chat = await answering();
  await chat.web.kill();
  await chat.page.getByRole('alert').waitFor();
  const port = Number(new URL(chat.web.url).port);
  await startWeb({ home: chat.web.home, port });
  await chat.page.getByTestId('answer-end').waitFor({ timeout: 30_000 });
  expect(await chat.questions.count()).toBe(1);
});

test('a connection that is lost in the middle of an answer leaves nothing of it twice', async () => {
  const model = await heldModel('The first half', ' and the second.');
  const web = await startWeb({ settings: withModels(model.baseUrl) });
  const wire = await wireTo(web.url);
  const { page, say, answers } = await openChat({ ...web, url: wire.url });
  await say('hello');
  await answers.getByText('The first half').waitFor();
  wire.cut();
  await page.getByRole('alert').getByText('connection to the server is lost').waitFor();
  wire.mend();
  // Read again from its start, while it is still being written.
  await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
  await answers.getByText('The first half').waitFor();
  expect((await answers.innerText()).match(/The first half/g)).toHaveLength(1);
  model.goOn();
  await answers.getByText('The first half and the second.').waitFor();
  expect(await answers.count()).toBe(1);
});

test('a window that nobody sees holds no connection for news, and has them when it is seen again', async () => {
  const chat = await chatPage();
  chat.mock.on({ userMessage: /./ }, { content: 'Well.' });
  const { page, answers } = chat;
  await chat.say('one');
  await answers.getByText('Well.').waitFor();
  await chat.rests();
  const second = await openChat(chat.web, { beside: chat, path: new URL(page.url()).pathname });
  const isSeen = (seen: boolean) =>
    page.evaluate(`
      Object.defineProperty(document, 'hidden', { configurable: true, value: ${!seen} });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
  const [ended] = await Promise.all([
    page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/events')),
    isSeen(false),
  ]);
  expect(ended.failure()?.errorText).toBe('net::ERR_ABORTED');
  await second.say('two');
  await eventually(() => second.answers.count()).toBe(2);
  await second.rests();
  expect(await answers.count()).toBe(1);
  await isSeen(true);
  await eventually(() => answers.count()).toBe(2);
});

test('script in what is said, written and read is text, and pictures of other hosts are links', async () => {
  const chat = await chatPage();
  const bad = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  const answer = [
    `Look: ${bad}`,
    '[press](javascript:alert(1)) [fine](https://example.com/a)',
    '![a picture](https://example.com/spy.png?q=secret)',
    '| a | b |\n| - | - |\n| <b>1</b> | 2 |',
    '```html\n<script>1</script>\n```',
  ].join('\n\n');
  chat.mock.on({ userMessage: /./ }, { content: answer });
  await chat.say(bad);
  await chat.answers.getByRole('table').waitFor();
  await chat.rests();
  expect(await chat.questions.innerText()).toContain(bad);
  expect(await chat.answers.innerText()).toContain(bad);
  expect(await chat.answers.locator('img, script, b').count()).toBe(0);
  const links = await chat.answers.getByRole('link').all();
  const seen = await Promise.all(
    links.map(async (link) => [
      await link.innerText(),
      await link.getAttribute('href'),
      await link.getAttribute('rel'),
    ]),
  );
  expect(seen).toEqual([
    ['fine', 'https://example.com/a', 'noopener noreferrer'],
    ['a picture', 'https://example.com/spy.png?q=secret', 'noopener noreferrer'],
  ]);
  expect(await chat.page.title()).toContain('<img src=x onerror=');
  await chat.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await chat.answers.getByRole('button', { name: 'Copy code' }).click();
  await chat.answers.getByText('Copied').waitFor();
  expect(await chat.page.evaluate('navigator.clipboard.readText()')).toBe('<script>1</script>');
  expectNoFaults(chat);
});

test('without a model an admin is shown to Settings, and others are told whom to ask', async () => {
  const web = await startWeb({ settings: { ai: {} } });
  const headers = { origin: web.url };
  for (const who of ['admin', 'editor'] as const) {
    const { page, context } = await openWindow(web);
    await context.request.post('/api/session', { data: { token: sharedDirectus()[who].token }, headers });
    await page.goto('/');
    await page.getByText('No model is set up').waitFor();
    expect(await page.getByRole('link', { name: 'Open Settings' }).count()).toBe(who === 'admin' ? 1 : 0);
  }
});

test.each([
  { width: 1280, dark: false },
  { width: 360, dark: true },
])('axe-core finds nothing, and nothing is wider than the page: %o', async (size) => {
  const chat = await chatPage({ ...size, admin: true });
  const { mock, page, say, answers, rests } = chat;
  mock.on(
    { userMessage: 'read', hasToolResult: false },
    {
      toolCalls: [
        {
          id: 'c1',
          name: 'items',
          arguments: '{"action":"read","collection":"articles","query":{"limit":2}}',
        },
      ],
    },
  );
  mock.on(
    { userMessage: 'read', hasToolResult: true },
    {
      content: `# Title\n\n- one\n\n| ${'wide | '.repeat(12)}\n|${' - |'.repeat(12)}\n\n\`\`\`\n${'long '.repeat(60)}\n\`\`\``,
    },
  );
  expect(await accessFaults(page)).toEqual([]);
  await say('read');
  await answers.getByRole('heading', { name: 'Title' }).waitFor();
  await rests();
  await page.getByTestId('tool-card').locator('summary').click();
  await page.getByRole('group', { name: 'Result' }).waitFor();
  expect(await accessFaults(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(size.width);
  await page.getByRole('button', { name: 'Add files, items or prompts' }).click();
  await page.getByRole('menuitem', { name: 'Prompt' }).waitFor();
  expect(await accessFaults(page)).toEqual([]);
  expectNoFaults(chat);
});

test('the page of a conversation loads at most 220 KB of JavaScript, gzipped', async () => {
  const { mock, page, say, answers, rests } = await chatPage();
  mock.on({ userMessage: /./ }, { content: 'Yes.' });
  await say('hello');
  await answers.getByText('Yes.').waitFor();
  await rests();
  const scripts: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.reload();
  await answers.getByText('Yes.').waitFor();
  await page.waitForLoadState('load');
  const sizes = await Promise.all(scripts);
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(220_000);
});

test('a sign-in that has ended is asked for again, and what was typed is still there', async () => {
  const { page, context, prompt, say, questions } = await chatPage();
  await context.clearCookies();
  await say('a long thought');
  await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
  const { email, password } = sharedDirectus().editor as { email: string; password: string };
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await prompt.inputValue()).toBe('a long thought');
  await prompt.press('Enter');
  await questions.getByText('a long thought').waitFor();
});
