/**
 * Makes the pictures of the pages: a chat in which a change waits for a yes, and the switches of the tools with what they
 * cost, each as wide as a desk and as narrow as a phone. Needs Chromium (CHROMIUM names another one) and the built
 * program. Everything happens on a sandbox that starts and ends with it.
 *
 *     node --experimental-strip-types scripts/web-pictures.ts [docs/media]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startDemoModel } from '../src/sandbox/demo-model.ts';
import { startSandbox } from '../src/sandbox/index.ts';

const [folder = 'docs/media'] = process.argv.slice(2);
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

const [sandbox, demo] = await Promise.all([startSandbox(), startDemoModel()]);
const home = mkdtempSync(join(tmpdir(), 'web-pictures-'));
const config = join(home, 'directus-assistant.json');
const models = [{ id: demo.model, name: 'Demo model', attachments: true }];
writeFileSync(
  config,
  JSON.stringify({
    allowDeletes: true,
    prompts: { collection: 'ai_prompts' },
    ai: { model: 'demo/demo', compatible: [{ name: 'demo', baseUrl: demo.baseUrl, models }] },
  }),
);
const web = spawn(process.execPath, [resolve('dist/bin.js'), 'web', '--port', '0', '--config', config], {
  cwd: home,
  stdio: ['ignore', 'ignore', 'pipe'],
  env: { ...process.env, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, DIRECTUS_URL: sandbox.url },
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const url = await address();
  const conversation = await chat(browser, url);
  await photograph(browser, url, `/c/${conversation}`, 'chat', (page) =>
    page.getByText('This needs your approval').waitFor(),
  );
  await photograph(browser, url, '/settings#tools', 'settings', (page) =>
    page.getByRole('switch').first().waitFor(),
  );
} finally {
  await browser.close();
  web.kill();
  await Promise.all([sandbox.stop(), demo.stop()]);
  rmSync(home, { recursive: true, force: true });
}

async function address(): Promise<string> {
  for await (const line of createInterface(web.stderr)) {
    const [, url] = /^The assistant is at (\S+)\/$/.exec(line) ?? [];
    if (!url) continue;
    web.stderr.resume();
    return url;
  }
  throw new Error('The pages were not served.');
}

/** A page of somebody who is signed in. */
async function signedIn(
  browser: Browser,
  url: string,
  viewport: { width: number; height: number },
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    viewport,
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  });
  const { token } = sandbox.admin;
  await context.request.post('/api/session', { data: { token }, headers: { origin: url } });
  return context.newPage();
}

/** Holds a conversation until a change waits for a yes. @returns its id */
async function chat(browser: Browser, url: string): Promise<string> {
  const page = await signedIn(browser, url, DESK);
  await page.goto('/');
  const message = page.getByLabel('Message', { exact: true });
  await message.fill('show the newest 3 articles');
  await message.press('Enter');
  await page.getByRole('cell').first().waitFor();
  await page.getByRole('button', { name: 'Stop the answer' }).waitFor({ state: 'detached' });
  await message.fill('change the status of article 3 to draft');
  await message.press('Enter');
  await page.getByText('This needs your approval').waitFor();
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

async function photograph(
  browser: Browser,
  url: string,
  path: string,
  name: string,
  ready: (page: Page) => Promise<void>,
): Promise<void> {
  for (const [size, suffix] of [
    [DESK, ''],
    [PHONE, '-360'],
  ] as const) {
    const page = await signedIn(browser, url, size);
    await page.goto(path);
    await ready(page);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(folder, `web-${name}${suffix}.png`) });
    await page.context().close();
  }
}
