import { didYouMean } from '../settings/suggest.ts';
import { ToolError } from './errors.ts';
import { bad, checkFilter } from './filter.ts';
import { isObject } from './objects.ts';

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
  const groups = Array.isArray(query.groupBy) ? query.groupBy : [];
  const far = groups.find((name) => /^[^(]*\./.test(String(name)));
  if (far !== undefined)
    throw bad(
      'query.groupBy',
      `has "${String(far).slice(0, 60)}", and groups are not made by fields of related rows`,
      `Group by ${JSON.stringify(String(far).split('.')[0]?.slice(0, 60))}, then read the related rows.`,
    );
  for (const part of ['fields', 'sort', 'groupBy']) {
    const names = query[part];
    if (Array.isArray(names) && names.length === 0)
      throw bad(`query.${part}`, 'is an empty list', 'Leave it out, or name the fields.');
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

function objectOr(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
