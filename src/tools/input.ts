import type * as z from 'zod';
import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import { didYouMean } from '../settings/suggest.ts';

/** As much of JSON Schema as the tools' parameters use. */
export type WireSchema = {
  type?: string;
  description?: string;
  enum?: string[];
  properties?: Record<string, WireSchema>;
  required?: string[];
  items?: WireSchema;
};

/**
 * Makes sense of values sent as text where the schema wants something else: JSON as a string, `"5"`, `"a,b"`, one
 * object where a list of objects is due. Only what is unambiguous is changed; a text meant for a text stays one.
 * @param changed gets the place of each value that was changed
 */
export function coerce(value: unknown, schema: WireSchema, where: string, changed: string[]): unknown {
  const better = coerceOne(value, schema);
  // A single object where a list is due needs no word; what was read out of a text does.
  if (better !== value && typeof value === 'string') changed.push(where);
  if (/(^|\.)filter$/.test(where)) return coerceFilter(better, where, changed);
  if (schema.type === 'object' && isObject(better) && schema.properties) {
    const { properties } = schema;
    return Object.fromEntries(
      Object.entries(better).map(([key, entry]) => {
        const inner = Object.hasOwn(properties, key) ? properties[key] : undefined;
        return [key, inner ? coerce(entry, inner, where ? `${where}.${key}` : key, changed) : entry];
      }),
    );
  }
  if (schema.type === 'array' && Array.isArray(better) && schema.items) {
    const { items } = schema;
    return better.map((entry, index) => coerce(entry, items, `${where}.${index}`, changed));
  }
  return better;
}

const FLAGS = ['_null', '_nnull', '_empty', '_nempty'];
const LISTS = ['_and', '_or', '_in', '_nin', '_between', '_nbetween'];

/** The same within a filter: truth values, lists, and conditions such as `"{\"_eq\":1}"`. */
function coerceFilter(value: unknown, where: string, changed: string[]): unknown {
  if (Array.isArray(value))
    return value.map((part, index) => coerceFilter(part, `${where}.${index}`, changed));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, given]) => {
      const better = typeof given === 'string' ? filterPart(key, given) : given;
      if (better !== given) changed.push(`${where}.${key}`);
      return [key, coerceFilter(better, `${where}.${key}`, changed)];
    }),
  );
}

function filterPart(key: string, text: string): unknown {
  if (FLAGS.includes(key)) return coerceOne(text, { type: 'boolean' });
  if (LISTS.includes(key)) return jsonOf(text, Array.isArray);
  if (['_some', '_none'].includes(key)) return jsonOf(text, isObject);
  // A text that only looks like an object may be one that is searched for; a condition is told by its operators.
  return key.startsWith('_') ? text : jsonOf(text, isCondition);
}

function isCondition(value: unknown): boolean {
  const names = isObject(value) ? Object.keys(value) : [];
  return names.length > 0 && names.every((name) => name.startsWith('_'));
}

function coerceOne(value: unknown, schema: WireSchema): unknown {
  switch (schema.type) {
    case 'object':
      return typeof value === 'string' ? jsonOf(value, isObject) : value;
    case 'array':
      return coerceList(value, schema.items);
    case 'integer':
    case 'number':
      return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
    case 'boolean':
      if (value === 'true') return true;
      return value === 'false' ? false : value;
    default:
      return value;
  }
}

/** A comma between names, not one between the arguments of a function: `json(meta, a.b),title`. */
const SEPARATOR = /,(?![^()]*\))/;

function coerceList(value: unknown, items: WireSchema | undefined): unknown {
  if (typeof value === 'string') {
    const list = jsonOf(value, (parsed) => Array.isArray(parsed) || isObject(parsed));
    if (Array.isArray(list)) return list;
    if (isObject(list)) return items?.type === 'object' ? [list] : value;
    return items?.type === 'string' && value.trim()
      ? value.split(SEPARATOR).map((part) => part.trim())
      : value;
  }
  if (isObject(value) && items?.type === 'object') return [value];
  return typeof value === 'number' && items?.type === 'string' ? [value] : value;
}

/** The parsed JSON when it is what is wanted, else the text as it came. */
function jsonOf(text: string, wanted: (value: unknown) => boolean): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return wanted(parsed) ? parsed : text;
  } catch {
    return text;
  }
}

/**
 * Parses arguments strictly.
 * @throws ToolError naming every wrong argument, what is due, and near matches for unknown names
 */
export function parseStrictly(schema: z.ZodObject, input: unknown, call: string): Record<string, unknown> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const known = Object.keys(schema.shape);
  const issues = parsed.error.issues.slice(0, 5).map((issue) => sentence(issue, schema));
  throw new ToolError(
    'INVALID_PAYLOAD',
    `${call}: ${issues.join(' ')}`,
    `Arguments of ${call}: ${known.join(', ') || 'none'}.`,
  );
}

function sentence(issue: z.core.$ZodIssue, schema: z.ZodObject): string {
  const where = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownAt(schema, issue.path);
    return issue.keys
      .map((key) => `Unknown argument "${where ? `${where}.` : ''}${short(key)}".${didYouMean(key, known)}`)
      .join(' ');
  }
  return `"${where}" ${fault(issue)}.`.replace(/\.\.$/, '.');
}

function fault(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return plain(issue.message);
  const faults = issue.errors.flatMap((option) => option.slice(0, 1).map(({ message }) => plain(message)));
  return faults.length > 0 ? [...new Set(faults)].join(', or ') : plain(issue.message);
}

/** zod's messages without the words that only mean something to programmers. */
function plain(message: string): string {
  return message
    .replace(/^Invalid input: expected (\w+), received undefined$/, 'is required')
    .replace(/^Invalid input: expected record/, 'must be an object')
    .replace(/^Invalid input: expected int\b/, 'must be a whole number')
    .replace(/^Invalid input: expected (\w+)/, 'must be of type $1')
    .replace(/^Invalid input$/, 'is not a valid value')
    .replace(/^Too (small|big): expected \w+ to (be|have) /, 'must $2 ')
    .replace(/, received /, ', not ');
}

function knownAt(schema: z.ZodType, path: PropertyKey[]): string[] {
  const [key, ...rest] = path;
  const definition = schema.def as {
    shape?: Record<string, z.ZodType>;
    innerType?: z.ZodType;
    element?: z.ZodType;
  };
  if (definition.innerType) return knownAt(definition.innerType, path);
  if (key === undefined) return Object.keys(definition.shape ?? {});
  const next = definition.shape?.[String(key)] ?? definition.element;
  return next ? knownAt(next, rest) : [];
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
