import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { SettingsView } from '../../src/web/settings-api.ts';
import { tempFolder } from '../host/conversations/fixtures/entries.ts';
import { mockModels } from '../host/fixtures/setup.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { planted } from '../secrets-planted.ts';
import { begin, conversationOf, heldModel, readStream, says, textIn } from './fixtures/chat.ts';
import { withStore } from './fixtures/store.ts';
import { signedIn, startWeb, withModels } from './fixtures/web.ts';

withStore();
const editor = () => {
  const { email, password } = sharedDirectus().editor;
  return { email, password };
};

/** What instances of one installation have in common. */
const common = () => ({
  DIRECTUS_ASSISTANT_STORE: 'directus',
  DIRECTUS_ASSISTANT_KEY: planted.installationKey,
  DIRECTUS_TOKEN: sharedDirectus().admin.token,
});

const instances = (baseUrl: string) =>
  Promise.all([1, 2].map(() => startWeb({ settings: withModels(baseUrl), env: common() })));

describe('A17 two instances of web on one Directus', () => {
  test('a conversation begun at one goes on at the other, and is not in files', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: /Begun/ }, { content: 'Said here.' });
    mock.on({ userMessage: /Go on/ }, { content: 'Said there.' });
    const [first, second] = await instances(`${mock.url}/v1`);
    if (!first || !second) throw new Error('two');
    const here = await begin(await signedIn(first.url, editor()));
    expect(textIn(await here.hold(says('Begun here')))).toBe('Said here.');
    await first.stop();
    const visitor = await signedIn(second.url, editor());
    const { body } = await visitor.ask<{ conversations: object[] }>('GET', '/conversations');
    expect(body.conversations).toMatchObject([{ id: here.id, title: 'Begun here', messages: 2 }]);
    const there = conversationOf(visitor, here.id);
    expect((await there.view()).messages).toHaveLength(2);
    expect(textIn(await there.hold(says('Go on there')))).toBe('Said there.');
    expect((await there.view()).messages).toHaveLength(4);
    expect(existsSync(join(second.home, 'directus-assistant', 'people'))).toBe(false);

    const other = await signedIn(second.url, { token: sharedDirectus().admin.token });
    expect((await other.ask('GET', `/conversations/${here.id}`)).status).toBe(404);
    expect((await other.ask('GET', '/conversations')).body).toMatchObject({ conversations: [] });
    const used = await other.ask<{ total: object }>('GET', '/usage?days=1&by=user');
    expect(used.body.total).toMatchObject({ requests: { requests: 2 } });
    expect((await visitor.ask('DELETE', here.path)).status).toBe(204);
  });

  test('a conversation that went on at the other goes on here as well, and a page that is loaded shows it', async () => {
    const mock = await mockModels();
    mock.on({ userMessage: /./ }, { content: 'Yes.' });
    const [first, second] = await instances(`${mock.url}/v1`);
    if (!first || !second) throw new Error('two');
    const here = await begin(await signedIn(first.url, editor()));
    await here.hold(says('One'));
    const there = conversationOf(await signedIn(second.url, editor()), here.id);
    await there.hold(says('Two'));
    expect((await here.view()).messages).toHaveLength(4);
    await here.hold(says('Three'));
    await there.hold(says('Four'));
    // Without a look at it in between.
    await here.hold(says('Five'));
    const { messages } = await there.view();
    const said = messages.flatMap(({ role, parts }) => (role === 'user' ? parts : []));
    expect(said.map((part) => part.type === 'text' && part.text)).toEqual([
      'One',
      'Two',
      'Three',
      'Four',
      'Five',
    ]);
  });

  test('A15 what one that was killed had heard of an answer is there at the other', async () => {
    const held = await heldModel('The first half', ' and the second.');
    const [first, second] = await instances(held.baseUrl);
    if (!first || !second) throw new Error('two');
    const visitor = await signedIn(first.url, editor());
    const here = await begin(visitor);
    expect((await visitor.ask('POST', `${here.path}/turn`, says('Tell me'))).status).toBe(200);
    for await (const chunk of readStream(visitor, here.id)) if (chunk.type === 'text-delta') break;
    await first.kill();
    const there = conversationOf(await signedIn(second.url, editor()), here.id);
    expect((await there.view()).messages[0]).toMatchObject({ role: 'user' });
    held.goOn();
    expect(textIn(await there.hold({ kind: 'resume' }))).toContain('and the second.');
    expect(held.seen.requests).toBe(2);
  });

  test('settings saved at one are in force at the other', async () => {
    const [first, second] = await instances('http://127.0.0.1:9/v1');
    if (!first || !second) throw new Error('two');
    const token = { token: sharedDirectus().admin.token };
    const [here, there] = [await signedIn(first.url, token), await signedIn(second.url, token)];
    const before = (await here.ask<SettingsView>('GET', '/settings')).body;
    const saved = await here.ask<SettingsView>('PATCH', '/settings', {
      revision: before.revision,
      changes: [
        { path: ['limits', 'rows'], value: 11 },
        { path: ['ai', 'openai', 'apiKey'], value: planted.otherKey },
      ],
    });
    expect([saved.status, saved.body.settings?.['limits.rows']?.value]).toEqual([200, 11]);
    await expect
      .poll(
        async () => (await there.ask<SettingsView>('GET', '/settings')).body.settings['limits.rows']?.value,
        {
          timeout: 15_000,
        },
      )
      .toBe(11);
    const view = (await there.ask<SettingsView>('GET', '/settings')).body;
    expect(view.problems).toEqual([]);
    expect(view.settings['ai.openai.apiKey']?.value).toMatchObject({ set: true });
    const late = await there.ask('PATCH', '/settings', {
      revision: before.revision,
      changes: [{ path: ['limits', 'rows'], value: 12 }],
    });
    expect(late).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
  });
});

test('web with the store in Directus and no account of its own says what is missing', () => {
  const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [bin, 'web', '--port', '0'], {
    cwd: tempFolder(),
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      XDG_CONFIG_HOME: tempFolder(),
      DIRECTUS_URL: sharedDirectus().url,
      DIRECTUS_ASSISTANT_STORE: 'directus',
    },
  });
  expect([status, stderr]).toEqual([2, expect.stringContaining('set DIRECTUS_TOKEN')]);
});
