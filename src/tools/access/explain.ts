import { ToolError, UnseenError } from '../../directus/errors.ts';
import { missingRight } from '../../directus/missing.ts';
import { path } from '../../directus/path.ts';
import {
  areAdmins,
  coversField,
  type PermissionAction,
  type Permissions,
  permissionOf,
  readOwnPermissions,
} from '../../directus/permissions.ts';
import { isSystem } from '../../directus/schema.ts';
import type { Key } from '../../directus/types.ts';
import { findField } from '../../guard/fields.ts';
import type { Reply } from '../../result/reply.ts';
import { didYouMean } from '../../settings/suggest.ts';
import type { Context } from '../define.ts';
import { explainForOther } from './explain-other.ts';
import { withoutLicense } from './license.ts';
import { hasRow } from './row.ts';

export type Question = {
  collection: string;
  operation: PermissionAction;
  field?: string | undefined;
  key?: Key | undefined;
  user?: string | undefined;
};

/** Answers whether somebody may do something with a collection, a field or a row, and if not, which right is missing. */
export async function explainRight(context: Context, question: Question): Promise<Reply> {
  const { collection, operation, key, user } = question;
  if (key !== undefined && operation === 'create')
    throw new ToolError('INVALID_PAYLOAD', 'create is about no row yet.', 'Leave out key.');
  await context.schema.renew(context.signal);
  if (user !== undefined) {
    await requireThere(context, question, {});
    return explainForOther(context, question, user);
  }
  const { permissions, anonymous } = await readOwnPermissions(context.directus, context.signal);
  await requireThere(context, question, permissions);
  if (areAdmins(permissions)) {
    if (key !== undefined) await requireRow(context, question, key);
    return { info: { allowed: true, because: 'You are an administrator, who may do everything.' } };
  }
  const { access, fields = [], presets } = permissionOf(permissions, collection, operation);
  if (access === 'none') {
    const { message, next } = missingRight(collection, [operation], anonymous);
    return no(message, next, { ...(await withoutLicense(context)) });
  }
  const whose = anonymous ? 'The public policy gives' : 'Your policies give';
  const all = fields.includes('*');
  if (question.field && !coversField({ access, fields }, question.field)) {
    return no(
      `${whose} ${operation} on ${collection}, but not for ${question.field}: only for ${fields.join(', ') || 'no field'}.`,
      `Only an administrator can add ${question.field}.`,
    );
  }
  if (key !== undefined) {
    const reached = await reaches(context, question, key, access === 'full');
    if (reached) return reached;
  }
  const rows = access === 'full' || key !== undefined;
  return {
    info: {
      allowed: rows ? true : 'only some rows',
      because: `${whose} ${operation} on ${collection}${rows ? '' : ', for rows that a rule chooses (give key to ask about one)'}.`,
      ...(all || operation === 'delete' || operation === 'share' ? {} : { fields: fields.join(', ') }),
    },
    ...(presets ? { data: { presets } } : {}),
  };
}

function no(because: string, next: string | undefined, more: Record<string, unknown> = {}): Reply {
  return { info: { allowed: false, because, ...(next ? { next } : {}), ...more } };
}

/** Refuses names that mean nothing, which would otherwise be answered with "no". */
async function requireThere(
  { schema, signal }: Context,
  { collection, field }: Question,
  permissions: Permissions,
): Promise<void> {
  const known = Object.hasOwn(permissions, collection);
  if (!known && !isSystem(collection) && !(await schema.collection(collection, signal))) {
    const names = (await schema.collections(signal)).map((one) => one.collection);
    throw new UnseenError(
      'NOT_FOUND',
      `There is no collection "${collection}" that you may see.${didYouMean(collection, names)}`,
      { collection },
      'Call schema without keys for a list.',
    );
  }
  if (!field) return;
  const named = Object.values(permissions[collection] ?? {}).some((one) => one?.fields?.includes(field));
  if (!named && (await schema.fields(collection, signal)).length > 0)
    await findField(schema, collection, field, 'field', signal);
}

/** Says why a right does not reach a row; undefined when it does. */
async function reaches(
  context: Context,
  question: Question,
  key: Key,
  everyRow: boolean,
): Promise<Reply | undefined> {
  const { collection, operation } = question;
  if (await isWithin(context, question, key)) return undefined;
  const next = 'Find the right key by reading the collection.';
  if (everyRow) return no(`${collection} has no row ${key}.`, next);
  return no(
    `Your policies give ${operation} on ${collection} only for rows that a rule chooses: row ${key} is none of them, or does not exist.`,
    'Only an administrator can see and widen the rule.',
  );
}

async function isWithin(context: Context, { collection, operation }: Question, key: Key): Promise<boolean> {
  const { directus, signal } = context;
  if (operation === 'read') return hasRow(context, collection, key);
  const rights = await directus.request<Record<string, { access?: boolean }>>(
    'GET',
    path`/permissions/me/${collection}/${key}`,
    { signal },
  );
  return rights[operation]?.access === true;
}

async function requireRow(context: Context, { collection }: Question, key: Key): Promise<void> {
  if (await hasRow(context, collection, key)) return;
  throw new ToolError(
    'NOT_FOUND',
    `${collection} has no row ${key}.`,
    'Find the right key by reading the collection.',
  );
}
