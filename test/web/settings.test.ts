import { rename, rm, writeFile } from 'node:fs/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test, vi } from 'vitest';
import type {
  ClientsView,
  OfferedModels,
  PromptsView,
  ProviderEntry,
  TestEvent,
  ToolsView,
} from '../../src/web/settings-api.ts';
import { rest } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { MARK, planted } from '../secrets-planted.ts';
import { heldModel } from './fixtures/chat.ts';
import { endpoint, mcpClient, provider, settingsOf } from './fixtures/settings.ts';
import { signedIn, visit } from './fixtures/web.ts';

const ROUTES: [string, string, unknown?][] = [
  ['GET', '/settings'],
  ['PATCH', '/settings', { revision: '', changes: [{ path: ['readOnly'], value: true }] }],
  ['POST', '/settings/test', { provider: 'openai' }],
  ['GET', '/settings/models?provider=openai'],
  ['POST', '/settings/models', { provider: 'openai' }],
  ['GET', '/settings/tools'],
  ['POST', '/settings/tools', { exclude: [] }],
  ['GET', '/settings/prompts?collection=ai_prompts'],
  ['POST', '/settings/prompts', { collection: 'mine' }],
  ['GET', '/settings/clients'],
];

test('settings are for admins alone', async () => {
  const { web } = await settingsOf();
  const editor = await signedIn(web.url, { token: sharedDirectus().editor.token });
  for (const [method, path, body] of ROUTES) {
    expect(await editor.ask(method, path, body), path).toMatchObject({
      status: 403,
      body: { error: { code: 'refused' } },
    });
    expect((await visit(web.url).ask(method, path, body)).status, path).toBe(401);
  }
});

test('no key is in any answer or in the log', async () => {
  const { baseUrl } = await endpoint();
  const { web, admin } = await settingsOf({
    settings: {
      ai: {
        openai: { apiKey: planted.otherKey },
        compatible: [provider(`${baseUrl}?key=${planted.query}`, { apiKey: planted.key })],
      },
      http: { sharedKey: planted.sharedKey },
    },
    env: { ANTHROPIC_API_KEY: planted.environmentKey, DIRECTUS_ASSISTANT_KEY: planted.installationKey },
  });
  const answers = await Promise.all(
    [
      ...ROUTES,
      ['POST', '/settings/models', { provider: 'house' }] as const,
      ['POST', '/settings/test', { provider: 'house' }] as const,
    ].map(async ([method, path, body]) => {
      const response = await admin.fetch(`/api${path}`, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      });
      return response.text();
    }),
  );
  expect(answers.join('\n')).toContain('••••');
  expect(answers.join('\n')).not.toContain(MARK);
  expect(web.log()).not.toContain(MARK);
});

