import { isObject } from '../../directus/objects.ts';
import type { Field, Relation } from '../../directus/types.ts';
import { relationLine } from './relation-line.ts';

/**
 * A field in a line: `string(80) * unique =draft {draft|published} - What it is for`.
 * @param restriction what this user may do with it, where that is less than with the rest of the collection
 */
export function describeField(field: Field, relations: Relation[], restriction?: string): string {
  const { meta, schema } = field;
  const parts = [relationLine(field, relations) ?? typeOf(field), ...flagsOf(field)];
  if (restriction) parts.push(`you:${restriction}`);
  // What counts by itself has a default in some databases: Postgres calls a sequence.
  const standard = schema?.has_auto_increment ? undefined : schema?.default_value;
  if (standard !== null && standard !== undefined) parts.push(`=${shortValue(standard)}`);
  const choices = choicesOf(meta?.options?.choices);
  if (choices) parts.push(`{${choices}}`);
  const rule = ruleOf(field);
  if (rule) parts.push(`valid if ${rule}`);
  const note = noteOf(meta?.note);
  if (note) parts.push(`- ${note}`);
  return parts.join(' ');
}

const LONGEST_NOTE = 200;

/** What people wrote about a field or collection; a note that is only the name of a translation says nothing. */
export function noteOf(note: string | null | undefined): string | undefined {
  const text = note?.trim().replace(/\s+/g, ' ');
  if (!text || text.startsWith('$t')) return undefined;
  return text.length > LONGEST_NOTE ? `${text.slice(0, LONGEST_NOTE)}…` : text;
}

function flagsOf({ meta, schema }: Field): string[] {
  const automatic =
    meta?.special?.filter((one) => /^((date|user|role)-(created|updated)|uuid)$/.test(one)) ?? [];
  const isAutomatic = automatic.length > 0 || schema?.has_auto_increment === true;
  const isKey = schema?.is_primary_key === true;
  const isRequired = meta?.required === true || mustBeGiven(schema, isAutomatic);
  const flags: [string, boolean][] = [
    ['pk', isKey],
    // A key says all there is to say by being filled in; of the others it matters with what.
    [isKey ? 'auto' : `auto(${automatic.join(',')})`, isAutomatic],
    ['*', isRequired && !(isKey && isAutomatic)],
    ['!null', schema?.is_nullable === false && !isKey && !isRequired],
    ['unique', schema?.is_unique === true && !isKey],
    ['readonly', meta?.readonly === true && !isAutomatic],
  ];
  return flags.filter(([, holds]) => holds).map(([flag]) => flag);
}

function mustBeGiven(schema: Field['schema'], isAutomatic: boolean): boolean {
  return schema?.is_nullable === false && (schema.default_value ?? null) === null && !isAutomatic;
}

const KINDS: Record<string, string> = {
  'input-rich-text-html': 'html',
  'input-rich-text-md': 'markdown',
  'select-multiple-dropdown': 'list',
  'select-multiple-checkbox': 'list',
  'select-multiple-checkbox-tree': 'list',
  tags: 'list',
};

function typeOf({ type, schema, meta }: Field): string {
  const kind = KINDS[meta?.interface ?? ''];
  if (kind === 'html' || kind === 'markdown') return kind;
  if (type === 'json' || type === 'csv') return `${type}${kind ? ' list' : partsOf(meta?.options)}`;
  if (type === 'decimal' && schema?.numeric_precision)
    return `decimal(${schema.numeric_precision},${schema.numeric_scale ?? 0})`;
  const longest = type === 'string' || type === 'text' ? schema?.max_length : undefined;
  return longest && longest !== 255 ? `${type}(${longest})` : type;
}

const DEEPEST = 3;

/** The fields of each object in a repeater, such as ` list of {label*,count:integer}`. */
function partsOf(options: unknown, depth = 0): string {
  const fields = isObject(options) ? options.fields : undefined;
  if (!Array.isArray(fields) || fields.length === 0) return '';
  if (depth >= DEEPEST) return ' list';
  const parts = fields.filter(isObject).map(({ field, name, type, meta }) => {
    const about = isObject(meta) ? meta : {};
    const own = isObject(about.options) ? about.options : {};
    const choices = choicesOf(own.choices);
    const kind = type === 'json' ? `json${partsOf(own, depth + 1)}` : type;
    return [
      String(field ?? name),
      about.required === true ? '*' : '',
      kind && kind !== 'string' ? `:${kind}` : '',
      choices ? ` {${choices}}` : '',
    ].join('');
  });
  return ` list of {${parts.join(',')}}`;
}

const MOST_CHOICES = 20;

function choicesOf(choices: unknown): string | undefined {
  if (!Array.isArray(choices) || choices.length === 0) return undefined;
  const values = choices.flatMap(valuesOf);
  return values.slice(0, MOST_CHOICES).join('|') + (values.length > MOST_CHOICES ? '|…' : '');
}

/** Choices of a tree have children. */
function valuesOf(choice: unknown): string[] {
  if (!isObject(choice)) return [String(choice)];
  const { value, children } = choice;
  return [String(value), ...(Array.isArray(children) ? children.flatMap(valuesOf) : [])];
}

/** The rule a value must fulfil, without the wrapping that names the field once more. */
function ruleOf({ field, meta }: Field): string | undefined {
  let rule: unknown = meta?.validation;
  if (isObject(rule) && Array.isArray(rule._and) && rule._and.length === 1) rule = rule._and[0];
  if (isObject(rule) && Object.keys(rule).join() === field) rule = rule[field];
  return isObject(rule) && Object.keys(rule).length > 0 ? shortValue(rule) : undefined;
}

const LONGEST_VALUE = 120;

/** JSON; a text without blanks as it is. */
function shortValue(value: unknown): string {
  const text = typeof value === 'string' && /^\S+$/.test(value) ? value : (JSON.stringify(value) ?? '');
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
