import type { Reader } from './connection.ts';
import { type DirectusError, ToolError } from './errors.ts';
import {
  collectionNames,
  explainCollection,
  explainFields,
  explainRows,
  type Known,
  MOST_KEYS,
  noCollection,
  outsideRule,
  type Place,
  unknownFields,
  withoutRight,
} from './missing.ts';
import { areAdmins, type PermissionAction, permissionOf, readOwnPermissions } from './permissions.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { readRights } from './rights.ts';
import type { Schema } from './schema.ts';
import type { Key } from './types.ts';

/**
 * What a "forbidden" of Directus means, which says it of everything that does not exist as well: which right is
 * missing for what, or that a name or row is not there. Asks Directus what this user may do, which only a call that
 * failed pays for.
 */
export async function explainForbidden(
  error: DirectusError,
  schema: Schema,
  place: Place,
): Promise<ToolError> {
  const refusal = refusalOf(error, place.collection);
  if (!place.directus) return vague(refusal);
  schema.forget();
  const known = { refusal, schema, place, ...(await readOwnPermissions(place.directus, place.signal)) };
  if (areAdmins(known.permissions)) return explainToAdmin(known);
  if (refusal.adminsOnly) return adminsOnly(refusal.adminsOnly);
  if (refusal.flow) return explainFlow();
  if (!refusal.collection) return vague(refusal);
  return (await explainFields(known)) ?? (await explainCollection(known)) ?? (await explainRows(known));
}

/** Nothing more can be found out. */
function vague({ collection, actions }: Refusal): ToolError {
  const what = collection ? ` (${actions.join(' or ')} ${collection})` : '';
  return new ToolError(
    'FORBIDDEN',
    `Your Directus user may not do this${what}, or what it names does not exist.`,
    'Check the names and keys by reading; if they are right, ask an administrator for the right.',
  );
}

/** An administrator may do everything, so what was refused does not exist. */
async function explainToAdmin({ refusal, schema, place }: Known): Promise<ToolError> {
  const { collection, fields, flow } = refusal;
  if (flow) return explainFlow();
  if (!collection) return vague(refusal);
  const names = await collectionNames(schema, place.signal);
  if (!names.includes(collection)) return noCollection(collection, names, false);
  const wrong = await unknownFields(schema, collection, fields, place.signal);
  if (wrong) return wrong;
  const keys = place.keys?.length ? ` with the key ${place.keys.slice(0, MOST_KEYS).join(', ')}` : '';
  return new ToolError(
    'NOT_FOUND',
    `You may do everything, so what the call names does not exist: perhaps no row of ${collection}${keys}.`,
    'Find the right names and keys by reading.',
  );
}

/** What Directus wants of who runs a flow; it gives no reason when something of it is amiss. */
function explainFlow(): ToolError {
  return new ToolError(
    'FORBIDDEN',
    'Directus would not run this flow: it does not exist, is not active, is not for this collection, needs keys, or is about rows that you may not read.',
    'Do not try again as it is. Check the flow and the keys; for the right to read the rows ask an administrator.',
  );
}

/**
 * Refuses what Directus would refuse in the end, before a person is asked about it.
 * @throws ToolError naming the right that is missing
 */
export async function refuseWithoutRight(
  { schema, directus, signal }: { schema: Schema; directus: Reader; signal: AbortSignal },
  change: { collection: string; action: PermissionAction; fields?: string[]; keys?: Key[] },
): Promise<void> {
  const { collection, action, fields = [], keys = [] } = change;
  const refusal: Refusal = { collection, actions: [action], fields };
  const known = {
    refusal,
    schema,
    place: { directus, signal, keys },
    ...(await readOwnPermissions(directus, signal)),
  };
  const lacking = (await explainCollection(known)) ?? (await explainFields(known));
  if (lacking) throw lacking;
  if (permissionOf(known.permissions, collection, action).access !== 'partial') return;
  const outside = await withoutRight(known, action, keys);
  if (outside.length > 0) throw outsideRule(collection, action, outside);
}

/** Refuses what Directus lets only administrators do. @param what in words that follow "may do this: " */
export async function refuseUnlessAdmin(directus: Reader, what: string, signal?: AbortSignal): Promise<void> {
  if (!(await readRights(directus, signal)).admin) throw adminsOnly(what);
}

function adminsOnly(what: string): ToolError {
  return new ToolError(
    'FORBIDDEN',
    `Only administrators may do this: ${what}.`,
    'Do not try again: an administrator must do it.',
  );
}
