import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessBench, held, isThere, one, refused } from './access-bench.ts';
import { freshArticle, rest } from './helpers.ts';
import type { Row } from './server.ts';
import { sharedDirectus, takesRules } from './shared-directus.ts';

const { admin, editor } = sharedDirectus();
const asAdmin = rest(admin.token);
const flags = ['--allow-deletes'];

let bench: Awaited<ReturnType<typeof accessBench>>;
beforeAll(async () => {
  bench = await accessBench();
});
afterAll(() => bench?.close());

describe('changing', () => {
  test('a role with a policy, permissions and a user, from nothing to nothing', async () => {
    const name = `Helpers ${randomUUID().slice(0, 8)}`;
    const policy = bench.keyOf(await bench.make('policies', { name, description: 'Help' }), 'policies');
    const role = bench.keyOf(await bench.make('roles', { name }), 'roles');
    const given = bench.keyOf(await bench.make('access', { policy: name, role: name }), 'access');
    expect(await one(`/access/${given}`)).toMatchObject({ policy, role, user: null });
    const email = `${randomUUID()}@example.com`;
    const user = bench.keyOf(await bench.make('users', { email, role: name, first_name: 'Hella' }), 'users');
    expect(await one(`/users/${user}`)).toMatchObject({ email, role, status: 'active' });

    const first = await bench.access({
      action: 'create',
      kind: 'permissions',
      data: { policy: name, collection: 'articles', action: 'delete' },
    });
    expect(held(first)).toEqual({
      cascades: [`1 user (role ${name}) would gain delete on articles (all rows; all fields)`],
      reasons: ['it changes who may do what'],
    });
    const permission = bench.keyOf(
      await bench.make('permissions', { policy: name, collection: 'articles', action: 'delete' }),
      'permissions',
    );
    expect(await one(`/permissions/${permission}`)).toMatchObject({ policy, fields: ['*'] });
    const again = { policy: name, collection: 'articles', action: 'delete' };
    refused(
      await bench.access({ action: 'create', kind: 'permissions', data: again }),
      new RegExp(`has delete on articles already.*\n.*keys \\["${permission}"\\]`),
    );

    const gone = await bench.access({ action: 'delete', kind: 'permissions', keys: [permission] });
    expect(held(gone).cascades).toEqual([`1 user (role ${name}) would lose delete on articles`]);
    const deleted = await bench.boss.confirmed('access', {
      action: 'delete',
      kind: 'permissions',
      keys: [permission],
    });
    expect(deleted.info).toEqual({ deleted: [permission] });
    expect(await isThere('permissions', permission)).toBe(false);

    const renamed = await bench.boss.confirmed('access', {
      action: 'update',
      kind: 'roles',
      data: { id: role, name: `${name}!` },
    });
    expect(renamed.data).toEqual([{ key: role, changed: { name: [name, `${name}!`] } }]);
    const moved = await bench.access({
      action: 'update',
      kind: 'users',
      keys: [user],
      data: { role: 'Reader' },
    });
    expect(held(moved).cascades).toEqual([`${email} would go from the role ${name}! to Reader`]);
    await bench.boss.confirmed('access', {
      action: 'update',
      kind: 'users',
      keys: [user],
      data: { status: 'suspended' },
    });
    expect(await one(`/users/${user}`)).toMatchObject({ role, status: 'suspended' });

    const last = await bench.access({ action: 'delete', kind: 'roles', keys: [role] });
    expect(held(last).reasons.join()).toMatch(
      /1 user with the role .* would be suspended, and could not sign in/,
    );
    for (const [kind, key] of [
      ['users', user],
      ['roles', role],
      ['policies', policy],
    ]) {
      const answer = await bench.boss.confirmed('access', { action: 'delete', kind, keys: [key] });
      expect(answer.info, answer.text).toEqual({ deleted: [key] });
    }
  });

  test('who gains or loses a policy is said, by role, in person, and below', async () => {
    const name = `Extra ${randomUUID().slice(0, 8)}`;
    const policy = bench.keyOf(await bench.make('policies', { name, app_access: true }), 'policies');
    const below = `Below ${randomUUID().slice(0, 8)}`;
    bench.keyOf(await bench.make('roles', { name: below, parent: bench.helper.role }), 'roles');
    const toRole = await bench.access({
      action: 'create',
      kind: 'access',
      data: { policy, role: bench.helper.name },
    });
    expect(held(toRole).cascades).toEqual(
      expect.arrayContaining([
        `1 user (role ${bench.helper.name}) would gain the policy ${name}`,
        `1 user (role ${bench.helper.name}) would gain access to Studio`,
        `0 users (role ${below}) would gain the policy ${name}`,
      ]),
    );
    const toUser = await bench.access({
      action: 'create',
      kind: 'access',
      data: { policy, user: bench.helper.email },
    });
    expect(held(toUser).cascades).toContain(`${bench.helper.email} would gain the policy ${name}`);
    const given = bench.keyOf(await bench.make('access', { policy, role: below }), 'access');
    const taken = await bench.access({ action: 'delete', kind: 'access', keys: [given] });
    expect(held(taken).cascades).toContain(`0 users (role ${below}) would lose the policy ${name}`);
    const gone = await bench.access({ action: 'delete', kind: 'policies', keys: [policy] });
    expect(held(gone).cascades).toContain(`0 users (role ${below}) would lose the policy ${name}`);
  });

  test('making administrators, opening to everybody and rights that lead to all others are risks', async () => {
    const reasons = async (args: Row) => held(await bench.access(args)).reasons.join('; ');
    const create = (kind: string, data: Row) => reasons({ action: 'create', kind, data });
    expect(await create('policies', { name: 'X', admin_access: true })).toMatch(
      /whoever gets this policy becomes/,
    );
    expect(await create('access', { policy: 'Administrator', role: bench.helper.name })).toMatch(
      new RegExp(`1 user \\(role ${bench.helper.name}\\) would become administrator`),
    );
    expect(await create('access', { policy: 'Administrator', user: editor.email })).toMatch(
      /editor@example\.com would become administrator/,
    );
    expect(await create('users', { email: 'x@example.com', role: 'Administrator' })).toMatch(
      /x@example\.com would become administrator/,
    );
    const raise = {
      action: 'update',
      kind: 'users',
      keys: [bench.helper.id],
      data: { role: 'Administrator' },
    };
    expect(await reasons(raise)).toMatch(/would become administrator, and may do everything/);
    const flag = {
      action: 'update',
      kind: 'policies',
      keys: [bench.helper.policy],
      data: { admin_access: true },
    };
    expect(await reasons(flag)).toMatch(/1 user \(role .*\) would become administrator/);
    expect(await create('permissions', { policy: 'public', collection: 'tags', action: 'read' })).toMatch(
      /everybody would gain read on tags, without signing in/,
    );
    expect(await create('access', { policy: bench.helper.name, role: 'public' })).toMatch(
      /everybody without signing in would have the policy/,
    );
    expect(
      await create('permissions', {
        policy: bench.helper.name,
        collection: 'directus_users',
        action: 'update',
      }),
    ).toMatch(/who may update directus_users can get every other right/);
    refused(
      await bench.access({
        action: 'create',
        kind: 'access',
        data: { policy: 'Administrator', role: 'public' },
      }),
      /^TOO_OPEN: This would make everybody an administrator/,
    );
  });

  test('A11 a confirmation ends when somebody joins those whom it was about', async () => {
    const args = {
      action: 'create',
      kind: 'permissions',
      data: { policy: bench.helper.name, collection: 'tags', action: 'update' },
    };
    const { info } = await bench.access(args);
    const { data } = await asAdmin('POST', '/users', {
      email: `${randomUUID()}@example.com`,
      role: bench.helper.role,
    });
    bench.later(() => asAdmin('DELETE', `/users/${(data as { id: string }).id}`));
    const answer = await bench.access({ ...args, confirm: info.confirm });
    expect(answer.info).toMatchObject({ refused: expect.stringMatching(/changed since the preview/) });
    expect(held(answer).cascades).toEqual([expect.stringMatching(/^2 users /)]);
    const { data: none } = await asAdmin(
      'GET',
      `/permissions?filter[policy][_eq]=${bench.helper.policy}&filter[collection][_eq]=tags&filter[action][_eq]=update`,
    );
    expect((none as Row[]).filter(({ id }) => id)).toEqual([]);
  });

  test('an invited user gets a mail, which is said before', async () => {
    const email = `${randomUUID()}@example.com`;
    const args = { action: 'create', kind: 'users', data: { email, role: 'Reader', invite: true } };
    expect(held(await bench.access(args)).reasons).toContain(
      `Directus would send ${email} a mail with an invitation`,
    );
    const answer = await bench.boss.confirmed('access', args);
    const key = bench.keyOf(answer, 'users');
    expect(answer.info.note).toMatch(/sends the invitations/);
    expect(await one(`/users/${key}`)).toMatchObject({ email, status: 'invited' });
  });

  test('the policy for access holds for every change, deletes among them', async () => {
    const blocked = await bench.start({ flags, settings: { policy: { access: 'block' } } });
    for (const args of [
      { action: 'create', kind: 'roles', data: { name: 'X' } },
      { action: 'update', kind: 'roles', keys: [bench.helper.role], data: { name: 'X' } },
      { action: 'delete', kind: 'roles', keys: [bench.helper.role] },
    ])
      refused(await bench.access(args, blocked), /[Bb]locked \(policy\.access\)/);
    const allowed = await bench.start({ flags, settings: { policy: { access: 'allow' } } });
    const name = `Plain ${randomUUID()}`;
    const made = await bench.access({ action: 'create', kind: 'roles', data: { name } }, allowed);
    const key = bench.keyOf(made, 'roles');
    expect(await one(`/roles/${key}`)).toMatchObject({ name });
    const risky = { action: 'create', kind: 'access', data: { policy: 'Administrator', role: key } };
    expect(held(await bench.access(risky, allowed)).reasons).toEqual([
      expect.stringMatching(/would become administrator/),
    ]);
    const safe = await bench.start({});
    refused(await bench.access({ action: 'delete', kind: 'roles', keys: [key] }, safe), /allowDeletes/);
    const readOnly = await bench.start({ flags: ['--read-only'] });
    refused(await bench.access({ action: 'create', kind: 'roles', data: { name } }, readOnly), /Read-only/);
  });

  test('items keeps away from users, and says where to go', async () => {
    for (const action of ['read', 'update', 'delete']) {
      const data = action === 'update' ? { data: { status: 'suspended' } } : {};
      const answer = await bench.boss.call('items', {
        action,
        collection: 'directus_users',
        keys: [bench.helper.id],
        ...data,
      });
      refused(answer, /SYSTEM_COLLECTION[\s\S]*Use the tool access/);
    }
  });
});

