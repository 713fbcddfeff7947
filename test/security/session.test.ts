import { expect, test } from 'vitest';
import { freshUser } from '../live/helpers.ts';
import { sharedDirectus } from '../live/shared-directus.ts';
import { signedIn, startWeb, type Visitor, visit } from '../web/fixtures/web.ts';

const { admin, editor } = sharedDirectus();
const created = async (visitor: Visitor) =>
  (await visitor.ask<{ id: string }>('POST', '/conversations')).body.id;
const idsOf = async (visitor: Visitor) => {
  const { body } = await visitor.ask<{ conversations: { id: string }[] }>('GET', '/conversations');
  return body.conversations.map(({ id }) => id);
};

test('a sign-in leaves nothing of the one that was planted before it', async () => {
  const { url } = await startWeb();
  const attacker = await signedIn(url, { token: editor.token });
  const planted = attacker.cookie();
  const victim = visit(url, planted);
  expect((await victim.ask('POST', '/session', { token: admin.token })).status).toBe(200);
  expect(victim.cookie()).not.toBe(planted);
  const who = async (visitor: Visitor) =>
    (await visitor.ask<{ user: { email: string } }>('GET', '/session')).body.user.email;
  expect(await who(victim)).toBe(admin.email);
  expect(await who(visit(url, planted))).toBe(editor.email);
});

test('no id of a conversation or file is a path', async () => {
  const { url } = await startWeb();
  const person = await signedIn(url, { token: admin.token });
  const own = await created(person);
  const hostile = [
    '..',
    '../../directus-assistant.json',
    '..%2f..%2fdirectus-assistant.json',
    '%2e%2e%2f%2e%2e%2fdirectus-assistant.json',
    '..%5c..%5cdirectus-assistant.json',
    `${own}%2f..%2f${own}`,
    `${own}%00`,
    '%00',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    'a'.repeat(5000),
  ];
  for (const id of hostile) {
    for (const [method, path] of [
      ['GET', `/conversations/${id}`],
      ['DELETE', `/conversations/${id}`],
      ['GET', `/conversations/${id}/export`],
      ['GET', `/conversations/${own}/attachments/${id}`],
      ['GET', `/assets/${id}`],
    ] as const) {
      const answer = await person.fetch(`/api${path}`, { method });
      const text = await answer.text();
      expect([method, path, answer.status >= 400 || text.startsWith('<!doctype')]).toEqual([
        method,
        path,
        true,
      ]);
      expect(text).not.toMatch(/root:|compatible|\bat .*\.js:\d/);
    }
  }
  expect((await person.ask('GET', `/conversations/${own}`)).status).toBe(200);
});

test('two people at once see nothing of one another', async () => {
  const { url } = await startWeb();
  const other = await freshUser([{ collection: 'articles', action: 'read' }], { studio: true });
  try {
    const people = [
      await signedIn(url, { token: editor.token }),
      await signedIn(url, { token: other.token }),
    ] as const;
    const [mine, theirs] = [await created(people[0]), await created(people[1])];
    for (const [who, own, foreign] of [
      [people[0], mine, theirs],
      [people[1], theirs, mine],
    ] as const) {
      const file = await who.ask<{ hash: string }>(
        'POST',
        `/conversations/${own}/attachments?name=a.txt`,
        Buffer.from(own),
      );
      expect(file.status).toBe(201);
      expect((await who.ask('GET', `/conversations/${foreign}`)).status).toBe(404);
      const taken = await who.fetch(`/api/conversations/${foreign}/attachments/${file.body.hash}`);
      expect(taken.status).toBe(404);
      expect((await who.ask('DELETE', `/conversations/${foreign}`)).status).toBe(404);
      expect(await idsOf(who)).not.toContain(foreign);
    }
    // Both ask for the same at the same moment, each with their own rights.
    const views = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        people[n % 2 === 0 ? 0 : 1].ask<{ collections: { collection: string }[] }>('GET', '/collections'),
      ),
    );
    const seen = views.map(({ body }) => JSON.stringify(body));
    expect(new Set(seen.filter((_, n) => n % 2 === 0)).size).toBe(1);
    expect(new Set(seen.filter((_, n) => n % 2 === 1)).size).toBe(1);
    expect(seen[0]).not.toBe(seen[1]);
    expect(seen[1]).not.toContain('"authors"');
  } finally {
    await other.remove();
  }
});
