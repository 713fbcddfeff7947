import { expect, test } from 'vitest';
import type { ToolsView } from '../../src/web/settings-api.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { settingsOf } from './fixtures/settings.ts';
import { withStore } from './fixtures/store.ts';

withStore();

test('switches of tools that instances share are saved in Directus; those of the file stay fixed', async () => {
  const { admin, change, inFile, web } = await settingsOf({
    settings: { store: 'directus', tools: { exclude: ['comments'] } },
    env: { DIRECTUS_TOKEN: sharedDirectus().admin.token },
  });
  const tools = async () => (await admin.ask<ToolsView>('GET', '/settings/tools')).body;
  const actionOf = ({ tools: all }: ToolsView, name: string) =>
    all.flatMap(({ actions }) => actions).find((action) => action.name === name);
  const before = await inFile();
  const first = await tools();
  expect(first.exclude).toEqual([]);
  expect(actionOf(first, 'comments.read')).toMatchObject({ on: false, excluded: false, fixed: web.file });

  expect(await change({ 'tools.exclude': ['flows'] })).toMatchObject({ status: 200 });
  const switched = await tools();
  expect(switched.exclude).toEqual(['flows']);
  expect(actionOf(switched, 'flows.read')).toMatchObject({ on: false, excluded: true });
  expect(actionOf(switched, 'flows.read')?.fixed).toBeUndefined();
  expect(actionOf(switched, 'comments.read')).toMatchObject({ on: false, fixed: web.file });
  expect(await inFile()).toBe(before);

  expect(await change({ 'tools.exclude': [] })).toMatchObject({ status: 200 });
  expect(actionOf(await tools(), 'flows.read')).toMatchObject({ on: true });
});