describe('nobody is locked out', () => {
  let me: Row;
  let own: { policy: unknown; given: unknown };
  beforeAll(async () => {
    me = (await one('/users/me?fields=id,role')) as Row;
    const rows = (await asAdmin('GET', `/access?filter[role][_eq]=${me.role}&fields=id,policy`))
      .data as Row[];
    own = { policy: rows[0]?.policy, given: rows[0]?.id };
  });

  test('an administrator stays one, whatever is asked', async () => {
    for (const args of [
      { action: 'delete', kind: 'users', keys: [me.id] },
      { action: 'delete', kind: 'users', keys: [bench.helper.id, me.id] },
      { action: 'update', kind: 'users', keys: [me.id], data: { status: 'suspended' } },
      { action: 'update', kind: 'users', data: [{ id: me.id, status: 'archived' }] },
      { action: 'update', kind: 'users', keys: [me.id], data: { role: 'Editor' } },
      { action: 'update', kind: 'users', keys: [me.id], data: { role: null } },
      { action: 'delete', kind: 'roles', keys: [me.role] },
      { action: 'delete', kind: 'policies', keys: [own.policy] },
      { action: 'update', kind: 'policies', keys: [own.policy], data: { admin_access: false } },
      { action: 'update', kind: 'policies', keys: [own.policy], data: { ip_access: ['10.9.8.7'] } },
      { action: 'delete', kind: 'access', keys: [own.given] },
    ])
      refused(await bench.access(args), /^LOCK_OUT: This would .* Nothing was changed\./);
    expect(await one('/policies/me/globals')).toMatchObject({ admin_access: true });
    expect(await one(`/users/${me.id}`)).toMatchObject({ status: 'active', role: me.role });
  });

  test('what leaves an administrator one is no lock-out', async () => {
    const rename = { action: 'update', kind: 'policies', keys: [own.policy], data: { description: 'All' } };
    expect((await bench.access({ ...rename, dryRun: true })).isError).toBe(false);
    const named = {
      action: 'update',
      kind: 'users',
      keys: [me.id],
      data: { title: 'Boss', status: 'active' },
    };
    expect((await bench.access({ ...named, dryRun: true })).isError).toBe(false);
  });
});

