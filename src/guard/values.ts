import { ToolError } from '../directus/errors.ts';
import type { Field } from '../directus/types.ts';

/** Per Directus type: what a value must look like, in words, and whether it does. */
const CHECKS: Record<string, { due: string; fits: (value: unknown) => boolean }> = {
  integer: { due: 'a whole number', fits: isWhole },
  bigInteger: { due: 'a whole number', fits: isWhole },
  float: { due: 'a number', fits: isNumeric },
  decimal: { due: 'a number', fits: isNumeric },
  boolean: {
    due: 'true or false',
    fits: (value) => [true, false, 0, 1, 'true', 'false'].includes(value as boolean),
  },
  date: { due: 'a date such as 2026-01-31', fits: isDate },
  dateTime: { due: 'a date and time such as 2026-01-31T14:30:00', fits: isDate },
  timestamp: { due: 'a date and time such as 2026-01-31T14:30:00Z', fits: isDate },
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
  // Fields that transform their value (hash, csv, cast-*) take more than their type says.
  if (check && !isTransformed(field) && !check.fits(value)) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${where} must be ${check.due}, not ${show(value)}.`,
      undefined,
      describe(field),
    );
  }
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

function isTransformed(field: Field): boolean {
  return (
    field.meta?.special?.some(
      (special) => special.startsWith('cast-') || special === 'hash' || special === 'conceal',
    ) ?? false
  );
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

function isDate(value: unknown): boolean {
  // `$NOW` and its adjustments are filled in by Directus.
  return typeof value === 'string' && (value.startsWith('$NOW') || !Number.isNaN(Date.parse(value)));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
