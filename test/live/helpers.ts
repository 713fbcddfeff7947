import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';

/*
 * All live, protocol and fault tests of a run share one Directus, and two files run at the same time. The rule:
 * a test makes the rows it changes (`freshArticle`), and never depends on how many rows there are, on which is
 * the newest, or on a row of the newsroom being as it was. Reading the newsroom is fine.
 */

export type RestReply = {
  status: number;
  data: unknown;
  errors: { message: string; extensions: { code: string } }[];
};

/** Directus's REST API for one token, to check what really happened. */
export function rest(token: string) {
  const { url } = inject('directus');
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
  const { status, data, errors } = await rest(inject('directus').admin.token)('POST', '/items/articles', row);
  if (status !== 200) throw new Error(`No article could be made: ${JSON.stringify(errors)}`);
  return data as ArticleRow;
}