describe('what is wrong is told before anything is asked', () => {
  test.each<[string, Row, RegExp]>([
    ['users', { email: 'no address' }, /data\.email must be an email address/],
    ['users', { first_name: 'X' }, /data\.email must be an email address/],
    ['users', { email: editor.email }, /data\.email is taken/],
    ['users', { email: 'x@example.com', role: 'Nobody' }, /no role "Nobody"/],
    [
      'users',
      { email: 'x@example.com', status: 'asleep' },
      /status cannot be "asleep"[\s\S]*active, suspended/,
    ],
    ['users', { email: 'x@example.com', nmae: 'X' }, /no field "nmae"/],
    ['users', { email: 'x@example.com', password: 'x' }, /^SECRET: password is not set here/],
    ['users', { email: 'x@example.com', token: 'x' }, /^SECRET: token is not set here[\s\S]*Studio/],
    [
      'users',
      { email: 'x@example.com', policies: ['x'] },
      /data\.policies is not set here[\s\S]*kind access/,
    ],
    ['users', { email: 'x@example.com', role: { name: 'New' } }, /directus_roles/],
    ['roles', { name: '' }, /data\.name must be a text/],
    ['roles', { name: 'X', parent: 'Nobody' }, /no role "Nobody"/],
    ['roles', { name: 'X', users: [] }, /data\.users is not set here/],
    ['policies', { icon: 'x' }, /data\.name must be a text/],
    ['policies', { name: 'X', permissions: [{ collection: 'tags' }] }, /data\.permissions is not set here/],
    ['policies', { name: 'X', admin_access: 'yes' }, /admin_access must be true or false/],
    ['access', { policy: 'Editor' }, /data\.role or data\.user is required[\s\S]*role "public"/],
    ['access', { policy: 'Editor', role: 'Reader', user: editor.email }, /exclude each other/],
    ['access', { policy: 'Editor', role: 'Editor' }, /is given to them already/],
    ['access', { policy: 'Editr', role: 'Editor' }, /no policy "Editr"\. Did you mean "Editor"/],
    ['access', { policy: 'Editor', user: 'nobody@example.com' }, /no user "nobody@example\.com"/],
    ['access', { role: 'Editor' }, /data\.policy is required/],
    ['permissions', { policy: 'Editor', action: 'read' }, /data\.collection is required/],
    [
      'permissions',
      { policy: 'Editor', collection: 'articles', action: 'remove' },
      /data\.action cannot be "remove"/,
    ],
    ['permissions', { policy: 'Editor', collection: 'articels', action: 'read' }, /Did you mean "articles"/],
    [
      'permissions',
      { policy: 'Editor', collection: 'authors', action: 'update', fields: ['nam'] },
      /data\.fields: authors has no field "nam"\. Did you mean "name"/,
    ],
    [
      'permissions',
      { policy: 'Editor', collection: 'authors', action: 'update', fields: 'name' },
      /"?data\.fields"? must be a list/,
    ],
    [
      'permissions',
      { policy: 'Editor', collection: 'authors', action: 'update', permissions: { nam: { _eq: 'X' } } },
      /no field "nam"/,
    ],
    [
      'permissions',
      { policy: 'Editor', collection: 'authors', action: 'update', permissions: { name: { _is: 'X' } } },
      /Unknown operator "_is" at data\.permissions\.name/,
    ],
    [
      'permissions',
      { policy: 'Editor', collection: 'authors', action: 'update', validation: { nam: { _regex: 'X' } } },
      /data\.validation: authors has no field "nam"/,
    ],
    [
      'permissions',
      { policy: 'Editor', collection: 'authors', action: 'update', presets: { nam: 'X' } },
      /data\.presets: authors has no field "nam"/,
    ],
    ['permissions', { policy: 'Editor', collection: 'articles', action: 'update' }, /RECORD_NOT_UNIQUE/],
  ])('creating %s: %j', async (kind, data, says) => {
    refused(await bench.access({ action: 'create', kind, data }), says);
  });

  test('a permission is not made into another, nor an assignment', async () => {
    const [permission] = await bench.boss.rows('access', {
      action: 'read',
      kind: 'permissions',
      user: bench.helper.email,
    });
    const update = (kind: string, key: unknown, data: Row) =>
      bench.access({ action: 'update', kind, keys: [key], data });
    refused(
      await update('permissions', permission?.id, { action: 'delete' }),
      /data\.action of a permission/,
    );
    const [given] = await bench.boss.rows('access', {
      action: 'read',
      kind: 'access',
      user: bench.helper.email,
    });
    refused(await update('access', given?.id, { policy: 'Editor' }), /is not changed[\s\S]*Create another/);
    refused(await update('roles', randomUUID(), { name: 'X' }), /has no row with id/);
    refused(
      await bench.access({ action: 'update', kind: 'roles', data: { name: 'X' } }),
      /Which are to be changed/,
    );
    refused(
      await bench.access({ action: 'delete', kind: 'roles', keys: [randomUUID()] }),
      /has no row with id/,
    );
  });
});

