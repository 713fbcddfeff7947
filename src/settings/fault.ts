import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * The first thing that is wrong with a value, and where.
 * @param path where the value stands
 * @returns the path of what is wrong (`ai.compatible.0.models.1.price.input`), and a sentence
 */
export function faultIn(
  error: z.ZodError | z.core.$ZodError,
  path: readonly PropertyKey[],
): { field: string; message: string } {
  const [first] = error.issues;
  const { at, message } = first ? deepest(first) : { at: [], message: 'does not fit' };
  return { field: [...path, ...at].join('.'), message: message.replace(/\.?$/, '.') };
}

/** Of a value that may be one of several kinds, what is wrong with the kind that it is most like. */
function deepest(issue: Issue): { at: PropertyKey[]; message: string } {
  const own = { at: issue.path, message: issue.message };
  if (issue.code !== 'invalid_union') return own;
  const inner = issue.errors
    .flatMap(([first]) => (first ? [deepest(first)] : []))
    .toSorted((a, b) => b.at.length - a.at.length);
  const [nearest] = inner;
  return nearest && nearest.at.length > 0
    ? { at: [...issue.path, ...nearest.at], message: nearest.message }
    : own;
}
