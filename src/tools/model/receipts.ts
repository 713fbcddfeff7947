import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../directus/objects.ts';

type Row = Record<string, unknown>;

/** Settings that name the thing itself, or that only databases care about. */
const OWN = [
  'id',
  'collection',
  'field',
  'name',
  'table',
  'sql',
  'data_type',
  'many_collection',
  'many_field',
];
/** Settings that are objects of settings. */
const NESTED = ['schema', 'meta', 'options', 'display_options'];

/** Settings by their path, as `meta.options.choices`. */
export function settingsByPath(record: unknown, at = ''): Row {
  if (!isObject(record)) return {};
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key]) => !OWN.includes(key))
      .flatMap(([key, value]): [string, unknown][] =>
        NESTED.includes(key) && isObject(value)
          ? Object.entries(settingsByPath(value, `${at}${key}.`))
          : [[at + key, value]],
      ),
  );
}

/** Before and after of every setting that changed. */
export function changedSettings(before: unknown, after: unknown): Record<string, [unknown, unknown]> {
  const [old, now] = [settingsByPath(before), settingsByPath(after)];
  const paths = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return Object.fromEntries(
    paths
      .filter((path) => !isSame(old[path], now[path]))
      .map((path) => [path, [old[path] ?? null, now[path] ?? null]]),
  );
}

/** What would become of settings that are asked for; those that stay are left out. */
export function becomingSettings(before: unknown, asked: unknown): Record<string, [unknown, unknown]> {
  const [old, wanted] = [settingsByPath(before), settingsByPath(replacing(before, asked))];
  return Object.fromEntries(
    Object.entries(wanted)
      .filter(([path, value]) => !isSame(old[path], value))
      .map(([path, value]) => [path, [old[path] ?? null, value ?? null]]),
  );
}

/** Options are stored as a whole: those that are not named go. */
function replacing(before: unknown, asked: unknown): unknown {
  const [had, meta] = [isObject(before) ? before.meta : undefined, isObject(asked) ? asked.meta : undefined];
  if (!isObject(asked) || !isObject(meta)) return asked;
  const filled = Object.fromEntries(
    Object.entries(meta).map(([key, value]) => {
      const old = isObject(had) ? had[key] : undefined;
      if (!NESTED.includes(key) || !isObject(value) || !isObject(old)) return [key, value];
      return [key, { ...Object.fromEntries(Object.keys(old).map((name) => [name, null])), ...value }];
    }),
  );
  return { ...asked, meta: filled };
}

/** Paths of settings that read back otherwise than they were asked for. */
export function storedOtherwise(asked: unknown, stored: unknown): string[] {
  const [wanted, got] = [settingsByPath(asked), settingsByPath(stored)];
  return Object.keys(wanted).filter(
    (path) =>
      !isSame(wanted[path], got[path]) && !(path === 'meta.special' && holds(got[path], wanted[path])),
  );
}

/** Directus itself adds to a field's flags what its database needs, such as cast-timestamp. */
function holds(all: unknown, some: unknown): boolean {
  return Array.isArray(all) && Array.isArray(some) && some.every((one) => all.includes(one));
}

/** The words for it; undefined when all is as asked. */
export function warningOf(paths: string[]): { warning: string } | undefined {
  if (paths.length === 0) return undefined;
  return { warning: `Stored otherwise than asked: ${paths.join(', ')}.` };
}

function isSame(a: unknown, b: unknown): boolean {
  if (isDeepStrictEqual(a ?? null, b ?? null)) return true;
  const plain = [a, b].every((one) => ['string', 'number', 'boolean'].includes(typeof one));
  return plain && String(a) === String(b);
}
