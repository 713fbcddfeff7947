import { isObject } from '../directus/objects.ts';

/** Stands for a value that is only known when a flow runs. */
export const UNKNOWN = Symbol('known only when it runs');

/** What a template can name by its first word: `$trigger`, or the key of an earlier step. */
export type Scope = Record<string, unknown>;

const WHOLE = /^\{\{\s*([^{}\s]+)\s*\}\}$/;
const EACH = /\{\{([^{}]*)\}\}/g;

/**
 * Fills in `{{ path }}` as Directus does when it runs a step. What the scope does not tell becomes `UNKNOWN`, and a
 * text with such a part in it as well.
 */
export function fill(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return fillText(value, scope);
  if (Array.isArray(value)) return value.map((entry) => fill(entry, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, fill(entry, scope)]));
}

function fillText(text: string, scope: Scope): unknown {
  const whole = WHOLE.exec(text)?.[1];
  if (whole !== undefined) {
    const value = lookUp(whole, scope);
    return value === undefined ? '' : value;
  }
  let unknown = false;
  const filled = text.replace(EACH, (_match, path: string) => {
    const value = lookUp(path.trim(), scope) ?? '';
    if (value === UNKNOWN) unknown = true;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
  return unknown ? UNKNOWN : filled;
}

function lookUp(path: string, scope: Scope): unknown {
  const [root = '', ...parts] = partsOf(path);
  if (!Object.hasOwn(scope, root)) return UNKNOWN;
  let value = scope[root];
  for (const part of parts) {
    if (value === UNKNOWN) return UNKNOWN;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function partsOf(path: string): string[] {
  return path.split(/[.[\]'"]+/).filter(Boolean);
}

/** Whether any part of a filled value is not known. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** The first words of all templates in a value: `$trigger`, keys of steps. */
export function rootsOf(value: unknown): string[] {
  const text = JSON.stringify(value) ?? '';
  // Inside JSON quotes are escaped; in a path they only part it.
  const roots = [...text.matchAll(EACH)].map(
    (match) => partsOf((match[1] ?? '').replaceAll('\\', '').trim())[0] ?? '',
  );
  return [...new Set(roots)].filter((root) => /^[$\w-]+$/.test(root));
}