describe('rules of permissions', () => {
  const rule = {
    policy: '',
    collection: 'tags',
    action: 'update',
    fields: ['name'],
    permissions: { name: { _neq: '$CURRENT_USER' } },
    validation: { name: { _regex: '^[a-z]+$' } },
  };
  test('are stored as given, or refused where the license has no room for them', async () => {
    const args = { action: 'create', kind: 'permissions', data: { ...rule, policy: bench.helper.name } };
    if (!takesRules()) {
      refused(await bench.access(args), /^RESOURCE_RESTRICTED: This Directus has no license/);
      return;
    }
    expect(held(await bench.access(args)).cascades).toEqual([
      expect.stringMatching(
        /would gain update on tags \(rows where \{"name":.*\}; fields name; values where \{"name":/,
      ),
    ]);
    const key = bench.keyOf(await bench.boss.confirmed('access', args), 'permissions');
    const { policy: _policy, ...asked } = rule;
    expect(await one(`/permissions/${key}`)).toMatchObject(asked);
    const wider = { action: 'update', kind: 'permissions', keys: [key], data: { permissions: {} } };
    expect(held(await bench.access(wider)).cascades).toEqual([
      expect.stringMatching(/would have update on tags \(all rows; .*\), instead of \(rows where/),
    ]);
    const { id } = await freshArticle();
    expect(
      (await bench.explain({ collection: 'articles', operation: 'read', key: id, user: bench.helper.email }))
        .info,
    ).toMatchObject({ allowed: true });
  });
});
