import { ToolError } from '../../../directus/errors.ts';
import { isObject } from '../../../directus/objects.ts';
import { endpointOf, path } from '../../../directus/path.ts';
import type { Key, Relation } from '../../../directus/types.ts';
import { findField } from '../../../guard/fields.ts';
import { checkSystemCollection } from '../../../guard/limits.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import { isPlan, type Plan } from '../../plan.ts';
import type { Row, Target } from '../../rows/target.ts';
import { planUpdate } from '../../rows/update.ts';
import { isSingleton, planSingleton } from '../../singleton.ts';
import type { LinkTo } from './entry.ts';

/** A field of an item that is to hold a file which is not there yet. */
export type Link = {
  /** Whose field: shown in previews and receipts. */
  at: { collection: string; key?: Key; field: string };
  /** Whether the file takes the place of what the field holds, where a list gets one more. */
  replaces: boolean;
  /** The update as it would be now, for looking at: with a file that is not there. */
  planned: Plan | Reply;
  /** The update for a file. */
  plan(file: string): Promise<Plan | Reply>;
};

/** Stands for the file while there is none. */
const NO_FILE_YET = '00000000-0000-4000-8000-000000000000';

/**
 * Finds the field that a file is to be put into: one that holds a file, or a list of files.
 * @throws ToolError when there is no such field, it holds something else, or the collection is out of reach
 */
export async function findLink(context: Context, to: LinkTo): Promise<Link> {
  const { collection, key, field } = to;
  const { schema, settings, signal } = context;
  checkSystemCollection(collection, settings);
  const target: Target = { collection, endpoint: endpointOf(collection) };
  const alone = await isSingleton(context, target);
  await findField(schema, collection, field, 'link.field', signal);
  if (!alone && key === undefined) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `link needs the key of the item of ${collection}. Nothing was uploaded.`,
      'For example {"collection":"articles","key":"1","field":"image"}.',
    );
  }
  const relations = await schema.relations(signal);
  const holds = fileField(relations, collection, field);
  if (!holds) throw noFileField(relations, collection, field);
  const plan = async (file: string) => {
    const row: Row = { [field]: holds.list ? await oneMore(context, holds.list, key, file) : file };
    return key === undefined || alone
      ? planSingleton(context, target, [row])
      : planUpdate(context, target, { keys: [key], rows: [row] });
  };
  return {
    at: { collection, ...(key === undefined ? {} : { key }), field },
    replaces: !holds.list,
    planned: await plan(NO_FILE_YET),
    plan,
  };
}

type FileList = { relation: Relation; fileField: string };

/** What makes a field one of files; undefined where it is none. */
function fileField(
  relations: Relation[],
  collection: string,
  field: string,
): { list?: FileList } | undefined {
  const toFile = (one: Relation) => one.related_collection === 'directus_files';
  if (relations.some((one) => one.collection === collection && one.field === field && toFile(one))) return {};
  const relation = relations.find(
    (one) => one.related_collection === collection && one.meta?.one_field === field,
  );
  const inJunction = relation?.meta?.junction_field;
  if (!relation || !inJunction) return undefined;
  const other = relations.find((one) => one.collection === relation.collection && one.field === inJunction);
  return other && toFile(other) ? { list: { relation, fileField: inJunction } } : undefined;
}

/** The change that adds one file to a list and touches none of the others; it comes last where there is an order. */
async function oneMore(
  { directus, signal }: Context,
  { relation, fileField: into }: FileList,
  key: Key | undefined,
  file: string,
): Promise<unknown> {
  const sort = relation.meta?.sort_field;
  const row: Row = { [into]: file };
  if (sort && key !== undefined) {
    const query = {
      fields: [sort],
      filter: { [relation.field]: { _eq: key } },
      sort: [`-${sort}`],
      limit: 1,
    };
    const endpoint = path`/items/${relation.collection}`;
    const [last] = await directus.request<Row[]>('GET', endpoint, { query, signal });
    row[sort] = Number(last?.[sort] ?? 0) + 1;
  }
  return { create: [row], update: [], delete: [] };
}

function noFileField(relations: Relation[], collection: string, field: string): ToolError {
  const names = relations.flatMap((one) => [
    ...(one.collection === collection ? [one.field] : []),
    ...(one.related_collection === collection && one.meta?.one_field ? [one.meta.one_field] : []),
  ]);
  const fit = [...new Set(names)].filter((name) => fileField(relations, collection, name));
  return new ToolError(
    'INVALID_PAYLOAD',
    `link.field: ${collection}.${field} holds no files. Nothing was uploaded.`,
    fit.length > 0
      ? `Fields of ${collection} that do: ${fit.join(', ')}.`
      : `${collection} has no field for files.`,
  );
}

/** What the field holds now, as the plan of its update shows it. */
export async function nowHeld({ planned, at: { field } }: Link): Promise<unknown> {
  if (!isPlan(planned)) return undefined;
  const { changes } = await planned.preview();
  const first: unknown = Array.isArray(changes) ? changes[0] : undefined;
  const changed = isObject(first) ? first.changed : undefined;
  const pair = isObject(changed) ? changed[field] : undefined;
  return Array.isArray(pair) ? pair[0] : undefined;
}
