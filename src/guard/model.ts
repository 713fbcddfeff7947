import { ToolError } from '../directus/errors.ts';
import { primaryKey, type Schema } from '../directus/schema.ts';
import type { Field, Relation } from '../directus/types.ts';
import { didYouMean } from '../settings/suggest.ts';

/** An error that says why nothing of a call was done. */
export function refused(message: string, next?: string): ToolError {
  return new ToolError('INVALID_PAYLOAD', `${message} Nothing was changed.`, next);
}

/** Names that every database takes unquoted; Directus ignores tables and columns named otherwise. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LONGEST_NAME = 60;

/** Refuses a name for something new that the database would take and Directus then ignore. */
export function checkNewName(name: unknown, what: 'collection' | 'field'): asserts name is string {
  if (name === undefined || name === null) throw refused(`The new ${what} needs a name ("${what}").`);
  const taken = what === 'collection' && String(name).toLowerCase().startsWith('directus_');
  if (typeof name === 'string' && NAME.test(name) && name.length <= LONGEST_NAME && !taken) return;
  throw refused(
    `${JSON.stringify(name)?.slice(0, 80)} cannot be the name of a ${what}.`,
    `Use letters, digits and underscores, not beginning with a digit${what === 'collection' ? ' or with directus_' : ''}, at most ${LONGEST_NAME} characters.`,
  );
}

/**
 * The name among those taken that a new one would collide with; to many databases, names that differ only in the
 * case of their letters are the same.
 */
export function takenBy(name: string, taken: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  return [...taken].find((one) => one.toLowerCase() === wanted);
}

/** Refuses names that Directus would drop without a word. */
export function checkKnown(given: Record<string, unknown>, known: string[], where: string): void {
  const stray = Object.keys(given).find((name) => !known.includes(name));
  if (stray === undefined) return;
  throw refused(
    `${where} has no setting "${stray.slice(0, 60)}".${didYouMean(stray, known)}`,
    `Settings of ${where}: ${known.join(', ')}.`,
  );
}

/** The settings that rows of `directus_fields`, `directus_collections` or `directus_relations` hold. */
export async function settingsOf(
  schema: Schema,
  kind: 'fields' | 'collections' | 'relations',
  signal?: AbortSignal,
): Promise<string[]> {
  const fields = await schema.fields(`directus_${kind}`, signal);
  return fields.filter((one) => one.type !== 'alias').map((one) => one.field);
}

/** Refuses to go on when a collection does not exist for this user. Directus would create it, or a ghost of it. */
export async function requireCollection(schema: Schema, name: string, signal?: AbortSignal): Promise<void> {
  if (await schema.collection(name, signal)) return;
  throw noCollection(
    name,
    (await schema.collections(signal)).map(({ collection }) => collection),
  );
}

export function noCollection(name: string, known: string[]): ToolError {
  return new ToolError(
    'NOT_FOUND',
    `There is no collection "${name}".${didYouMean(name, known)} Nothing was changed.`,
    'Call schema without keys for a list.',
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
  throw noField(
    collection,
    name,
    fields.map((one) => one.field),
  );
}

/** @param where the part of the call that names it, for those that name it in passing */
export function noField(collection: string, name: string, known: string[], where = ''): ToolError {
  return new ToolError(
    'NOT_FOUND',
    `${where}${where ? ': ' : ''}${collection} has no field "${name}".${didYouMean(name, known)} Nothing was changed.`,
    `Fields of ${collection}: ${known.join(', ')}.`,
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

/** Refuses a template that names fields the collection does not have: Studio would show nothing there. */
export function checkTemplate(template: unknown, collection: string, names: string[]): void {
  if (typeof template !== 'string') return;
  for (const [, path = ''] of template.matchAll(/\{\{([^{}]+)\}\}/g)) {
    const name = path.trim().split(/[.:]/)[0] ?? '';
    if (/^\w+$/.test(name) && !names.includes(name))
      throw noField(collection, name, names, 'display_template');
  }
}
