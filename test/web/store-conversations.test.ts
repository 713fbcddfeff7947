import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/directus/connection.ts';
import { directusConversations } from '../../src/store/conversations.ts';
import { ATTACHMENTS, CONVERSATIONS, ENTRIES } from '../../src/store/layout.ts';
import { reaching } from '../../src/store/reach.ts';
import { answer, at, heardText, said, spent, user } from '../host/conversations/fixtures/entries.ts';
import { made, reopened, storeSuite } from '../host/conversations/fixtures/store-suite.ts';
import { contentOf } from '../host/conversations/fixtures/written.ts';
import { rest } from '../live/helpers.ts';
import { startProxy } from '../live/proxy.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { asAdmin, type Person, withStore } from './fixtures/store.ts';

const store = withStore();
const admin = () => rest(sharedDirectus().admin.token);
const rowsOf = async (collection: string, conversation: string) => {
  const { data } = await admin()(
    'GET',
    `/items/${collection}?filter[conversation][_eq]=${conversation}&sort=part`,
  );
  return data as Record<string, unknown>[];
};

storeSuite(async () => (await store.person()).open());

/** A person's conversations through a proxy that can be told what to do with requests. */
async function throughProxy(person: Person) {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const token = store.withoutRules() ? sharedDirectus().admin.token : person.token;
  const directus = connect({ url: proxy.url, token });
  return { proxy, conversations: directusConversations({ user: person.id, directus: async () => directus }) };
}

