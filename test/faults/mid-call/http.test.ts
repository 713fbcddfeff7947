import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshUser } from '../../live/helpers.ts';
import { startProxy, type TestProxy } from '../../live/proxy.ts';
import type { Row } from '../../live/server.ts';
import { type Ask, ask, openSession, toolNames } from '../../protocol/fixtures/rpc.ts';
import { type Served, serve } from '../../protocol/fixtures/served.ts';
import { type Ground, prepareGround } from '../every-call/ground.ts';
import { FULL } from '../length.ts';
import { ownEditor, sure } from './callers.ts';
import { actAt } from './gate.ts';
import { some } from './some.ts';

/*
 * Over HTTP, each caller acts with their own token. Whose token is revoked is shown nothing more after a second, in an
 * open session as well; whoever else is there goes on.
 */

let ground: Ground;
let proxy: TestProxy;
let served: Served;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  ground = await prepareGround();
  proxy = await startProxy();
  served = await serve({ url: proxy.url, settings: { allowDeletes: true } }, (end) => ends.push(end));
}, 60_000);
afterAll(async () => {
  for (const end of ends) await end();
  await proxy?.close();
  await ground?.close();
});

const rightsOn = (collection: string) => [
  { collection, action: 'read' },
  { collection, action: 'update' },
];

/** Somebody with a session of their own, gone with the tests. */
async function newcomer(rights = rightsOn(ground.own)) {
  const user = await freshUser(rights);
  ends.unshift(() => user.remove());
  const options: Ask = { token: user.token };
  return { ...user, options: { ...options, headers: await openSession(served.url, options) } };
}

type Reading = { name: string; method: string; params: (own: string, row: unknown) => Row };

const tool = (name: string, args: (own: string, row: unknown) => Row): Reading => ({
  name: `${name} ${args('', 0).action ?? ''}`.trim(),
  method: 'tools/call',
  params: (own, row) => ({ name, arguments: args(own, row) }),
});

/** Whatever shows something of Directus. */
const READINGS: Reading[] = [
  tool('items', (collection, row) => ({ action: 'read', collection, keys: [row] })),
  tool('items', (collection) => ({ action: 'read', collection, query: { filter: { title: 'Before' } } })),
  tool('schema', (own) => ({ keys: [own] })),
  tool('schema', () => ({})),
  tool('access', () => ({ action: 'whoami' })),
  tool('access', (collection) => ({ action: 'explain', collection, operation: 'read' })),
  {
    name: 'a resource of a collection',
    method: 'resources/read',
    params: (own) => ({ uri: `directus://schema/${own}` }),
  },
];

/** Holds within the second for which rights are taken for what they were, and the time it takes to see. */
const soon = <T>(read: () => Promise<T>, message = '') => expect.poll(read, { timeout: 5000, message });

describe('a token is revoked in an open session', () => {
  test.each(some(READINGS, 4))('$name shows nothing more, a second later', async ({ method, params }) => {
    const [gone, other] = [await newcomer(), await newcomer()];
    const given = params(ground.own, ground.row);
    const reading = (options: Ask) => ask(served.url, method, given, options);
    for (const { options } of [gone, other, gone]) {
      const { status, message, text } = await reading(options);
      expect(status, text).toBe(200);
      expect(message.error, text).toBeUndefined();
      expect(message.result?.isError, text).not.toBe(true);
    }
    await sure('PATCH', `/users/${gone.id}`, { token: null });
    const refusal = async () => {
      const { status, text, message } = await reading(gone.options);
      return status !== 200 || message.error || message.result?.isError ? text : 'no refusal';
    };
    await soon(refusal).toMatch(/token/i);
    expect(await refusal()).not.toMatch(/title|Before|"may"/);
    expect((await ask(served.url, 'ping', {}, gone.options)).status).toBe(401);
    expect((await reading(other.options)).message.result?.isError).not.toBe(true);
  });

  test('the list of tools ends it as well', async () => {
    const [gone, other] = [await newcomer(), await newcomer()];
    await toolNames(served.url, gone.options);
    await sure('PATCH', `/users/${gone.id}`, { status: 'suspended' });
    await soon(async () => {
      await ask(served.url, 'tools/list', {}, gone.options);
      return (await ask(served.url, 'ping', {}, gone.options)).status;
    }).toBe(401);
    expect(await toolNames(served.url, other.options)).toContain('items');
  });

  test('in the middle of a call, at each of its requests', { timeout: 120_000 }, async () => {
    const args = (title: string) => ({
      name: 'items',
      arguments: { action: 'update', collection: ground.own, keys: [ground.row], data: { title } },
    });
    const other = await newcomer();
    for (let nth = 0; nth < (FULL ? 8 : 3); nth += 1) {
      const gone = await newcomer();
      const mark = `revoked-${nth}`;
      const gate = actAt(
        proxy,
        nth,
        async () => void (await sure('PATCH', `/users/${gone.id}`, { token: null })),
      );
      const { text, message } = await ask(served.url, 'tools/call', args(mark), gone.options);
      const done = await gate.open();
      const [row] = await sure<Row[]>('GET', `/items/${ground.own}?filter[id][_eq]=${ground.row}`);
      if (message.result?.isError === true) expect(row?.title, text).not.toBe(mark);
      else expect([done, row?.title], text).toEqual([false, mark]);
      const { message: good } = await ask(served.url, 'tools/call', args(`other-${nth}`), other.options);
      expect(good.result?.isError, JSON.stringify(good)).not.toBe(true);
    }
  });
});

describe('a role changes in an open session', () => {
  const actionsOfItems = async (options: Ask): Promise<string> => {
    const { message } = await ask(served.url, 'tools/list', {}, options);
    const all = message.result?.tools as { name: string; inputSchema: object }[];
    return JSON.stringify(all.find(({ name }) => name === 'items')?.inputSchema ?? '');
  };

  test('a second later the list of tools is right, whether a right was taken or given', async () => {
    const caller = await ownEditor([ground.own]);
    ends.unshift(() => caller.remove());
    const options: Ask = { token: caller.user.token };
    const session = { ...options, headers: await openSession(served.url, options) };
    for (const kind of ['create', 'update', 'delete']) {
      const loss = caller.losses.find(({ name }) => name === `the right to ${kind}`);
      expect(await actionsOfItems(session)).toContain(kind);
      await loss?.take();
      await soon(() => actionsOfItems(session), `${kind} was taken`).not.toContain(`"${kind}"`);
      await loss?.giveBack();
      await soon(() => actionsOfItems(session), `${kind} was given back`).toContain(`"${kind}"`);
    }
  });

  test('a collection that may not be seen any more is not shown, to this caller alone', async () => {
    const [less, other] = [await ownEditor([ground.own]), await newcomer()];
    ends.unshift(() => less.remove());
    const options: Ask = { token: less.user.token };
    const session = { ...options, headers: await openSession(served.url, options) };
    const shown = async (as: Ask) =>
      (await ask(served.url, 'tools/call', { name: 'schema', arguments: { keys: [ground.own] } }, as)).text;
    const loss = less.losses.find(({ name }) => name === 'the right to read');
    expect(await shown(session)).toContain('title');
    await loss?.take();
    await soon(() => shown(session)).not.toContain('title');
    expect(await shown(other.options)).toContain('title');
    await loss?.giveBack();
    await soon(() => shown(session)).toContain('title');
  });
});
