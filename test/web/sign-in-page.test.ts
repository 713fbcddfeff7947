import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { rest } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { freshUser, withCodes } from './fixtures/accounts.ts';
import { accessFaults, browser, closeBrowser, expectNoFaults, openWindow } from './fixtures/browser.ts';
import { chatIn, chatPage, openChat } from './fixtures/chat-page.ts';
import { startWeb } from './fixtures/web.ts';

beforeAll(browser);
afterAll(closeBrowser);

const { admin, editor } = sharedDirectus();

/** What a person does with the form. */
const formIn = (page: Page) => ({
  email: page.getByLabel('Email'),
  password: page.getByLabel('Password', { exact: true }),
  code: page.getByLabel('One-time code'),
  token: page.getByLabel('Token', { exact: true }),
  submit: page.getByRole('button', { name: 'Sign in', exact: true }),
  alert: page.getByRole('alert'),
  async signIn(user: { email: string; password?: string }) {
    await this.email.fill(user.email);
    await this.password.fill(user.password ?? '');
    await this.password.press('Enter');
  },
});

const focused = (page: Page) => page.locator(':focus').getAttribute('name');

describe('the form', () => {
  test('says what is missing and what is wrong, and lets in by keyboard alone', async () => {
    const web = await startWeb();
    const window = await openWindow(web);
    const { page } = window;
    const { alert, email, password } = formIn(page);
    await page.goto('/c/some-conversation');
    await page.getByRole('heading', { name: 'The Harrowmere Courier', level: 1 }).waitFor();
    await expect.poll(() => focused(page)).toBe('email');
    await page.keyboard.press('Enter');
    await page.getByText('Enter your password.').waitFor();
    expect(await email.getAttribute('aria-invalid')).toBe('true');
    expect(await focused(page)).toBe('email');
    await page.keyboard.type(editor.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => alert.innerText()).toContain('Email or password is wrong');
    expect(await page.getByText('Enter your password.').count()).toBe(0);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await password.getAttribute('type')).toBe('text');
    await password.fill(editor.password ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/c/some-conversation');
    expectNoFaults(window);
  });

  test('keeps somebody in after a reload, and lets them out', async () => {
    const web = await startWeb();
    const window = await openWindow(web);
    const { page, context } = window;
    await page.goto('/');
    await formIn(page).signIn(editor);
    const menu = page.getByRole('button', { name: /^Account of/ });
    await menu.waitFor();
    await page.reload();
    await menu.click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await formIn(page).email.waitFor();
    const names = (await context.cookies()).map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]);
    expect(names).toEqual([['directus-assistant-browser', true, 'Strict']]);
    expectNoFaults(window);
  });

  test('asks for the one-time code when it is wanted, and not before', async () => {
    const web = await startWeb();
    const user = await withCodes();
    const { page } = await openWindow(web);
    const form = formIn(page);
    const { alert, code, email, submit } = form;
    await page.goto('/');
    await email.waitFor();
    expect(await code.count()).toBe(0);
    await form.signIn(user);
    await code.waitFor();
    await expect.poll(() => focused(page)).toBe('otp');
    expect(await alert.count()).toBe(0);
    await submit.click();
    await page.getByText('Enter the one-time code.').waitFor();
    await code.fill('000000');
    await code.press('Enter');
    await expect.poll(() => alert.innerText()).toContain('one-time code is wrong');
    expect(await code.inputValue()).toBe('');
    await code.fill(user.code());
    await code.press('Enter');
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
  });

  test('takes a token instead, and tells who may not come in who can change that', async () => {
    const web = await startWeb();
    const { page } = await openWindow(web);
    const { token, alert, submit } = formIn(page);
    await page.goto('/');
    const outside = await freshUser({});
    await formIn(page).signIn(outside);
    await expect.poll(() => alert.innerText()).toMatch(/An admin can change that: App Access/);
    await page.getByRole('button', { name: /^Use a token/ }).click();
    expect(await alert.count()).toBe(0);
    await expect.poll(() => focused(page)).toBe('token');
    await token.fill('no-such-token');
    await submit.click();
    await expect.poll(() => alert.innerText()).toContain('does not know this token');
    await token.fill(` ${editor.token} `);
    await submit.click();
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
  });

  test('shows script in names as text', async () => {
    const { data } = await rest(admin.token)('GET', '/users/me?fields=id,first_name');
    const { id, first_name } = data as { id: string; first_name: string };
    onTestFinished(async () => {
      await rest(admin.token)('PATCH', `/users/${id}`, { first_name });
    });
    const name = '<img src=x onerror="document.title=1">';
    await rest(admin.token)('PATCH', `/users/${id}`, { first_name: name });
    const web = await startWeb();
    const window = await openWindow(web);
    await window.page.goto('/');
    await formIn(window.page).signIn(admin);
    await window.page.getByRole('button', { name: `Account of ${name}` }).waitFor();
    expect(await window.page.locator('img').count()).toBe(0);
    expectNoFaults(window);
  });

  test.each([
    { width: 1280, dark: false },
    { width: 360, dark: true },
  ])('is for everyone: $width px, dark $dark', async (options) => {
    const web = await startWeb();
    const { page } = await openWindow(web, options);
    const form = formIn(page);
    await page.goto('/');
    await form.submit.click();
    await page.getByText('Enter your password.').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await form.signIn({ email: 'nobody@example.com', password: 'wrong' });
    await form.alert.waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: /^Use a token/ }).click();
    await form.email.waitFor({ state: 'detached' });
    expect(await accessFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});

