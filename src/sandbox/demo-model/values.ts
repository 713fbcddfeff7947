import { type Collection, fieldNamed, findCollection } from './collection.ts';
import { type Plan, Tell } from './plan.ts';
import type { Row } from './reply.ts';

const OPERATORS: [pattern: string, operator: string][] = [
  ['is not', '_neq'],
  ['is before', '_lt'],
  ['is after', '_gt'],
  ['is', '_eq'],
  ['equals', '_eq'],
  ['=', '_eq'],
  ['contains', '_icontains'],
  ['starts with', '_istarts_with'],
];

const WORDS = OPERATORS.map(([words]) => words).join('|');
const CONDITION = new RegExp(`^(?<field>[\\w.-]+)\\s+(?<words>${WORDS})\\s+(?<value>.+)$`, 'is');
const AND = new RegExp(`\\s+and\\s+(?=[\\w.-]+\\s+(?:${WORDS})\\s)`, 'i');

/** A Directus filter from words such as `status is draft and title contains harbour`. */
export function* filterFrom(collection: Collection, where: string): Plan<Row> {
  const conditions: Row[] = [];
  for (const text of where.split(AND)) conditions.push(yield* condition(collection, text.trim()));
  return conditions.length === 1 && conditions[0] ? conditions[0] : { _and: conditions };
}

function* condition(collection: Collection, text: string): Plan<Row> {
  const found = CONDITION.exec(text)?.groups;
  if (!found?.field || !found.words || !found.value) {
    throw new Tell(
      `I do not understand the condition "${text}". Write FIELD is VALUE, FIELD contains VALUE, ` +
        'FIELD is before DATE or FIELD is empty, and join several with "and".',
    );
  }
  const operator = OPERATORS.find(([words]) => words === found.words?.toLowerCase())?.[1] ?? '_eq';
  const value = unquote(found.value);
  const [first = '', ...rest] = found.field.split('.');
  const name = fieldNamed(collection, first);
  if (operator === '_eq' && value === 'empty') return { [name]: { _null: true } };
  if (operator === '_neq' && value === 'empty') return { [name]: { _nnull: true } };
  if (rest.length > 0) return nested([name, ...rest], { [operator]: value });

  const field = collection.fields.get(name);
  if (field?.target && !isKey(value)) {
    const target = yield* findCollection(field.target);
    if (target.title) return nested([name, target.title], { [operator]: value });
  }
  return { [name]: { [operator]: toValue(value, field?.type) } };
}

/** What a person wrote, as the type of the field wants it. */
export function toValue(text: string, type: string | undefined): unknown {
  if (/^(null|nothing|empty)$/i.test(text)) return null;
  if (
    type &&
    /^(integer|bigInteger|float|decimal)$/.test(type) &&
    text.trim() !== '' &&
    !Number.isNaN(Number(text))
  ) {
    return Number(text);
  }
  if (type === 'boolean' && /^(true|false|yes|no|on|off)$/i.test(text)) return /^(true|yes|on)$/i.test(text);
  return text;
}

/** A primary key as people write it: digits or a UUID. */
export function isKey(text: string): boolean {
  return /^(\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i.test(text);
}

export function unquote(text: string): string {
  const trimmed = text.trim();
  return /^(["“'])(.*)(["”'])$/s.exec(trimmed)?.[2] ?? trimmed;
}

function nested(path: string[], condition: Row): Row {
  return path.reduceRight<Row>((inner, name) => ({ [name]: inner }), condition);
}
