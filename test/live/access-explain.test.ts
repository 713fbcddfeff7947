import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessBench, ownFiles, refused } from './access-bench.ts';
import { rest } from './helpers.ts';
import { sharedDirectus, takesRules } from './shared-directus.ts';

const { admin, editor, readonly } = sharedDirectus();
const asAdmin = rest(admin.token);

let bench: Awaited<ReturnType<typeof accessBench>>;
beforeAll(async () => {
  bench = await accessBench();
});
afterAll(() => bench?.close());

describe('A24 explain: may I', () => {
  test('yes, no, and which right is missing', async () => {
    expect(
      (await bench.explain({ collection: 'articles', operation: 'read' }, bench.ownHelper)).info,
    ).toEqual({
      allowed: true,
      because: 'Your policies give read on articles.',
    });
    const { info } = await bench.explain({ collection: 'articles', operation: 'update' }, bench.ownHelper);
    expect(info).toMatchObject({
      allowed: false,
      because: 'You may not update articles: none of your policies gives update on articles.',
      next: expect.stringMatching(/^Do not try again/),
    });
    expect(info.note === undefined).toBe(takesRules());
    expect((await bench.explain({ collection: 'articles', operation: 'delete' })).info).toMatchObject({
      allowed: true,
    });
  });

  test('only some rows, and this one or not', async () => {
    const question = { collection: 'directus_files', operation: 'update' };
    const { info } = await bench.explain(question, bench.ownHelper);
    expect(info).toMatchObject({ allowed: 'only some rows', fields: expect.stringMatching(/^title, /) });
    const [file] = (await asAdmin('GET', '/files?limit=1&fields=id')).data as { id: string }[];
    expect((await bench.explain({ ...question, key: file?.id }, bench.ownHelper)).info).toMatchObject({
      allowed: false,
      because: expect.stringMatching(/only for rows that a rule chooses: row .* is none of them/),
    });
    expect(
      (await bench.explain({ ...question, operation: 'read', key: file?.id }, bench.ownHelper)).info,
    ).toMatchObject({
      allowed: true,
    });
    expect(
      (await bench.explain({ ...question, operation: 'read', key: randomUUID() }, bench.ownHelper)).info,
    ).toMatchObject({
      allowed: false,
      because: expect.stringMatching(/has no row/),
    });
  });

  test('a field that the right does not cover', async () => {
    const question = { collection: 'directus_files', operation: 'update' };
    expect((await bench.explain({ ...question, field: 'type' }, bench.ownHelper)).info).toMatchObject({
      allowed: false,
      because: expect.stringMatching(/not for type: only for title, /),
    });
    expect((await bench.explain({ ...question, field: 'title' }, bench.ownHelper)).info).toMatchObject({
      allowed: 'only some rows',
    });
  });

  test('names that mean nothing are errors with near ones', async () => {
    for (const on of [bench.boss, bench.ownHelper]) {
      refused(
        await bench.explain({ collection: 'articels', operation: 'read' }, on),
        /Did you mean "articles"/,
      );
      refused(
        await bench.explain({ collection: 'articles', operation: 'read', field: 'titel' }, on),
        /no field "titel"\. Did you mean "title"/,
      );
    }
    refused(
      await bench.explain({ collection: 'articles', operation: 'write' }),
      /"create"\|"read"\|"update"/,
    );
    refused(await bench.explain({ collection: 'articles', operation: 'create', key: 1 }), /Leave out key/);
    refused(
      await bench.explain({ collection: 'articles', operation: 'read', key: 99_999_999 }),
      /has no row 99999999/,
    );
  });
});

describe('A24 explain: may another', () => {
  const update = { collection: 'articles', operation: 'update' };

  test('a role, a user, the public and an administrator, with the policy by name', async () => {
    for (const user of ['Editor', 'editor', editor.email]) {
      const { info, data } = await bench.explain({ ...update, user });
      expect(info).toMatchObject({
        allowed: true,
        because: expect.stringMatching(/has a policy that gives/),
      });
      expect(data).toEqual([{ policy: 'Editor', permission: expect.any(Number) }]);
    }
    const none = await bench.explain({ ...update, user: readonly.email });
    expect(none.info).toMatchObject({
      allowed: false,
      because: 'The user has no policy that gives update on articles.',
      next: expect.stringMatching(/"collection":"articles","action":"update"/),
    });
    expect(none.data).toEqual({ policies: ['Reader'] });
    expect((await bench.explain({ ...update, user: 'public' })).data).toEqual({ policies: ['Public'] });
    expect(await bench.explain({ ...update, user: 'Administrator' })).toMatchObject({
      info: { allowed: true },
      data: { policy: 'Administrator' },
    });
    refused(
      await bench.explain({ ...update, user: 'Editr' }),
      /no user or role "Editr"\. Did you mean "Editor"/,
    );
  });

  test('the rule, the fields, and whether it chooses a row of theirs', async () => {
    const question = { collection: 'directus_files', operation: 'update', user: bench.helper.email };
    const { info, data } = await bench.explain(question);
    expect(info).toMatchObject({ allowed: 'only some rows' });
    expect(data).toMatchObject([
      { policy: bench.helper.name, rows: ownFiles.permissions, fields: ownFiles.fields },
    ]);
    const [file] = (await asAdmin('GET', '/files?limit=1&fields=id')).data as { id: string }[];
    expect((await bench.explain({ ...question, key: file?.id })).info).toMatchObject({ allowed: false });
    expect((await bench.explain({ ...question, field: 'type' })).info).toMatchObject({
      allowed: false,
      because: 'The user has update on directus_files, but not for type.',
    });
  });

  test('a policy of the role above, and one in person', async () => {
    const policy = bench.keyOf(await bench.make('policies', { name: `Own ${randomUUID()}` }), 'policies');
    bench.keyOf(
      await bench.make('permissions', { policy, collection: 'tags', action: 'delete' }),
      'permissions',
    );
    bench.keyOf(await bench.make('access', { policy, user: bench.helper.email }), 'access');
    const tags = { collection: 'tags', operation: 'delete' };
    expect((await bench.explain({ ...tags, user: bench.helper.email })).info).toMatchObject({
      allowed: true,
    });
    expect((await bench.explain({ ...tags, user: bench.helper.name })).info).toMatchObject({
      allowed: false,
    });
    const child = bench.keyOf(
      await bench.make('roles', { name: `Below ${randomUUID()}`, parent: bench.helper.name }),
      'roles',
    );
    expect(
      (await bench.explain({ collection: 'articles', operation: 'create', user: child })).info,
    ).toMatchObject({
      allowed: true,
    });
  });

  test('one who cannot sign in, and what comes with access to Studio', async () => {
    const gone = await bench.fresh([{ collection: 'articles', action: 'read' }]);

    await asAdmin('PATCH', `/users/${gone.id}`, { status: 'suspended' });
    const { info } = await bench.explain({ collection: 'articles', operation: 'read', user: gone.email });
    expect(info.note).toMatch(/suspended, and cannot sign in/);
    const own = await bench.explain({ collection: 'directus_users', operation: 'read', user: 'Editor' });
    expect(own.info).toMatchObject({ allowed: 'only some rows' });
    expect(own.data).toMatchObject([{ policy: 'access to Studio', rows: { id: { _eq: '$CURRENT_USER' } } }]);
  });

  test('who is no administrator cannot ask about others', async () => {
    refused(
      await bench.explain({ ...update, user: editor.email }, bench.ownHelper),
      /none of your policies gives read on directus_(roles|policies|access)/,
    );
  });
});
