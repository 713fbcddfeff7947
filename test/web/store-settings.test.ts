import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/directus/connection.ts';
import { loadSettings } from '../../src/settings/load.ts';
import type { Update } from '../../src/settings/write.ts';
import { SETTINGS, USAGE } from '../../src/store/layout.ts';
import { directusLedger } from '../../src/store/ledger.ts';
import { openSharedSettings } from '../../src/store/settings.ts';
import { spentOf, tempFolder } from '../host/conversations/fixtures/entries.ts';
import { rest } from '../live/helpers.ts';
import { startProxy } from '../live/proxy.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { planted } from '../secrets-planted.ts';
import { asAdmin, withStore } from './fixtures/store.ts';

const store = withStore();
const admin = () => rest(sharedDirectus().admin.token);
const keyOf = () => randomBytes(32);
const setting = (name: string, value: unknown): Update => ({ path: name.split('.'), change: () => value });

/** Settings in Directus, in which nothing is yet. */
async function sharedSettings() {
  const { data } = await admin()('GET', `/items/${SETTINGS}?fields=id&limit=-1`);
  for (const { id } of data as { id: number }[]) await admin()('DELETE', `/items/${SETTINGS}/${id}`);
  return openSharedSettings(asAdmin);
}

describe('A17 settings in Directus', () => {
  test('are seen by another instance, which is told', async () => {
    const here = await sharedSettings();
    const there = await openSharedSettings(asAdmin);
    let told = 0;
    onTestFinished(there.watch(() => told++));
    const before = there.revision();
    await here.update([setting('readOnly', true), setting('tools.exclude', ['flows'])], keyOf);
    await expect.poll(() => told, { timeout: 15_000 }).toBe(1);
    expect(there.source().values).toEqual({ readOnly: true, tools: { exclude: ['flows'] } });
    expect(there.revision()).not.toBe(before);
    await here.update([setting('readOnly', undefined)], keyOf);
    await expect
      .poll(() => there.source().values, { timeout: 15_000 })
      .toEqual({ tools: { exclude: ['flows'] } });
  });

  test('count after the file and before the environment, and what denies always wins', async () => {
    const settings = await sharedSettings();
    await settings.update(
      [setting('limits.rows', 7), setting('ai.model', 'local/shared'), setting('allowDeletes', true)],
      keyOf,
    );
    const file = join(tempFolder(), 'directus-assistant.json');
    writeFileSync(file, JSON.stringify({ allowDeletes: false, limits: { rows: 3, changeRows: 4 } }));
    const env = { DIRECTUS_ASSISTANT_MODEL: 'local/mine' };
    const loaded = loadSettings({ config: file, env, shared: settings.source() });
    expect(loaded.problems).toEqual([]);
    expect(loaded.settings.limits).toMatchObject({ rows: 7, changeRows: 4 });
    expect(loaded.settings.ai.model).toBe('local/mine');
    expect(loaded.settings.allowDeletes).toBe(false);
    expect(loaded.origins.get('limits.rows')).toBe('assistant_settings in Directus');
  });

  test('hold secrets sealed, which open with the key of the instances and no other', async () => {
    const settings = await sharedSettings();
    const key = planted.installationKey;
    const env = { DIRECTUS_ASSISTANT_KEY: key, XDG_CONFIG_HOME: tempFolder() };
    const { sealingKey } = await import('../../src/settings/write.ts');
    const file = join(tempFolder(), 'none.json');
    writeFileSync(file, '{}');
    await settings.update([setting('ai.openai.apiKey', planted.key)], () => sealingKey(file, env));
    const { data } = await admin()('GET', `/items/${SETTINGS}?sort=-id&limit=1`);
    expect(JSON.stringify(data)).toContain('sealed:');
    expect(JSON.stringify(data)).not.toContain(planted.key);
    const opened = loadSettings({ config: file, env, shared: settings.source() });
    expect(opened.settings.ai.openai.apiKey).toBe(planted.key);
    // Reading it opens a copy, and what is saved next is sealed as before.
    expect(JSON.stringify(settings.source().values)).toContain('sealed:');
    const other = { ...env, DIRECTUS_ASSISTANT_KEY: randomUUID() };
    const closed = loadSettings({ config: file, env: other, shared: settings.source() });
    expect(closed.settings.ai.openai.apiKey).toBeUndefined();
    expect(closed.problems.join()).toContain('assistant_settings in Directus do not open');
  });

  test('that two save at once are those of one, and the other is told', async () => {
    const here = await sharedSettings();
    const there = await openSharedSettings(asAdmin);
    const outcomes = await Promise.allSettled([
      here.update([setting('limits.rows', 5)], keyOf),
      there.update([setting('limits.rows', 6)], keyOf),
    ]);
    const said = outcomes.flatMap((one) => (one.status === 'rejected' ? String(one.reason) : []));
    for (const words of said) expect(words).toContain('changed elsewhere in this moment');
    const { data } = await admin()('GET', `/items/${SETTINGS}?fields=id,content`);
    expect(data).toHaveLength(2 - said.length);
  });

  test('that lead to Directus are refused there, and do not count where somebody put them', async () => {
    const settings = await sharedSettings();
    for (const name of ['directus.token', 'key', 'store']) {
      await expect(settings.update([setting(name, planted.token)], keyOf)).rejects.toThrow(
        `${name} cannot stand in Directus`,
      );
    }
    expect(settings.source().values).toEqual({});
    await admin()('POST', `/items/${SETTINGS}`, { id: 1, content: '{"store":"files","readOnly":true}' });
    const { values, problems } = (await openSharedSettings(asAdmin)).source();
    expect(values).toEqual({ readOnly: true });
    expect(problems.join()).toContain('"store" in assistant_settings in Directus does not count');
  });

  test('that cannot be read or understood leave only reading', async () => {
    const settings = await sharedSettings();
    for (const content of ['', '[1]', '{"readOnly":', 'null']) {
      const [{ id = 0 } = {}] = (await admin()('GET', `/items/${SETTINGS}?sort=-id&limit=1`)).data as {
        id?: number;
      }[];
      await admin()('POST', `/items/${SETTINGS}`, { id: id + 1, content });
      const source = (await openSharedSettings(asAdmin)).source();
      expect(source).toMatchObject({
        unreadable: true,
        problems: [expect.stringContaining('is not a JSON object')],
      });
      await expect(settings.update([setting('readOnly', true)], keyOf)).rejects.toThrow(
        'Nothing was changed',
      );
    }
    const away = await openSharedSettings(() => connect({ url: 'http://127.0.0.1:9', token: 'x' }));
    expect(away.source()).toMatchObject({
      unreadable: true,
      problems: [expect.stringContaining('cannot be reached')],
    });
    expect(loadSettings({ env: {}, cwd: tempFolder(), shared: away.source() }).unreadable).toBe(true);
  });

  test('that were read go on to count while Directus is away, and one small request asks for them', async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    await (await sharedSettings()).update([setting('limits.rows', 9)], keyOf);
    const directus = connect({ url: proxy.url, token: sharedDirectus().admin.token });
    const settings = await openSharedSettings(() => directus);
    onTestFinished(settings.watch(() => {}));
    const reads = () => proxy.passed.filter(({ path }) => path.endsWith(SETTINGS));
    const first = reads().length;
    await expect.poll(() => reads().length, { timeout: 15_000 }).toBeGreaterThan(first);
    expect(reads().at(-1)?.body).toMatchObject({ query: { fields: ['id'], limit: 1 } });
    proxy.interfere((_passed, _response, request) => {
      request.socket.destroy();
      return true;
    });
    const then = reads().length;
    await expect.poll(() => reads().length, { timeout: 15_000 }).toBeGreaterThan(then);
    expect(settings.source()).toMatchObject({
      values: { limits: { rows: 9 } },
      unreadable: false,
      problems: [],
    });
  });

  test('are for no person to read or write', async () => {
    const { token } = await store.person();
    for (const collection of [SETTINGS, USAGE]) {
      expect((await rest(token)('GET', `/items/${collection}`)).status).toBe(403);
      expect((await rest(token)('POST', `/items/${collection}`, { id: 99 })).status).toBe(403);
    }
  });
});