describe('a change', () => {
  test('counts at once, is sealed in the file, and leaves the rest as it is', async () => {
    const { change, inFile, view } = await settingsOf({ settings: { $schema: 'mine', readOnly: false } });
    const { status, body } = await change({
      'ai.openai.apiKey': planted.key,
      'ai.openai.models': ['gpt-5.4', { id: 'gpt-5.5', price: { input: 1, output: 2 } }],
      'limits.rows': 50,
      readOnly: true,
    });
    expect(status).toBe(200);
    expect(body.settings['ai.openai.apiKey']?.value).toEqual({ set: true, hint: '••••6789' });
    expect(body.settings['limits.rows']).toMatchObject({ value: 50, from: 'file' });
    expect(JSON.parse(await inFile())).toMatchObject({
      $schema: 'mine',
      readOnly: true,
      limits: { rows: 50 },
    });
    expect(await inFile()).toMatch(/"apiKey": "sealed:/);
    expect(await inFile()).not.toContain(MARK);
    expect(await view()).toEqual(body);
  });

  test('is made whole or not at all, and the wrong field is named', async () => {
    const { change, inFile } = await settingsOf();
    const before = await inFile();
    const models = ['a', { id: 'b', price: { input: -1, output: 2 } }];
    const wrong = {
      'limits.rows': 50,
      'ai.compatible': [{ name: 'x', baseUrl: 'http://localhost/v1', models }],
    };
    expect(await change(wrong)).toMatchObject({
      status: 422,
      body: { error: { code: 'invalid', field: 'ai.compatible.0.models.1.price.input' } },
    });
    expect(await inFile()).toBe(before);
  });

  const REFUSED: [path: string, value: unknown, field: string][] = [
    ['limits.rows', 0, 'limits.rows'],
    ['limits.rows', 'many', 'limits.rows'],
    ['policy.write', 'maybe', 'policy.write'],
    ['ai.compatible', 'none', 'ai.compatible'],
    ['ai.compatible', [{ name: 'Big One', baseUrl: 'http://x', models: [] }], 'ai.compatible.0.name'],
    ['ai.compatible', [{ name: 'one', baseUrl: 'ftp://x', models: [] }], 'ai.compatible.0.baseUrl'],
    [
      'ai.compatible',
      [{ name: 'one', baseUrl: 'http://x', models: [{ id: '' }] }],
      'ai.compatible.0.models.0.id',
    ],
    [
      'ai.compatible',
      [
        { name: 'one', baseUrl: 'http://x', models: [] },
        { name: 'one', baseUrl: 'http://y', models: [] },
      ],
      'ai.compatible.1.name',
    ],
    ['ai.openai.apiKey', 'sealed:abc', 'ai.openai.apiKey'],
    ['tools.exclude', ['itmes'], 'tools.exclude'],
    ['directus.token', 'mine', 'directus.token'],
    ['key', 'x'.repeat(40), 'key'],
    ['ai.servers', '/tmp/mcp.json', 'ai.servers'],
    ['uploadRoots', ['/'], 'uploadRoots'],
    ['http.sharedKey', 'x'.repeat(40), 'http.sharedKey'],
    ['nothing', 1, 'nothing'],
  ];
  test('that does not fit, or is not for this page, is refused with its field', async () => {
    const { change, inFile } = await settingsOf();
    for (const [path, value, field] of REFUSED) {
      const { status, body } = await change({ [path]: value });
      expect(status, path).toBe(422);
      expect(body.error).toMatchObject({ code: 'invalid', field });
      expect(body.error?.message).toMatch(/[.?]$/);
    }
    expect(JSON.parse(await inFile())).toEqual({});
  });

  test('on top of a change by somebody else is refused, and theirs stays', async () => {
    const { change, view, inFile } = await settingsOf();
    const { revision } = await view();
    await change({ 'limits.rows': 30 });
    expect(await change({ 'limits.rows': 40 }, revision)).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict' } },
    });
    expect(JSON.parse(await inFile())).toEqual({ limits: { rows: 30 } });
  });

  test('of what a variable or a flag sets is refused, and says which', async () => {
    const { change, view } = await settingsOf({ env: { MCP_ENABLED: 'true' }, flags: ['--read-only'] });
    const { settings } = await view();
    expect(settings.mcpEnabled?.fixed).toBe('MCP_ENABLED');
    expect(settings.readOnly?.fixed).toBe('--read-only');
    const { status, body } = await change({ mcpEnabled: false });
    expect(status).toBe(422);
    expect(body.error?.message).toContain('MCP_ENABLED');
  });

  test('to nothing brings the default back', async () => {
    const { change, inFile } = await settingsOf({ settings: { limits: { rows: 7 }, ai: { model: 'a/b' } } });
    const { body } = await change({ 'limits.rows': null, 'ai.model': null });
    expect(body.settings['limits.rows']).toMatchObject({ value: 25, from: 'default' });
    expect(JSON.parse(await inFile())).toEqual({ limits: {}, ai: {} });
  });

  test.for(['{ "ai": ', '[1]'])('of a file that holds %j is refused, and the file stays', async (text) => {
    const { change, inFile, web, view } = await settingsOf();
    await writeFile(web.file, text);
    expect((await view()).problems.join(' ')).toContain('cannot be read');
    const { status, body } = await change({ 'limits.rows': 9 });
    expect(status).toBe(500);
    expect(body.error?.message).toMatch(/is not a JSON object. Mend or remove it/);
    expect(await inFile()).toBe(text);
  });

  test('of providers that are not understood is refused, so that none is lost', async () => {
    const settings = { ai: { compatible: [{ name: 'one', baseURL: 'http://x' }] } };
    const { change, inFile } = await settingsOf({ settings });
    const { status, body } = await change({ 'ai.compatible': [] });
    expect(status).toBe(422);
    expect(body.error?.message).toContain('ai.compatible.0.baseUrl');
    expect(JSON.parse(await inFile())).toEqual(settings);
  });
});

