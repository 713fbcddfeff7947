import { isObject } from '../directus/objects.ts';
import type { Pending } from './preview.ts';

const MOST_CHARACTERS = 2500;
/** Longest text of one value. */
const LONGEST_VALUE = 70;
/** Of a value that changes, so much is shown before the place where it does. */
const LEAD = 20;
/** Fields shown of a row that comes or goes as a whole; of one that changes all are shown that do. */
const FIELDS = 6;
/** What is given to something that runs matters more. */
const ARGUMENTS = 24;

/** What a person reads who is asked whether to make a change. Content is shown to people as it is, in short. */
export function question(pending: Pending, at: string): string {
  const { what, rows, changes, cascades = [], permanent = [], deletes = [], reasons } = pending;
  const lines = [
    `The assistant wants to ${what}, on ${at}.`,
    rows > 1 ? `Rows in all: ${rows}.` : '',
    ...deletes.map((one) => `It would delete ${one}.`),
    ...cascades.map((one) => `Along with it: ${one}.`),
    ...permanent.map((one) => `Cannot be undone: ${one}.`),
    reasons.length > 0 ? `Asked because: ${reasons.join('; ')}.` : '',
    ...changeLines(changes),
  ];
  const text = lines.filter(Boolean).join('\n');
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function changeLines(changes: unknown): string[] {
  if (changes === undefined) return [];
  return (Array.isArray(changes) ? changes : [changes]).flatMap(linesOf);
}

/** One row: what becomes of its fields, or that it comes or goes. Anything else is shown as JSON. */
function linesOf(change: unknown): string[] {
  if (!isObject(change)) return [short(change)];
  const { key, row, changed, deleted } = change;
  const added = change.new;
  if (isObject(changed)) {
    const fields = Object.entries(changed).map(([field, pair]) => {
      const [before, after] = Array.isArray(pair) ? pair : [undefined, pair];
      return `    ${field}: ${fromTo(before, after)}`;
    });
    return [`  ${nameOf(key, row)}:`, ...(fields.length > 0 ? fields : ['    nothing'])];
  }
  if (isObject(added)) return [`  + ${wholeRow(added)}`];
  if (isObject(deleted)) return [`  - ${wholeRow(deleted)}`];
  return [`  ${wholeRow(opened(change), ARGUMENTS)}`];
}

/** The history names rows with their collection, since an undo may be about several. */
function nameOf(key: unknown, row: unknown): string {
  if (typeof row === 'string') return row;
  return key === undefined ? 'now' : short(key);
}

/** With what is within its objects beside it, so that each part of it is shown from its beginning. */
function opened(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).flatMap(([name, value]) =>
    isObject(value)
      ? Object.entries(value).map(([part, inner]) => [`${name}.${part}`, inner] as const)
      : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

function wholeRow(row: Record<string, unknown>, most = FIELDS): string {
  const fields = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
  const shown = fields.slice(0, most).map(([field, value]) => `${field}: ${short(value)}`);
  const rest = fields.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** What a value is and what it becomes; of long ones the part where they differ. */
function fromTo(before: unknown, after: unknown): string {
  const [from, to] = [oneLine(before), oneLine(after)];
  const isLong = Math.max(from.length, to.length) > LONGEST_VALUE;
  const start = isLong ? Math.max(0, alike(from, to) - LEAD) : 0;
  return `${cut(from, start)} → ${cut(to, start)}`;
}

/** The number of characters with which both begin. */
function alike(one: string, other: string): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
}

const short = (value: unknown): string => cut(oneLine(value));

const oneLine = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').replace(/\\n/g, ' ');

function cut(text: string, start = 0): string {
  // Of a text, the quote at its beginning stays.
  const lead = start > 0 ? `${text.startsWith('"') ? '"' : ''}…` : '';
  const rest = text.slice(start);
  return `${lead}${rest.length > LONGEST_VALUE ? `${rest.slice(0, LONGEST_VALUE)}…` : rest}`;
}
