import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { freshArticle, freshCollection, freshUser, rest } from '../../live/helpers.ts';
import { startProxy } from '../../live/proxy.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { confirmIn, v1 } from '../../protocol/fixtures/clients.ts';
import { bearer } from '../../protocol/fixtures/reach.ts';
import { serve } from '../../protocol/fixtures/served.ts';
import { FULL } from '../length.ts';
import { soon, wrongClock } from './clock.ts';

const { admin } = sharedDirectus();
const asAdmin = rest(admin.token);

async function serverByWrongClock(url?: string, settings: object = {}) {
  const clock = wrongClock();
  const served = await serve({ node: clock.node, env: clock.env, settings, ...(url && { url }) });
  return {
    clock,
    served,
    as: (token: string) => v1({ url: served.url, headers: bearer(token), settings: served.settings }),
  };
}

/** The status with which somebody is let in or not. */
async function statusOf(url: string, token: string): Promise<number> {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
  const { status } = await fetch(url, {
    method: 'POST',
    headers: {
      ...bearer(token),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(body),
  });
  return status;
}

test('who was not known a moment ago is not turned away for the day by which the clock was put back', async () => {
  const { clock, served } = await serverByWrongClock();
  const user = await freshUser([]);
  onTestFinished(user.remove);
  const token = `new-${user.token}`;
  expect(await statusOf(served.url, token)).toBe(401);
  clock.jumpTo(-1);
  await asAdmin('PATCH', `/users/${user.id}`, { token });
  await soon(async () => expect(await statusOf(served.url, token)).not.toBe(401));
});

test('an instance is ready again as soon as Directus is', async () => {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const { clock, served } = await serverByWrongClock(proxy.url);
  const ready = async () => (await fetch(`${served.origin}/readyz`)).status;
  proxy.interfere((_, response) => {
    response.destroy();
    return true;
  });
  await soon(async () => expect(await ready()).toBe(503));
  clock.jumpTo(-1);
  proxy.interfere();
  await soon(async () => expect(await ready()).toBe(200));
});

test('the data model that was read is not taken for today\u2019s a day long', async () => {
  const { name, remove } = await freshCollection('clocks');
  onTestFinished(remove);
  const user = await freshUser([{ collection: name, action: 'read' }]);
  onTestFinished(user.remove);
  const { clock, as } = await serverByWrongClock();
  const client = await as(user.token);
  const shown = async () => (await client.call('schema', { keys: [name] })).text;
  expect(await shown()).not.toContain('added_later');
  clock.jumpTo(-1);
  await asAdmin('POST', `/fields/${name}`, { field: 'added_later', type: 'string' });
  await soon(async () => expect(await shown()).toContain('added_later'));
});

test.for([1, -1])('after a jump by %i days, what was confirmed before is asked about again', async (days) => {
  const { clock, as } = await serverByWrongClock(undefined, { allowDeletes: true });
  const client = await as(admin.token);
  const { id } = await freshArticle();
  const call = { action: 'delete', collection: 'articles', keys: [id] };
  const held = await client.call('items', call);
  clock.jumpTo(days);
  const late = await client.call('items', { ...call, confirm: confirmIn(held.text) });
  expect(confirmIn(late.text)).not.toBe(confirmIn(held.text));
  expect((await asAdmin('GET', `/items/articles/${id}`)).status).toBe(200);
  const done = await client.call('items', { ...call, confirm: confirmIn(late.text) });
  expect(done.isError, done.text).toBe(false);
  expect((await asAdmin('GET', `/items/articles/${id}`)).status).toBe(403);
});

test('a server that is stopped as the clock is put back still ends', async ({ skip }) => {
  skip(!FULL, 'it waits 20 seconds for what is under way: only with FAULTS=full');
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const { clock, served, as } = await serverByWrongClock(proxy.url);
  const client = await as(admin.token);
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  // A call that never ends.
  proxy.interfere(({ path }) => {
    if (path !== '/items/articles') return false;
    resolve();
    return true;
  });
  const read = { action: 'read', collection: 'articles', query: { fields: ['id'], limit: 1 } };
  void client.call('items', read).catch(() => {});
  await asked;
  const left = once(served.process, 'exit');
  served.process.kill('SIGINT');
  await soon(() => expect(served.log().some(({ event }) => event === 'stopping')).toBe(true));
  clock.jumpTo(-1);
  await left;
}, 60_000);
