import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, expect, test, vi } from 'vitest';
import type { SettingsView } from '../../src/web/settings-api.ts';
import { MARK, planted } from '../secrets-planted.ts';
import {
  accessFaults,
  closeBrowser,
  expectNoFaults,
  openWindow,
  signIn,
  type Window,
} from './fixtures/browser.ts';
import { endpoint, mcpClient, provider } from './fixtures/settings.ts';
import { startWeb, type WebOptions, type WebServer } from './fixtures/web.ts';

afterAll(closeBrowser);

/** Waits until something is so; pages take longer than a second where the machine is busy. */
const eventually = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 20_000 });

async function atSettings(options: WebOptions = {}) {
  const web = await startWeb({ settings: {}, ...options });
  const window = await openWindow(web, { height: 1200 });
  await signIn(window.page, 'admin');
  return { web, window, page: window.page };
}

async function section(page: Page, id: string, title: string) {
  await page.goto(`/settings#${id}`);
  await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor();
}

async function save(page: Page) {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved. It counts from now on.').waitFor();
}

const inFile = async ({ file }: WebServer) => JSON.parse(await readFile(file, 'utf8'));
const standingIn = (page: Page | Locator, label: string) =>
  page.getByLabel(label, { exact: true }).inputValue();

test('every field of a provider is saved, masked and there again after a reload', async () => {
  const { web, window, page } = await atSettings();
  const { baseUrl } = await endpoint(['tester', 'other']);
  await section(page, 'providers', 'Providers');
  await page.getByLabel('API key of OpenAI', { exact: true }).fill(planted.otherKey);
  const allowed = page.getByRole('combobox', { name: 'Allowed models of OpenAI' });
  await allowed.fill('my-own-model');
  await allowed.press('Enter');
  await allowed.press('Escape');

  await page.getByRole('button', { name: 'Add a provider' }).click();
  await page.getByRole('menuitem', { name: 'Another endpoint' }).click();
  await page.getByLabel('Name', { exact: true }).fill('house');
  await page.getByLabel('Base URL', { exact: true }).fill(baseUrl);
  await page.getByLabel('API key of house', { exact: true }).fill(planted.key);
  await page.getByRole('button', { name: 'Add a header' }).click();
  await page.getByLabel('Name of header 1').fill('x-team');
  await page.getByLabel('Value of header x-team', { exact: true }).fill(planted.header);
  await page.getByRole('combobox', { name: 'Allowed models of house' }).click();
  await page.getByRole('option', { name: 'tester' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Details of tester' }).click();
  const details = page.getByRole('group', { name: 'Details of tester' });
  await details.getByLabel('Display name', { exact: true }).fill('Tester');
  await details.getByLabel('Context window', { exact: true }).fill('8192');
  await details.getByLabel('Max output', { exact: true }).fill('2048');
  await details.getByRole('switch', { name: 'Takes images and files' }).click();
  await details.getByRole('switch', { name: 'Thinks before it answers' }).click();
  for (const [label, price] of [
    ['Input', '1.5'],
    ['Output', '6'],
    ['Cached input', '0.5'],
    ['Cache write', '2'],
  ] as const)
    await details.getByLabel(label, { exact: true }).fill(price);
  await details.getByLabel('Provider options', { exact: true }).fill('{ "seed": 7 }');
  await page.getByText('Will change: OpenAI key, OpenAI models, OpenAI-compatible providers.').waitFor();
  await save(page);

  expect(await inFile(web)).toEqual({
    ai: {
      openai: { apiKey: expect.stringMatching(/^sealed:/), models: ['my-own-model'] },
      compatible: [
        {
          name: 'house',
          baseUrl,
          apiKey: expect.stringMatching(/^sealed:/),
          headers: { 'x-team': expect.stringMatching(/^sealed:/) },
          models: [
            {
              id: 'tester',
              name: 'Tester',
              contextWindow: 8192,
              maxOutput: 2048,
              attachments: true,
              reasoning: true,
              price: { input: 1.5, output: 6, cachedInput: 0.5, cacheWrite: 2 },
              providerOptions: { seed: 7 },
            },
          ],
        },
      ],
    },
  });

  await page.reload();
  await page.getByRole('button', { name: 'Details of tester' }).click();
  expect(await page.getByLabel('API key of house', { exact: true }).getAttribute('placeholder')).toBe(
    '••••6789',
  );
  expect(await page.getByLabel('Value of header x-team', { exact: true }).getAttribute('placeholder')).toBe(
    '••••6789',
  );
  expect(await standingIn(page, 'API key of OpenAI')).toBe('');
  expect(await standingIn(details, 'Context window')).toBe('8192');
  expect(await standingIn(details, 'Cached input')).toBe('0.5');
  expect(JSON.parse(await standingIn(details, 'Provider options'))).toEqual({ seed: 7 });
  expect(await page.content()).not.toContain(MARK);
  expect(web.log()).not.toContain(MARK);
  expectNoFaults(window);
});

const FIELDS: [id: string, title: string, fields: [label: string, value: string][]][] = [
  [
    'chat',
    'Chat',
    [
      ['Steps for one message', '12'],
      ['System prompt', 'Be brief.'],
    ],
  ],
  ['prompts', 'Prompts', [['Field with the name', 'title']]],
  ['mcp', 'MCP', [['Instructions', 'Ask first.']]],
  [
    'budgets',
    'Budgets',
    [
      ['Tokens of a conversation', '1000'],
      ['Dollars of a conversation', '0.5'],
      ['Tokens of a day', '5000'],
      ['Dollars of a day', '2'],
    ],
  ],
  [
    'limits',
    'Limits',
    [
      ['Rows of a list', '30'],
      ['Tokens of a reply', '4000'],
      ['Rows of a change', '5'],
      ['Size of an upload, in bytes', '1000000'],
    ],
  ],
];

test('every other field is saved and there again after a reload', async () => {
  const { web, window, page } = await atSettings();
  for (const [id, title, fields] of FIELDS) {
    await section(page, id, title);
    for (const [label, value] of fields) await page.getByLabel(label, { exact: true }).fill(value);
    if (id === 'mcp') {
      await page.getByLabel('Read-only', { exact: true }).click();
      await page.getByLabel('Allow deletes', { exact: true }).click();
      await page.getByRole('radio', { name: 'Registry' }).click();
      await page.getByRole('group', { name: 'Automation' }).getByRole('radio', { name: 'Block' }).click();
    }
    if (id === 'chat') {
      await page.getByLabel('History', { exact: true }).click();
      await page.getByLabel('Approval of items', { exact: true }).click();
      await page.getByRole('option', { name: 'Always runs' }).click();
      await page.getByRole('button', { name: 'Actions of files' }).click();
      await page.getByLabel('Approval of files.delete', { exact: true }).click();
      await page.getByRole('option', { name: 'Never runs' }).click();
    }
    await save(page);
    await page.reload();
    for (const [label, value] of fields)
      await eventually(async () => expect(await standingIn(page, label)).toBe(value));
  }
  expect(await inFile(web)).toEqual({
    ai: {
      maxSteps: 12,
      systemPrompt: 'Be brief.',
      history: false,
      approvals: { items: 'always', 'files.delete': 'disabled' },
      budget: { conversationTokens: 1000, conversationCost: 0.5, dayTokens: 5000, dayCost: 2 },
    },
    prompts: { nameField: 'title' },
    readOnly: true,
    allowDeletes: true,
    tools: { mode: 'registry' },
    policy: { automation: 'block' },
    systemPrompt: { text: 'Ask first.' },
    limits: { rows: 30, replyTokens: 4000, changeRows: 5, uploadBytes: 1_000_000 },
  });
  expectNoFaults(window);
});

test('A13 a tool switched off in the page leaves the list of a connected client, and the total follows', async () => {
  const { web, window, page } = await atSettings();
  const { tools, told } = await mcpClient(web);
  expect((await tools()).map(({ name }) => name)).toContain('flows');
  await section(page, 'tools', 'Tools');
  const total = page.locator('dd').first();
  const before = await total.textContent();
  await page.getByRole('switch', { name: 'Tool flows' }).click();
  await eventually(async () => expect(await total.textContent()).not.toBe(before));
  await page.getByRole('switch', { name: 'Action items.update' }).click();
  await page.getByText('Will change: Switches of tools.').waitFor();
  expect((await tools()).map(({ name }) => name)).toContain('flows');
  await save(page);
  await vi.waitFor(() => expect(told()).toBeGreaterThan(0), { timeout: 10_000 });
  expect((await tools()).map(({ name }) => name)).not.toContain('flows');
  expect(await inFile(web)).toEqual({ tools: { exclude: ['flows', 'items.update'] } });
  await page.reload();
  await page.getByRole('switch', { name: 'Tool flows', checked: false }).waitFor();
  expectNoFaults(window);
});

test('what is no JSON is said beside its field, and kept while one looks elsewhere', async () => {
  const { web, page } = await atSettings({
    settings: { ai: { compatible: [provider('http://localhost:1/v1')] } },
  });
  await section(page, 'providers', 'Providers');
  await page.getByRole('button', { name: 'Details of tester' }).click();
  const options = page.getByLabel('Provider options', { exact: true });
  await options.fill('{ "seed": ');
  await page.getByText(/This is no JSON/).waitFor();
  expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
  await page.getByRole('link', { name: 'Limits' }).click();
  await page.getByRole('heading', { level: 2, name: 'Limits' }).waitFor();
  await page.getByRole('link', { name: 'Providers' }).click();
  expect(await options.inputValue()).toBe('{ "seed": ');
  await page.getByRole('button', { name: 'Discard' }).click();
  await eventually(async () => expect(await options.inputValue()).toBe(''));
  expect((await inFile(web)).ai.compatible[0].models).toEqual(['tester']);
});

test('what the server refuses stands beside its field, and nothing is lost', async () => {
  const { web, page } = await atSettings();
  await section(page, 'providers', 'Providers');
  await page.getByRole('button', { name: 'Add a provider' }).click();
  await page.getByRole('menuitem', { name: 'Another endpoint' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Big One');
  await page.getByLabel('Base URL', { exact: true }).fill('http://localhost:1/v1');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await eventually(async () =>
    expect(await page.getByText('use a-z, 0-9 and - only').count()).toBeGreaterThan(1),
  );
  expect(await standingIn(page, 'Base URL')).toBe('http://localhost:1/v1');
  expect(await inFile(web)).toEqual({});
  await page.getByLabel('Name', { exact: true }).fill('big-one');
  await save(page);
  expect((await inFile(web)).ai.compatible).toHaveLength(1);
});

test('of two admins at once, the later one is told and keeps what was typed', async () => {
  const { web, window, page } = await atSettings();
  const { page: second } = await openWindow(web, { beside: window });
  await section(page, 'limits', 'Limits');
  await section(second, 'limits', 'Limits');
  await page.getByLabel('Rows of a list', { exact: true }).fill('30');
  await save(page);
  await second.getByLabel('Rows of a change', { exact: true }).fill('3');
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  await second.getByText(/changed elsewhere meanwhile/).waitFor();
  expect(await standingIn(second, 'Rows of a change')).toBe('3');
  await eventually(async () => expect(await standingIn(second, 'Rows of a list')).toBe('30'));
  await save(second);
  expect(await inFile(web)).toEqual({ limits: { rows: 30, changeRows: 3 } });
});

test('what a variable sets is shown with its name and cannot be changed', async () => {
  const { page } = await atSettings({
    env: { READ_ONLY: 'true', ANTHROPIC_API_KEY: planted.environmentKey },
  });
  await section(page, 'mcp', 'MCP');
  await page.getByText('Set by READ_ONLY, so it cannot be changed here.').waitFor();
  expect(await page.getByLabel('Read-only', { exact: true }).isDisabled()).toBe(true);
  await section(page, 'providers', 'Providers');
  await page.getByText('Set by ANTHROPIC_API_KEY, so it cannot be changed here.').waitFor();
  expect(await page.getByLabel('API key of Anthropic', { exact: true }).isDisabled()).toBe(true);
  expect(await page.content()).not.toContain(MARK);
});

test('a provider is tried as it stands in the form, and taken out after a question', async () => {
  const { baseUrl } = await endpoint(['other']);
  const { web, page } = await atSettings({
    settings: {
      ai: { compatible: [provider(baseUrl, { models: [] }), provider(baseUrl, { name: 'second' })] },
    },
  });
  await section(page, 'providers', 'Providers');
  await page.getByRole('button', { name: 'Test connection of house' }).click();
  const findings = page.getByRole('list', { name: 'Findings about house' });
  await findings.getByText(/It lists 1 model/).waitFor();
  await findings.getByText(/No model of house is allowed/).waitFor();
  await page.getByRole('button', { name: 'Remove house' }).click();
  await page.getByRole('dialog', { name: 'Remove house?' }).getByRole('button', { name: 'Keep' }).click();
  await page.getByRole('heading', { name: 'house' }).waitFor();
  await page.getByRole('button', { name: 'Remove house' }).click();
  await page.getByRole('dialog', { name: 'Remove house?' }).getByRole('button', { name: 'Remove' }).click();
  await save(page);
  expect((await inFile(web)).ai.compatible.map(({ name }: { name: string }) => name)).toEqual(['second']);
});

test('leaving with unsaved changes is asked about', async () => {
  const { page } = await atSettings();
  await section(page, 'limits', 'Limits');
  await page.getByLabel('Rows of a list', { exact: true }).fill('30');
  await page.getByRole('link', { name: 'Usage' }).click();
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await question.getByRole('button', { name: 'Stay' }).click();
  expect(await standingIn(page, 'Rows of a list')).toBe('30');
  await page.getByRole('link', { name: 'Usage' }).click();
  await question.getByRole('button', { name: 'Leave and discard them' }).click();
  await page.waitForURL('**/usage');
  await section(page, 'limits', 'Limits');
  expect(await standingIn(page, 'Rows of a list')).toBe('25');
});

test('editors are told that settings are not for them', async () => {
  const web = await startWeb({ settings: {} });
  const { page } = await openWindow(web);
  await signIn(page, 'editor');
  await page.goto('/settings');
  await page.getByText('Settings are for administrators of this Directus.').waitFor();
});

const SECTIONS = [
  ['providers', 'Providers'],
  ['chat', 'Chat'],
  ['prompts', 'Prompts'],
  ['mcp', 'MCP'],
  ['tools', 'Tools'],
  ['budgets', 'Budgets'],
  ['limits', 'Limits'],
  ['clients', 'Connect a client'],
] as const;

test.for([
  ['light', 1280],
  ['dark', 360],
] as const)(
  'axe-core finds nothing in the %s theme at %i px, and nothing is wider',
  async ([theme, width]) => {
    const settings = {
      ai: { compatible: [provider('http://localhost:1/v1')] },
      tools: { exclude: ['flows'] },
    };
    const web = await startWeb({ settings });
    const window: Window = await openWindow(web, { dark: theme === 'dark', width });
    const { page } = window;
    await signIn(page, 'admin');
    for (const [id, title] of SECTIONS) {
      await section(page, id, title);
      if (id === 'tools') await page.getByRole('switch', { name: 'Tool flows' }).waitFor();
      if (id === 'clients') await page.getByRole('heading', { name: 'Cursor' }).waitFor();
      if (id === 'providers') await page.getByRole('button', { name: 'Details of tester' }).click();
      expect(await accessFaults(page), id).toEqual([]);
      expect(
        await page.locator('html').evaluate((html) => (html as { scrollWidth: number }).scrollWidth),
        id,
      ).toBeLessThanOrEqual(width);
    }
    const { settings: shown } = await page.evaluate(
      async () => (await fetch('/api/settings')).json() as Promise<SettingsView>,
    );
    expect(Object.keys(shown).length).toBeGreaterThan(30);
    expectNoFaults(window);
  },
);