describe('a key', () => {
  const saved = async () => {
    const { baseUrl, sent } = await endpoint();
    const desk = await settingsOf();
    await desk.change({ 'ai.compatible': [provider(baseUrl)] });
    const [entry] = (await desk.savedValue('ai.compatible')) as ProviderEntry[];
    if (!entry) throw new Error('nothing was saved');
    return { ...desk, sent, baseUrl, entry: { ...entry, was: entry.name } };
  };

  test('that was not touched stays in the file as it stands there', async () => {
    const { change, inFile, entry } = await saved();
    const secrets = (text: string) => text.match(/sealed:[^"]*/g);
    const before = secrets(await inFile());
    expect(before).toHaveLength(2);
    expect(entry).toMatchObject({
      apiKey: { set: true, hint: '••••6789' },
      headers: { 'x-team': { set: true } },
    });
    await change({ 'ai.compatible': [{ ...entry, models: ['tester', 'other'] }] });
    expect(secrets(await inFile())).toEqual(before);
    expect(JSON.parse(await inFile()).ai.compatible[0].models).toEqual(['tester', 'other']);
  });

  test('goes with its provider to another name', async () => {
    const { change, admin, sent, entry } = await saved();
    expect(await change({ 'ai.compatible': [{ ...entry, name: 'home' }] })).toMatchObject({ status: 200 });
    await admin.ask('POST', '/settings/models', { provider: 'home' });
    expect(sent.at(-1)?.headers).toMatchObject({
      authorization: `Bearer ${planted.key}`,
      'x-team': planted.header,
    });
  });

  test('that was emptied is taken out', async () => {
    const { change, inFile, entry } = await saved();
    const { apiKey: _, headers: __, ...rest } = entry;
    await change({ 'ai.compatible': [rest] });
    expect(await inFile()).not.toContain('sealed:');
    expect(JSON.parse(await inFile()).ai.compatible).toHaveLength(1);
  });

  test('is sent to no other address than it was given for', async () => {
    const { change, admin, inFile, entry } = await saved();
    const elsewhere = await endpoint();
    const moved = { ...entry, baseUrl: elsewhere.baseUrl };
    const before = await inFile();
    const refused = { status: 422, body: { error: { code: 'invalid', field: 'apiKey' } } };
    expect(await admin.ask('POST', '/settings/test', { provider: 'house', form: moved })).toMatchObject(
      refused,
    );
    expect(await admin.ask('POST', '/settings/models', { provider: 'house', form: moved })).toMatchObject(
      refused,
    );
    expect(await change({ 'ai.compatible': [moved] })).toMatchObject({
      status: 422,
      body: { error: { field: 'ai.compatible.0.apiKey' } },
    });
    const headerOnly = { ...moved, apiKey: 'sk-new' };
    expect(await change({ 'ai.compatible': [headerOnly] })).toMatchObject({
      status: 422,
      body: { error: { field: 'ai.compatible.0.headers.x-team' } },
    });
    // Another provider's mask is none of its own.
    expect(
      await change({ 'ai.compatible': [entry, { ...moved, was: undefined, name: 'thief' }] }),
    ).toMatchObject({ status: 422, body: { error: { field: 'ai.compatible.1.apiKey' } } });
    expect(elsewhere.sent).toEqual([]);
    expect(await inFile()).toBe(before);
  });

  test('in the query of an address is hidden, and kept with it', async () => {
    const { baseUrl, sent } = await endpoint();
    const { admin, change, savedValue } = await settingsOf({
      settings: { ai: { compatible: [provider(`${baseUrl}?key=${planted.query}`)] } },
    });
    const [entry] = (await savedValue('ai.compatible')) as ProviderEntry[];
    expect(entry?.baseUrl).toBe(`${baseUrl}?••••`);
    expect(await change({ 'ai.compatible': [{ ...entry, was: 'house', models: ['other'] }] })).toMatchObject({
      status: 200,
    });
    await admin.ask('GET', '/settings/models?provider=house');
    expect(sent.at(-1)?.url).toContain(planted.query);
    expect(
      await change({ 'ai.compatible': [{ ...entry, was: 'house', baseUrl: 'http://other/v1?••••' }] }),
    ).toMatchObject({ status: 422, body: { error: { field: 'ai.compatible.0.baseUrl' } } });
  });

  test('that does not open with the key of this installation is not lost when others are saved', async () => {
    const { web, change, inFile, savedValue } = await saved();
    const sealed = (await inFile()).match(/"apiKey": "(sealed:[^"]*)"/)?.[1];
    // Sealed for another name, so it does not open here.
    await writeFile(web.file, (await inFile()).replace('"house"', '"other"'));
    const [entry] = (await savedValue('ai.compatible')) as ProviderEntry[];
    expect(entry?.apiKey).toBeUndefined();
    expect(await change({ 'ai.compatible': [{ ...entry, was: 'other', models: ['x'] }] })).toMatchObject({
      status: 200,
    });
    expect(await inFile()).toContain(sealed);
  });
});

describe('a provider', () => {
  test('is tried as it stands in the form, and each finding comes as it is made', async () => {
    const { baseUrl, goOn } = await heldModel('Hello', ' there');
    const { admin } = await settingsOf();
    const form = { name: 'new', baseUrl, apiKey: planted.otherKey, models: ['tester'] };
    const response = await admin.fetch('/api/settings/test', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ provider: 'new', form }),
    });
    const found: TestEvent[] = [];
    const events = (response.body ?? new ReadableStream())
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const { data } of events) {
      found.push(JSON.parse(data));
      // The stream of the model waits for this: had the first finding waited for the last, none would come.
      if (found.length === 1) goOn();
    }
    expect(found[0]).toMatchObject({ type: 'result', result: { check: 'configured', ok: true } });
    expect(found.at(-1)).toMatchObject({ type: 'end' });
    expect(JSON.stringify(found)).not.toContain(MARK);
  });

  test('says what it offers; a built-in one without a key is known by name', async () => {
    const { baseUrl, sent } = await endpoint(['b', 'a']);
    const { admin } = await settingsOf({ settings: { ai: { compatible: [provider(baseUrl)] } } });
    expect((await admin.ask<OfferedModels>('GET', '/settings/models?provider=house')).body.models).toEqual([
      { id: 'a', contextWindow: 4096 },
      { id: 'b', contextWindow: 4096 },
    ]);
    expect(sent[0]?.headers).toMatchObject({ authorization: `Bearer ${planted.key}` });
    const { body } = await admin.ask<OfferedModels>('GET', '/settings/models?provider=anthropic');
    expect(body.models.length).toBeGreaterThan(3);
    expect(body.note).toContain('Without a key');
    expect((await admin.ask('GET', '/settings/models?provider=nobody')).status).toBe(404);
  });
});

