import { readMany } from '../../directus/connection.ts';
import { countRows } from '../../directus/count.ts';
import { ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import { endpointOf } from '../../directus/path.ts';
import { primaryKey } from '../../directus/schema.ts';
import type { Key } from '../../directus/types.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Question } from './explain.ts';
import { type Policy, plainName, policiesOf, readHolders } from './holders.ts';
import { withoutLicense } from './license.ts';
import { isEmpty, type PermissionRow } from './permission-row.ts';
import { hasRow } from './row.ts';
import { findSomebody, type Subject } from './subjects.ts';

type Filter = Record<string, unknown>;

/** The same question about another user, a role or the public: from their policies, with the names of these. */
export async function explainForOther(context: Context, question: Question, user: string): Promise<Reply> {
  const { directus, signal } = context;
  const { collection, operation, field, key } = question;
  const holders = await readHolders(directus, signal);
  const subject = await findSomebody(context, holders, user);
  const policies = policiesOf(holders, subject);
  const who = subject.words;
  const info = (allowed: unknown, because: string, more: Filter = {}) => ({
    allowed,
    because,
    ...more,
    ...(subject.note ? { note: subject.note } : {}),
  });
  if (key !== undefined && !(await hasRow(context, collection, key)))
    throw new ToolError('NOT_FOUND', `${collection} has no row ${key}.`);
  const admin = policies.find(({ admin_access }) => admin_access);
  if (admin) {
    const because = `${who} is an administrator by a policy, and may do everything.`;
    return { info: info(true, because), data: { policy: plainName(admin.name), ...ipsOf(admin) } };
  }
  const rows = await readPermissions(context, question, policies);
  const named = (id: string | null) => policies.find((policy) => policy.id === id);
  const shown = rows.map((row) => describe(row, named(row.policy)));
  if (rows.length === 0) {
    const because = `${who} has no policy that gives ${operation} on ${collection}.`;
    const next = `To give it: create {"kind":"permissions","data":{"policy":…,"collection":"${collection}","action":"${operation}"}}.`;
    const license = subject.note ? {} : await withoutLicense(context);
    return {
      info: { ...info(false, because, { next }), ...license },
      data: { policies: policies.map(({ name }) => plainName(name)) },
    };
  }
  const covering = field
    ? rows.filter(({ fields }) => fields?.includes('*') || fields?.includes(field))
    : rows;
  if (covering.length === 0) {
    const because = `${who} has ${operation} on ${collection}, but not for ${field}.`;
    return { info: info(false, because), data: shown };
  }
  const everyRow = covering.some(({ permissions }) => isEmpty(permissions));
  if (everyRow)
    return { info: info(true, `${who} has a policy that gives ${operation} on ${collection}.`), data: shown };
  if (key === undefined) {
    const because = `${who} has a policy that gives ${operation} on ${collection} for rows that a rule chooses.`;
    return { info: info('only some rows', because), data: shown };
  }
  const within = await isChosen(context, question, key, subject, covering, policies);
  if (within === undefined)
    return { info: info('depends', `It depends on the rule, for row ${key}.`), data: shown };
  const because = `Row ${key} is ${within ? 'one' : 'none'} of those that the rule chooses.`;
  return { info: info(within, because), data: shown };
}

/** The permissions of these policies for what is asked, with those that come with access to Studio. */
async function readPermissions(
  { directus, signal }: Context,
  { collection, operation }: Question,
  policies: Policy[],
): Promise<PermissionRow[]> {
  const ids = policies.map(({ id }) => id);
  const filter = { _and: [{ collection: { _eq: collection } }, { action: { _eq: operation } }] };
  const rows = await readMany<PermissionRow>(directus, '/permissions', { filter, limit: -1 }, { signal });
  const inStudio = policies.some(({ app_access }) => app_access);
  return rows.filter(({ policy, system }) => (system ? inStudio : policy !== null && ids.includes(policy)));
}

function describe(row: PermissionRow, policy: Policy | undefined): Filter {
  return {
    policy: policy ? plainName(policy.name) : 'access to Studio',
    ...(row.id === undefined ? {} : { permission: row.id }),
    ...(isEmpty(row.permissions) ? {} : { rows: row.permissions }),
    ...(row.fields?.includes('*') ? {} : { fields: row.fields ?? [] }),
    ...(isEmpty(row.validation) ? {} : { validation: row.validation }),
    ...(isEmpty(row.presets) ? {} : { presets: row.presets }),
    ...(policy ? ipsOf(policy) : {}),
  };
}

function ipsOf({ ip_access }: Policy): { onlyFrom?: string[] } {
  return ip_access && ip_access.length > 0 ? { onlyFrom: ip_access } : {};
}

/** Whether one of the rules chooses a row; undefined when that hangs on more of the user than is known here. */
async function isChosen(
  context: Context,
  { collection }: Question,
  key: Key,
  subject: Subject,
  rows: PermissionRow[],
  policies: Policy[],
): Promise<boolean | undefined> {
  const values: Filter = {
    $CURRENT_USER: subject.user ?? null,
    $CURRENT_ROLE: subject.role ?? null,
    $CURRENT_ROLES: subject.roles,
    $CURRENT_POLICIES: policies.map(({ id }) => id),
  };
  const rules = rows.map(({ permissions }) => filledIn(permissions, values));
  if (JSON.stringify(rules).includes('$CURRENT_')) return undefined;
  const { directus, schema, signal } = context;
  const pk = primaryKey(await schema.fields(collection, signal))?.field ?? 'id';
  const filter = { _and: [{ [pk]: { _eq: key } }, { _or: rules }] };
  return (await countRows(directus, endpointOf(collection), { filter }, signal)) > 0;
}

/** A rule with what Directus would fill in for that user; in the rule as it is it would be the one who asks. */
function filledIn(rule: unknown, values: Filter): unknown {
  if (typeof rule === 'string') return Object.hasOwn(values, rule) ? values[rule] : rule;
  if (Array.isArray(rule)) return rule.map((entry) => filledIn(entry, values));
  if (!isObject(rule)) return rule;
  return Object.fromEntries(Object.entries(rule).map(([name, entry]) => [name, filledIn(entry, values)]));
}
