import { isObject } from '../directus/objects.ts';
import type { Pending } from './preview.ts';

const MOST_CHARACTERS = 2500;
/** Longest text of one value. */
const LONGEST_VALUE = 70;
/** Fields shown of a row that comes or goes as a whole; of one that changes all are shown that do. */
const FIELDS = 6;

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
      return `    ${field}: ${short(before)} → ${short(after)}`;
    });
    return [`  ${nameOf(key, row)}:`, ...(fields.length > 0 ? fields : ['    nothing'])];
  }
  if (isObject(added)) return [`  + ${wholeRow(added)}`];
  if (isObject(deleted)) return [`  - ${wholeRow(deleted)}`];
  return [`  ${wholeRow(change)}`];
}

/** The history names rows with their collection, since an undo may be about several. */
function nameOf(key: unknown, row: unknown): string {
  if (typeof row === 'string') return row;
  return key === undefined ? 'now' : short(key);
}

function wholeRow(row: Record<string, unknown>): string {
  const fields = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
  const shown = fields.slice(0, FIELDS).map(([field, value]) => `${field}: ${short(value)}`);
  const rest = fields.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function short(value: unknown): string {
  const text = (JSON.stringify(value) ?? 'nothing').replace(/\\n/g, ' ');
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
