import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { rest } from './helpers.ts';
import { startProxy } from './proxy.ts';
import { startServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const asAdmin = rest(sharedDirectus().admin.token);

test('changes of the data model that are asked for at once follow each other, as Directus cannot do two', async () => {
  const proxy = await startProxy();
  const server = await startServer({ url: proxy.url });
  const mark = randomUUID().slice(0, 8);
  const names = ['one', 'two', 'three'].map((word) => `${word}_${mark}`);
  onTestFinished(async () => {
    await server.close();
    await proxy.close();
    for (const name of names) await asAdmin('DELETE', `/collections/${name}`);
  });
  let now = 0;
  let most = 0;
  let answering = async () => {};
  proxy.interfere(({ method }, response) => {
    if (method !== 'POST' && method !== 'DELETE') return false;
    now += 1;
    most = Math.max(most, now);
    return async ({ status, headers, body }) => {
      await answering();
      now -= 1;
      response.writeHead(status, headers).end(body);
    };
  });
  const make = (name: string) =>
    server.call('collections', {
      action: 'create',
      data: { collection: name, schema: {}, fields: [{ field: 'title', type: 'string' }] },
    });
  const answers = await Promise.all([...names.map(make), make(names[0] ?? '')]);
  expect(answers.map(({ isError }) => isError)).toEqual([false, false, false, true]);
  expect(answers[3]?.text).toMatch(/There is a collection/);
  expect(most).toBe(1);
  for (const name of names) {
    const read = await server.call('items', { action: 'read', collection: name });
    expect(read.isError, read.text).toBe(false);
  }
  // The first of them is taken back, while others are made.
  const changes = await server.rows('history', { action: 'changes' });
  const change = changes.find(({ did }) => String(did).includes(names[0] ?? ''))?.change;
  expect(change).toBeDefined();
  const undo = { action: 'undo', change };
  const { confirm } = (await server.call('history', undo)).info;
  const more = ['four', 'five'].map((word) => `${word}_${mark}`);
  names.push(...more);
  most = 0;
  // What is made is long in coming, so that what waits for no turn would be seen beside it.
  const isBegun = () => expect(proxy.passed.map(({ method }) => method)).toContain('DELETE');
  answering = () => vi.waitFor(isBegun, { timeout: 1_000 }).catch(() => {});
  const [first, undone, ...made] = await Promise.all([
    make(more[0] ?? ''),
    server.call('history', { ...undo, confirm }),
    ...more.slice(1).map(make),
  ]);
  expect([first, ...made].map(({ isError }) => isError)).toEqual([false, false]);
  expect(undone.info.undone).toEqual([expect.stringContaining(names[0] ?? '')]);
  expect(most).toBe(1);
});
