import type { CollectionPermissions } from '../../directus/permissions.ts';
import { isUserCollection } from '../../directus/schema.ts';
import type { Collection, Field, Relation } from '../../directus/types.ts';
import { describeField } from './field-line.ts';
import { aboutCollection } from './system-notes.ts';

/**
 * One collection, densely: what it is, and a line for each field that holds or leads to something.
 * @param permissions what this user may do there; undefined for who may do everything
 */
export function describeCollection(
  collection: Collection,
  fields: Field[],
  relations: Relation[],
  permissions?: CollectionPermissions,
): Record<string, unknown> {
  const { meta } = collection;
  const note = aboutCollection(collection);
  const shown = fields.filter(holdsSomething);
  return {
    ...(note ? { note } : {}),
    ...(meta?.singleton ? { singleton: true } : {}),
    ...(meta?.archive_field ? { archive: `${meta.archive_field}=${meta.archive_value ?? ''}` } : {}),
    ...(meta?.sort_field ? { sort: meta.sort_field } : {}),
    ...(meta?.display_template ? { template: meta.display_template } : {}),
    ...(meta?.versioning ? { versioning: true } : {}),
    ...(isUserCollection(collection) && meta?.accountability === null ? { history: 'none kept' } : {}),
    ...(permissions ? { you: mayDo(permissions) } : {}),
    fields: Object.fromEntries(
      shown.map((field) => [field.field, describeField(field, relations, restriction(field, permissions))]),
    ),
  };
}

/** Groups, dividers and notices of Studio's form hold nothing. */
export function holdsSomething(field: Field): boolean {
  return field.type !== 'alias' || !field.meta?.special?.includes('no-data');
}

const ACTIONS = ['read', 'create', 'update', 'delete'];

function mayDo(permissions: CollectionPermissions): string {
  const words = ACTIONS.flatMap((action) => {
    const access = permissions[action]?.access ?? 'none';
    if (access === 'none') return [];
    return [access === 'partial' ? `${action} (some rows)` : action];
  });
  return words.join(', ') || 'nothing';
}

/** What this user may do with a field that is less than with the collection as a whole: `read`, `read+create`. */
function restriction(
  { field, schema }: Field,
  permissions: CollectionPermissions | undefined,
): string | undefined {
  if (!permissions || schema?.is_primary_key) return undefined;
  const writes = ['create', 'update'].filter((action) => (permissions[action]?.access ?? 'none') !== 'none');
  const allowed = writes.filter((action) => {
    const fields = permissions[action]?.fields ?? ['*'];
    return fields.includes('*') || fields.includes(field);
  });
  return allowed.length < writes.length ? ['read', ...allowed].join('+') : undefined;
}