describe('A17 another person', () => {
  test('finds, opens, changes and removes nothing of it in the pages, be they an admin', async () => {
    const id = await made((await store.person()).open(), said(user('Mine alone')));
    const { data } = await admin()('GET', '/users/me?fields=id');
    const others = [
      (await store.person()).open(),
      directusConversations({ user: (data as { id: string }).id, directus: async () => asAdmin() }),
    ];
    for (const other of others) {
      const refused = `There is no conversation ${id}.`;
      expect((await other.list()).map((one) => one.id)).not.toContain(id);
      expect(await other.search('alone')).toEqual([]);
      await expect(other.open(id)).rejects.toThrow(refused);
      await expect(other.exportAs(id, 'json')).rejects.toThrow(refused);
      await expect(other.rename(id, 'x')).rejects.toThrow(refused);
      await expect(other.remove(id)).rejects.toThrow(refused);
    }
  });

  test('reads and writes nothing of it with a token of their own', async () => {
    const owner = await store.person();
    const conversation = await owner.open().create();
    await conversation.journal.write(said(user('Mine alone')));
    await conversation.attachments.put(Buffer.from('mine'));
    const other = await store.person();
    const api = rest(other.token);
    for (const collection of [CONVERSATIONS, ENTRIES, ATTACHMENTS]) {
      const { status, data } = await api('GET', `/items/${collection}`);
      expect([collection, status, data ?? []]).toEqual([collection, store.withoutRules() ? 403 : 200, []]);
    }
    const tries = [
      ['GET', `/items/${CONVERSATIONS}/${conversation.id}`],
      ['GET', `/items/${ENTRIES}/${conversation.id}:1`],
      ['PATCH', `/items/${CONVERSATIONS}/${conversation.id}`, { title: 'x' }],
      ['DELETE', `/items/${CONVERSATIONS}/${conversation.id}`],
      ['DELETE', `/items/${ENTRIES}/${conversation.id}:1`],
      ['PATCH', `/items/${ENTRIES}/${conversation.id}:1`, { entry: '{}' }],
    ] as const;
    for (const [method, path, body] of tries) {
      const { status } = await api(method, path, body);
      expect([method, path, status]).toEqual([method, path, 403]);
    }
    const forged = { id: `${conversation.id}:2`, conversation: conversation.id, n: 2, part: 0, parts: 1 };
    const { status } = await api('POST', `/items/${ENTRIES}`, {
      ...forged,
      user: owner.id,
      entry: JSON.stringify(said(user('Forged'))),
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect((await reopened(owner.open(), conversation.id)).recorded.messages).toEqual([user('Mine alone')]);
  });

  test('changes nothing of what they said themselves either, once it is written', async () => {
    const owner = await store.person();
    const id = await made(owner.open(), said(user('Once said')));
    const { status } = await rest(owner.token)('PATCH', `/items/${ENTRIES}/${id}:1`, { entry: '{}' });
    expect(status).toBe(403);
  });
});

test('A17 who has the policy writes with their own token, and the server for who has not', async () => {
  const server = asAdmin();
  const nobody = await store.person({ own: false });
  expect(
    await reaching(
      () => nobody.directus,
      () => server,
    )(),
  ).toBe(server);
  if (store.withoutRules()) return;
  const person = await store.person();
  expect(
    await reaching(
      () => person.directus,
      () => server,
    )(),
  ).toBe(person.directus);
});

describe('A17 two instances', () => {
  test('go on with what was begun at the other', async () => {
    const person = await store.person();
    const [here, there] = [person.open(), person.open()];
    const id = await made(here, said(user('Begun here')));
    const conversation = await there.open(id);
    expect(conversation.recorded.messages).toEqual([user('Begun here')]);
    await conversation.journal.write(said(answer('Gone on there')));
    expect((await reopened(here, id)).recorded.messages).toEqual([
      user('Begun here'),
      answer('Gone on there'),
    ]);
    expect(await here.list()).toMatchObject([{ id, messages: 2 }]);
  });

  test('that both write: one goes on, the other is told so, and nothing of it is lost', async () => {
    const person = await store.person();
    const id = await made(person.open(), said(user('Hi')));
    const [first, second] = [await person.open().open(id), await person.open().open(id)];
    const outcomes = await Promise.allSettled([
      first.journal.write(said(user('First'))),
      second.journal.write(said(user('Second'))),
    ]);
    const lost = outcomes.findIndex(({ status }) => status === 'rejected');
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes[lost]).toMatchObject({
      reason: { message: expect.stringContaining('opened in another chat') },
    });
    const [winner, loser] = lost === 0 ? [second, first] : [first, second];
    await expect(loser.journal.write(said(user('Again')))).rejects.toThrow('opened in another chat');
    await winner.journal.write(said(user('Third')));
    const { recorded } = await reopened(person.open(), id);
    expect(recorded.messages).toEqual([user('Hi'), user(lost === 0 ? 'Second' : 'First'), user('Third')]);
    expect(await person.open().list()).toMatchObject([{ messages: 3 }]);
  });

  test('of which one only looks or gives a name, while the other writes an answer', async () => {
    const person = await store.person();
    const writer = await person.open().create();
    await writer.journal.write(said(user('Hi')));
    await writer.journal.write(heardText('Half an'));
    const looking = await person.open().open(writer.id);
    expect(looking.recorded.messages).toEqual([user('Hi'), answer('Half an')]);
    await looking.close();
    await person.open().rename(writer.id, 'Named elsewhere');
    await writer.journal.write(said(answer('Half an answer')));
    const { recorded } = await reopened(person.open(), writer.id);
    expect(recorded).toMatchObject({
      title: 'Named elsewhere',
      messages: [user('Hi'), answer('Half an answer')],
    });
  });
});

describe('A15 when Directus or the process breaks off', () => {
  test('an entry whose answer was cut off is written once when it is tried again', async () => {
    const person = await store.person();
    const { proxy, conversations } = await throughProxy(person);
    const conversation = await conversations.create();
    let cut = 0;
    proxy.interfere(({ method }, response, request) => {
      if (method !== 'PATCH' || cut++ > 0) return false;
      // It reaches Directus, and the answer does not come back.
      response.writeHead = () => {
        request.socket.destroy();
        return response;
      };
      return false;
    });
    await expect(conversation.journal.write(said(user('One')))).rejects.toThrow('cannot be reached');
    expect(cut).toBe(1);
    await expect.poll(() => rowsOf(ENTRIES, conversation.id)).toHaveLength(1);
    await conversation.journal.write(said(user('One')));
    await conversation.journal.write(said(user('Two')));
    expect(await rowsOf(ENTRIES, conversation.id)).toHaveLength(2);
    expect((await reopened(person.open(), conversation.id)).recorded.messages).toEqual([
      user('One'),
      user('Two'),
    ]);
  });

  test('a large entry that was cut off between two requests is written whole when it is tried again', async () => {
    const person = await store.person();
    const { proxy, conversations } = await throughProxy(person);
    const conversation = await conversations.create();
    const large = contentOf(1, 1_500_000);
    let requests = 0;
    proxy.interfere(({ method }, response) => {
      if (method !== 'PATCH' || ++requests !== 2) return false;
      response.writeHead(503).end('{}');
      return true;
    });
    await expect(conversation.journal.write(said(user(large)))).rejects.toThrow('Try again');
    expect(await person.open().list()).toEqual([]);
    await conversation.journal.write(said(user(large)));
    const { recorded, warnings } = await reopened(person.open(), conversation.id);
    expect(warnings).toEqual([]);
    expect(recorded.messages).toEqual([user(large)]);
  });

  test('what a process that was killed had been told is written is there, whole and in order', async () => {
    const person = await store.person();
    const token = store.withoutRules() ? sharedDirectus().admin.token : person.token;
    const script = fileURLToPath(new URL('fixtures/store-writer.ts', import.meta.url));
    const child = spawn(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      '--experimental-transform-types',
      script,
      ...[sharedDirectus().url, token, person.id, '900000'],
    ]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const acknowledged: string[] = [];
    let id = '';
    for await (const line of createInterface({ input: child.stdout })) {
      const [word, value = ''] = line.split(' ');
      if (word === 'id') id = value;
      else acknowledged.push(value);
      if (acknowledged.length === 8) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const conversation = await person.open().open(id);
    expect(conversation.warnings).toEqual([]);
    const messages = conversation.recorded.messages.map(({ content }) => content);
    expect(messages.length).toBeGreaterThanOrEqual(acknowledged.length);
    for (const [number, content] of messages.entries())
      expect(content === contentOf(number, number % 3 === 2 ? 900_000 : 200)).toBe(true);
    await conversation.journal.write(said(user('Gone on')));
    expect((await reopened(person.open(), id)).recorded.messages).toHaveLength(messages.length + 1);
  });

  test('says in words what is wrong', async () => {
    const person = await store.person();
    const { proxy, conversations } = await throughProxy(person);
    const statuses = [
      [401, 'TOKEN_EXPIRED', 'The sign-in to Directus has ended. Sign in again.'],
      [403, 'FORBIDDEN', 'store check'],
      [413, 'CONTENT_TOO_LARGE', 'MAX_PAYLOAD_SIZE'],
      [500, 'INTERNAL_SERVER_ERROR', 'Try again, or look at its log.'],
    ] as const;
    for (const [status, code, words] of statuses) {
      proxy.interfere((_passed, response) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ errors: [{ message: 'SELECT secret', extensions: { code } }] }));
        return true;
      });
      await expect(conversations.list()).rejects.toThrow(words);
      await expect(conversations.list()).rejects.not.toThrow('SELECT');
    }
    const nowhere = connect({ url: 'http://127.0.0.1:9', token: 'x' });
    const away = directusConversations({ user: person.id, directus: async () => nowhere });
    await expect(away.create()).rejects.toThrow('cannot be reached');
  });
});

