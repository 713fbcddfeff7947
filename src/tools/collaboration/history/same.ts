/** Whether two values are one, in whatever form Directus and its databases give them: `"5.00"` and 5, dates, JSON. */
export function same(a: unknown, b: unknown): boolean {
  const [left, right] = [a ?? null, b ?? null];
  if (JSON.stringify(left) === JSON.stringify(right)) return true;
  if (left === null || right === null) return false;
  if (typeof left === 'object' || typeof right === 'object') return textOf(left) === textOf(right);
  if (isBoolean(left) || isBoolean(right)) return flagOf(left) === flagOf(right);
  if (isNumber(left) && isNumber(right)) return Number(left) === Number(right);
  return isTime(left) && isTime(right) && Date.parse(String(left)) === Date.parse(String(right));
}

/** JSON with its keys in order; what is JSON in a text is that JSON. */
function textOf(value: unknown): string {
  let parsed = value;
  try {
    parsed = typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    // A text that is none of JSON stands for itself.
  }
  return JSON.stringify(parsed, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).toSorted(([x], [y]) => (x < y ? -1 : 1)))
      : entry,
  );
}

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const flagOf = (value: unknown): string => ({ true: '1', false: '0' })[String(value)] ?? String(value);
const isNumber = (value: unknown): boolean => /^-?\d+(\.\d+)?$/.test(String(value));
const isTime = (value: unknown): boolean => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(String(value));
