import { ToolError, type UnseenError } from './errors.ts';
import { missingRight, NOBODY, type Place } from './missing.ts';
import {
  coversField,
  PERMISSION_ACTIONS,
  type PermissionAction,
  type Permissions,
  permissionOf,
  readOwnPermissions,
} from './permissions.ts';
import { isSystem } from './schema.ts';

/**
 * Says of what a call named and this user cannot see whether it does not exist, or may be there out of sight. Asks
 * Directus what this user may do.
 */
export async function explainUnseen(error: UnseenError, place: Place): Promise<ToolError> {
  const { directus, signal } = place;
  if (!directus) return error;
  const { collection, fields = [], keys = [] } = error.unseen;
  const { permissions, anonymous } = await readOwnPermissions(directus, signal);
  const { access, ...reading } = permissionOf(permissions, collection, 'read');
  const writable = writing(permissions, collection, fields).join(' and ');
  if (access === 'none') {
    // Directus's own collections are the same everywhere, so that it is no question whether there is one.
    if (isSystem(collection))
      return missingRight(collection, lacking(permissions, collection, place), anonymous);
    if (!writable)
      return anonymous ? new ToolError(error.code, error.message, `${error.next ?? ''}${NOBODY}`) : error;
    const { message, next } = missingRight(collection, ['read'], anonymous);
    const more = `You may ${writable} there, but what cannot be read is not written here either.`;
    return new ToolError('FORBIDDEN', `${message} ${more}`, next);
  }
  if (fields.length > 0) {
    if (coversField({ access, ...reading }, '*')) return error;
    const more = writable
      ? ` You may ${writable} it, but only fields that can be read are written here.`
      : '';
    return new ToolError(
      'FORBIDDEN',
      `${error.message} If there is one, your policies do not give read on it.${more}`,
      `${error.next ?? ''} For others ask an administrator.`.trim(),
    );
  }
  if (keys.length === 0) return error;
  const why =
    access === 'full'
      ? 'You may read every row, so it does not exist.'
      : 'You may read only some rows, chosen by a rule in your policies: it does not exist, or is none of these.';
  return new ToolError(error.code, `${error.message} ${why}`, error.next);
}

/** What was to be done, and reading, which everything here starts with; without what is allowed. */
function lacking(permissions: Permissions, collection: string, { action }: Place): PermissionAction[] {
  const wanted = PERMISSION_ACTIONS.filter((one) => one === action || one === 'read');
  return wanted.filter((one) => permissionOf(permissions, collection, one).access === 'none');
}

function writing(permissions: Permissions, collection: string, fields: string[]): PermissionAction[] {
  return (['create', 'update'] as const).filter((action) => {
    const permission = permissionOf(permissions, collection, action);
    return permission.access !== 'none' && fields.every((field) => coversField(permission, field));
  });
}
