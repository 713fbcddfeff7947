import type * as z from 'zod';
import { leaves, setAt, valueAt } from './leaves.ts';
import { seal, unseal } from './seal.ts';

/*
 * Secrets in the settings file. Written by us they are sealed (`sealed:...`); typed by a person they may be plain.
 * A sealed text is bound to its place: moved to another setting or provider it does not open, so that nobody who can
 * write the file, but has no key, can make one secret serve as another.
 */

const MARK = 'sealed:';

export const isSealed = (text: string): boolean => text.startsWith(MARK);

/** Enough of a secret to tell two apart, and too little to use one. */
export const maskSecret = (secret: string): string =>
  secret.length > 12 ? `••••${secret.slice(-4)}` : '••••';

/** The address of a provider may carry a key behind its question mark. */
export const maskAddress = (address: string): string => address.replace(/\?.*$/s, '?••••');

/** The key itself cannot be sealed: it opens the others. */
const secretLeaves = leaves.filter(({ path, meta }) => meta.secret && path[0] !== 'key');

type Change = (text: string, name: string) => unknown;

/**
 * A copy of `value` in which every secret text has gone through `change`, which gets its name as well
 * (`ai.compatible.ollama.apiKey`); undefined leaves it out. What does not fit the type stays as it is.
 */
export function mapSecrets(
  type: z.ZodType,
  value: unknown,
  name: string,
  change: Change,
  within = false,
): unknown {
  const { shape, innerType, element, valueType } = type.def as {
    shape?: Record<string, z.ZodType>;
    innerType?: z.ZodType;
    element?: z.ZodType;
    valueType?: z.ZodType;
  };
  const secret = within || type.meta()?.secret === true;
  if (innerType) return mapSecrets(innerType, value, name, change, secret);
  if (typeof value === 'string') return secret ? change(value, name) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((entry, index) =>
      element ? mapSecrets(element, entry, `${name}.${nameOf(entry) ?? index}`, change, secret) : entry,
    );
  }
  const changed = Object.entries(value).map(([key, child]): [string, unknown] => {
    const childType = shape?.[key] ?? valueType;
    // Each field of an object says for itself whether it is secret; what a record holds is all of one kind.
    return [
      key,
      childType ? mapSecrets(childType, child, `${name}.${key}`, change, secret && !shape) : child,
    ];
  });
  return Object.fromEntries(changed.filter(([, child]) => child !== undefined));
}

/** A provider is known by its name, wherever it stands in the list. */
function nameOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('name' in entry)) return undefined;
  return typeof entry.name === 'string' ? entry.name : undefined;
}

/** Names of secrets: those that stand in the file as plain text, and those that did not open. */
export type Opened = { plain: string[]; failed: string[] };

/**
 * Opens the sealed secrets among the values of a settings file, in place; one that does not open is left out.
 * @param keyOf asked only when something is sealed
 * @param shut groups (`ai`) whose sealed secrets are left out unopened
 */
export function openSecrets(
  values: Record<string, unknown>,
  keyOf: () => Buffer | undefined,
  shut: readonly string[],
): Opened {
  const opened: Opened = { plain: [], failed: [] };
  let key: Buffer | undefined;
  const open = (text: string, name: string) => {
    key ??= keyOf();
    const secret = key && unseal(key, name, text.slice(MARK.length));
    if (secret === undefined) opened.failed.push(name);
    return secret;
  };
  for (const { path, type } of secretLeaves) {
    const value = valueAt(values, path);
    if (value === undefined) continue;
    const clear = mapSecrets(type, value, path.join('.'), (text, name) => {
      if (isSealed(text)) return shut.includes(path[0] ?? '') ? undefined : open(text, name);
      if (text) opened.plain.push(name);
      return text;
    });
    setAt(values, path, clear);
  }
  return opened;
}

/**
 * Seals the plain secrets at and below `at` among the values of a settings file, in place.
 * @param keyOf asked only when something is to be sealed
 * @returns the names of those that were sealed
 */
export function sealSecrets(
  values: Record<string, unknown>,
  at: readonly string[],
  keyOf: () => Buffer,
): string[] {
  const sealed: string[] = [];
  let key: Buffer | undefined;
  for (const { path, type } of secretLeaves) {
    const value = valueAt(values, path);
    if (value === undefined || !at.every((part, index) => path[index] === part)) continue;
    const shut = mapSecrets(type, value, path.join('.'), (text, name) => {
      if (!text || isSealed(text)) return text;
      key ??= keyOf();
      sealed.push(name);
      return `${MARK}${seal(key, name, text)}`;
    });
    setAt(values, path, shut);
  }
  return sealed;
}
