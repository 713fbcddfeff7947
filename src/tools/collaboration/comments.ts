import * as z from 'zod';
import { countRows } from '../../directus/count.ts';
import { ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import type { Key } from '../../directus/types.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { requireCollection } from '../../guard/model.ts';
import { permanence } from '../../guard/undoable.ts';
import { receipt } from '../../result/receipt.ts';
import type { Reply } from '../../result/reply.ts';
import { type Context, defineTool } from '../define.ts';
import { collection, key, page } from '../params.ts';
import { isPlan, type Plan } from '../plan.ts';
import { planDelete } from '../rows/delete.ts';
import { readRows } from '../rows/read.ts';
import type { Row, Target } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';
import { findItem } from './item.ts';
import { usersWith } from './people.ts';
import { requireRight, requireRightOn } from './permission.ts';

const target: Target = { collection: 'directus_comments', endpoint: '/comments' };

/** Of Directus's own collections, those whose rows Studio takes comments on. */
const COMMENTED = ['directus_files', 'directus_users'];

const id = z.guid('must be the id of a comment, as read gives it');
const text = z.string().refine((words) => words.trim() !== '', 'is empty');

export const comments = defineTool({
  name: 'comments',
  toolset: 'collaboration',
  title: 'Comments',
  description: "Studio users' comments on an item; newest first.",
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({
        collection,
        key: key.optional(),
        query: page,
      }),
      needs: (rights) => rights.may('directus_comments', 'read'),
    },
    create: {
      effect: 'write',
      about: '@<user id> in text notifies.',
      input: z.strictObject({ collection, key: key.optional(), text }),
      needs: (rights) => rights.may('directus_comments', 'create'),
    },
    update: {
      effect: 'write',
      input: z.strictObject({ id, text }),
      needs: (rights) => rights.may('directus_comments', 'update'),
    },
    delete: {
      effect: 'delete',
      input: z.strictObject({ id }),
      needs: (rights) => rights.may('directus_comments', 'delete'),
    },
  },
  async run(context, { action, input }) {
    if (action === 'read') return readComments(context, input);
    await requireRight(context, target.collection, action, `${action} comments`);
    switch (action) {
      case 'create':
        return planComment(context, input);
      case 'update': {
        const plan = await planUpdate(context, target, {
          keys: [input.id],
          rows: [{ comment: input.text }],
        });
        return ofOneComment(context, plan, input.id, action);
      }
      case 'delete':
        return ofOneComment(
          context,
          await planDelete(context, target, { keys: [input.id] }),
          input.id,
          action,
        );
    }
  },
});

/** A plan for a comment that exists; most users may change only their own. */
async function ofOneComment(
  context: Context,
  plan: Plan | Reply,
  comment: string,
  action: 'update' | 'delete',
): Promise<Plan | Reply> {
  await requireRightOn(context, target.collection, comment, action, `${action} this comment`);
  return isPlan(plan) ? { ...plan, what: `${action} 1 comment` } : plan;
}

async function readComments(
  context: Context,
  input: { collection: string; key?: Key | undefined; query?: z.output<typeof page> },
): Promise<Reply> {
  const item = input.key === undefined ? undefined : String(input.key);
  const reply = await readRows(context, target, {
    query: {
      fields: ['id', 'comment', 'user_created', 'user_updated', 'date_created', 'date_updated', 'item'],
      filter: {
        _and: [
          { collection: { _eq: input.collection } },
          ...(item === undefined ? [] : [{ item: { _eq: item } }]),
        ],
      },
      sort: ['-date_created', 'id'],
      ...input.query,
    },
  });
  const rows = Array.isArray(reply.data) ? reply.data.filter(isObject) : [];
  // Of an item that does not exist it must not be said that it has no comments.
  if (rows.length === 0 && item !== undefined) await findCommented(context, input);
  else if (rows.length === 0) await requireCollection(context.schema, input.collection, context.signal);
  const names = await usersWith(
    context,
    rows.map(({ user_created }) => user_created),
  );
  const data = rows.map((row) => ({
    id: row.id,
    ...(item === undefined ? { key: row.item } : {}),
    by: names.get(row.user_created) ?? row.user_created,
    at: row.date_created,
    ...(row.user_updated ? { edited: row.date_updated } : {}),
    text: row.comment,
  }));
  return { ...reply, data };
}

function findCommented(context: Context, input: { collection: string; key?: Key | undefined }) {
  if (!COMMENTED.includes(input.collection)) checkSystemCollection(input.collection, context.settings);
  return findItem(context, input.collection, input.key);
}

async function planComment(
  context: Context,
  input: { collection: string; key?: Key | undefined; text: string },
): Promise<Plan> {
  const { directus, signal } = context;
  const { key: item } = await findCommented(context, input);
  const mentioned = await mentionedIn(context, input.text);
  const body = { collection: input.collection, item, comment: input.text };
  const { comment: _comment, ...on } = body;
  const filter = { _and: Object.entries(on).map(([field, value]) => ({ [field]: { _eq: value } })) };
  return {
    what: `comment on ${input.collection} ${item}`,
    rows: 1,
    preview: async () => ({
      changes: [{ new: body }],
      cascades: mentioned > 0 ? [`${mentioned} mentioned would be notified`] : [],
      permanent: await permanence(context, target.collection, 'create', []),
    }),
    // What was created meanwhile may be just this comment.
    state: () => countRows(directus, target.endpoint, { filter }, signal),
    async apply(writable) {
      // In a list, Directus would look for those mentioned from within its transaction, and wait for itself.
      const stored = await writable.request<Row | undefined>('POST', target.endpoint, {
        query: { fields: ['id', 'comment'] },
        body,
        signal,
      });
      return receipt('created', 'id', [{ comment: input.text }], stored ? [stored] : []);
    },
  };
}

const MENTION = /@([0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12})/gi;

/** How many are mentioned. For a user who does not exist, Directus fails and keeps the comment all the same. */
async function mentionedIn(context: Context, words: string): Promise<number> {
  const ids = [...new Set([...words.matchAll(MENTION)].map((match) => match[1]?.toLowerCase() ?? ''))];
  const names = await usersWith(context, ids);
  const unknown = ids.filter((one) => !names.has(one));
  if (unknown.length > 0) {
    throw new ToolError(
      'NOT_FOUND',
      `text mentions @${unknown.join(', @')}, and there is no such user that you may see. Nothing was changed.`,
      'Leave the @ out, or mention users by their id.',
    );
  }
  return ids.length;
}
