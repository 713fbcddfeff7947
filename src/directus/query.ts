import { didYouMean } from '../settings/suggest.ts';
import { ToolError } from './errors.ts';

/** Directus's filter operators, and what each takes. */
const OPERATORS: Record<string, 'any' | 'list' | 'pair' | 'flag'> = {
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

const AGGREGATES = ['count', 'countDistinct', 'sum', 'sumDistinct', 'avg', 'avgDistinct', 'min', 'max'];

/** What `deep` takes for a relation: the parts of a query, each with an underscore before it, and its type. */
const DEEP: Record<string, 'names' | 'filter' | 'count' | 'text' | 'object'> = {
  _fields: 'names',
  _filter: 'filter',
  _sort: 'names',
  _limit: 'count',
  _offset: 'count',
  _page: 'count',
  _search: 'text',
  _aggregate: 'object',
  _groupBy: 'names',
  _alias: 'object',
};

/**
 * Refuses everything in a query that Directus would drop or misread without a word: unknown operators, lists
 * that are none, empty groups. What passes is sent to Directus unchanged.
 * @throws ToolError naming the place and near matches
 */
export function checkQuery(query: Record<string, unknown>): void {
  if (query.filter !== undefined) checkFilter(query.filter, 'query.filter');
  checkAggregate(query.aggregate);
  checkDeep(query.deep, 'query.deep');
  for (const [name, target] of Object.entries(objectOr(query.alias))) {
    if (typeof target !== 'string') throw bad(`query.alias.${name}`, 'must be the name of a field');
  }
  for (const part of ['fields', 'sort', 'groupBy']) {
    const names = query[part];
    if (Array.isArray(names) && names.length === 0)
      throw bad(`query.${part}`, 'is an empty list', 'Leave it out, or name the fields.');
  }
}

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
  /^\$NOW(\([+-]?\d*\.?\d+ *(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|months?|mth|mo|years?|yrs?|y)?\))?$/i;

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

function checkAggregate(aggregate: unknown): void {
  if (isObject(aggregate) && Object.keys(aggregate).length === 0)
    throw bad('query.aggregate', 'is empty', 'Write {"count":["*"]}, or leave it out.');
  for (const [name, fields] of Object.entries(objectOr(aggregate))) {
    const at = `query.aggregate.${name}`;
    if (!AGGREGATES.includes(name)) {
      throw new ToolError(
        'INVALID_QUERY',
        `Unknown aggregate "${name}".${didYouMean(name, AGGREGATES)}`,
        `Aggregates: ${AGGREGATES.join(', ')}.`,
      );
    }
    const list = typeof fields === 'string' ? [fields] : fields;
    if (!Array.isArray(list) || list.length === 0 || !list.every((field) => typeof field === 'string')) {
      throw bad(at, 'must be a list of field names', `Write {"${name}":["*"]} or {"${name}":["field"]}.`);
    }
  }
}

function checkDeep(deep: unknown, at: string, isRoot = true): void {
  for (const [key, value] of Object.entries(objectOr(deep))) {
    const here = `${at}.${key}`;
    if (!key.startsWith('_')) {
      if (!isObject(value)) throw bad(here, 'must be an object such as {"_limit":5}');
      checkDeep(value, here, false);
      continue;
    }
    const takes = Object.hasOwn(DEEP, key) ? DEEP[key] : undefined;
    if (!takes) {
      throw new ToolError(
        'INVALID_QUERY',
        `Unknown key "${key}" at ${here}.${didYouMean(key, Object.keys(DEEP))}`,
        `Keys: ${Object.keys(DEEP).join(', ')}.`,
      );
    }
    if (isRoot) throw bad(here, 'needs a relation before it', `Write {"deep":{"tags":{"${key}":...}}}.`);
    checkDeepValue(takes, value, here);
  }
}

function checkDeepValue(takes: string | undefined, value: unknown, at: string): void {
  const isNames = (list: unknown) => Array.isArray(list) && list.every((name) => typeof name === 'string');
  if (takes === 'filter') checkFilter(value, at);
  else if (takes === 'count' && !(/^(-1|\d+)$/.test(String(value)) && typeof value !== 'object'))
    throw bad(at, 'must be a whole number, or -1 for all');
  else if (takes === 'names' && typeof value !== 'string' && !isNames(value))
    throw bad(at, 'must be a list of names');
  else if (takes === 'text' && typeof value !== 'string') throw bad(at, 'must be a text');
  else if (takes === 'object' && !isObject(value)) throw bad(at, 'must be an object');
}

function operatorHelp(): string {
  return `Operators: ${KNOWN.join(' ')}. A field is written without an underscore before it.`;
}

function bad(where: string, what: string, next?: string): ToolError {
  return new ToolError('INVALID_QUERY', `${where} ${what}.`, next);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOr(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
