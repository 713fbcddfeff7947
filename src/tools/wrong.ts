import { ToolError } from '../directus/errors.ts';
import { quoted } from '../guard/words.ts';
import { didYouMean } from '../settings/suggest.ts';

/** Refuses a value that is none of those that are taken. Where there is none, there is nothing to refuse. */
export function checkOneOf(field: string, value: unknown, known: string[]): void {
  if (value === undefined || value === null || known.includes(String(value))) return;
  throw bad(
    field,
    `cannot be ${quoted(value)}${didYouMean(String(value), known)}`,
    `It takes: ${known.join(', ')}.`,
  );
}

/** An error about a part of `data`. */
export function bad(at: string, what: string, next: string): ToolError {
  return new ToolError(
    'INVALID_PAYLOAD',
    `data.${at} ${what}${/[.?]$/.test(what) ? '' : '.'} Nothing was changed.`,
    next,
  );
}
