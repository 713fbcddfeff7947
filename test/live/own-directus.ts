import { randomBytes } from 'node:crypto';
import type { RestReply } from './helpers.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';
import { startDirectus } from './start-directus.ts';

type Row = Record<string, unknown>;

/** A Directus for one test file alone, for what concerns all that was done with it. */
export type OwnDirectus = {
  url: string;
  token: string;
  editor: string;
  /** REST as the admin; fails when Directus refuses. */
  rest<T = Row>(method: string, path: string, body?: unknown): Promise<T>;
  /** REST as somebody, with whatever comes of it, under the name of a call of this assistant or another. */
  send(
    method: string,
    path: string,
    body?: unknown,
    as?: { token?: string; agent?: string },
  ): Promise<RestReply>;
  /** REST as a call of this assistant would do it that has no tool for it. */
  asCall<T = Row>(method: string, path: string, body?: unknown): Promise<T>;
  serve(options?: ServerOptions): Promise<TestServer>;
  /** A new story that nobody else has. */
  article(fields?: Row): Promise<Row & { id: number }>;
  /** All rows of these collections, without what Directus stamps on every change. */
  rows(...collections: string[]): Promise<Record<string, Row[]>>;
  stop(): Promise<void>;
};

/** Stamps that no request can set to an earlier value. */
export const STAMPS = ['date_updated', 'user_updated', 'modified_on', 'modified_by'];

export async function ownDirectus(): Promise<OwnDirectus> {
  const sandbox = await startDirectus({ version: process.env.DIRECTUS_VERSION });
  const servers: TestServer[] = [];
  const send: OwnDirectus['send'] = async (
    method,
    path,
    body,
    { token = sandbox.admin.token, agent } = {},
  ) => {
    const reply = await fetch(sandbox.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(agent ? { 'user-agent': agent } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    const { data, errors = [] } = text ? JSON.parse(text) : {};
    return { status: reply.status, data, errors };
  };
  const sure = async <T>(reply: Promise<RestReply>): Promise<T> => {
    const { status, data, errors } = await reply;
    if (status >= 400) throw new Error(`Directus refused: ${JSON.stringify(errors)}`);
    return data as T;
  };
  const rest: OwnDirectus['rest'] = (method, path, body) => sure(send(method, path, body));
  let count = 0;
  return {
    url: sandbox.url,
    token: sandbox.admin.token,
    editor: sandbox.editor.token,
    send,
    rest,
    asCall: (method, path, body) =>
      sure(
        send(method, path, body, {
          agent: `directus-assistant/0.0.0 (call ${randomBytes(6).toString('hex')})`,
        }),
      ),
    async serve(options = {}) {
      const server = await startServer({ url: sandbox.url, token: sandbox.admin.token, ...options });
      servers.push(server);
      return server;
    },
    article(fields = {}) {
      count += 1;
      return rest('POST', '/items/articles', {
        title: `Own story ${count}`,
        slug: `own-story-${count}`,
        ...fields,
      });
    },
    async rows(...collections) {
      const all: Record<string, Row[]> = {};
      for (const collection of collections) {
        const room = collection.startsWith('directus_')
          ? collection.replace('directus_', '')
          : `items/${collection}`;
        const rows = [await rest<Row[] | Row>('GET', `/${room}?limit=-1`)].flat();
        all[collection] = rows
          .map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !STAMPS.includes(name))))
          .toSorted((a, b) => (JSON.stringify(a.id ?? a.code) < JSON.stringify(b.id ?? b.code) ? -1 : 1));
      }
      return all;
    },
    async stop() {
      await Promise.all(servers.map((one) => one.close()));
      await sandbox.stop();
    },
  };
}
