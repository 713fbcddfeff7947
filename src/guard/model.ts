import { ToolError } from '../directus/errors.ts';
import { primaryKey, type Schema } from '../directus/schema.ts';
import type { Field, Relation } from '../directus/types.ts';
import { didYouMean } from '../settings/suggest.ts';

/** Names that every database takes unquoted; Directus ignores tables and columns named otherwise. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LONGEST_NAME = 60;

/** Refuses a name for a new collection or field that the database would take and Directus then ignore. */
export function checkNewName(name: unknown, what: string): asserts name is string {
  if (
    typeof name === 'string' &&
    NAME.test(name) &&
    name.length <= LONGEST_NAME &&
    !name.startsWith('directus_')
  )
    return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `"${String(name).slice(0, 80)}" cannot be the name of a ${what}.`,
    'Use letters, digits and underscores, not beginning with a digit or with directus_, at most 60 characters.',
  );
}

/** Refuses to go on when a collection does not exist for this user. Directus would create it, or a ghost of it. */
export async function requireCollection(schema: Schema, name: string, signal?: AbortSignal): Promise<void> {
  if (await schema.collection(name, signal)) return;
  const names = (await schema.collections(signal)).map(({ collection }) => collection);
  throw new ToolError(
    'NOT_FOUND',
    `There is no collection "${name}".${didYouMean(name, names)} Nothing was changed.`,
  );
}

/** The field; refuses to go on when it does not exist. */
export async function requireField(
  schema: Schema,
  collection: string,
  name: string,
  signal?: AbortSignal,
): Promise<Field> {
  await requireCollection(schema, collection, signal);
  const fields = await schema.fields(collection, signal);
  const field = fields.find((one) => one.field === name);
  if (field) return field;
  const names = fields.map((one) => one.field);
  throw new ToolError(
    'NOT_FOUND',
    `${collection} has no field "${name}".${didYouMean(name, names)} Nothing was changed.`,
    `Fields of ${collection}: ${names.join(', ')}.`,
  );
}

/** The relation that starts at a field; refuses to go on when there is none. */
export async function requireRelation(
  schema: Schema,
  collection: string,
  field: string,
  signal?: AbortSignal,
): Promise<Relation> {
  const relations = (await schema.relations(signal)).filter((one) => one.collection === collection);
  const relation = relations.find((one) => one.field === field);
  if (relation) return relation;
  const known = relations.map((one) => one.field);
  throw new ToolError(
    'NOT_FOUND',
    `No relation starts at ${collection}.${field}.${didYouMean(field, known)} Nothing was changed.`,
    known.length > 0
      ? `Relations of ${collection} start at: ${known.join(', ')}.`
      : `No relation starts in ${collection}.`,
  );
}

/** Without its primary key Directus would ignore the whole collection. */
export async function refusePrimaryKey(
  schema: Schema,
  collection: string,
  field: string,
  signal?: AbortSignal,
): Promise<void> {
  if (primaryKey(await schema.fields(collection, signal))?.field !== field) return;
  throw new ToolError(
    'FORBIDDEN',
    `${collection}.${field} is the primary key; without it Directus could not use the collection. Nothing was changed.`,
    'Delete the collection if it is no longer wanted.',
  );
}