describe('tools', () => {
  const listed = async (tools: object[]) =>
    tools
      .map((tool) => {
        const { name, description, inputSchema } = tool as Record<string, unknown>;
        return countTokens(JSON.stringify({ name, description, inputSchema }));
      })
      .reduce((sum, tokens) => sum + tokens, 0);

  test('A13 a tool that is switched off leaves the list of a connected client without a restart', async () => {
    const { web, change, admin } = await settingsOf();
    const { tools, told } = await mcpClient(web);
    expect((await tools()).map(({ name }) => name)).toContain('flows');
    await change({ 'tools.exclude': ['flows', 'items.update'] });
    await vi.waitFor(() => expect(told()).toBeGreaterThan(0), { timeout: 10_000 });
    const now = await tools();
    expect(now.map(({ name }) => name)).not.toContain('flows');
    expect(JSON.stringify(now.find(({ name }) => name === 'items')?.inputSchema)).not.toContain('"update"');
    const { body } = await admin.ask<ToolsView>('GET', '/settings/tools');
    expect(body.totals.listed).toBe(await listed(now));
  });

  test('cost what the server lists, also with switches that are only drafted', async () => {
    const { web, change, admin, inFile } = await settingsOf({ settings: { allowDeletes: true } });
    const { tools } = await mcpClient(web);
    const { body: saved } = await admin.ask<ToolsView>('GET', '/settings/tools');
    expect(saved.totals.listed).toBe(await listed(await tools()));
    let draft = saved;
    for (const name of ['fields', 'items.delete', 'history.undo', 'operations.create']) {
      const move = { name, on: false };
      draft = (await admin.ask<ToolsView>('POST', '/settings/tools', { exclude: draft.exclude, move })).body;
    }
    expect(draft.exclude).toEqual(['fields', 'items.delete', 'history.undo', 'operations.create']);
    expect(draft.totals.listed).toBeLessThan(saved.totals.listed);
    expect(JSON.parse(await inFile())).toEqual({ allowDeletes: true });
    await change({ 'tools.exclude': draft.exclude });
    expect(await listed(await tools())).toBe(draft.totals.listed);
    await change({ 'tools.mode': 'registry' });
    expect(await listed(await tools())).toBe(draft.totals.registry);
    await change({ 'tools.mode': 'default', readOnly: true });
    expect(await listed(await tools())).toBe(draft.totals.readOnly);
  });

  test('each says what it does, who may use it, and why it is off', async () => {
    const { admin } = await settingsOf({
      settings: { tools: { exclude: ['comments'] } },
      env: { DISABLE_TOOLS: 'flows.create' },
    });
    const { body } = await admin.ask<ToolsView>('GET', '/settings/tools');
    const actions = new Map(
      body.tools.flatMap((tool) => tool.actions.map((one) => [one.name, one] as const)),
    );
    expect([...actions.values()].filter(({ does }) => !/^[A-Z].+\.$/.test(does))).toEqual([]);
    expect(actions.get('comments.read')).toMatchObject({ on: false, excluded: true, who: 'permitted' });
    expect(actions.get('flows.create')).toMatchObject({ on: false, excluded: false, fixed: 'DISABLE_TOOLS' });
    expect(actions.get('items.delete')).toMatchObject({
      on: false,
      why: expect.stringContaining('allowDeletes'),
    });
    expect(actions.get('access.whoami')).toMatchObject({ on: true, who: 'everybody' });
    expect(actions.get('fields.create')).toMatchObject({ who: 'admins', policy: 'allow' });
    expect(body.exclude).toEqual(['comments']);
  });
});

