import { readMany } from '../../directus/connection.ts';
import { isObject } from '../../directus/objects.ts';
import type { Context } from '../define.ts';
import type { Row } from '../rows/target.ts';
import { type Holders, inWords, reachOf } from './holders.ts';
import { isEmpty, type PermissionRow } from './permission-row.ts';
import type { Change, Consequences } from './simulate.ts';

/** Where these rights lead to every other one. */
const KEYS_TO_ALL = [
  'directus_access',
  'directus_policies',
  'directus_permissions',
  'directus_roles',
  'directus_users',
  'directus_flows',
  'directus_operations',
];

/** Who would gain or lose which rights by a change of permissions. */
export async function ofPermissions(
  context: Context,
  holders: Holders,
  change: Change,
): Promise<Consequences> {
  const { directus, signal } = context;
  const phrases: string[] = [];
  const risks: string[] = [];
  for (const { verb, row, was } of await permissionsIn(context, change)) {
    const reach = reachOf(holders, row.policy ?? '');
    const people = await inWords(directus, holders, reach, signal);
    const right = `${row.action} on ${row.collection}`;
    const before = was ? `, instead of${limits(was)}` : '';
    phrases.push(`${people} would ${verb} ${right}${verb === 'lose' ? '' : limits(row)}${before}`);
    if (verb === 'lose') continue;
    if (reach.everybody) risks.push(`everybody would ${verb} ${right}, without signing in`);
    if (KEYS_TO_ALL.includes(row.collection) && ['create', 'update'].includes(row.action))
      risks.push(`who may ${row.action} ${row.collection} can get every other right by it`);
  }
  return { phrases, risks };
}

type Changed = { verb: 'gain' | 'have' | 'lose'; row: PermissionRow; was?: PermissionRow };

/** The permissions as they would be, or, of those that go, as they are. */
async function permissionsIn(context: Context, change: Change): Promise<Changed[]> {
  if (change.action === 'create')
    return change.rows.map((row) => ({ verb: 'gain', row: merged(EMPTY, row) }));
  const ids = change.action === 'delete' ? change.keys : change.rows.map(({ id }) => id);
  const { directus, signal } = context;
  const query = { filter: { id: { _in: ids } }, limit: -1 };
  const known = await readMany<PermissionRow>(directus, '/permissions', query, { signal });
  if (change.action === 'delete') return known.map((row) => ({ verb: 'lose', row }));
  return known.map((row) => {
    const data = change.rows.find(({ id }) => String(id) === String(row.id)) ?? {};
    return { verb: 'have', row: merged(row, data), was: row };
  });
}

const EMPTY: PermissionRow = {
  policy: null,
  collection: '',
  action: '',
  fields: null,
  permissions: null,
  validation: null,
  presets: null,
};

/** A permission with what the data sets, which was checked before. */
function merged(row: PermissionRow, data: Row): PermissionRow {
  const text = (name: string, old: string) => (typeof data[name] === 'string' ? data[name] : old);
  const rule = (name: 'permissions' | 'validation' | 'presets') => {
    const value = data[name];
    if (value === undefined) return row[name];
    return isObject(value) ? value : null;
  };
  const fields = data.fields === undefined ? row.fields : [data.fields].flat().map(String);
  return {
    ...row,
    policy: text('policy', row.policy ?? ''),
    collection: text('collection', row.collection),
    action: text('action', row.action),
    fields: data.fields === null ? null : fields,
    permissions: rule('permissions'),
    validation: rule('validation'),
    presets: rule('presets'),
  };
}

function limits({ fields, permissions, validation }: PermissionRow): string {
  const parts = [
    isEmpty(permissions) ? 'all rows' : `rows where ${JSON.stringify(permissions)}`,
    fields?.includes('*') ? 'all fields' : `fields ${fields?.join(', ') || 'none'}`,
    ...(isEmpty(validation) ? [] : [`values where ${JSON.stringify(validation)}`]),
  ];
  return ` (${parts.join('; ')})`;
}
