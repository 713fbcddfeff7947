import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
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
  proxy.interfere(({ method }, response) => {
    if (method !== 'POST') return false;
    now += 1;
    most = Math.max(most, now);
    return ({ status, headers, body }) => {
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
});
