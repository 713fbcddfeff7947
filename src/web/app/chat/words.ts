import type { CallView, ModelChoice } from './types.ts';

type Called = Pick<CallView, 'tool' | 'action'>;

/** A call in words: "Update items in articles". */
export function callWords({ tool, action }: Called, input: unknown): string {
  const name = tool.replaceAll(/[-_]/g, ' ');
  const what = action && action !== tool ? `${action.replaceAll(/[-_]/g, ' ')} ${name}` : name;
  const about = subjectOf(input);
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}${about ? ` ${about}` : ''}`;
}

/** What a call is about, where its arguments say so. */
function subjectOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  const { collection, keys, key, search, name } = input as Record<string, unknown>;
  if (typeof collection === 'string') return `in ${collection}`;
  if (Array.isArray(keys) && keys.length > 0 && keys.every((one) => typeof one === 'string'))
    return `of ${keys.slice(0, 3).join(', ')}${keys.length > 3 ? ` and ${keys.length - 3} more` : ''}`;
  for (const one of [name, search, key]) if (typeof one === 'string' && one) return `"${one}"`;
  return '';
}

/** What a call may do, for its badge. */
export const EFFECTS: Record<CallView['effect'], { label: string; class: string }> = {
  read: { label: 'reads', class: 'text-muted' },
  write: { label: 'changes content', class: 'text-info' },
  delete: { label: 'deletes', class: 'text-error' },
  schema: { label: 'changes the data model', class: 'text-warning' },
  automation: { label: 'changes automation', class: 'text-warning' },
  access: { label: 'changes access', class: 'text-warning' },
  unknown: { label: 'effect unknown', class: 'text-warning' },
};

let whole: Intl.NumberFormat | undefined;

export function count(number: number): string {
  // Made when first needed: the first of a page takes a twentieth of a second, and an empty chat has none to show.
  whole ??= new Intl.NumberFormat('en');
  return whole.format(number);
}

/** "950", "1.2K", "128K", "3M". */
export function compact(number: number): string {
  if (number < 1000) return String(number);
  const [unit, letter] = number < 999_950 ? [1e3, 'K'] : [1e6, 'M'];
  return `${Number((number / unit).toFixed(1))}${letter}`;
}

/** "1 call", "2 calls". */
export const counted = (number: number, word: string): string =>
  `${count(number)} ${word}${number === 1 ? '' : 's'}`;

/** @param ms milliseconds */
export const duration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** @param cost in dollars */
export const dollars = (cost: number): string => `$${cost < 0.1 ? cost.toFixed(4) : cost.toFixed(2)}`;

/** What a model can do, in one line. */
export function abilities({ attachments, reasoning, contextWindow, price }: ModelChoice): string {
  return [
    attachments ? 'images and files' : 'text only',
    ...(reasoning ? ['reasoning'] : []),
    `${compact(contextWindow)} tokens of context`,
    ...(price ? [`$${price.input} in, $${price.output} out per million tokens`] : []),
  ].join(' · ');
}
