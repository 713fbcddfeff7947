import { createHash, randomUUID } from 'node:crypto';
import { sharedDirectus } from './shared-directus.ts';

/*
 * All live, protocol and fault tests of a run share one Directus, and two files run at the same time. The rule: a
 * test makes the rows it changes (`freshArticle`), reads those of the newsroom but never changes them, and never
 * depends on how many rows there are or which is the newest.
 */

export type RestReply = {
  status: number;
  data: unknown;
  errors: { message: string; extensions: { code: string } }[];
};

/** Directus's REST API for one token, to check what really happened. */
export function rest(token: string) {
  const { url } = sharedDirectus();
  return async (method: string, path: string, body?: unknown): Promise<RestReply> => {
    const reply = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    const { data, errors = [] } = text ? JSON.parse(text) : {};
    return { status: reply.status, data, errors };
  };
}

export type ArticleRow = {
  id: number;
  title: string;
  slug: string;
  status: string;
  [field: string]: unknown;
};

/** A new article of this test's own, with a title and slug nobody else has. */
export async function freshArticle(fields: Record<string, unknown> = {}): Promise<ArticleRow> {
  const mark = randomUUID();
  const row = { title: `Test story ${mark}`, slug: `test-story-${mark}`, status: 'draft', ...fields };
  const { status, data, errors } = await rest(sharedDirectus().admin.token)('POST', '/items/articles', row);
  if (status !== 200) throw new Error(`No article could be made: ${JSON.stringify(errors)}`);
  return data as ArticleRow;
}

export type FieldSpec = {
  field: string;
  type: string;
  schema?: Record<string, unknown> | null;
  meta?: Record<string, unknown>;
};

type OwnCollection = { name: string; remove(): Promise<void> };

/** The collection that is being made. */
let making: Promise<unknown> = Promise.resolve();

/**
 * A collection of this test's own, gone with `remove`. Directus 12 without a license has room for 25 collections
 * and the newsroom takes 14, so a file makes few and removes them. They are made one after the other, whoever asks: on
 * Postgres, Directus never learns of one of two that are made at once.
 */
export function freshCollection(
  prefix: string,
  fields: FieldSpec[] = [],
  meta: Record<string, unknown> = {},
): Promise<OwnCollection> {
  const made = making.then(() => makeCollection(prefix, fields, meta));
  making = made.catch(() => {});
  return made;
}

async function makeCollection(
  prefix: string,
  fields: FieldSpec[],
  meta: Record<string, unknown>,
): Promise<OwnCollection> {
  const name = `${prefix}_${randomUUID().slice(0, 8)}`;
  const api = rest(sharedDirectus().admin.token);
  const { status, errors } = await api('POST', '/collections', {
    collection: name,
    schema: {},
    meta,
    fields: [
      {
        field: 'id',
        type: 'integer',
        schema: { is_primary_key: true, has_auto_increment: true },
        meta: { hidden: true, readonly: true },
      },
      ...fields,
    ],
  });
  if (status !== 200) throw new Error(`No collection could be made: ${JSON.stringify(errors)}`);
  return {
    name,
    async remove() {
      await api('DELETE', `/collections/${name}`);
    },
  };
}

/** A digest of what Directus answers to these reads, to prove that nothing changed in between. */
export async function checksum(...paths: string[]): Promise<string> {
  const api = rest(sharedDirectus().admin.token);
  const hash = createHash('sha256');
  for (const path of paths) {
    const { status, data } = await api('GET', path);
    if (status !== 200) throw new Error(`${path} cannot be read (HTTP ${status}).`);
    hash.update(JSON.stringify(data));
  }
  return hash.digest('hex');
}

/** Whether Directus still answers. */
export async function isAlive(): Promise<boolean> {
  const reply = await fetch(`${sharedDirectus().url}/server/ping`);
  return (await reply.text()) === 'pong';
}

/** A right of a test's own user; all fields and rows where nothing else is said. */
export type Right = {
  collection: string;
  action: string;
  fields?: string[];
  permissions?: object | null;
  validation?: object | null;
  presets?: object | null;
};

/**
 * A user of this test's own, with a role and a policy, gone with `remove`. Without access to Studio unless asked:
 * Directus 12 unlicensed has three seats for it, of which the newsroom takes two.
 */
export async function freshUser(rights: Right[], { studio = false } = {}) {
  const api = rest(sharedDirectus().admin.token);
  const made = async (path: string, body: object) => {
    const { status, data, errors } = await api('POST', path, body);
    if (status !== 200) throw new Error(`${path}: ${JSON.stringify(errors)}`);
    return (data as { id: string }).id;
  };
  const token = randomUUID();
  const name = `Test ${token}`;
  const policy = await made('/policies', { name, app_access: studio, admin_access: false });
  const role = await made('/roles', { name });
  await made('/access', { role, policy });
  for (const right of rights) await made('/permissions', { policy, fields: ['*'], ...right });
  const email = `${token}@example.com`;
  const id = await made('/users', { email, token, role });
  return {
    id,
    email,
    token,
    name,
    role,
    policy,
    async remove() {
      await api('DELETE', `/users/${id}`);
      await api('DELETE', `/roles/${role}`);
      await api('DELETE', `/policies/${policy}`);
    },
  };
}
