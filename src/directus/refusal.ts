import type { DirectusError } from './errors.ts';
import { PERMISSION_ACTIONS, type PermissionAction } from './permissions.ts';

/** What Directus refused to do, as far as its words and the request tell. */
export type Refusal = {
  collection?: string | undefined;
  /** The rights of which at least one is missing; several where a row and what is nested in it were written at once. */
  actions: PermissionAction[];
  /** The fields that are named. */
  fields: string[];
  /** The row, when the request was about one. */
  key?: string | undefined;
  /** What only administrators may do, in words. */
  adminsOnly?: string | undefined;
  /** It was a flow that was to be run. */
  flow?: boolean;
};

/** Reads a "forbidden" of Directus. @param called the collection that the call was about */
export function refusalOf({ message, request }: DirectusError, called: string | undefined): Refusal {
  const asked = requestedIn(request);
  const collection = /collection "([^"]+)"/.exec(message)?.[1] ?? asked.collection ?? called;
  const list = /fields?(?:\(s\))? ((?:"[^"]*",? ?)+)in collection/.exec(message)?.[1] ?? '';
  const fields = [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
  const said = /perform "(\w+)"/.exec(message)?.[1];
  const action = PERMISSION_ACTIONS.find((one) => one === said);
  return {
    ...asked,
    collection,
    fields,
    actions: action ? [action] : actionsOn(collection, asked),
    ...(collection === asked.collection ? {} : { key: undefined }),
  };
}

type Asked = Pick<Refusal, 'collection' | 'key' | 'adminsOnly' | 'flow'> & { action: PermissionAction };

const ACTIONS: Record<string, PermissionAction> = { POST: 'create', PATCH: 'update', DELETE: 'delete' };
/** These hang on rows of other collections, which must be readable for it. */
const ABOUT_OTHERS = ['directus_comments', 'directus_versions', 'directus_shares', 'directus_revisions'];

/** What was tried on a collection: just what was asked, or, as related rows come along, one of several. */
function actionsOn(collection: string | undefined, asked: Asked): PermissionAction[] {
  if (collection === asked.collection || asked.action === 'read') return [asked.action];
  if (ABOUT_OTHERS.includes(asked.collection ?? '')) return ['read'];
  return ['create', 'update'];
}

const MODEL = ['collections', 'fields', 'relations'];

function requestedIn({ method, path }: DirectusError['request']): Asked {
  const [first = '', second, third] = path.split('/').filter(Boolean).map(decodeURIComponent);
  const action = ACTIONS[method] ?? 'read';
  if (first === 'items') return { collection: second, key: third, action };
  if (first === 'assets') return { collection: 'directus_files', key: second, action };
  if (first === 'schema') return { action, adminsOnly: 'changing the data model' };
  if (MODEL.includes(first) && action !== 'read')
    return { collection: second, action, adminsOnly: 'changing the data model' };
  if (MODEL.includes(first) && second) return { collection: second, action };
  if (first === 'flows' && second === 'trigger') return { action, flow: true };
  if (first === 'utils' && second === 'revert') return { collection: 'directus_revisions', action: 'read' };
  if (['permissions', 'utils', 'server'].includes(first) && second) return { action };
  return { collection: `directus_${first}`, action, key: third ? undefined : second };
}
