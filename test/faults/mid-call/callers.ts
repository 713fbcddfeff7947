import { freshUser, type Right, rest } from '../../live/helpers.ts';
import type { Row } from '../../live/server.ts';
import { sharedDirectus, takesRules } from '../../live/shared-directus.ts';

/** A way to lose the right to do something, and to get it back. */
export type Loss = {
  name: string;
  take(): Promise<void>;
  giveBack(): Promise<void>;
  /** Directus does not know the caller any more, whatever they ask. */
  isShutOut?: boolean;
  /** The caller may not see any more that there is a title. */
  hidesTitle?: boolean;
};

/** Somebody of the test's own, and how they may lose their rights. */
export type Caller = {
  user: Awaited<ReturnType<typeof freshUser>>;
  losses: Loss[];
  remove(): Promise<void>;
};

const send = rest(sharedDirectus().admin.token);

/** REST as the admin of the tests; fails when Directus refuses. */
export async function sure<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
  const { status, data, errors } = await send(method, path, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(errors)}`);
  return data as T;
}

/** An administrator, who may be shut out, or lose all rights, or most. */
export async function ownAdmin(collection: string): Promise<Caller> {
  // What is left where the policy gives no longer everything.
  const few: Right[] = takesRules() ? [{ collection, action: 'read', fields: ['id'] }] : [];
  const user = await freshUser(few, { studio: true });
  const makeAdmin = (admin_access: boolean) => sure('PATCH', `/policies/${user.policy}`, { admin_access });
  await makeAdmin(true);
  return {
    user,
    losses: [
      ...shutOut(user),
      {
        name: 'the policy is taken from the role',
        hidesTitle: true,
        async take() {
          const [given] = await sure<Row[]>('GET', `/access?filter[role][_eq]=${user.role}&fields=id`);
          await sure('DELETE', `/access/${given?.id}`);
        },
        async giveBack() {
          await sure('POST', '/access', { role: user.role, policy: user.policy });
        },
      },
      {
        name: 'the policy gives little more',
        hidesTitle: true,
        take: async () => void (await makeAdmin(false)),
        giveBack: async () => void (await makeAdmin(true)),
      },
    ],
    remove: user.remove,
  };
}

const KINDS = ['read', 'create', 'update', 'delete'];

/** Somebody who may do everything with some collections, and may lose each right in the first, or fields of it. */
export async function ownEditor([first = '', ...others]: string[]): Promise<Caller> {
  const rights = [first, ...others].flatMap((collection) =>
    KINDS.map((action): Right => ({ collection, action })),
  );
  const user = await freshUser(rights);
  const find = async (action: string) => {
    const of = { policy: user.policy, collection: first, action };
    const filter = Object.entries(of).map(([name, value]) => `filter[${name}][_eq]=${value}`);
    const rows = await sure<Row[]>('GET', `/permissions?${filter.join('&')}&fields=id`);
    // Directus lists rights that everybody has beside them, which are no rows.
    return rows.find(({ id }) => typeof id === 'number')?.id;
  };
  const withFields = (action: string, fields: string[]) => async () => {
    await sure('PATCH', `/permissions/${await find(action)}`, { fields });
  };
  return {
    user,
    losses: [
      ...shutOut(user),
      ...KINDS.map(
        (action): Loss => ({
          name: `the right to ${action}`,
          hidesTitle: action === 'read',
          take: async () => void (await sure('DELETE', `/permissions/${await find(action)}`)),
          giveBack: async () =>
            void (await sure('POST', '/permissions', {
              policy: user.policy,
              collection: first,
              action,
              fields: ['*'],
            })),
        }),
      ),
      ...(takesRules() ? ['read', 'create', 'update'] : []).map(
        (action): Loss => ({
          name: `the right to ${action} most fields`,
          hidesTitle: action === 'read',
          take: withFields(action, ['id']),
          giveBack: withFields(action, ['*']),
        }),
      ),
    ],
    remove: user.remove,
  };
}

function shutOut({ id, token }: { id: string; token: string }): Loss[] {
  const set = (values: Row) => async () => void (await sure('PATCH', `/users/${id}`, values));
  return [
    { name: 'the token is revoked', isShutOut: true, take: set({ token: null }), giveBack: set({ token }) },
    {
      name: 'the user is suspended',
      isShutOut: true,
      take: set({ status: 'suspended' }),
      giveBack: set({ status: 'active' }),
    },
  ];
}
