import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import type { Field } from '../directus/types.ts';
import { didYouMean } from '../settings/suggest.ts';

/** Per Directus type: what a value must look like, in words, and whether it does. */
const CHECKS: Record<string, { due: string; fits: (value: unknown) => boolean }> = {
  integer: { due: 'a whole number', fits: isWhole },
  bigInteger: { due: 'a whole number', fits: isWhole },
  float: { due: 'a number', fits: isNumeric },
  decimal: { due: 'a number', fits: isNumeric },
  boolean: {
    due: 'true or false',
    fits: (value) => [true, false, 0, 1].includes(value as boolean),
  },
  date: { due: 'a date such as 2026-01-31', fits: isIsoDate },
  dateTime: { due: 'a date and time such as 2026-01-31T14:30:00', fits: isIsoDate },
  timestamp: { due: 'a date and time such as 2026-01-31T14:30:00Z', fits: isIsoDate },
  time: {
    due: 'a time such as 14:30:00',
    fits: (value) => typeof value === 'string' && /^\d{1,2}:\d{2}/.test(value),
  },
  uuid: { due: 'a UUID', fits: (value) => typeof value === 'string' && /^[0-9a-f-]{36}$/i.test(value) },
  string: { due: 'a text', fits: isText },
  text: { due: 'a text', fits: isText },
};

/**
 * Refuses a value that does not fit its field. Some databases would store it all the same, and it would be wrong
 * from then on.
 * @throws ToolError saying what is due
 */
export function checkValue(field: Field, value: unknown, where: string): void {
  if (value === null || value === undefined) return;
  const check = Object.hasOwn(CHECKS, field.type) ? CHECKS[field.type] : undefined;
  if (check && !takesMore(field) && !check.fits(value)) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${where} must be ${check.due}, not ${show(value)}.`,
      undefined,
      describe(field),
    );
  }
  checkChoice(field, value, where);
  const longest = field.schema?.max_length;
  if (longest && typeof value === 'string' && value.length > longest) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${where} takes at most ${longest} characters, not ${value.length}.`,
      'Shorten it.',
      describe(field),
    );
  }
}

/** These keep another form of the value than its type says: lists as text, anything as JSON. */
function takesMore({ meta }: Field): boolean {
  return meta?.special?.some((special) => special === 'cast-csv' || special === 'cast-json') ?? false;
}

function describe(field: Field): Record<string, unknown> {
  const { type, field: name, schema, meta } = field;
  return {
    field: { name, type, required: meta?.required === true, nullable: schema?.is_nullable !== false },
  };
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function isWhole(value: unknown): boolean {
  return typeof value === 'number'
    ? Number.isInteger(value)
    : typeof value === 'string' && /^-?\d+$/.test(value);
}

function isNumeric(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
  );
}

const DATE = /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** An ISO date or date and time that is in the calendar: no 31st of February. */
function isIsoDate(value: unknown): boolean {
  const day = typeof value === 'string' ? DATE.exec(value)?.[1] : undefined;
  if (!day || Number.isNaN(Date.parse(String(value)))) return false;
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** What a date may be compared with; variables are filled in by Directus. */
export function isDate(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (value.startsWith('$NOW') || value.startsWith('$CURRENT_')) return true;
  return DATE.test(value) ? isIsoDate(value) : /^\d{4}/.test(value) && !Number.isNaN(Date.parse(value));
}

const CHOOSERS = [
  'select-dropdown',
  'select-radio',
  'select-icon',
  'select-multiple-dropdown',
  'select-multiple-checkbox',
];

/** The values a field offers, when it takes no others. */
function choicesOf({ meta }: Field): unknown[] | undefined {
  const choices = meta?.options?.choices;
  if (!Array.isArray(choices) || choices.length === 0 || meta?.options?.allowOther === true) return undefined;
  if (!CHOOSERS.includes(meta?.interface ?? '')) return undefined;
  return choices.map((choice) => (isObject(choice) ? choice.value : choice));
}

function checkChoice(field: Field, value: unknown, where: string): void {
  const choices = choicesOf(field);
  const wrong =
    choices && [value].flat().find((one) => !choices.some((known) => String(known) === String(one)));
  if (wrong === undefined) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `${where} cannot be ${show(wrong)}.${didYouMean(String(wrong), choices?.map(String) ?? [])}`,
    `It takes: ${choices?.map(String).join(', ')}.`,
    describe(field),
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
