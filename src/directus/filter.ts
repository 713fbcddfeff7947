import { didYouMean } from '../settings/suggest.ts';
import { ToolError } from './errors.ts';
import { isObject } from './objects.ts';

/** Directus's filter operators, and what each takes. */
export const OPERATORS: Record<string, 'any' | 'list' | 'pair' | 'flag'> = {
  _eq: 'any',
  _neq: 'any',
  _ieq: 'any',
  _nieq: 'any',
  _lt: 'any',
  _lte: 'any',
  _gt: 'any',
  _gte: 'any',
  _contains: 'any',
  _ncontains: 'any',
  _icontains: 'any',
  _nicontains: 'any',
  _starts_with: 'any',
  _nstarts_with: 'any',
  _istarts_with: 'any',
  _nistarts_with: 'any',
  _ends_with: 'any',
  _nends_with: 'any',
  _iends_with: 'any',
  _niends_with: 'any',
  _intersects: 'any',
  _nintersects: 'any',
  _intersects_bbox: 'any',
  _nintersects_bbox: 'any',
  _in: 'list',
  _nin: 'list',
  _between: 'pair',
  _nbetween: 'pair',
  _null: 'flag',
  _nnull: 'flag',
  _empty: 'flag',
  _nempty: 'flag',
};
const GROUPS = ['_and', '_or'];
const QUANTIFIERS = ['_some', '_none'];
const KNOWN = [...Object.keys(OPERATORS), ...GROUPS, ...QUANTIFIERS];

/**
 * Refuses a filter that Directus would not carry out in full. An empty object is a filter that matches all.
 * @param field the field that the filter stands under; without one it stands for a whole row
 */
export function checkFilter(filter: unknown, where: string, field?: string): void {
  if (!isObject(filter)) throw bad(where, 'must be an object such as {"status":{"_eq":"published"}}');
  for (const [key, value] of Object.entries(filter)) {
    const at = `${where}.${key}`;
    if (GROUPS.includes(key)) checkGroup(value, at, field);
    else if (QUANTIFIERS.includes(key)) checkQuantifier(value, at, field);
    else if (key.startsWith('_')) checkOperator(key, value, at);
    else if (isObject(value)) checkCondition(value, at, key);
    else if (Array.isArray(value)) throw bad(at, 'is a list', `Write {"${key}":{"_in":[...]}}.`);
    // A bare value is Directus's short form of _eq.
  }
}

/** Without a field before them Directus passes over quantifiers, and every row matches. */
function checkQuantifier(value: unknown, at: string, field: string | undefined): void {
  if (field === undefined)
    throw bad(at, 'needs a to-many field before it', 'Write {"tags":{"_some":{...}}}.');
  if (!isObject(value)) throw bad(at, 'must be a filter on the related rows');
  checkCondition(value, at);
}

function checkCondition(value: Record<string, unknown>, at: string, field?: string): void {
  if (Object.keys(value).length === 0) {
    throw bad(
      at,
      'is empty, which matches everything',
      'Add an operator such as {"_eq": ...}, or leave it out.',
    );
  }
  checkFilter(value, at, field);
}

function checkGroup(value: unknown, at: string, field: string | undefined): void {
  if (!Array.isArray(value) || value.length === 0) {
    throw bad(at, 'must be a list of at least one filter', 'Write [{"field":{"_eq":1}}, ...].');
  }
  value.forEach((filter, index) => {
    if (isObject(filter) && Object.keys(filter).length === 0)
      throw bad(`${at}.${index}`, 'is an empty filter');
    checkFilter(filter, `${at}.${index}`, field);
  });
}

/** How Directus counts from now: `$NOW`, `$NOW(-1 year)`, `$NOW(+2 weeks)`. */
const NOW =
  /^\$NOW(\([+-]?(?:\d+(?:\.\d+)?|\.\d+) *(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|months?|mth|mo|years?|yrs?|y)?\))?$/i;

/** Refuses what can never match, and for which Directus answers with no rows and not with an error. */
function checkOperand(value: unknown, at: string): void {
  if (value === null) throw bad(at, 'is compared with null, which never matches', 'Write {"_null":true}.');
  if (typeof value === 'object') throw bad(at, 'must be a plain value');
  if (typeof value === 'string' && value.startsWith('$NOW') && !NOW.test(value))
    throw bad(
      at,
      `has "${value.slice(0, 40)}", which is no date`,
      'Write $NOW or, for example, $NOW(-7 days).',
    );
}

function checkOperator(key: string, value: unknown, at: string): void {
  const takes = Object.hasOwn(OPERATORS, key) ? OPERATORS[key] : undefined;
  if (!takes) {
    throw new ToolError(
      'INVALID_QUERY',
      `Unknown operator "${key}" at ${at}.${didYouMean(key, KNOWN)}`,
      operatorHelp(),
    );
  }
  if (
    takes === 'list' &&
    (!Array.isArray(value) || value.length === 0) &&
    !(typeof value === 'string' && value)
  ) {
    throw bad(at, 'must be a list of at least one value', `Write {"${key}":["a","b"]}.`);
  }
  if (takes === 'pair' && !(Array.isArray(value) && value.length === 2)) {
    throw bad(at, 'must be a list of two values', `Write {"${key}":[from,to]}.`);
  }
  if (takes !== 'flag' && !key.includes('intersects')) {
    for (const operand of Array.isArray(value) ? value : [value]) checkOperand(operand, at);
  }
  if (takes === 'flag' && value !== true && value !== false) {
    throw bad(at, 'must be true or false');
  }
  if (takes === 'any' && (value === undefined || (Array.isArray(value) && !key.includes('intersects')))) {
    throw bad(at, 'must be a plain value');
  }
}

function operatorHelp(): string {
  return `Operators: ${KNOWN.join(' ')}. A field is written without an underscore before it.`;
}

/** An error about a part of a query. */
export function bad(where: string, what: string, next?: string): ToolError {
  return new ToolError('INVALID_QUERY', `${where} ${what}.`, next);
}
