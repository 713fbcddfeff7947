import { expect } from 'vitest';
import { freshUser, type Right, rest } from './helpers.ts';
import { type Answer, type Row, type ServerOptions, startServer, type TestServer } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

/** A right to some rows and some fields, as Directus recommends it, to the letter. */
export const ownFiles: Right = {
  collection: 'directus_files',
  action: 'update',
  permissions: { uploaded_by: { _eq: '$CURRENT_USER' } },
  fields: [
    'title',
    'description',
    'tags',
    'location',
    'folder',
    'focal_point_x',
    'focal_point_y',
    'filename_download',
  ],
};

const asAdmin = rest(sharedDirectus().admin.token);

/** An administrator and a user with few rights, each with a server, and what goes after the tests. */
export async function accessBench() {
  const started: TestServer[] = [];
  const removals: (() => Promise<unknown>)[] = [];
  const start = async (options: ServerOptions): Promise<TestServer> => {
    const server = await startServer(options);
    started.push(server);
    return server;
  };
  const fresh = async (rights: Right[]) => {
    const user = await freshUser(rights);
    removals.push(user.remove);
    return user;
  };
  const helper = await fresh([
    { collection: 'articles', action: 'read' },
    { collection: 'articles', action: 'create' },
    { collection: 'directus_files', action: 'read' },
    ownFiles,
  ]);
  const boss = await start({ flags: ['--allow-deletes'] });
  const ownHelper = await start({ token: helper.token, flags: ['--allow-deletes'] });
  return {
    helper,
    boss,
    ownHelper,
    start,
    fresh,
    access: (args: Row, on = boss) => on.call('access', args),
    explain: (question: Row, on = boss) => on.call('access', { action: 'explain', ...question }),
    make: (kind: string, data: Row) => boss.confirmed('access', { action: 'create', kind, data }),
    /** What is to be done after the tests. */
    later: (removal: () => Promise<unknown>) => removals.push(removal),
    /** The key of what was made, which goes after the tests. */
    keyOf(answer: Answer, kind: string): string {
      expect(answer.isError, answer.text.slice(0, 400)).toBe(false);
      const key = String((answer.data as { key: unknown }[])[0]?.key);
      removals.push(() => asAdmin('DELETE', `/${kind}/${key}`));
      return key;
    },
    async close() {
      await Promise.all(started.map((server) => server.close()));
      for (const remove of removals.toReversed()) await remove();
    },
  };
}

/** Fails unless it is an error that says so, and offers nothing to confirm. */
export function refused(answer: Answer, says: RegExp): void {
  expect(answer.isError, answer.text.slice(0, 300)).toBe(true);
  expect(answer.text).toMatch(says);
  expect(answer.info.confirm).toBeUndefined();
}

/** What a held change says of itself. */
export function held(answer: Answer): { cascades: string[]; reasons: string[] } {
  expect(answer.info.confirm, answer.text.slice(0, 400)).toEqual(expect.any(String));
  const { cascades = [], needsConfirmation = [] } = answer.info as Record<string, string[]>;
  return { cascades, reasons: needsConfirmation };
}

export async function one(path: string): Promise<Row> {
  return (await asAdmin('GET', path)).data as Row;
}

/** Whether Directus has a row. Asked for a permission by its key, it answers with others as well. */
export async function isThere(kind: string, key: string): Promise<boolean> {
  const { data } = await asAdmin('GET', `/${kind}?filter[id][_eq]=${key}&fields=id`);
  return (data as Row[]).some(({ id }) => String(id) === key);
}
