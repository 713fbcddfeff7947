import { type DirectusError, ToolError } from './errors.ts';
import { explainForbidden } from './forbidden.ts';
import type { Place } from './missing.ts';
import type { Schema } from './schema.ts';

/**
 * Turns an error of Directus into one that says what was wrong and what to do: which of "does not exist" and "not
 * allowed" it is, near matches for a wrong name, and nothing of SQL or stacks.
 */
export async function explain(error: DirectusError, schema: Schema, place: Place): Promise<ToolError> {
  const { message, extensions } = error.errors[0] ?? { message: `HTTP ${error.status}` };
  switch (error.code) {
    case 'FORBIDDEN':
      if (OWN_WORDS.test(message)) return explainForbidden(error, schema, place);
      return refused(
        error,
        'Do not try again as it is. The reason is one of this Directus itself: an extension, or a setting.',
      );
    case 'RESOURCE_RESTRICTED':
    case 'LIMIT_EXCEEDED':
      return explainLimit(error, String(extensions?.category ?? ''));
    case 'INVALID_CREDENTIALS':
    case 'INVALID_TOKEN':
    case 'TOKEN_EXPIRED':
    case 'USER_SUSPENDED':
      return new ToolError(
        error.code,
        `Directus does not accept the token or sign-in: ${plain(message)}.`,
        'Whoever set up this connection must give it a valid token (DIRECTUS_TOKEN, or what the client sends).',
      );
    case 'SERVICE_UNAVAILABLE':
      if (extensions?.service === 'external-file') {
        return new ToolError(
          error.code,
          `Directus could not fetch the file: ${plain(message)}.`,
          'The address must be reachable by the Directus server itself; private and local addresses are usually barred there (IMPORT_IP_DENY_LIST).',
        );
      }
      return explainBusy(error, message);
    case 'REQUESTS_EXCEEDED':
    case 'UNDER_PRESSURE':
      return explainBusy(error, message);
    case 'RECORD_NOT_UNIQUE':
      return refused(error, 'Choose another value, or update the existing row.');
    case 'FAILED_VALIDATION':
    case 'NOT_NULL_VIOLATION':
    case 'VALUE_OUT_OF_RANGE':
    case 'VALUE_TOO_LONG':
    case 'INVALID_FOREIGN_KEY':
    case 'CONTAINS_NULL_VALUES':
      return refused(error, fieldHint(extensions?.field, place));
    default:
      if (error.status === 429) return explainBusy(error, message);
      return error.status >= 500
        ? explainInternal(error, message)
        : refused(error, 'Change what it names before you try again.');
  }
}

/**
 * What Directus says in its own words goes among the facts: it quotes values, which people wrote, and extensions and
 * flows say what they like.
 */
function refused(error: DirectusError, next?: string): ToolError {
  const said = error.errors
    .slice(0, 5)
    .map(({ message }) => `${plain(message)}.`)
    .join(' ');
  const facts = detailsOf(error.errors[0]?.extensions);
  return new ToolError(error.code, 'Directus refused this.', next, { said, ...facts });
}

/** How Directus itself says that a permission is missing. Extensions have words of their own. */
const OWN_WORDS = /^You don't have permissions? to (access|perform)|^HTTP \d+/;

function explainBusy({ code, retryAfter }: DirectusError, message: string): ToolError {
  return new ToolError(
    code,
    `Directus is busy: ${plain(message)}.`,
    `Try again ${retryAfter ? `after ${retryAfter} seconds` : 'in a moment'}.`,
  );
}

/** What Directus 12 keeps for those with a license, by the names it has for it. */
const LICENSED: Record<string, string> = {
  custom_permission_rules_enabled:
    'permissions for only some fields or rows, with validation or with presets need a license of Directus',
  sso_enabled: 'signing in through other providers needs a license of Directus',
  custom_llms_enabled: 'own language models need a license of Directus',
  collections: 'its license allows no more collections',
  seats: 'its license allows no more users with access to Studio',
  flows: 'its license allows no more flows',
};

function explainLimit(error: DirectusError, category: string): ToolError {
  const next =
    category === 'custom_permission_rules_enabled'
      ? 'Do not try again as it is. Without a license a permission has fields ["*"] and no rules.'
      : 'Do not try again: an administrator can extend the license, or remove what is no longer used.';
  if (!Object.hasOwn(LICENSED, category)) return refused(error, next);
  return new ToolError(error.code, `Directus refused: ${LICENSED[category]}.`, next);
}

/** What databases say in their own words, said in ours. The rest of such a message is SQL and stays here. */
const DATABASE: [RegExp, string][] = [
  [/NOT NULL constraint failed: ([\w.]+)/i, '$1 must have a value'],
  [/null value in column "([^"]+)"/i, '$1 must have a value'],
  [/FOREIGN KEY constraint/i, 'a row that is referred to does not exist, or is still referred to'],
  [/UNIQUE constraint failed: ([\w.]+)/i, '$1 must be unique'],
  [/no such table: ([\w.]+)/i, 'there is no table $1'],
  [/no such column: ([\w.]+)/i, 'there is no column $1'],
  [/invalid input syntax for type (\w+)/i, 'a value is not a valid $1'],
];

function explainInternal(error: DirectusError, message: string): ToolError {
  for (const [pattern, words] of DATABASE) {
    const match = pattern.exec(message);
    if (match)
      return new ToolError(
        error.code,
        `The database refused: ${match[0].replace(pattern, words)}.`,
        'Correct the value and try again.',
      );
  }
  return new ToolError(
    error.code,
    `Directus failed inside (HTTP ${error.status}).`,
    'Its own log says why. Check with a read whether anything changed before you try again.',
  );
}

const LONGEST_MESSAGE = 400;

/** A message of Directus without SQL, stacks and trailing dots. */
function plain(message: string): string {
  const first = message.split('\n')[0] ?? '';
  const text = isSql(first) ? (first.split(' - ').at(-1) ?? '') : first;
  return text.slice(0, LONGEST_MESSAGE).replace(/\.+$/, '');
}

/** Two looks, of which each is quick however long the text is. */
function isSql(text: string): boolean {
  const verb = text.search(/\b(select|insert|update|delete|alter|create)\b/i);
  return verb >= 0 && /\b(from|into|set|table|where)\b/i.test(text.slice(verb));
}

function fieldHint(field: string | undefined, { collection }: Place): string {
  return field && collection
    ? `Correct ${collection}.${field}; schema {"keys":["${collection}"]} says what it takes.`
    : 'Correct the value and try again.';
}

/** The facts Directus gives with an error, such as field, type, substring, valid values. */
function detailsOf(extensions: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (!extensions) return undefined;
  const { code: _code, reason: _reason, stack: _stack, ...facts } = extensions;
  return Object.keys(facts).length > 0 ? facts : undefined;
}