describe('the prompts collection', () => {
  test('is checked against what the settings name', async () => {
    const { admin } = await settingsOf({
      settings: { prompts: { messagesField: 'date_created', nameField: 'title' } },
    });
    const { body } = await admin.ask<PromptsView>('GET', '/settings/prompts?collection=ai_prompts');
    expect(body).toMatchObject({
      exists: true,
      fields: [
        { setting: 'prompts.nameField', field: 'title', state: 'missing' },
        { setting: 'prompts.descriptionField', state: 'fits' },
        { setting: 'prompts.systemPromptField', state: 'fits' },
        { setting: 'prompts.messagesField', state: 'misfits' },
      ],
    });
    expect(body.collections).toContain('articles');
  });

  test('is made on request, and serves prompts', async () => {
    const { admin, change, web } = await settingsOf();
    const collection = `prompts_${Date.now()}`;
    const { status, body } = await admin.ask<PromptsView>('POST', '/settings/prompts', { collection });
    try {
      expect(status).toBe(201);
      expect(body.fields.map(({ state }) => state)).toEqual(['fits', 'fits', 'fits', 'fits']);
      const row = { name: 'greet', messages: [{ role: 'user', text: 'Greet {{who}}.' }] };
      await rest(sharedDirectus().admin.token)('POST', `/items/${collection}`, row);
      await change({ 'prompts.collection': collection });
      const { client } = await mcpClient(web);
      expect((await client.listPrompts()).prompts).toMatchObject([
        { name: 'greet', arguments: [{ name: 'who' }] },
      ]);
      expect(await admin.ask('POST', '/settings/prompts', { collection })).toMatchObject({
        status: 409,
        body: { error: { code: 'conflict' } },
      });
    } finally {
      await rest(sharedDirectus().admin.token)('DELETE', `/collections/${collection}`);
    }
  });

  test('is not made with a name that Directus would not take', async () => {
    const { admin } = await settingsOf();
    for (const collection of ['directus_users', 'Big', '../users', ''])
      expect(await admin.ask('POST', '/settings/prompts', { collection })).toMatchObject({ status: 422 });
  });
});

test('clients get blocks for the address of this server, without a token', async () => {
  const { web, admin } = await settingsOf();
  const { body } = await admin.ask<ClientsView>('GET', '/settings/clients');
  expect(body.url).toBe(`${web.url}/mcp`);
  expect(body.http.find(({ id }) => id === 'cursor')?.block).toContain(`${web.url}/mcp`);
  expect(body.stdio.find(({ id }) => id === 'cursor')?.block).toContain(sharedDirectus().url);
  expect(JSON.stringify(body)).not.toContain(sharedDirectus().admin.token);
  const windows = await admin.ask<ClientsView>('GET', '/settings/clients?windows=true');
  expect(windows.body.stdio.find(({ id }) => id === 'cursor')?.block).toContain('cmd');
});

test('a folder that cannot be written is said, and nothing is changed', async () => {
  const { web, change, view } = await settingsOf();
  // Where the folder was there is a file.
  await rename(web.home, `${web.home}-away`);
  await writeFile(web.home, '');
  try {
    const { status, body } = await change({ readOnly: true });
    expect(status).toBe(500);
    expect(body.error?.message).toMatch(
      /cannot be written \(E\w+\), so nothing was changed\. On the server: \S+/,
    );
  } finally {
    await rm(web.home);
    await rename(`${web.home}-away`, web.home);
  }
  expect((await view()).settings.readOnly?.value).toBe(false);
});
