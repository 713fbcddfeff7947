import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessBench, ownFiles, refused } from './access-bench.ts';
import { rest } from './helpers.ts';
import type { Row, TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const { admin, editor, readonly } = sharedDirectus();
const asAdmin = rest(admin.token);

let bench: Awaited<ReturnType<typeof accessBench>>;
beforeAll(async () => {
  bench = await accessBench();
});
afterAll(() => bench?.close());

describe('whoami', () => {
  test('an administrator may do everything', async () => {
    const { info, data } = await bench.access({ action: 'whoami' });
    expect(info).toEqual({ admin: true, studio: true });
    expect(data).toMatchObject({ email: admin.email, roles: ['Administrator'], may: 'everything' });
    expect(data).toMatchObject({ policies: ['Administrator'] });
  });

  test('an editor sees what may be done where, without what only keeps Studio going', async () => {
    const { info, data } = await bench.access(
      { action: 'whoami' },
      await bench.start({ token: editor.token }),
    );
    expect(info).toMatchObject({ admin: false, studio: true });
    const { may, ...rest } = data as { may: Record<string, string> } & Row;
    expect(rest).toMatchObject({ name: 'Edda Editor', email: editor.email, roles: ['Editor'] });
    expect(may.CRU).toContain('articles');
    expect(may.R).toContain('site_settings');
    expect(JSON.stringify(may)).not.toMatch(/directus_presets|directus_relations/);
    expect(countTokens(JSON.stringify(data))).toBeLessThan(250);
  });

  test('one without access to Studio, who may not even read the own user', async () => {
    const { isError, data } = await bench.access(
      { action: 'whoami' },
      await bench.start({ token: readonly.token }),
    );
    expect(isError).toBe(false);
    const { may } = data as { may: Record<string, string> };
    expect(Object.keys(may)).toEqual(['R']);
    expect(may.R).toContain('articles');
  });

  test('marks where only some rows or fields are meant', async () => {
    const { info, data } = await bench.access({ action: 'whoami' }, bench.ownHelper);
    expect(info.marks).toMatch(/~ only some rows, \* only some fields/);
    expect(data).toMatchObject({ may: { CR: 'articles', 'RU~*': 'directus_files' } });
  });

  test('without a token it is nobody, with what everybody may do', async () => {
    const nobody = await bench.start({ token: '' });
    expect(await bench.access({ action: 'whoami' }, nobody)).toMatchObject({
      info: { you: expect.stringMatching(/nobody/) },
      data: { may: 'nothing' },
    });
    const { key } = await publicRight('languages');
    try {
      const { data } = await bench.access({ action: 'whoami' }, nobody);
      expect(data).toEqual({ may: { R: 'languages' } });
      expect(
        (await bench.explain({ collection: 'languages', operation: 'read' }, nobody)).info,
      ).toMatchObject({
        allowed: true,
        because: 'The public policy gives read on languages.',
      });
    } finally {
      await asAdmin('DELETE', `/permissions/${key}`);
    }
  });

  test('a token that Directus does not know is told as such', async () => {
    const wrong = await bench.start({ token: 'no-such-token' });
    refused(await bench.access({ action: 'whoami' }, wrong), /does not accept the token/);
  });

  test('what is offered: two actions to everybody, all to administrators, in few tokens', async () => {
    const cost = async (server: TestServer) => {
      const { tools } = await server.client.listTools();
      const tool = tools.find(({ name }) => name === 'access');
      const { name, description, inputSchema } = tool ?? {};
      const { action } = (inputSchema?.properties ?? {}) as { action?: { enum?: string[] } };
      return {
        actions: action?.enum,
        tokens: countTokens(JSON.stringify({ name, description, inputSchema })),
      };
    };
    const ofBoss = await cost(bench.boss);
    expect(ofBoss.actions).toEqual(['whoami', 'explain', 'read', 'create', 'update', 'delete']);
    expect(ofBoss.tokens).toBeLessThanOrEqual(160);
    const ofHelper = await cost(bench.ownHelper);
    expect(ofHelper.actions).toEqual(['whoami', 'explain']);
    expect(ofHelper.tokens).toBeLessThanOrEqual(70);
  });
});

/** Lets everybody read a collection of the newsroom, as Studio would. */
async function publicRight(collection: string): Promise<{ key: number }> {
  const policies = (await asAdmin('GET', '/policies?fields=id,name')).data as Row[];
  const policy = policies.find(({ name }) => name === '$t:public_label')?.id;
  const { data } = await asAdmin('POST', '/permissions', {
    policy,
    collection,
    action: 'read',
    fields: ['*'],
  });
  return { key: (data as { id: number }).id };
}

describe('reading', () => {
  test('users, roles, policies, permissions and who has which, in dense rows', async () => {
    const users = await bench.boss.rows('access', { action: 'read', kind: 'users' });
    expect(users.find(({ email }) => email === editor.email)).toMatchObject({
      name: 'Edda Editor',
      role: 'Editor',
      status: 'active',
    });
    const roles = await bench.boss.rows('access', { action: 'read', kind: 'roles' });
    expect(roles.find(({ name }) => name === 'Editor')).toMatchObject({ policies: ['Editor'], users: 1 });
    const policies = await bench.boss.rows('access', { action: 'read', kind: 'policies' });
    expect(policies.find(({ name }) => name === 'Public')).toMatchObject({ for: ['public'] });
    expect(policies.find(({ name }) => name === 'Administrator')).toMatchObject({ admin_access: true });
    const rows = await bench.boss.rows('access', { action: 'read', kind: 'access' });
    expect(rows.find(({ policy }) => policy === 'Editor')).toMatchObject({ for: 'role Editor' });
  });

  test('of one user, role or the public', async () => {
    const of = (kind: string, user: string) => bench.boss.rows('access', { action: 'read', kind, user });
    expect((await of('policies', editor.email)).map(({ name }) => name)).toEqual(['Editor']);
    expect((await of('roles', editor.email)).map(({ name }) => name)).toEqual(['Editor']);
    expect((await of('users', 'Editor')).map(({ email }) => email)).toEqual([editor.email]);
    expect((await of('access', 'public')).map((row) => row.for)).toEqual(['public']);
    const rights = await of('permissions', bench.helper.email);
    expect(rights.length).toBeGreaterThanOrEqual(4);
    expect(
      rights.find(({ action, policy }) => action === 'update' && policy === bench.helper.name),
    ).toMatchObject({
      collection: 'directus_files',
      permissions: ownFiles.permissions,
    });
  });

  test('permissions page by page, without those that belong to no policy', async () => {
    const filter = { policy: { name: { _in: ['Editor', 'Reader'] } } };
    const seen: unknown[] = [];
    for (let offset: number | undefined = 0; offset !== undefined; ) {
      const answer = await bench.access({
        action: 'read',
        kind: 'permissions',
        query: { filter, limit: 25, offset },
      });
      seen.push(...(answer.data as Row[]).map(({ id }) => id));
      const next: RegExpExecArray | null = /query\.offset (\d+)/.exec(String(answer.info.more ?? ''));
      offset = next ? Number(next[1]) : undefined;
    }
    const { data } = await asAdmin('GET', `/permissions?fields=id&filter=${JSON.stringify(filter)}`);
    const ids = (data as Row[]).flatMap(({ id }) => id ?? []);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  test('never a secret, by whatever way it is named', async () => {
    await asAdmin('PATCH', `/users/${bench.helper.id}`, { password: 'not-for-models' });
    for (const query of [
      { fields: ['email', 'token'] },
      { fields: ['email', 'role.users.password'] },
      { fields: ['email'], alias: { x: 'tfa_secret' } },
      { filter: { token: { _nnull: true } } },
      { filter: { role: { users: { auth_data: { _nnull: true } } } } },
      { sort: ['-password'] },
      { aggregate: { max: ['auth_data'] } },
      { groupBy: ['token'], aggregate: { count: ['*'] } },
      { fields: ['email', 'role.*'], deep: { role: { _filter: { users: { token: { _nnull: true } } } } } },
    ])
      refused(await bench.access({ action: 'read', kind: 'users', query }), /^SECRET: query names/);
    for (const [kind, fields] of [
      ['users', ['*']],
      ['users', ['*', 'role.users.*']],
      ['access', ['*', 'user.*']],
      ['roles', ['*.*']],
    ] as const) {
      const { text } = await bench.access({ action: 'read', kind, query: { fields: [...fields] } });
      expect(text).not.toMatch(/"(password|token|tfa_secret|auth_data)"|\*{5}|argon2/);
    }
    // A word that only looks like one is none.
    const { isError } = await bench.access({
      action: 'read',
      kind: 'users',
      query: { filter: { last_name: { _eq: 'token' } } },
    });
    expect(isError).toBe(false);
  });

  test('who is no administrator is told which right is missing', async () => {
    for (const [kind, right] of [
      ['users', 'directus_users'],
      ['roles', 'directus_roles'],
      ['permissions', 'directus_permissions'],
    ])
      refused(
        await bench.access({ action: 'read', kind }, bench.ownHelper),
        new RegExp(`none of your policies gives read on ${right}`),
      );
    for (const args of [
      { action: 'create', kind: 'roles', data: { name: 'Mine' } },
      { action: 'update', kind: 'users', keys: [bench.helper.id], data: { role: 'Administrator' } },
      { action: 'delete', kind: 'users', keys: [bench.helper.id] },
    ])
      refused(await bench.access(args, bench.ownHelper), /FORBIDDEN: .*none of your policies gives/);
  });
});