describe('A18 usage in Directus', () => {
  test('is there again, for all instances, from a time on', async () => {
    const ledger = directusLedger(asAdmin);
    const conversation = randomUUID();
    const mine = <T extends { conversation: string }>(all: T[]) =>
      all.filter((one) => one.conversation === conversation);
    const early = spentOf(conversation, {
      at: '2026-01-01T00:00:00.001Z',
      cost: 0.000_000_25,
      user: randomUUID(),
    });
    const late = spentOf(conversation, { at: '2026-01-02T00:00:00.001Z', incomplete: true });
    const called = {
      at: late.at,
      conversation,
      server: 'directus',
      tool: 'items',
      action: 'read',
      effect: 'read',
      outcome: 'done' as const,
      ms: 3,
    };
    await ledger.record(early);
    await ledger.record(late);
    await ledger.recordCalls([called, { ...called, outcome: 'failed' }]);
    await ledger.recordCalls([]);
    const other = directusLedger(asAdmin);
    expect(mine(await other.entries())).toEqual([early, late]);
    expect(mine(await other.entries(new Date(late.at)))).toEqual([late]);
    expect(mine(await other.calls())).toEqual([called, { ...called, outcome: 'failed' }]);
    expect(mine(await other.calls(new Date('2026-01-03')))).toEqual([]);
  });

  test('is followed: everything once, also a row that becomes visible after a later one', async () => {
    const ledger = directusLedger(asAdmin);
    const follow = ledger.follow();
    await follow();
    const conversation = randomUUID();
    const [one, two, three] = [1, 2, 3].map((inputTokens) => spentOf(conversation, { inputTokens }));
    if (!one || !two || !three) throw new Error('three');
    await ledger.record(one);
    expect(await follow()).toEqual([one]);
    const [{ id }] = (await admin()('GET', `/items/${USAGE}?sort=-id&limit=1`)).data as [{ id: number }];
    const row = (of: typeof one, at: number) => ({
      id: at,
      at: Date.parse(of.at),
      kind: 'request',
      record: JSON.stringify(of),
    });
    await admin()('POST', `/items/${USAGE}`, row(three, id + 2));
    expect(await follow()).toEqual([three]);
    await admin()('POST', `/items/${USAGE}`, row(two, id + 1));
    expect(await follow()).toEqual([two]);
    expect(await follow()).toEqual([]);
  });
});
