import { ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';

/** Fields of users that no model must read or write. */
const SECRETS = ['password', 'token', 'tfa_secret', 'auth_data'];

/** Refuses to set what would pass through a model and everything that keeps its words. */
export function refuseSecrets(rows: Record<string, unknown>[]): void {
  const field = SECRETS.find((name) => rows.some((row) => Object.hasOwn(row, name)));
  if (!field) return;
  throw new ToolError(
    'SECRET',
    `${field} is not set here: secrets must not pass through an assistant. Nothing was changed.`,
    field === 'password'
      ? 'Leave it out. With invite:true a new user gets a mail to choose one; otherwise the person sets it in Studio.'
      : 'Leave it out: an administrator sets it in Studio, on the page of the user.',
  );
}

/** Refuses a query that would tell of secrets, by whatever way it names them. */
export function refuseSecretNames(query: unknown): void {
  if (!isObject(query)) return;
  const { search: _search, filter, ...rest } = query;
  const name = [...namesIn(filter, false), ...namesIn(rest, true)].find((one) =>
    SECRETS.some((secret) => one.split(/[^\w]+/).includes(secret)),
  );
  if (!name) return;
  throw new ToolError(
    'SECRET',
    `query names "${name.slice(0, 60)}": secrets are not read here.`,
    'Leave it out.',
  );
}

/** The names of keys at every depth, and texts where these are names as well. */
function namesIn(value: unknown, texts: boolean): string[] {
  if (typeof value === 'string') return texts ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((entry) => namesIn(entry, texts));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) => [
    key,
    // Within filters of `deep`, texts are what is compared with.
    ...namesIn(entry, texts && key !== '_filter' && key !== '_search'),
  ]);
}

/** A copy without secrets, at any depth, such as a wildcard brings along. */
export function withoutSecrets<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutSecrets) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !SECRETS.includes(key))
      .map(([key, entry]) => [key, withoutSecrets(entry)]),
  ) as T;
}