describe('in the database', () => {
  test('entries that are written at once go in one request, and lists are brought up to date with them', async () => {
    const { proxy, conversations } = await throughProxy(await store.person());
    const conversation = await conversations.create();
    await conversation.journal.write(said(user('Hi')));
    const before = proxy.passed.length;
    await Promise.all(
      [said(answer('A')), said(answer('B')), spent({ cost: 0.5 })].map(conversation.journal.write),
    );
    expect(proxy.passed.length - before).toBe(1);
    expect(await conversations.list()).toMatchObject([{ messages: 3, usage: { cost: 0.5 } }]);
  });

  test('a journal of which rows are gone opens with the others and says which', async () => {
    const person = await store.person();
    const id = await made(person.open(), said(user('One')), said(user('Two')), said(user('Three')));
    await admin()('DELETE', `/items/${ENTRIES}/${id}:2`);
    const { recorded, warnings } = await reopened(person.open(), id);
    expect(recorded.messages).toEqual([user('One'), user('Three')]);
    expect(warnings).toEqual(['Entry 2 of this conversation in Directus cannot be read and was left out.']);
  });

  test('nothing is recorded a second time as activity, and all of it goes with the conversation', async () => {
    const person = await store.person();
    const conversation = await person.open().create();
    await conversation.journal.write(said(user('Hi')));
    await conversation.attachments.put(Buffer.from('a'));
    const { data } = await admin()('GET', `/activity?filter[collection][_starts_with]=assistant_&limit=1`);
    expect(data).toEqual([]);
    await person.open().remove(conversation.id);
    expect(await rowsOf(ENTRIES, conversation.id)).toEqual([]);
    expect(await rowsOf(ATTACHMENTS, conversation.id)).toEqual([]);
    await expect(conversation.journal.write(said(user('Too late')))).rejects.toThrow('removed');
  });

  test('attachments are kept once, and go on where they were cut off', async () => {
    const { proxy, conversations } = await throughProxy(await store.person());
    const { id, attachments } = await conversations.create();
    const bytes = Buffer.alloc(3_000_000, 'abcdefg');
    let requests = 0;
    proxy.interfere(({ method, path }, response) => {
      if (method !== 'POST' || !path.endsWith(ATTACHMENTS) || ++requests !== 3) return false;
      response.writeHead(503).end('{}');
      return true;
    });
    await expect(attachments.put(bytes)).rejects.toThrow('Try again');
    const half = (await rowsOf(ATTACHMENTS, id)).length;
    expect(half).toBeGreaterThan(0);
    const hash = await attachments.put(bytes);
    await attachments.put(bytes);
    expect((await rowsOf(ATTACHMENTS, id)).length).toBe(Math.ceil(4_000_000 / 60_000));
    expect(Buffer.compare(await attachments.get(hash), bytes)).toBe(0);
    await admin()('PATCH', `/items/${ATTACHMENTS}/${id}:${hash}:0`, { content: 'AAAA' });
    await expect(attachments.get(hash)).rejects.toThrow('is damaged');
    await admin()('DELETE', `/items/${ATTACHMENTS}/${id}:${hash}:1`);
    await expect(attachments.get(hash)).rejects.toThrow('is gone');
  });

  test('a person who is removed takes their conversations along', async () => {
    const person = await store.person();
    const id = await made(person.open(), said(user('Hi')), { type: 'titled', at: at(1), title: 'Gone' });
    await admin()('DELETE', `/users/${person.id}`);
    expect((await admin()('GET', `/items/${CONVERSATIONS}/${id}`)).status).toBe(403);
    expect(await rowsOf(ENTRIES, id)).toEqual([]);
  });
});