describe('a page whose sign-in has ended', () => {
  test('keeps the draft, and goes on as it was for the same person', async () => {
    const chat = await chatPage();
    const { page, context, prompt, mock, answers } = chat;
    mock.on({ userMessage: /./ }, { content: 'Well.' });
    await prompt.fill('half a thought');
    await context.clearCookies();
    await prompt.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.waitFor();
    await expect.poll(() => focused(page)).toBe('password');
    expect(await formIn(page).email.inputValue()).toBe(editor.email);
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    expect(await accessFaults(page)).toEqual([]);
    await formIn(page).password.fill(editor.password ?? '');
    await formIn(page).submit.click();
    await dialog.waitFor({ state: 'detached' });
    expect(await prompt.inputValue()).toBe('half a thought');
    await prompt.press('Enter');
    await answers.getByText('Well.').waitFor();
    expect(await chat.questions.count()).toBe(1);
    expectNoFaults(chat);
  });

  test('starts anew for somebody else, with nothing of what was typed', async () => {
    const { page, context, prompt } = await chatPage();
    await prompt.fill('what nobody else may read');
    await context.clearCookies();
    await prompt.press('Enter');
    await page.getByRole('dialog').waitFor();
    await formIn(page).signIn(admin);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
    await chatIn(page).prompt.waitFor();
    expect(await prompt.inputValue()).toBe('');
    expect(await page.evaluate('Object.values(sessionStorage).join()')).not.toContain('nobody else');
  });

  test('says so in all windows at once, and one sign-in is enough for all', async () => {
    const one = await chatPage();
    const two = await openChat(one.web, { beside: one });
    await two.prompt.fill('half a thought');
    await one.page.getByRole('button', { name: /^Account of/ }).click();
    await one.page.getByRole('menuitem', { name: 'Sign out' }).click();
    const dialog = two.page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.waitFor();
    await formIn(one.page).signIn(editor);
    await dialog.waitFor({ state: 'detached' });
    expect(await two.prompt.inputValue()).toBe('half a thought');
    // Somebody else in one window is somebody else in all of them.
    await one.page.getByRole('button', { name: /^Account of/ }).click();
    await one.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await dialog.waitFor();
    await formIn(one.page).signIn(admin);
    await two.page.getByRole('link', { name: 'Settings' }).waitFor();
    expect(await two.prompt.inputValue()).toBe('');
  });
});

describe('without a server that answers', () => {
  test('a page says that it is not connected, and tries again; who cannot be signed out is told', async () => {
    const web = await startWeb();
    const window = await openWindow(web);
    const { page, context } = window;
    const headers = { origin: web.url };
    await context.request.post('/api/session', { data: { token: editor.token }, headers });
    await page.route('**/api/session', (route) => route.abort());
    await page.goto('/');
    await page.getByRole('heading', { name: 'Not connected' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.unroute('**/api/session');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: /^Account of/ }).click();
    await context.setOffline(true);
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByText('You are still signed in', { exact: true }).first().waitFor();
  });

  test('and one of a server where the assistant is off says who can switch it on', async () => {
    const web = await startWeb({ env: { AI_ENABLED: 'false' } });
    const window = await openWindow(web, { width: 360, dark: true });
    const { page } = window;
    await page.goto('/settings');
    await page.getByRole('heading', { name: 'The assistant is off' }).waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('AI_ENABLED');
    expect(await accessFaults(page)).toEqual([]);
    expectNoFaults(window);
  });
});
