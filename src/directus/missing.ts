import { didYouMean } from '../settings/suggest.ts';
import type { Reader } from './connection.ts';
import { ToolError } from './errors.ts';
import { path } from './path.ts';
import { coversField, type PermissionAction, type Permissions, permissionOf } from './permissions.ts';
import type { Refusal } from './refusal.ts';
import type { Schema } from './schema.ts';
import type { Key } from './types.ts';

/** What was being done when something went wrong, as far as the call said it. */
export type Place = {
  collection?: string | undefined;
  /** Of the tool. */
  action?: string | undefined;
  /** Of the rows that the call named. */
  keys?: Key[] | undefined;
  /** Where to ask what this user may do. */
  directus?: Reader | undefined;
  signal?: AbortSignal | undefined;
};

/** What is known when it is to be found out which right is missing. */
export type Known = {
  refusal: Refusal;
  permissions: Permissions;
  /** Nobody is signed in. */
  anonymous: boolean;
  schema: Schema;
  place: Place;
};

/** When fields are what is refused: they do not exist, or the right does not cover them. */
export async function explainFields({
  refusal,
  permissions,
  schema,
  place,
  anonymous,
}: Known): Promise<ToolError | undefined> {
  const { collection = '', fields } = refusal;
  if (fields.length === 0) return undefined;
  const reading = permissionOf(permissions, collection, 'read');
  // Who may read all fields sees all there are.
  const unknown = coversField(reading, '*')
    ? await unknownFields(schema, collection, fields, place.signal)
    : undefined;
  if (unknown) return unknown;
  const [action] = refusal.actions.filter(
    (one) => permissionOf(permissions, collection, one).access !== 'none',
  );
  if (!action) return undefined;
  const permission = permissionOf(permissions, collection, action);
  const uncovered = fields.filter((field) => !coversField(permission, field)).join(', ');
  if (!uncovered) return undefined;
  const seen = fields.every((field) => coversField(reading, field));
  return new ToolError(
    'FORBIDDEN',
    [
      `You may not ${action} ${collection}.${uncovered}${seen ? '' : ', if there is such a field'}:`,
      `${anonymous ? 'the public policy gives' : 'your policies give'} ${action} on ${collection} only for ${(permission.fields ?? []).join(', ') || 'no field'}.`,
    ].join(' '),
    `Do not try again as it is: leave ${uncovered} out, or have an administrator give ${action} on ${collection} for it.`,
  );
}

/** When no policy gives the right at all. */
export async function explainCollection(known: Known): Promise<ToolError | undefined> {
  const { refusal, permissions, schema, place, anonymous } = known;
  const { collection = '' } = refusal;
  const lacks = (action: PermissionAction) => permissionOf(permissions, collection, action).access === 'none';
  const missing = refusal.actions.filter(lacks);
  // What was nested in the data was neither to be created nor to be changed.
  if (missing.length === 0 && refusal.actions.length > 1 && lacks('delete')) missing.push('delete');
  if (missing.length === 0) return undefined;
  if (!Object.hasOwn(permissions, collection) && !collection.startsWith('directus_')) {
    const names = await collectionNames(schema, place.signal);
    if (!names.includes(collection)) return noCollection(collection, names, anonymous);
  }
  return missingRight(collection, missing, anonymous);
}

/** The error for a right that no policy of this user gives. */
export function missingRight(collection: string, missing: PermissionAction[], anonymous = false): ToolError {
  const actions = missing.join(' or ');
  const right = `${actions} on ${collection}`;
  const why = anonymous
    ? 'nobody is signed in, and the public policy does not give'
    : 'none of your policies gives';
  const next = anonymous
    ? 'set DIRECTUS_TOKEN, or have an administrator give'
    : 'only an administrator can give';
  return new ToolError(
    'FORBIDDEN',
    `You may not ${actions} ${collection}: ${why} ${right}.`,
    `Do not try again: ${next} ${right}.`,
  );
}

/** Rows that are looked at one by one. */
export const MOST_KEYS = 10;

/** When the right is there: it does not cover these rows, or they do not exist. */
export async function explainRows(known: Known): Promise<ToolError> {
  const { refusal, permissions, place } = known;
  const { collection = '' } = refusal;
  const [action = 'read'] = refusal.actions;
  const keys = refusal.key ? [refusal.key] : (place.keys ?? []);
  const outside = keys.length > 1 ? await withoutRight(known, action, keys) : keys;
  if (permissionOf(permissions, collection, action).access !== 'full')
    return outsideRule(collection, action, outside);
  return new ToolError(
    'NOT_FOUND',
    `You may ${action} every row of ${collection}, so this one does not exist${among(outside)}, unless an extension of Directus refuses it.`,
    'Find the right key by reading the collection.',
  );
}

export function outsideRule(collection: string, action: PermissionAction, keys: Key[]): ToolError {
  return new ToolError(
    'FORBIDDEN',
    `You may ${action} only some rows of ${collection}, chosen by a rule in your policies. This is none of them, or does not exist${among(keys)}.`,
    `Do not try again with the same rows: leave them out, or have an administrator widen the rule for ${action} on ${collection}.`,
  );
}

function among(keys: Key[]): string {
  return keys.length > 0 ? ` (${keys.slice(0, MOST_KEYS).join(', ')})` : '';
}

/** Which rows a right does not reach, where Directus tells. */
export async function withoutRight(
  { refusal, place }: Known,
  action: PermissionAction,
  keys: Key[],
): Promise<Key[]> {
  const { directus, signal } = place;
  const { collection = '' } = refusal;
  if (!directus || action === 'read' || action === 'create') return [];
  const looked = keys.slice(0, MOST_KEYS);
  const may = await Promise.all(
    looked.map(async (key) => {
      const rights = await directus.request<Record<string, { access?: boolean }>>(
        'GET',
        path`/permissions/me/${collection}/${key}`,
        { signal },
      );
      return rights[action]?.access === true;
    }),
  );
  return looked.filter((_key, index) => !may[index]);
}

export function noCollection(collection: string, names: string[], anonymous: boolean): ToolError {
  return new ToolError(
    'NOT_FOUND',
    `There is no collection "${collection}" that you may see.${didYouMean(collection, names)}`,
    `Call schema without keys for a list.${anonymous ? NOBODY : ''}`,
  );
}

/** What to say beside a refusal when no token is set. */
export const NOBODY = ' Nobody is signed in: most likely DIRECTUS_TOKEN must be set.';

export async function collectionNames(schema: Schema, signal?: AbortSignal): Promise<string[]> {
  return (await schema.collections(signal)).map(({ collection }) => collection);
}

/** Says of names that are no fields what they may have meant; undefined when all are fields, or none can be seen. */
export async function unknownFields(
  schema: Schema,
  collection: string,
  fields: string[],
  signal?: AbortSignal,
) {
  const names = (await schema.fields(collection, signal)).map(({ field }) => field);
  const missing = fields.filter((name) => !names.includes(name));
  if (missing.length === 0 || names.length === 0) return undefined;
  return new ToolError(
    'INVALID_QUERY',
    `${collection} has no field ${missing.map((name) => `"${name}".${didYouMean(name, names)}`).join(' ')}`,
    `Fields of ${collection}: ${names.join(', ')}.`,
  );
}
